package outboxtest

import (
	"maps"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
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
	sample.Begun(t, o.Outbox, sample.SMS("one"))
	sample.Begun(t, o.Outbox, sample.SMS("two"))
	want(map[outbox.State]int{outbox.Sending: 2})
}
