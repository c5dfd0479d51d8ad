library(httr2)

body <- r"-({
  "quotes": "it's \"quoted\" and `ticked`, '''three''' \"\"\"three\"\"\"",
  "lines": "first\nsecond\r\n\tthird",
  "unicode": "Grüße, 你好, Ω, naïve café",
  "emoji": "👩\u200d💻 👍🏽",
  "backslashes": "C:\\new\\table \\\\server\\share \\u0041 ends in \\",
  "expansions": "$HOME ${HOME} $(id) `id` #{1+1} #@x @{[1]} %s %d %PATH% !! ~ *",
  "templates": "{{ 7 }} {% now %} <% x %> {# note #}",
  "markup": "</script><!-- --> & &amp; <b>",
  "comments": "/* */ // -- # ; (* *) ??/ ??'",
  "nested": {
    "list": [
      1,
      [
        2,
        {
          "three": null
        }
      ],
      true,
      false
    ],
    "empty": [
      {},
      []
    ]
  }
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
