package ui

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestPlainInputEnds: the end of the input is a failure if something typed did not go
// out, so that a script hears of it; of a message that was sent its outcome decides.
func TestPlainInputEnds(t *testing.T) {
	sample.Whole(t)
	lost := &messaging.Error{Op: "send message", Outcome: messaging.Unknown, Err: syscall.ECONNRESET}
	sent := func(n int, more ...string) []string {
		return append(append(written("Hello", five[:n]...), "send"), more...)
	}
	for name, tt := range map[string]struct {
		send  func(context.Context, messaging.Message) (*messaging.Receipt, error)
		lines []string
		want  []error // all that the error is; none: there is no error
	}{
		"at once":                   {accept, nil, []error{ErrInputEnded}},
		"before the text":           {accept, []string{""}, []error{ErrInputEnded}},
		"at the next one's From":    {accept, sent(1, "new"), []error{ErrInputEnded}},
		"in the text":               {accept, []string{"", "Hello"}, []error{ErrInputEnded}},
		"on Review":                 {accept, written("Hello", five[0]), []error{ErrInputEnded}},
		"after the send":            {accept, sent(1), nil},
		"after several":             {accept, sent(2), nil},
		"after a refusal":           {failing(five[0], badNumber), sent(1), []error{badNumber}},
		"after a refusal, on edit":  {failing(five[0], badNumber), sent(1, "edit"), []error{badNumber}},
		"after a change to that":    {failing(five[0], badNumber), sent(1, "edit", "tag", "x"), []error{ErrInputEnded}},
		"after one of several":      {failing(five[1], badNumber), sent(2), []error{badNumber}},
		"after the next began":      {accept, sent(1, "new", "", "More"), []error{ErrInputEnded}},
		"after quit":                {accept, append(written("Hello", five[0]), "quit"), nil},
		"not known":                 {failing(five[0], lost), sent(1), []error{lost}},
		"one of several not known":  {failing(five[1], lost), sent(3), []error{lost}},
		"not known, the next began": {failing(five[0], lost), sent(1, "new", "", "More"), []error{ErrInputEnded, lost}},
		"not known, then quit":      {failing(five[0], lost), sent(1, "quit"), []error{lost}},
		"a refusal, then quit":      {failing(five[0], badNumber), sent(1, "quit"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				deps, _ := withOutbox(t, testDeps(&fakeSender{send: tt.send}), outbox.Options{})
				d := startPlain(t, deps)
				d.say(tt.lines...)
				close(d.lines)
				err := d.end()
				if (err != nil) != (len(tt.want) > 0) {
					t.Errorf("got %v, want %v", err, tt.want)
				}
				for _, e := range []error{ErrInputEnded, badNumber, lost} {
					if errors.Is(err, e) != slices.Contains(tt.want, e) {
						t.Errorf("got %v, which is %v: %v", err, e, errors.Is(err, e))
					}
				}
			})
		})
	}
}

// TestPlainEndedWhileSending: a signal that ends telex in a send leaves an outcome that
// is unknown, and so does the program.
func TestPlainEndedWhileSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := withOutbox(t, testDeps(&fakeSender{send: hang}), outbox.Options{})
		d := startPlain(t, deps)
		d.say(append(written("Hello", five[0]), "send")...)
		d.ends <- syscall.SIGTERM
		wantUnknown(t, d.end())
	})
}

// TestPlainFoundIsKnown: an outcome that was found out is unknown no more.
func TestPlainFoundIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps := sandboxDeps(t)
		deps, _ = withOutbox(t, deps, outbox.Options{})
		d := startPlain(t, deps)
		want(t, d.say(append(written("Hello", "+19995550504"), "send")...), "We don't know yet")
		<-time.After(time.Minute)
		want(t, d.say("delivery"), "Found it – it was sent.")
		d.say("quit")
		if err := d.end(); err != nil {
			t.Errorf("got %v, want none: it was found", err)
		}
	})
}

// TestPlainCancel: ctrl+c while sending cancels, records the truth and goes on.
func TestPlainCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := withOutbox(t, testDeps(&fakeSender{send: hang}), outbox.Options{})
		d := startPlain(t, deps)
		d.say(written("Hello", five[:3]...)...)
		want(t, d.say("send"), "Sending to "+five[0]+"; ctrl+c stops")
		d.ends <- os.Interrupt
		synctest.Wait()
		want(t, d.out.take(), "We don't know yet", "Not sent: stopped before its turn", "What next?")
		d.say("quit")
		wantUnknown(t, d.end())
		o, err := deps.OpenOutbox(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = o.Close() }()
		rows := rowsOf(t, o)
		if len(rows) != 3 || rows[2].State != outbox.Unknown || rows[1].State != outbox.Unsent || rows[0].State != outbox.Unsent {
			t.Errorf("got rows %+v, want one unknown, two unsent", rows)
		}
	})
}

// wantUnknown demands an error that says that an outcome is unknown.
func wantUnknown(t *testing.T, err error) {
	t.Helper()
	if e, ok := errors.AsType[*OutcomeError](err); !ok || messaging.OutcomeOf(e.Errs[0]) != messaging.Unknown || !strings.Contains(err.Error(), "the outcome of 1 message is unknown") {
		t.Errorf("got %v, want that the outcome of 1 message is unknown", err)
	}
}
