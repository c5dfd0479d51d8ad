library(httr2)

body <- r"-([
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
])-"

response <- request("https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0") |>
  req_headers(Authorization = paste("Simple", Sys.getenv("VITRINE_API_KEY"))) |>
  req_body_raw(body, type = "application/json") |>
  req_timeout(30) |>
  req_error(is_error = \(response) FALSE) |> # what went wrong is in the answer
  req_perform()
text <- resp_body_string(response)
answer <- jsonlite::fromJSON(text, simplifyVector = FALSE)
if (!is.null(answer$error)) { # HTTP errors and the algorithm's own
  stop(answer$error$message)
}
cat(text, "\n")
