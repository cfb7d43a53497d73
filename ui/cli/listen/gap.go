package listen

import (
	"context"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/text"
)

const (
	// gapMargin is how far the clocks of this machine and of Bandwidth may be apart.
	gapMargin = time.Minute
	// listed is how far back Bandwidth lists messages.
	listed = 14 * 24 * time.Hour
	// mostMissed is how many messages are looked up, which is the most that the API lists.
	mostMissed = 10_000
	// mostNamed is how many writers are named.
	mostNamed = 5
)

// gap is since when nobody has looked up what came in; zero for never.
func (l *Listener) gap(ctx context.Context) (time.Time, error) {
	if l.Sandbox {
		return time.Time{}, nil // the sandbox within telex has forgotten what came in
	}
	since, err := l.o.Gap(ctx, l.by)
	if err != nil { // nothing can be written now, which is no reason not to look it up
		return l.o.Heard(ctx, l.by)
	}
	return since, nil
}

// checkGap looks up what came in since a listener heard something last, records it, and
// says so. Of the texts Bandwidth keeps none. It goes on trying for a while if there is
// no connection yet, as on a machine that starts; what it does not get to, the next start
// looks up. It is given what gap returned.
func (l *Listener) checkGap(ctx context.Context, since time.Time, err error) {
	began := l.Now()
	if err == nil && since.IsZero() {
		return // nobody ever listened: nothing says what is missing
	}
	for i, pause := range []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 0} {
		if err == nil {
			err = l.lookUp(ctx, since, began)
		}
		if err == nil || ctx.Err() != nil {
			return
		}
		code := say.CodeOf(err)
		again := pause > 0 && (code == say.ExitUnsent || code == say.ExitLimited || code == say.ExitUnknown)
		if i == 0 || !again {
			l.notes.Warn("what came in while nobody listened cannot be looked up", err)
		}
		if !again {
			return
		}
		select {
		case <-time.After(pause):
			err = nil
		case <-ctx.Done():
			return
		}
	}
}

// lookUp looks up what came in between two times.
func (l *Listener) lookUp(ctx context.Context, since, until time.Time) error {
	link, err := l.link(ctx)
	if err != nil {
		return err
	}
	defer link.Close()
	since = since.Add(-gapMargin)
	if oldest := until.Add(-listed); since.Before(oldest) {
		since = oldest
	}
	var records []messaging.Record
	for r, err := range link.Messages(ctx, messaging.Query{Direction: "INBOUND", From: since, To: until, Limit: 1000}) {
		if err != nil {
			return err
		}
		if records = append(records, r); len(records) == mostMissed {
			break
		}
	}
	missed, err := l.o.Missed(ctx, l.by, records)
	if err != nil {
		return err
	}
	l.sayMissed(missed)
	return l.o.CloseGap(ctx, l.by)
}

// sayMissed names who wrote while nobody listened.
func (l *Listener) sayMissed(missed []outbox.Entry) {
	if len(missed) == 0 {
		return
	}
	var from []string
	seen := map[string]bool{}
	for _, e := range missed {
		if writer := e.Message.From; !seen[writer] {
			seen[writer] = true
			from = append(from, writer)
		}
	}
	named := strings.Join(from[:min(len(from), mostNamed)], ", ")
	if more := len(from) - mostNamed; more > 0 {
		named += " and " + text.Count(more, "other")
	}
	l.say("listen: %s came while nobody listened, from %s", text.Count(len(missed), "message"), named)
	l.say("  Bandwidth keeps no texts; it posts what nobody took again, but for 24 hours only")
}
