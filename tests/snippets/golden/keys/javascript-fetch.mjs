// JSON text: a JavaScript value would not be sent exactly like this.
const body = String.raw`{
  "": "empty",
  "a b": 1,
  "class": 2,
  "\u0024ref": 3,
  "__proto__": {
    "x": 4
  },
  "b": 5,
  "1": 6,
  "a.b": 7,
  "it's": 8,
  "\"q\"": 9,
  "back\\slash": 10,
  "constructor": 11,
  "toString": 12
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
