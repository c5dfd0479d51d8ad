import json
import os
import sys

import requests

body = {
    "text": "The delivery was late, but support was lovely.",
    "language": "auto"
}

response = requests.post(
    "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0",
    headers={
        "Authorization": "Simple " + os.environ["VITRINE_API_KEY"],
        "Content-Type": "application/json",
    },
    json=body,
    timeout=30,
)
answer = response.json()
if "error" in answer:  # HTTP errors and the algorithm's own
    sys.exit(answer["error"]["message"])
print(json.dumps(answer["result"], indent=2, ensure_ascii=False))
