package broadcast

import (
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// TestRateBehindOutage: while nothing can be recorded nothing is said of a rate, and behind that
// it is the one of what leaves then, as if the time between had not been.
func TestRateBehindOutage(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	out := clitest.NewPaper()
	p := newProgress(&sending{Options: Options{World: &who.World{Home: who.Home{Now: func() time.Time { return now }, Output: say.NewPrinter(out, out)}}}}, 1)
	line := func(waiting int) string {
		return p.line(outbox.RunCounts{People: 1000, Waiting: waiting}, "")
	}
	want := func(line, rate string) {
		t.Helper()
		if has := strings.Contains(line, "/s"); has != (rate != "") || !strings.Contains(line, rate) {
			t.Errorf("got %q, want the rate %q", line, rate)
		}
	}
	want(line(1000), "")
	now = now.Add(time.Second)
	want(line(980), "20.0/s")
	p.outage(outbox.ErrUnreachable)
	p.show(t.Context())
	now = now.Add(30 * time.Second)
	p.outage(nil)
	want(line(979), "")
	now = now.Add(time.Second)
	want(line(960), "19.0/s")
}

// TestLost: how a message ended that could not be recorded is said with what that means.
func TestLost(t *testing.T) {
	t.Parallel()
	out := clitest.NewPaper()
	p := newProgress(&sending{Options: Options{World: &who.World{Home: who.Home{Now: time.Now, Output: say.NewPrinter(out, out)}}}}, 1)
	away := &outbox.Error{Op: "record what became of the message", Path: "postgres://ana@db/telex", Err: outbox.ErrUnreachable}
	p.told(outbox.Person{Number: "+12345678902"}, messaging.Message{}, outbox.Result{ID: 7, Unrecorded: away})
	p.told(outbox.Person{Number: "+12345678903"}, messaging.Message{}, outbox.Result{ID: 8})
	const want = "warning: message 7 to +12345678902 is accepted, but that could not be recorded; note it down\n"
	if got := out.String(); got != want || p.lost != 1 {
		t.Errorf("got %q and %d, want %q and 1", got, p.lost, want)
	}
	if got := Lost(p.lost); !strings.Contains(got, "how 1 message ended is not in the outbox") || !strings.Contains(got, "the next telex tells of it as unknown") {
		t.Errorf("got %q", got)
	}
}
