curl --fail-with-body --silent --show-error --max-time 30 \
  https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0 \
  -H "Authorization: Simple $VITRINE_API_KEY" \
  -H 'Content-Type: application/json' \
  --data null
