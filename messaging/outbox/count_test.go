package outbox

import (
	"maps"
	"testing"
)

// TestCounts: each message counts once, in the state it is in now.
func TestCounts(t *testing.T) {
	o := quick(t)
	want := func(want map[State]int) {
		t.Helper()
		got, err := o.Counts(t.Context())
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("Counts() = %v, %v, want %v", got, err, want)
		}
	}
	want(map[State]int{})
	begun(t, o, sms("one"))
	begun(t, o, sms("two"))
	want(map[State]int{Sending: 2})
}
