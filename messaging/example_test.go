package messaging_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/sandbox"
)

// account is where the examples send: the sandbox, which answers as Bandwidth does and
// sends nothing. Leave out the base URL, and the last argument of OAuth empty, and it is
// Bandwidth. What is started ends with ctx.
func account(ctx context.Context, options ...messaging.Option) *messaging.Client {
	start := time.Now()
	quick := func() time.Time { return start.Add(100 * time.Since(start)) } // deliveries take no 3 s here
	box, err := sandbox.New(ctx, sandbox.Config{Now: quick})
	if err != nil {
		panic(err)
	}
	api, err := box.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	tokens := strings.TrimSuffix(api.BaseURL, sandbox.BasePath) + sandbox.TokenPath
	auth, err := messaging.OAuth(sandbox.DefaultClientID, sandbox.DefaultClientSecret, tokens)
	if err != nil {
		panic(err)
	}
	client, err := messaging.New(sandbox.DefaultAccountID, auth, append(options, messaging.WithBaseURL(api.BaseURL))...)
	if err != nil {
		panic(err)
	}
	return client
}

// reminder is a message that the sandbox takes.
func reminder(to ...string) messaging.Message {
	return messaging.Message{
		From: sandbox.DefaultNumber, To: to, Text: "Your table is ready", ApplicationID: sandbox.DefaultApplicationID,
	}
}

// A whole program: credentials by OAuth, one message, and what its outcome allows next.
func Example() {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	box, err := sandbox.New(ctx, sandbox.Config{}) // in place of Bandwidth
	if err != nil {
		fmt.Println(err)
		return
	}
	defer box.Close()
	api, err := box.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}

	// At Bandwidth the last argument is "", and New has no options.
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
	receipt, err := client.Send(ctx, messaging.Message{
		From:          "+12345678901",
		To:            []string{"+19195550101"},
		Text:          "Your table is ready",
		ApplicationID: "93de2206-9669-4e07-948d-329f4b722ee2",
	})
	switch messaging.OutcomeOf(err) {
	case messaging.Accepted:
		fmt.Println("accepted:", receipt.To, receipt.SegmentCount)
	case messaging.Rejected, messaging.Unsent:
		fmt.Println("not sent, and it may be sent again:", err)
	case messaging.Unknown:
		fmt.Println("it may have been sent: look before you send it again:", err)
	}
	// Output: accepted: [+19195550101] 1
}

// The outcome decides what may be done next: only an unknown one needs care. These
// recipients have the sandbox refuse a message, and answer as a gateway does.
func ExampleOutcomeOf() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	client := account(ctx)
	for _, to := range []string{"+19995550400", "+19995550502"} {
		_, err := client.Send(ctx, reminder(to))
		fmt.Println(messaging.OutcomeOf(err))
		if e, ok := errors.AsType[*messaging.Error](err); ok {
			fmt.Println(e.Status, e.Type)
		}
	}
	// Output:
	// rejected
	// 400 request-validation
	// unknown
	// 502
}

// What became of a message, when all that can be known of it is.
func ExampleClient_WaitFinal() {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	client := account(ctx)
	for _, to := range []string{"+19195550101", "+19995554720"} {
		receipt, err := client.Send(ctx, reminder(to))
		if err != nil {
			fmt.Println(err)
			return
		}
		records, err := client.WaitFinal(ctx, receipt.ID, messaging.Wait{FirstPause: 20 * time.Millisecond})
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, r := range records {
			fmt.Println(r.Destination, r.Status, r.ErrorCode)
		}
	}
	// Output:
	// +19195550101 DELIVERED 0
	// +19995554720 FAILED 4720
}

// A list of any length, page by page as it is gone through.
func ExampleClient_Messages() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	client := account(ctx)
	for _, to := range []string{"+19195550101", "+19195550102", "+19195550103"} {
		if _, err := client.Send(ctx, reminder(to)); err != nil {
			fmt.Println(err)
			return
		}
	}
	count := 0
	for record, err := range client.Messages(ctx, messaging.Query{Direction: "OUTBOUND", Limit: 2}) { // two a page
		if err != nil {
			fmt.Println(err)
			return
		}
		count++
		if record.Received().IsZero() {
			fmt.Println("no time:", record.ReceiveTime)
		}
	}
	fmt.Println(count, "messages")
	_, err := client.Message(ctx, "no-such-id")
	fmt.Println(errors.Is(err, messaging.ErrNotFound))
	// Output:
	// 3 messages
	// true
}

// A picture: uploaded once, and sent by its address.
func ExampleClient_Upload() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	client := account(ctx)
	png := []byte("\x89PNG\r\n\x1a\n…")
	if err := client.Upload(ctx, "table/ready.png", "image/png", png); err != nil {
		fmt.Println(err)
		return
	}
	m := reminder("+19195550101")
	m.Media = []string{client.MediaURL("table/ready.png")}
	receipt, err := client.Send(ctx, m)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(receipt.Media), "picture")
	// Output: 1 picture
}

// Tries, for a log or for metrics, and how many there are. Neither changes what is known of
// the message.
func ExampleWithTries() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	client := account(ctx,
		messaging.WithTries(func(op string, try messaging.Attempt) {
			fmt.Println(op, try.Status, "paused:", try.Waited > 0)
		}),
		messaging.WithRetries(messaging.Retries{Refused: 3, FirstPause: 10 * time.Millisecond}))
	_, err := client.Send(ctx, reminder("+19995550503")) // the sandbox is in trouble, in the API's words
	fmt.Println(messaging.OutcomeOf(err))
	// Output:
	// get access token 200 paused: false
	// send message 503 paused: true
	// send message 503 paused: true
	// send message 503 paused: false
	// rejected
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
