package callback_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"telex/messaging/callback"
)

// A program that wants to know what became of its messages serves a Handler where the
// application's callback addresses point to.
func Example() {
	handler, err := callback.New(callback.Config{
		Pairs: []callback.Pair{{User: "bandwidth", Password: "correct horse"}},
		Receive: func(_ context.Context, events []callback.Event) error {
			for _, e := range events {
				switch {
				case e.Type == callback.MessageReceived:
					fmt.Printf("%s wrote %q\n", e.Message.From, e.Message.Text)
				case e.ErrorCode != 0:
					fmt.Printf("%s to %s: error %d\n", e.Message.ID, e.To, e.ErrorCode)
				default:
					fmt.Printf("%s to %s: %s\n", e.Message.ID, e.To, e.Type.Status())
				}
			}
			return nil // only when they are on disk
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(handler) // a server of yours has http.Server.ReadHeaderTimeout set
	defer server.Close()

	// Bandwidth posts:
	post := func(body string) {
		request, _ := http.NewRequest(http.MethodPost, server.URL+"/callbacks", strings.NewReader(body))
		request.SetBasicAuth("bandwidth", "correct horse")
		client := http.Client{Timeout: 10 * time.Second}
		answer, err := client.Do(request)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer answer.Body.Close()
		fmt.Println(answer.Status)
	}
	post(`[{"type":"message-delivered","time":"2026-11-26T04:05:06.160744Z","to":"+19195550101",
		"message":{"id":"1476","direction":"out","from":"+12345678901","to":["+19195550101"]}}]`)
	post(`[{"type":"message-received","to":"+12345678901",
		"message":{"id":"1477","direction":"in","from":"+19195550101","to":["+12345678901"],"text":"Thanks!"}}]`)
	// Output:
	// 1476 to +19195550101: DELIVERED
	// 200 OK
	// +19195550101 wrote "Thanks!"
	// 200 OK
}
