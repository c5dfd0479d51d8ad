http --check-status --ignore-stdin --timeout=30 \
  POST https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0 \
  'Authorization: Simple vtr_0123456789abcdef' \
  'Content-Type: application/json' \
  --raw '{
  "text": "hello"
}'
