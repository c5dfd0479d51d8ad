import json
import os
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

body = {
    "controls": "\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f\u0085\u009b\u00a0\u2028\u2029\ufeff\u202e\u2066\u200b\u00ad",
    "tag": "\U000e0041",
    "private": "\ue000",
    "unassigned": "\u0378"
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
