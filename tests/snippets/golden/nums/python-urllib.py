import json
import os
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

body = [
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
]

request = Request(
    "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0",
    data=json.dumps(body).encode(),
    headers={
        "Authorization": "Simple " + os.environ["VITRINE_API_KEY"],
        "Content-Type": "application/json",
    },
)
try:
    with urlopen(request, timeout=30) as response:
        answer = json.load(response)
except HTTPError as error:
    answer = json.load(error)
if "error" in answer:  # HTTP errors and the algorithm's own
    sys.exit(answer["error"]["message"])
print(json.dumps(answer["result"], indent=2, ensure_ascii=False))
