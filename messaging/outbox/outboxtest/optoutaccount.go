package outboxtest

import (
	"testing"
	"time"

	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testOptOutOfAnotherAccount: what somebody writes to one account decides nothing about
// another: neither whether a START to it counts, nor what its conversations are marked with.
func (on *suite) testOptOutOfAnotherAccount(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	c.Advance(time.Hour)
	other := outbox.By{Profile: "other", AccountID: "9911111"}
	say := func(by outbox.By, id, text string, after time.Duration, trust callback.Trust) {
		t.Helper()
		v := sample.Came(id, sample.Alice, text)
		if by == other {
			v.To, v.Message.To, v.Message.Owner = ownToo, []string{ownToo}, ownToo
		}
		v.Trust, v.Message.Time = trust, sample.Noon.Add(after)
		_, err := o.Receive(t.Context(), by, []callback.Event{v})
		sample.Must(t, err)
	}
	say(other, "a word", "hello", 0, callback.Trusted)
	say(ours, "stop", "STOP", time.Minute, callback.Trusted)
	threads, err := o.Threads(t.Context(), outbox.ThreadFilter{})
	if err != nil || len(threads) != 2 || !threads[0].OptedOut || threads[1].OptedOut {
		t.Errorf("the conversations are %+v, %v, want the one of the account that got STOP marked", threads, err)
	}
	say(other, "stop too", "STOP", 2*time.Minute, callback.Trusted)
	say(other, "forged", "START", 3*time.Minute, callback.Untrusted)
	say(other, "stop again", "STOP", 5*time.Minute, callback.Trusted)
	want(t, "the ledger", ledgerOf(t, o), sample.Alice+" keyword", sample.Alice+" keyword", sample.Alice+" start")
	say(ours, "start", "START", 4*time.Minute, callback.Trusted)
	want(t, "after START to the first", ledgerOf(t, o), sample.Alice+" keyword", sample.Alice+" start")
	want(t, "refused", refused(t, o, sample.SMS("hi")))
}
