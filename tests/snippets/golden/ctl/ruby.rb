require 'json'
require 'net/http'

body = <<'JSON'
{
  "controls": "\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f\u0085\u009b\u00a0\u2028\u2029\ufeff\u202e\u2066\u200b\u00ad",
  "tag": "\udb40\udc41",
  "private": "\ue000",
  "unassigned": "\u0378"
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
