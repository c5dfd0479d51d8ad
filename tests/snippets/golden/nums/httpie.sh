http --check-status --ignore-stdin --timeout=30 \
  POST https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0 \
  "Authorization: Simple $VITRINE_API_KEY" \
  'Content-Type: application/json' \
  --raw '[
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
