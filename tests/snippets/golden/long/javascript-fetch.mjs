import { readFile } from "node:fs/promises";

const body = await readFile("body.json");

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
