package broadcast

import (
	"strings"
	"testing"
	"time"

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
