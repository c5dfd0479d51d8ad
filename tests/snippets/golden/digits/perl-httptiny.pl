use strict;
use warnings;
use HTTP::Tiny;
use JSON::PP;

my $body = <<'JSON';
{
  "price": 1.50,
  "minus_zero": -0,
  "long": 0.1000000000000000055511151231257827,
  "exponent": 1E5,
  "large": 1e22,
  "tiny": 5e-324
}
JSON

my $url = 'https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0';
my $response = HTTP::Tiny->new(timeout => 30)->post($url, {
    headers => {
        'Authorization' => "Simple $ENV{ VITRINE_API_KEY }",
        'Content-Type' => 'application/json',
    },
    content => $body,
});
die $response->{content} if $response->{status} == 599; # no answer
my $json = JSON::PP->new->utf8->pretty->allow_nonref->allow_bignum; # every digit
my $answer = $json->decode($response->{content});
if ($answer->{error}) { # HTTP errors and the algorithm's own
    binmode STDERR, ':encoding(UTF-8)';
    die "$answer->{error}{message}\n";
}
print $json->encode($answer->{result});
