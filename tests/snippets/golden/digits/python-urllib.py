import json
import os
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

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

request = Request(
    "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0",
    data=body,
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
