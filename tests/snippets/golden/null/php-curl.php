<?php

$body = <<<'JSON'
null
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
