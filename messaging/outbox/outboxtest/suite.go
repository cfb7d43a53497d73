// Package outboxtest judges engines: whatever database an outbox is kept in, its rules
// are the same.
package outboxtest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// A Host is what the processes run on that share one outbox. Each Open is that of another
// process.
type Host interface {
	outbox.Place
	// Kill ends the use of an engine as the death of its process does: nothing is settled,
	// nothing that comes later reaches the database, and others see that it is over.
	Kill(e outbox.Engine)
	// Sound says what is wrong with the database by its own means; nil if nothing is.
	Sound(ctx context.Context, e outbox.Engine) error
}

// A suite is the tests of one kind of engine.
type suite struct {
	host func(t testing.TB) Host
}

// Run judges an engine by all rules of the outbox. Each call of host is a new place
// without an outbox, or with one that nobody has used; it is there until its test ends. The options that a test does not
// choose itself are those of most; see [outbox.Options].
func Run(t *testing.T, host func(t testing.TB) Host) {
	for _, r := range (&suite{host}).rules() {
		t.Run(r.name, r.do)
	}
}

// RunPart judges an engine by some of the rules, of each kind those that cost little: for
// rounds that are to be quick, where another one has all of them.
func RunPart(t *testing.T, host func(t testing.TB) Host) {
	left := map[string]bool{}
	for name := range strings.FieldsSeq(part) {
		left[name] = true
	}
	for _, r := range (&suite{host}).rules() {
		if left[r.name] {
			delete(left, r.name)
			t.Run(r.name, r.do)
		}
	}
	for name := range left {
		t.Errorf("there is no rule %s, which is to be tried", name)
	}
}

// rules are all of them.
func (on *suite) rules() []rule {
	return slices.Concat(
		on.messages(), on.drafts(), on.repeats(), on.lists(), on.checks(), on.sending(), on.parallel(), on.runs(), on.hearing(), on.ledger(), on.asking(), on.contacts(), on.folds(),
		on.broadcasts(), on.broadcastDrains(), on.broadcastDeaths(), on.broadcastHolds(), on.broadcastKeeping(), on.working(),
		on.later(),
		on.broadcastLater(), on.marking(),
	)
}

// place is where the outbox of a test is.
func (on *suite) place(t testing.TB) Host {
	t.Helper()
	return on.host(t)
}

// A process is an outbox as one process has it open.
type process struct {
	*outbox.Outbox
	engine outbox.Engine
	host   Host
	dead   bool
}

// A seen host notes the engine of its opening.
type seen struct {
	Host
	engine outbox.Engine
}

func (s *seen) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	e, err := s.Host.Open(ctx, o)
	if s.engine == nil { // later ones are those of heirs
		s.engine = e
	}
	return e, err
}

// open opens the outbox of another process.
func (on *suite) open(ctx context.Context, at Host, options outbox.Options) (*process, error) {
	noted := &seen{Host: at}
	o, err := outbox.Open(ctx, noted, options)
	if err != nil {
		return nil, err
	}
	return &process{Outbox: o, engine: noted.engine, host: at}, nil
}

// opened is an outbox that is closed at the end of the test.
func (on *suite) opened(t testing.TB, at Host, options outbox.Options) *process {
	t.Helper()
	o, err := on.open(t.Context(), at, options)
	if err != nil {
		t.Fatalf("Open(%s) = %v, want an outbox", at, err)
	}
	t.Cleanup(func() {
		if o.dead {
			return
		}
		if err := o.Close(); err != nil {
			t.Errorf("Close() = %v, want nil", err)
		}
	})
	return o
}

// crash ends the use of an outbox as the death of its process does.
func (p *process) crash() {
	if !p.dead {
		p.host.Kill(p.engine)
	}
	p.dead = true
}

// sound checks the database and that nothing hangs in the air.
func sound(t testing.TB, o *process) {
	t.Helper()
	if err := o.host.Sound(t.Context(), o.engine); err != nil {
		t.Error(err)
	}
	sample.WantWhole(t, o.engine)
}
