use strict;
use warnings;
use HTTP::Tiny;
use JSON::PP;

open my $file, '<:raw', 'body.json' or die $!;
my $body = do { local $/; <$file> };

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
