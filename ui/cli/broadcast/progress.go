package broadcast

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/text"
	"telex/ui/words"
)

// A progress tells how far a broadcast has come: once a second by a line that stays where it
// is on a terminal, and by one more line elsewhere, if something changed.
type progress struct {
	*sending
	id   int64
	stop context.CancelFunc
	done chan struct{}
	lost int // messages whose end could not be recorded; see told

	mu      sync.Mutex
	away    bool // nothing can be recorded for now
	hold    outbox.Hold
	history []mark // the last minute, oldest first
	last    string // what was said last
}

// A mark is how many had their turn by a time.
type mark struct {
	at   time.Time
	done int
}

// measured is over how long the rate is taken.
const measured = time.Minute

func newProgress(s *sending, id int64) *progress {
	return &progress{sending: s, id: id, done: make(chan struct{})}
}

// begin tells from now on, each second.
func (p *progress) begin(ctx context.Context) {
	ctx, p.stop = context.WithCancel(context.WithoutCancel(ctx))
	after := p.After
	if after == nil {
		after = time.After
	}
	go func() {
		defer close(p.done)
		for {
			p.show(ctx)
			select {
			case <-ctx.Done():
				return
			case <-after(time.Second):
			}
		}
	}()
}

// end stops telling, and takes the line away.
func (p *progress) end() {
	p.stop()
	<-p.done
	p.Output.Status("")
}

// told hears of somebody whose message ended, or who is left out at the turn.
func (p *progress) told(who outbox.Person, _ messaging.Message, r outbox.Result) {
	switch {
	case who.Skip != "":
		p.Output.Say("%s is left out: %s", who.Number, words.LeftOut(who.Skip, who.Note))
	case outbox.NotRecorded(r.Unrecorded):
		p.lost++
		p.Output.Say("warning: message %d to %s%s", r.ID, who.Number, Unrecorded(r))
	case r.Err != nil:
		what := words.Describe(r.Err)
		p.Output.Say("message %d to %s: %s: %s", r.ID, who.Number, what.Outcome, what.What)
	}
}

// Unrecorded says, behind a message, that how it ended is known and not in the outbox.
func Unrecorded(r outbox.Result) string {
	return " is " + messaging.OutcomeOf(r.Err).String() + ", but that could not be recorded; note it down"
}

// Lost says what it means that how some messages ended was told and could not be recorded.
func Lost(n int) string {
	return "how " + text.Count(n, "message") + " ended is not in the outbox, but said above: the next telex tells of it as unknown, and sends nothing of it again by itself"
}

// What is said of a broadcast of which nothing can be recorded for now.
const (
	WaitsToRecord = "sends nothing for now, for nothing can be recorded"
	RecordsAgain  = "goes on: what it sends can be recorded again"
)

// outage hears why nothing can be recorded for now, and by nil that this is over.
func (p *progress) outage(err error) {
	p.mu.Lock()
	before := p.away
	p.away = err != nil
	p.mu.Unlock()
	switch {
	case err == nil:
		p.Output.Say("broadcast %d %s", p.id, RecordsAgain)
	case !before:
		what, _, hint := say.Parts(err)
		p.Output.Say("broadcast %d %s: %s", p.id, WaitsToRecord, what)
		if hint != "" {
			p.Output.Say("  %s", hint)
		}
		p.Output.Say("  ctrl+c ends the waiting within seconds; pressed twice it ends telex at once")
	}
}

// isAway reports whether nothing can be recorded for now.
func (p *progress) isAway() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.away
}

