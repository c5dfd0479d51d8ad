require 'json'
require 'net/http'

body = <<'JSON'
{
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
