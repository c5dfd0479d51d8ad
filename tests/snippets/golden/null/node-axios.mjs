import axios from "axios";

const body = JSON.stringify(null);

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
