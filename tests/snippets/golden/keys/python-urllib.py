import json
import os
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

body = {
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
    "it's": 8,
    "\"q\"": 9,
    "back\\slash": 10,
    "constructor": 11,
    "toString": 12
}

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
