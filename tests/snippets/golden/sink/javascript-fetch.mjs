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

const response = await fetch("https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0", {
  method: "POST",
  headers: {
    Authorization: `Simple ${process.env.VITRINE_API_KEY}`,
    "Content-Type": "application/json",
  },
  body,
  signal: AbortSignal.timeout(30_000),
});
const answer = await response.json();
if (answer.error) { // HTTP errors and the algorithm's own
  console.error(answer.error.message);
  process.exit(1);
}
console.log(JSON.stringify(answer.result, null, 2));
