// JSON text: a JavaScript value would not be sent exactly like this.
const body = String.raw`[
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
]`;

const response = await fetch("https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0", {
  method: "POST",
  headers: {
    Authorization: `Simple ${process.env.VITRINE_API_KEY}`,
    "Content-Type": "application/json",
  },
  body,
  signal: AbortSignal.timeout(30_000),
});
const answer = await response.json();
if (answer.error) { // HTTP errors and the algorithm's own
  console.error(answer.error.message);
  process.exit(1);
}
console.log(JSON.stringify(answer.result, null, 2));
