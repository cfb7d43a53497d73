package words

import (
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// TestOptOut: each reason has its sentence, and nothing of what others wrote gets through
// as it is.
func TestOptOut(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	since := now.Add(-72 * time.Hour)
	for _, test := range []struct {
		out  outbox.OptOut
		want string
	}{
		{outbox.OptOut{By: outbox.OptedByKeyword, Words: "STOP"}, `opted out 3 days ago: they wrote "STOP"`},
		{outbox.OptOut{By: outbox.OptedByKeyword}, `opted out 3 days ago: they wrote STOP, or such`},
		{outbox.OptOut{By: outbox.OptedByCode, Code: 4775, Message: 12}, `opted out 3 days ago: message 12 failed with 4775`},
		{outbox.OptOut{By: outbox.OptedByPerson, Note: "by phone", Sender: "+19195550100"}, `opted out 3 days ago: a person entered it, about +19195550100 (by phone)`},
		{outbox.OptOut{By: outbox.OptedByImport}, `opted out 3 days ago: it was in a list`},
		{outbox.OptOut{By: outbox.OptedByPerson, User: outbox.User{Name: "root\x1b[31m", Host: "south"}, Tells: true}, `opted out 3 days ago: root␛[31m at south entered it`},
		{outbox.OptOut{By: outbox.OptedByImport, User: outbox.User{Name: "bea", Own: true}, Tells: true}, `opted out 3 days ago: it was in a list that bea entered`},
		{outbox.OptOut{By: outbox.HeldForWords, Held: true, Words: "take me\n\x1b[31moff " + strings.Repeat("x", 90)}, `held: 3 days ago they wrote "take me⏎␛[31moff xxx`},
		{outbox.OptOut{By: outbox.HeldForGap, Held: true}, `held: 3 days ago they wrote a text that nobody has read, which may be STOP`},
		{outbox.OptOut{By: outbox.HeldForStart, Held: true}, `held: 3 days ago they wrote START, as a callback without credentials says`},
		{outbox.OptOut{By: outbox.OptedByKeyword, Words: "STOP", Unproven: true}, `opted out 3 days ago: they wrote "STOP", as a callback without credentials says`},
		{outbox.OptOut{By: "later"}, `opted out 3 days ago: later`},
	} {
		test.out.Since = since
		got := OptOut(test.out, now)
		if !strings.HasPrefix(got, test.want) || len(got) > len(test.want)+90 || strings.ContainsAny(got, "\x1b\n") {
			t.Errorf("OptOut(%+v) = %q, want %q", test.out, got, test.want)
		}
	}
	both := []outbox.OptOut{{Number: "+1", Held: true}, {Number: "+2"}}
	for want, all := range map[string][]outbox.OptOut{
		"take who opted out off the recipients":                                                   both[1:],
		"held: telex optouts held release +1 lets texts go there, telex optouts add +1 ends them": both[:1],
		"take who opted out off the recipients; held: telex optouts held release +1 lets":         both,
	} {
		if got := NextForOptedOut(all, Shell{}); !strings.HasPrefix(got, want) {
			t.Errorf("NextForOptedOut(%+v) = %q, want %q", all, got, want)
		}
	}
	want := "held: telex optouts held release +1 --sandbox lets texts go there, telex optouts add +1 --sandbox ends them"
	if got := NextForOptedOut(both[:1], Shell{Sandbox: true}); got != want {
		t.Errorf("in the sandbox: %q, want %q", got, want)
	}
}

// TestDescribeOptedOut: what is to be done about who opted out between the recording of a
// message and its turn is a command for the outbox that it is in.
func TestDescribeOptedOut(t *testing.T) {
	held := &outbox.OptOutError{OptOuts: []outbox.OptOut{{Number: "+12345678902", Held: true}}}
	got := DescribeIn(&messaging.Error{Outcome: messaging.Unsent, Err: held}, Shell{Sandbox: true})
	if want := "telex optouts held release +12345678902 --sandbox lets texts go there"; !strings.Contains(got.Next, want) {
		t.Errorf("got %q, want %q", got.Next, want)
	}
}
