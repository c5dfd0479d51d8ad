package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"
)

const url = "https://vitrine.example/v1/algo/nlp/GetSentiment/1.2.0"

const body = `{
  "quotes": "it's \"quoted\" and \u0060ticked\u0060, '''three''' \"\"\"three\"\"\"",
  "lines": "first\nsecond\r\n\tthird",
  "unicode": "Grüße, 你好, Ω, naïve café",
  "emoji": "👩\u200d💻 👍🏽",
  "backslashes": "C:\\new\\table \\\\server\\share \\u0041 ends in \\",
  "expansions": "$HOME ${HOME} $(id) \u0060id\u0060 #{1+1} #@x @{[1]} %s %d %PATH% !! ~ *",
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
}`

func main() {
	request, err := http.NewRequest("POST", url, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Authorization", "Simple "+os.Getenv("VITRINE_API_KEY"))
	request.Header.Set("Content-Type", "application/json")

	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()

	var answer struct {
		Result json.RawMessage
		Error  *struct{ Message string }
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		log.Fatal(err)
	}
	if answer.Error != nil { // HTTP errors and the algorithm's own
		log.Fatal(answer.Error.Message)
	}
	fmt.Println(string(answer.Result))
}
