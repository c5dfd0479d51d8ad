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
  "controls": "\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f\u0085\u009b\u00a0\u2028\u2029\ufeff\u202e\u2066\u200b\u00ad",
  "tag": "\udb40\udc41",
  "private": "\ue000",
  "unassigned": "\u0378"
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
