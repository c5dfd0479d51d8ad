// JSON text: a JavaScript value would not be sent exactly like this.
const body = String.raw`{
  "price": 1.50,
  "minus_zero": -0,
  "long": 0.1000000000000000055511151231257827,
  "exponent": 1E5,
  "large": 1e22,
  "tiny": 5e-324
}`;

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
