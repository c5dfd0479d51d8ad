http --check-status --ignore-stdin --timeout=30 \
  POST https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0 \
  "Authorization: Simple $VITRINE_API_KEY" \
  'Content-Type: application/json' \
  --raw '{
  "price": 1.50,
  "minus_zero": -0,
  "long": 0.1000000000000000055511151231257827,
  "exponent": 1E5,
  "large": 1e22,
  "tiny": 5e-324
}'
