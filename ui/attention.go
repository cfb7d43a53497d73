package ui

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/terminal"
	"telex/ui/text"
)

// callsApart is the least time between two calls for what happens in the outbox: what comes
// meanwhile is told of in one, if nobody has looked by then.
const callsApart = time.Minute

// An attention knows whether the user looks at the terminal, as far as that tells, and what
// they are called for.
type attention struct {
	elsewhere bool     // the terminal said that it is not looked at
	way       string   // how they are called; "" or off for not at all
	seen      standing // of the outbox, when they were called or looked last
	rests     bool     // they were called less than callsApart ago
}

// callDue says that the user may be called again.
type callDue struct{}

// A standing is what of the outbox the user may be called for.
type standing struct {
	unread int // messages
	held   int // numbers that wait for a person's decision
	failed int // messages that were not delivered
	runs   runStates
}

// RunStates are the newest broadcasts.
type runStates struct {
	states map[int64]runState
	newest int64 // run of all, whether it is a broadcast or not; 0 for none
}

type runState struct {
	is  outbox.RunState
	why outbox.Reason
}

// mostRunsTold is how many of the newest runs are looked at for broadcasts that ended.
const mostRunsTold = 100

// readResults reads what became of messages and of broadcasts.
func (s *standing) readResults(ctx context.Context, store *outbox.Outbox) error {
	counts, err := store.Counts(ctx)
	if err != nil {
		return err
	}
	s.failed = counts[outbox.Failed]
	runs, err := store.NewestRuns(ctx, mostRunsTold)
	s.runs.states = map[int64]runState{}
	for _, r := range runs {
		s.runs.newest = max(s.runs.newest, r.ID)
		if len(r.Broadcast.Senders) > 0 { // else of messages that a console made
			s.runs.states[r.ID] = runState{r.State, r.Reason}
		}
	}
	return err
}

// calls reports whether the user wants to be called, and can be.
func (a *app) calls() bool {
	switch a.way {
	case terminal.Bell, terminal.Desktop, terminal.Urxvt:
		return true
	}
	return false
}

// mayCall reports whether the user is called, or may be once the terminal has said what it is.
func (a *app) mayCall() bool { return a.calls() || a.deps.Notify == terminal.ByName }

// askName asks the terminal what it is, if that decides how the user is called and is not
// known. Nothing waits for the answer.
func (a *app) askName() tea.Cmd {
	if a.deps.Notify != terminal.ByName || a.calls() || !terminal.SaysFocus(a.deps.Environ) {
		return nil
	}
	return tea.RequestTerminalVersion
}

// watch does what news of a batch asks for, and calls the user if the run ended while they
// look elsewhere.
func (a *app) watch(msg batchMessage) tea.Cmd {
	b := a.batch
	ran := b.running()
	cmd := a.onBatch(msg)
	if !a.calls() || !a.elsewhere || !ran || a.batch != b || b.running() { // one that was taken back never ran
		return cmd
	}
	words, urgent := "the sending of "+text.Count(len(b.results), "message")+" has ended", 0
	for i := range b.results {
		if b.results[i].urgency() > 0 {
			urgent++
		}
	}
	if urgent > 0 {
		words += fmt.Sprintf("; %d to look at", urgent)
	}
	return tea.Batch(cmd, a.call(words))
}

// look notes that the user looks at the terminal, or does not. Who comes back sees what
// there is.
func (a *app) look(elsewhere bool) {
	if a.elsewhere = elsewhere; !elsewhere {
		a.seen = a.standing
	}
}

// callFor calls the user for what happened in the outbox since they were called or looked,
// unless the page in front says that to somebody who looks at it.
func (a *app) callFor() tea.Cmd {
	if !a.calls() {
		a.seen = a.standing
		return nil
	}
	if a.rests {
		a.seen.unread, a.seen.held = min(a.seen.unread, a.unread), min(a.seen.held, a.held) // who read some can be called for more
		return nil
	}
	words := a.callWords()
	a.seen = a.standing
	if words == "" {
		return nil
	}
	a.rests = true
	return tea.Batch(a.call(words), tea.Tick(callsApart, func(time.Time) tea.Msg { return callDue{} }))
}

func (a *app) onCallDue() tea.Cmd {
	a.rests = false
	return a.callFor()
}

// callWords say what happened. They name nobody and repeat nothing that somebody wrote: the
// desktop may be locked, or in front of others.
func (a *app) callWords() string {
	was, now := a.seen, a.standing
	var parts []string
	unseen := func(on page.ID) bool { return a.elsewhere || a.page != on }
	if now.unread > was.unread && unseen(page.Conversations) {
		parts = append(parts, text.Count(now.unread, "new message"))
	}
	if now.held > was.held && unseen(page.Conversations) {
		parts = append(parts, text.Count(now.held, "number")+" to decide about")
	}
	if n := now.failed - was.failed; n > 0 && unseen(page.Response) && !was.runs.running() && !now.runs.running() {
		parts = append(parts, text.Count(n, "message")+" not delivered")
	}
	if unseen(page.Broadcasts) {
		parts = append(parts, now.runs.since(was.runs)...)
	}
	return strings.Join(parts, "; ")
}

// running reports whether a broadcast goes on, of which many messages may fail: its end
// tells of them.
func (s runStates) running() bool {
	for _, r := range s.states {
		if r.is == outbox.RunRunning {
			return true
		}
	}
	return false
}

// since says which broadcasts ended by themselves since they stood as they did.
func (s runStates) since(was runStates) (parts []string) {
	for _, id := range slices.Sorted(maps.Keys(s.states)) {
		r := s.states[id]
		before, known := was.states[id]
		switch {
		case !known && id <= was.newest, before.is == r.is:
		case r.is == outbox.RunDone:
			parts = append(parts, fmt.Sprintf("broadcast %d is done", id))
		case r.is == outbox.RunPaused && r.why.Kind != outbox.ReasonPerson:
			parts = append(parts, fmt.Sprintf("broadcast %d is paused: %s", id, r.why))
		}
	}
	return parts
}

// call calls the user.
func (a *app) call(words string) tea.Cmd {
	return tea.Raw(terminal.Notice(a.deps.Environ, a.way, a.theme.Shown(words)))
}
