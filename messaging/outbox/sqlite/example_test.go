package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite"
	"telex/messaging/sandbox"
)

// A whole program that keeps a record: each message is on disk before its request leaves,
// and its outcome before anybody is told.
func Example() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	box, err := sandbox.New(ctx, sandbox.Config{}) // in place of Bandwidth
	if err != nil {
		fmt.Println(err)
		return
	}
	api, err := box.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	auth, err := messaging.OAuth("sandbox", "sandbox", strings.TrimSuffix(api.BaseURL, sandbox.BasePath)+sandbox.TokenPath)
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := messaging.New("9900000", auth, messaging.WithBaseURL(api.BaseURL))
	if err != nil {
		fmt.Println(err)
		return
	}

	folder, err := os.MkdirTemp("", "outbox")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(folder) }()
	o, err := outbox.Open(ctx, sqlite.At(filepath.Join(folder, "outbox.db")), outbox.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = o.Close() }()

	message := messaging.Message{
		From: "+12345678901", Text: "Your table is ready", ApplicationID: "93de2206-9669-4e07-948d-329f4b722ee2",
	}
	first, second := message, message
	first.To, second.To = []string{"+19195550101"}, []string{"+19995550504"} // to the latter the sandbox answers as a gateway does
	batch, err := o.Plan(ctx, client, outbox.Plan{
		By:       outbox.By{AccountID: client.Account(), BaseURL: client.BaseURL()},
		Messages: []messaging.Message{first, second},
	})
	if err != nil {
		fmt.Println(err) // nothing is sent: somebody opted out, or has this text already
		return
	}
	for i := range batch.IDs() {
		if r := batch.Send(ctx, i); r.Unrecorded != nil {
			fmt.Println(r.Unrecorded)
		}
	}

	// What the next process reads, too.
	entries, err := o.List(ctx, outbox.Filter{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range entries {
		fmt.Println(e.Message.To[0], e.State)
	}
	// Output:
	// +19995550504 unknown
	// +19195550101 accepted
}
