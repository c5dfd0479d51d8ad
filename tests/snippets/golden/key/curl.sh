curl --fail-with-body --silent --show-error --max-time 30 \
  https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0 \
  -H 'Authorization: Simple vtr_0123456789abcdef' \
  -H 'Content-Type: application/json' \
  --data '{
  "text": "hello"
}'
