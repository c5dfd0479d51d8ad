require 'json'
require 'net/http'

body = <<'JSON'
{
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
}
JSON

uri = URI('https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0')
options = { use_ssl: uri.scheme == 'https', open_timeout: 30, read_timeout: 30 }
response = Net::HTTP.start(uri.hostname, uri.port, options) do |http|
  http.post(uri.request_uri, body, {
    'Authorization' => 'Simple ' + ENV.fetch('VITRINE_API_KEY'),
    'Content-Type' => 'application/json'
  })
end
answer = JSON.parse(response.body)
abort answer['error']['message'] if answer['error'] # HTTP errors and the algorithm's own
puts JSON.pretty_generate(answer['result'])
