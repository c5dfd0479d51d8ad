use strict;
use warnings;
use HTTP::Tiny;
use JSON::PP;

my $body = <<'JSON';
{
  "controls": "\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f\u0085\u009b\u00a0\u2028\u2029\ufeff\u202e\u2066\u200b\u00ad",
  "tag": "\udb40\udc41",
  "private": "\ue000",
  "unassigned": "\u0378"
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