// changed hears of the state and the hold of the broadcast.
func (p *progress) changed(r outbox.Run) {
	p.mu.Lock()
	held := p.hold
	p.hold = r.Hold
	p.mu.Unlock()
	switch {
	case r.Hold != held && !r.Due().IsZero():
		p.Output.Say("broadcast %d is %s", r.ID, words.RunState(r, p.Now().Location()))
	case r.Hold != held && r.Hold.Reason.Kind != "":
		p.Output.Say("broadcast %d waits until %s: %s", r.ID, r.Hold.Until.In(p.Now().Location()).Format("15:04:05"), r.Hold.Reason)
	case r.State == outbox.RunPaused || r.State == outbox.RunCancelled:
		p.Output.Say("broadcast %d is %s now", r.ID, words.RunState(r, p.Now().Location()))
	}
}

// show tells how far it is.
func (p *progress) show(ctx context.Context) {
	if p.isAway() {
		p.forget()
		p.Output.Status(fmt.Sprintf("broadcast %d %s", p.id, WaitsToRecord))
		return
	}
	c, err := p.o.RunCounts(ctx, p.id)
	if err != nil {
		p.forget()
		return // the end says what is wrong
	}
	waits := ""
	if c.Waiting > 0 && p.stands(c) {
		waits = cmp.Or(p.waits(ctx), answers(c))
	}
	line := p.line(c, waits)
	if p.Output.Status(line) || line == p.last {
		return
	}
	p.last = line
	p.Output.Say("%s", line)
}

// stands reports whether nothing left lately.
func (p *progress) stands(c outbox.RunCounts) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.history)
	return n > 0 && p.history[max(n-3, 0)].done == c.People-c.Waiting
}

// answers says that it waits for those that are on their way; "" if none is.
func answers(c outbox.RunCounts) string {
	if n := c.States[outbox.Sending]; n > 0 {
		return "waits for " + text.Count(n, "answer")
	}
	return ""
}

// waits says for which time it waits.
func (p *progress) waits(ctx context.Context) string {
	p.mu.Lock()
	hold := p.hold
	p.mu.Unlock()
	now := p.Now()
	if hold.Until.After(now) {
		return "waits until " + hold.Until.In(now.Location()).Format("15:04:05")
	}
	next, err := p.o.RunPeople(ctx, p.id, outbox.PeopleFilter{State: outbox.Queued}, 0, 1)
	if err != nil || len(next) == 0 || !next[0].NotBefore.After(now) {
		return ""
	}
	at := next[0].NotBefore.In(now.Location())
	return "waits for the hours of people: " + words.Day(at, now) + " " + at.Format("15:04")
}

// barCells is how wide the bar is.
const barCells = 24

// line is how far it is: "[#####...] 120 of 1180, 4.9/s, 4 minutes left; 2 rejected".
func (p *progress) line(c outbox.RunCounts, waits string) string {
	done, of := c.People-c.Waiting, c.People
	for _, n := range c.Skipped {
		done, of = done-n, of-n
	}
	filled := 0
	if of > 0 {
		filled = done * barCells / of
	}
	said := fmt.Sprintf("[%s%s] %d of %d", strings.Repeat("#", filled), strings.Repeat(".", barCells-filled), done, of)
	rate := p.rate(c.People - c.Waiting)
	switch {
	case waits != "":
		said += ", " + waits
	case rate > 0 && c.Waiting > 0:
		said += fmt.Sprintf(", %.1f/s, %s left", rate, words.Age(seconds(float64(c.Waiting)/rate)))
	}
	for _, s := range []outbox.State{outbox.Unknown, outbox.Rejected, outbox.Failed, outbox.Unsent} {
		if n := c.States[s]; n > 0 {
			said += fmt.Sprintf("; %d %s", n, s)
		}
	}
	return said
}

// forget has the rate be that of what comes: what went before says nothing of it.
func (p *progress) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.history = nil
}

// rate is how many a second had their turn lately.
func (p *progress) rate(done int) float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.Now()
	p.history = append(p.history, mark{now, done})
	for len(p.history) > 2 && now.Sub(p.history[0].at) > measured {
		p.history = p.history[1:]
	}
	first := p.history[0]
	if took := now.Sub(first.at).Seconds(); took > 0 {
		return float64(done-first.done) / took
	}
	return 0
}
