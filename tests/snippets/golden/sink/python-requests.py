import json
import os
import sys

import requests

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
