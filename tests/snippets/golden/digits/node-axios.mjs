import axios from "axios";

// JSON text: a JavaScript value would not be sent exactly like this.
const body = String.raw`{
  "price": 1.50,
  "minus_zero": -0,
  "long": 0.1000000000000000055511151231257827,
  "exponent": 1E5,
  "large": 1e22,
  "tiny": 5e-324
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
