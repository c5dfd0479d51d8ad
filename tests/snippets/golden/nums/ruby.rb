require 'json'
require 'net/http'

body = <<'JSON'
[
  9007199254740993,
  123456789012345678901234567890,
  -9223372036854775808,
  0,
  -1,
  1.0,
  -0.0,
  1.5,
  0.1,
  1e-10,
  1.5e300,
  100000.0
]
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
