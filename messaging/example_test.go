package messaging_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"telex/messaging"
)

// fake answers as the API does, for the examples.
func fake(status int, body string) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
}

func Example() {
	api := fake(http.StatusAccepted, `{"id":"14762070468292kw2fuqty55yp2b2","segmentCount":1}`)
	defer api.Close()

	auth := messaging.Basic("user", "password")
	client, err := messaging.New("9900000", auth, messaging.WithBaseURL(api.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	receipt, err := client.Send(context.Background(), messaging.Message{
		From:          "+12345678901",
		To:            []string{"+12345678902"},
		Text:          "Hey, check this out!",
		ApplicationID: "93de2206-9669-4e07-948d-329f4b722ee2",
	})
	if err != nil {
		fmt.Println(messaging.OutcomeOf(err), err)
		return
	}
	fmt.Println(receipt.ID, receipt.SegmentCount)
	// Output: 14762070468292kw2fuqty55yp2b2 1
}

// The outcome decides what may be done next: only an unknown one needs care.
func ExampleOutcomeOf() {
	message := messaging.Message{
		From: "+12345678901", To: []string{"+12345678902"}, Text: "Hello",
		ApplicationID: "93de2206-9669-4e07-948d-329f4b722ee2",
	}
	for _, api := range []*httptest.Server{
		fake(http.StatusBadRequest, `{"type":"request-validation","description":"'from' is not yours"}`),
		fake(http.StatusBadGateway, `<html>Bad gateway</html>`),
	} {
		client, err := messaging.New("9900000", messaging.Basic("user", "password"), messaging.WithBaseURL(api.URL))
		if err != nil {
			fmt.Println(err)
			return
		}
		_, err = client.Send(context.Background(), message)
		fmt.Println(messaging.OutcomeOf(err))
		if e, ok := errors.AsType[*messaging.Error](err); ok {
			fmt.Println(e.Status, e.Type)
		}
		api.Close()
	}
	// Output:
	// rejected
	// 400 request-validation
	// unknown
	// 502
}

func ExampleMessage_Problems() {
	m := messaging.Message{From: "TELEX", To: []string{"9195551212"}, Text: "Hello"}
	for _, p := range m.Problems(time.Now()) {
		fmt.Println(p.Field, p.Index)
	}
	// Output:
	// to 0
	// applicationId -1
}

func ExampleEscapeJSON() {
	fmt.Println(messaging.EscapeJSON([]byte("{\"text\":\"\u202emoc.elgoog\"}")))
	// Output: {"text":"\u202emoc.elgoog"}
}
