curl --fail-with-body --silent --show-error --max-time 30 \
  https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0 \
  -H "Authorization: Simple $VITRINE_API_KEY" \
  -H 'Content-Type: application/json' \
  --data '{
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
