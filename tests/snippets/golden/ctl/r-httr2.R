library(httr2)

body <- r"-({
  "controls": "\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f\u0085\u009b\u00a0\u2028\u2029\ufeff\u202e\u2066\u200b\u00ad",
  "tag": "\udb40\udc41",
  "private": "\ue000",
  "unassigned": "\u0378"
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
