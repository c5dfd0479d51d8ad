import axios from "axios";

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

const url = "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0";
const { data: answer, status } = await axios.post(url, body, {
  headers: {
    Authorization: `Simple ${process.env.VITRINE_API_KEY}`,
    "Content-Type": "application/json",
  },
  timeout: 30_000,
  validateStatus: null, // what went wrong is in the answer
});
if (status !== 200 || answer.error) { // HTTP errors and the algorithm's own
  console.error(answer.error?.message ?? answer);
  process.exit(1);
}
console.log(JSON.stringify(answer.result, null, 2));
