http --check-status --ignore-stdin --timeout=30 \
  POST https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0 \
  "Authorization: Simple $VITRINE_API_KEY" \
  'Content-Type: application/json' \
  --raw '{
  "quotes": "it\u0027s \"quoted\" and `ticked`, \u0027\u0027\u0027three\u0027\u0027\u0027 \"\"\"three\"\"\"",
  "lines": "first\nsecond\r\n\tthird",
  "unicode": "Grüße, 你好, Ω, naïve café",
  "emoji": "👩\u200d💻 👍🏽",
  "backslashes": "C:\\new\\table \\\\server\\share \\u0041 ends in \\",
  "expansions": "$HOME ${HOME} $(id) `id` #{1+1} #@x @{[1]} %s %d %PATH% !! ~ *",
  "templates": "{{ 7 }} {% now %} <% x %> {# note #}",
  "markup": "</script><!-- --> & &amp; <b>",
  "comments": "/* */ // -- # ; (* *) ??/ ??\u0027",
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
}'
