package ui

import (
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
		want(t, d.say("send"), "Sending to "+five[1], "On its way", "What next? (delivery, edit, new, quit)")
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

// TestPlainDelivery: delivery asks of each message and says what became of it and, of one
// that failed, why and what to do. It sends nothing, and can be asked again.
func TestPlainDelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := withOutbox(t, sandboxDeps(t), outbox.Options{})
		d := startPlain(t, deps)
		want(t, d.say(append(written("Hello", "+12345678902", "+19995554720"), "send")...), "message     2", "(delivery, edit, new, quit)")
		<-time.After(time.Minute)
		code, _ := messaging.ExplainCode(4720)
		for range 2 {
			got := d.say("delivery")
			want(t, got, "Message 1: Delivered", "Message 2: Not delivered", ", asked at 00:01:",
				"Delivery error: 4720: "+code.Meaning, "Next: "+code.Advice, "What next?")
			if n := strings.Count(got, "Delivery error"); n != 1 {
				t.Errorf("got %d errors told, want that of message 2:\n%s", n, got)
			}
		}
		d.say("quit")
		if err := d.end(); err != nil {
			t.Error(err)
		}
		o, err := deps.OpenOutbox(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = o.Close() }()
		if rows := rowsOf(t, o); len(rows) != 2 || rows[0].State != outbox.Failed || rows[1].State != outbox.Delivered {
			t.Errorf("got rows %+v, want what was found, and nothing sent again", rows)
		}
	})
}

// What is no sender does not become the default, which enter would keep.
func TestPlainFromIsANumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{})
		d := startPlain(t, deps)
		got := d.say("?")
		want(t, got, "Problem: From: not a number, short code or sender id", "From [+19195550100]")
		got = d.say("+19195550999")
		want(t, got, "Warning: From: not one of this account's numbers", "Send from +19195550999 anyway? (y/n)")
		want(t, d.say("n"), "From [+19195550100]")
		d.say("hello plain")
		want(t, d.say("n"), "From [+19195550100]")
		d.say("+19195550999")
		want(t, d.say("y"), "Text; end it with")
		d.say("Hi", ".", five[0], "", "")
		got = d.say("normal", "")
		if strings.Contains(got, "Problem") || strings.Contains(got, "Priority") {
			t.Errorf("got %q, want normal to be what is sent if no priority is given", got)
		}
		d.say("quit")
		if err := d.end(); err != nil {
			t.Error(err)
		}
	})
}

// TestPlainTooManyForAGroup: a group that cannot be is not to be chosen, and why is said.
func TestPlainTooManyForAGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
		d := startPlain(t, deps)
		got := d.say("", "Hello", ".", strings.ReplaceAll(strings.TrimSpace(manyNumbers(11)), "\n", ","), "", "", "", "")
		want(t, got, "No group message: at most 10 fit in it. Each of them gets an individual one.", "Review", "What next? (send,")
		if strings.Contains(got, "(group/individual)") {
			t.Errorf("got\n%s\nwant no choice between one and itself", got)
		}
		d.say("send")
		if s.calls() != 11 {
			t.Errorf("got %d messages, want 11", s.calls())
		}
		d.say("quit")
		_ = d.end()
	})
}
