curl --fail-with-body --silent --show-error --max-time 30 \
  https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0 \
  -H "Authorization: Simple $VITRINE_API_KEY" \
  -H 'Content-Type: application/json' \
  --data '{
  "price": 1.50,
  "minus_zero": -0,
  "long": 0.1000000000000000055511151231257827,
  "exponent": 1E5,
  "large": 1e22,
  "tiny": 5e-324
}'
