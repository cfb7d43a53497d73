package words

import (
	"testing"
	"time"

	"telex/messaging/outbox"
)

// TestRepeat: only what is over was some time ago.
func TestRepeat(t *testing.T) {
	for state, want := range map[outbox.State]string{
		outbox.Scheduled: "+19195551212 is about to get this (message 7, scheduled)",
		outbox.Queued:    "+19195551212 is about to get this (message 7, queued)",
		outbox.Accepted:  "+19195551212 was sent this 5 minutes ago (message 7, accepted)",
		outbox.Unknown:   "+19195551212 may have got this 5 minutes ago (message 7, unknown)",
	} {
		r := outbox.Repeat{Recipient: "+19195551212", Ago: 5 * time.Minute, Entry: outbox.Entry{ID: 7, State: state}}
		if got := Repeat(r, nil); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	r := outbox.Repeat{Recipient: "+19195551212", Ago: -72 * time.Hour, Entry: outbox.Entry{ID: 7, State: outbox.Accepted}}
	if got, want := Repeat(r, nil), "+19195551212 was sent this at a time 3 days ahead, by a wrong clock (message 7, accepted)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
