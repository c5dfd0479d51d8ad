library(httr2)

body <- r"-({
  "price": 1.50,
  "minus_zero": -0,
  "long": 0.1000000000000000055511151231257827,
  "exponent": 1E5,
  "large": 1e22,
  "tiny": 5e-324
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
