library(httr2)

body <- r"-({
  "text": "The delivery was late, but support was lovely.",
  "language": "auto"
})-"

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
