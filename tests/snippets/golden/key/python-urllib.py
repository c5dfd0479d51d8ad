import json
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

body = {
    "text": "hello"
}

request = Request(
    "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0",
    data=json.dumps(body).encode(),
    headers={
        "Authorization": "Simple vtr_0123456789abcdef",
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
