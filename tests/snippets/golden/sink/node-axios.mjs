import axios from "axios";

const body = JSON.stringify({
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
          "three": null
        }
      ],
      true,
      false
    ],
    "empty": [
      {},
      []
    ]
  }
});

const url = "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0";
const { data: answer, status } = await axios.post(url, body, {
  headers: {
    Authorization: `Simple ${process.env.VITRINE_API_KEY}`,
    "Content-Type": "application/json",
  },
  timeout: 30_000,
  validateStatus: null, // what went wrong is in the answer
});
if (status !== 200 || answer.error) { // HTTP errors and the algorithm's own
  console.error(answer.error?.message ?? answer);
  process.exit(1);
}
console.log(JSON.stringify(answer.result, null, 2));
