<?php

$body = <<<'JSON'
{
  "controls": "\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f\u0085\u009b\u00a0\u2028\u2029\ufeff\u202e\u2066\u200b\u00ad",
  "tag": "\udb40\udc41",
  "private": "\ue000",
  "unassigned": "\u0378"
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
