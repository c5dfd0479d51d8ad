curl --fail-with-body --silent --show-error --max-time 30 \
  https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0 \
  -H "Authorization: Simple $VITRINE_API_KEY" \
  -H 'Content-Type: application/json' \
  --data '[
  9007199254740993,
  123456789012345678901234567890,
  -9223372036854775808,
  0,
  -1,
  1.0,
  -0.0,
  1.5,
  0.1,
  1e-10,
  1.5e300,
  100000.0
]'
