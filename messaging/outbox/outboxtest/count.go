package outboxtest

import (
	"maps"
	"testing"

	"telex/messaging/outbox"
)

// testCounts: each message counts once, in the state it is in now.
func (on *suite) testCounts(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	want := func(want map[outbox.State]int) {
		t.Helper()
		got, err := o.Counts(t.Context())
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("Counts() = %v, %v, want %v", got, err, want)
		}
	}
	want(map[outbox.State]int{})
	begun(t, o, sms("one"))
	begun(t, o, sms("two"))
	want(map[outbox.State]int{outbox.Sending: 2})
}
