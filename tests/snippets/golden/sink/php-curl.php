<?php

$body = <<<'JSON'
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
JSON;

$curl = curl_init('https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0');
curl_setopt_array($curl, [
    CURLOPT_POSTFIELDS => $body,
    CURLOPT_HTTPHEADER => [
        'Authorization: Simple ' . getenv('VITRINE_API_KEY'),
        'Content-Type: application/json',
    ],
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 30,
]);
$text = curl_exec($curl);
if ($text === false) {
    fwrite(STDERR, curl_error($curl) . PHP_EOL);
    exit(1);
}
$answer = json_decode($text, flags: JSON_THROW_ON_ERROR);
if (isset($answer->error)) { // HTTP errors and the algorithm's own
    fwrite(STDERR, $answer->error->message . PHP_EOL);
    exit(1);
}
echo json_encode($answer->result, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), PHP_EOL;
