import axios from "axios";

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
