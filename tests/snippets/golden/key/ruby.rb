require 'json'
require 'net/http'

body = <<'JSON'
{
  "text": "hello"
}
JSON

uri = URI('https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0')
options = { use_ssl: uri.scheme == 'https', open_timeout: 30, read_timeout: 30 }
response = Net::HTTP.start(uri.hostname, uri.port, options) do |http|
  http.post(uri.request_uri, body, {
    'Authorization' => 'Simple vtr_0123456789abcdef',
    'Content-Type' => 'application/json'
  })
end
answer = JSON.parse(response.body)
abort answer['error']['message'] if answer['error'] # HTTP errors and the algorithm's own
puts JSON.pretty_generate(answer['result'])
