// null_go BYTES: the least function with AWS's own library. It gives each event the same proxy answer, of so many bytes in all, without
// looking at it.
package main

import (
	"encoding/json"
	"log"
	"os"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
)

type answer struct {
	StatusCode int    `json:"statusCode"`
	Body       string `json:"body"`
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: null_go BYTES")
	}
	bytes, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	empty, err := json.Marshal(answer{StatusCode: 200})
	if err != nil || bytes < len(empty) {
		log.Fatal("no answer has so many bytes")
	}
	constant := answer{StatusCode: 200, Body: strings.Repeat("x", bytes-len(empty))}
	lambda.Start(func(json.RawMessage) (answer, error) { return constant, nil })
}
