http --check-status --ignore-stdin --timeout=30 \
  POST https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0 \
  "Authorization: Simple $VITRINE_API_KEY" \
  'Content-Type: application/json' \
  --raw '{
  "text": "The delivery was late, but support was lovely.",
  "language": "auto"
}'
