package ui

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// TestPlainNew: new leaves what was written as a draft that the next telex offers, and
// what was accepted is written no more.
func TestPlainNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
		d := startPlain(t, deps)
		d.say(written("Not yet", five[0])...)
		want(t, d.say("new"), "What you wrote is kept as a draft.", "From [+19195550100]:")
		got := d.say(written("Hello", five[1])...)
		want(t, got, "Review", "To "+five[1], "Hello")
		want(t, d.say("send"), "Sending to "+five[1], "Accepted", "What next? (delivery, edit, new, quit)")
		got = d.say("new")
		want(t, got, "From [+19195550100]:")
		if strings.Contains(got, "kept as a draft") || strings.Contains(got, "Hello") {
			t.Errorf("got\n%s\nwant a new message, with nothing of the one that was accepted", got)
		}
		d.say(written("Bye", five[2])...)
		d.say("send")
		d.say("quit")
		if err := d.end(); err != nil {
			t.Error(err)
		}
		if s.calls() != 2 {
			t.Errorf("got %d sends, want two", s.calls())
		}
		o, err := deps.OpenOutbox(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = o.Close() }()
		drafts, err := o.Drafts(t.Context())
		if err != nil || len(drafts) != 1 || !strings.Contains(string(drafts[0].Body), "Not yet") {
			t.Errorf("got drafts %+v, %v, want the one that was left", drafts, err)
		}
	})
}

// TestPlainDelivery: delivery asks of each message, says what became of it and, of one
// that failed, why and what to do; asking that fails is told too, and sends nothing.
func TestPlainDelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		lister := &fakeLister{}
		deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
		deps.Link.Lister = lister
		d := startPlain(t, deps)
		d.say(written("Hello", five[0])...)
		d.say("send")
		lister.list = func(context.Context, messaging.Query) (*messaging.Page, error) {
			return nil, &messaging.Error{Op: "list messages", Outcome: messaging.Unsent, Err: context.DeadlineExceeded}
		}
		want(t, d.say("delivery"), "Problem: ", "What next?")
		lister.list = func(_ context.Context, q messaging.Query) (*messaging.Page, error) {
			return &messaging.Page{Total: 1, Records: []messaging.Record{{
				MessageID: q.MessageID, Source: "+19195550100", Destination: five[0], Status: messaging.StatusFailed, ErrorCode: 4720,
			}}}, nil
		}
		<-time.After(time.Minute)
		code, _ := messaging.ExplainCode(4720)
		want(t, d.say("delivery"), "Message 1: Failed: not delivered", ", asked at 00:01:", "Delivery error: 4720: "+code.Meaning, "Next: "+code.Advice, "What next?")
		if s.calls() != 1 || lister.calls() < 2 {
			t.Errorf("got %d sends and %d questions, want one send and a question each time", s.calls(), lister.calls())
		}
		d.say("quit")
		if err := d.end(); err != nil {
			t.Error(err)
		}
	})
}
