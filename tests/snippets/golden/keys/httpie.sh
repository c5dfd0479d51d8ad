http --check-status --ignore-stdin --timeout=30 \
  POST https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0 \
  "Authorization: Simple $VITRINE_API_KEY" \
  'Content-Type: application/json' \
  --raw '{
  "": "empty",
  "a b": 1,
  "class": 2,
  "$ref": 3,
  "__proto__": {
    "x": 4
  },
  "b": 5,
  "1": 6,
  "a.b": 7,
  "it\u0027s": 8,
  "\"q\"": 9,
  "back\\slash": 10,
  "constructor": 11,
  "toString": 12
}'
