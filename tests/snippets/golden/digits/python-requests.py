import json
import os
import sys

import requests

# JSON text: a Python value would not be sent exactly like this.
body = r"""
{
  "price": 1.50,
  "minus_zero": -0,
  "long": 0.1000000000000000055511151231257827,
  "exponent": 1E5,
  "large": 1e22,
  "tiny": 5e-324
}
""".encode()

response = requests.post(
    "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0",
    headers={
        "Authorization": "Simple " + os.environ["VITRINE_API_KEY"],
        "Content-Type": "application/json",
    },
    data=body,
    timeout=30,
)
answer = response.json()
if "error" in answer:  # HTTP errors and the algorithm's own
    sys.exit(answer["error"]["message"])
print(json.dumps(answer["result"], indent=2, ensure_ascii=False))
