import json
import os
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

body = {
    "quotes": "it's \"quoted\" and `ticked`, '''three''' \"\"\"three\"\"\"",
    "lines": "first\nsecond\r\n\tthird",
    "unicode": "Grüße, 你好, Ω, naïve café",
    "emoji": "👩\u200d💻 👍🏽",
    "backslashes": "C:\\new\\table \\\\server\\share \\u0041 ends in \\",
    "expansions": "$HOME ${HOME} $(id) `id` #{1+1} #@x @{[1]} %s %d %PATH% !! ~ *",
    "templates": "{{ 7 }} {% now %} <% x %> {# note #}",
    "markup": "</script><!-- --> & &amp; <b>",
    "comments": "/* */ // -- # ; (* *) ??/ ??'",
    "nested": {
        "list": [
            1,
            [
                2,
                {
                    "three": None
                }
            ],
            True,
            False
        ],
        "empty": [
            {},
            []
        ]
    }
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
