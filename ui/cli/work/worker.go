package work

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/broadcast"
	"telex/ui/cli/listen"
	"telex/ui/cli/say"
	"telex/ui/cli/service"
)

const (
	// seldom is how often a worker with nothing to do looks about itself where the system
	// tells of what others write, and often where it does not.
	seldom, often = 10 * time.Minute, 10 * time.Second
	// longest is how long a worker sleeps at most while something is due later: a machine
	// that is asleep meanwhile makes no clock go on.
	longest = time.Minute
	// commits is how long after it was told of a write a worker looks: what was written is
	// not committed yet. It looks once more, later, for a commit that takes its time.
	commits = 500 * time.Millisecond
	// renews is how often a worker that does something says so.
	renews = 20 * time.Second
	// standsBy is how often one that waits for another worker's end looks.
	standsBy = 10 * time.Second
	// lineTime is for the lines that are not printed yet at the end.
	lineTime = 2 * time.Second
)

// What is under way, or fails, has a name. Of those that there are several of, this is how it
// begins.
const (
	listening = "listen"
	recording = "outbox"
	asking    = "ask "
)

// A worker is telex work at work. All but the printing belongs to the goroutine of its loop.
type worker struct {
	Options
	flags
	o        *outbox.Outbox
	lines    *say.Feed  // of what was done
	notes    *say.Notes // of what is for people
	accounts accounts

	held    bool      // the work is this worker's
	waiting bool      // it was said that another one has it
	renewed time.Time // when that was said to others last
	version int64     // of the outbox, when it was looked at last

	under  map[string]bool // what is under way, by its name
	ended  chan func()     // what is to be done when something of that ended
	off    map[string]held // what is not tried for now, by its name
	runs   map[int64]resting
	askers map[string]*outbox.Asker
	missed map[int64]bool // that was seen
	began  time.Time
	told   sync.Map // what was said of a broadcast last, by its id

	code say.Code     // of the worst that happened
	lost atomic.Int32 // messages whose end could not be recorded
}

// A held thing failed, and is tried again.
type held struct {
	until time.Time
	tries int
	said  string
}

// newWorker is one of a telex that began at a time.
func newWorker(with Options, f flags, o *outbox.Outbox, began time.Time) *worker {
	return &worker{
		Options: with, flags: f, o: o, accounts: accounts{World: with.World, sandbox: f.sandbox},
		under: map[string]bool{}, ended: make(chan func()), off: map[string]held{}, runs: map[int64]resting{}, askers: map[string]*outbox.Asker{},
		missed: map[int64]bool{}, began: began.Truncate(time.Microsecond),
	}
}

// run works until ctx ends, or nothing is due if it is for once, and lets what is under way
// end.
func (w *worker) run(ctx context.Context, ear *listen.Listener) (err error) {
	w.notes = w.Output.Notes()
	w.lines = w.feed()
	defer func() {
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), lineTime)
		defer cancel()
		w.lines.End(within.Done())
		if !w.once {
			w.say("work: stopped")
		}
		w.notes.End(within.Done())
	}()
	defer w.accounts.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	changes := w.Changes(ctx, w.sandbox)
	if !w.once {
		w.say("work: recording into %s; stop it with ctrl+c", w.o.Path())
		if ear == nil { // which tells that by itself
			w.tell(ctx, service.Ready+"\nSTATUS=working")
		}
	}
	if ear != nil {
		w.begin(ctx, listening, func(ctx context.Context) func() {
			failed := ear.Run(ctx, w.o)
			return func() {
				if failed != nil {
					err = failed
				}
				cancel()
			}
		})
	}
	looped := w.loop(ctx, changes)
	if ctx.Err() != nil {
		looped = nil // what failed then was to end
	}
	cancel()
	w.tell(context.WithoutCancel(ctx), service.Stopping)
	for len(w.under) > 0 {
		(<-w.ended)()
	}
	if n := w.lost.Load(); n > 0 {
		w.say("warning: %s", broadcast.Lost(int(n)))
	}
	if w.held {
		looped = errors.Join(looped, w.o.LeaveWork(context.WithoutCancel(ctx)))
	}
	if err = errors.Join(err, looped); err == nil && w.once && w.code != say.ExitOK {
		err = say.Told(w.code)
	}
	return err
}

// loop does what is due again and again.
func (w *worker) loop(ctx context.Context, changes <-chan struct{}) error {
	again := false // it is to be looked once more
	for ctx.Err() == nil {
		next, err := w.pass(ctx)
		switch {
		case err != nil && (w.once || ctx.Err() != nil || !w.o.Passes(err)):
			return err
		case err != nil:
			next = w.hold(recording, "telex cannot work now, and nothing that is due leaves", err)
		default:
			if w.off[recording].said != "" {
				w.say("work: telex works again")
			}
			delete(w.off, recording)
		}
		if w.once && w.idle() {
			break
		}
		pause := seldom
		if changes == nil {
			pause = often
		}
		if !next.IsZero() {
			pause = max(min(pause, longest, next.Sub(w.Now())), 0)
		}
		if again {
			pause, again = min(pause, 2*commits), false
		}
		select {
		case <-ctx.Done():
		case do := <-w.ended:
			do()
		case <-w.After(pause):
		case _, open := <-changes:
			if !open {
				changes = nil
				continue
			}
			again = true
			select {
			case <-ctx.Done():
			case <-w.After(commits):
			}
		}
	}
	return nil
}

// idle reports whether nothing is under way; that somebody listens is not work.
func (w *worker) idle() bool { return len(w.under) == 0 }

// pass begins what is due, if the work is this worker's, and says when there is more to do;
// zero is not before the outbox changes.
func (w *worker) pass(ctx context.Context) (next time.Time, err error) {
	version, err := w.o.Version(ctx)
	if err != nil {
		return next, err
	}
	if version != w.version {
		w.version = version
		for _, a := range w.askers {
			a.Look()
		}
	}
	s, err := w.look(ctx)
	if err != nil {
		return next, err
	}
	if held, err := w.take(ctx, s); err != nil || !held {
		return w.Now().Add(standsBy), err
	}
	next = soonest(w.passDue(ctx, s), w.passRuns(ctx, s), w.passAsked(ctx, s))
	files, err := w.passFiles(ctx)
	if err != nil {
		return next, err
	}
	next = soonest(next, files)
	if err := w.tellMissed(ctx); err != nil {
		return next, err
	}
	if w.busy() {
		next = soonest(next, w.renewed.Add(renews))
	}
	return next, nil
}

// A sight is what there is to do.
type sight struct {
	dues  []outbox.Due
	runs  []outbox.Run
	asked []outbox.Asked
}

// look looks what there is to do.
func (w *worker) look(ctx context.Context) (s sight, err error) {
	for missed := false; ; missed = true {
		if s.dues, err = w.o.Due(ctx); err != nil {
			return s, err
		}
		if s.runs, err = w.o.OpenRuns(ctx); err != nil {
			return s, err
		}
		if missed || !s.late(w.Now()) {
			break
		}
		// Nobody may send for that account, or nobody did.
		if _, err = w.o.MissLate(ctx); err != nil {
			return s, err
		}
	}
	s.asked, err = w.o.Asked(ctx)
	return s, err
}

// take makes the work this worker's, or sees that it still is.
func (w *worker) take(ctx context.Context, s sight) (bool, error) {
	now := w.Now()
	due := s.due(now)
	if w.held && (due.IsZero() && !w.busy() || now.Sub(w.renewed) < renews && !now.Before(w.renewed)) {
		return true, nil
	}
	held, err := w.o.TakeWork(ctx, due)
	if err != nil {
		return false, err
	}
	if w.held, w.renewed = held, now; held {
		if w.waiting {
			w.say("work: the other telex ended; this one works now")
		}
		w.waiting = false
		return true, nil
	}
	if !w.waiting && !w.once { // cron would make a letter of it each minute
		w.waiting = true
		w.say("work: another telex works for this outbox; this one takes over when that ends")
	}
	return false, nil
}

// late reports whether something may not be sent any more.
func (s sight) late(now time.Time) bool {
	return slices.ContainsFunc(s.dues, func(d outbox.Due) bool { return now.After(d.Next.Add(outbox.Grace)) }) ||
		slices.ContainsFunc(s.runs, func(r outbox.Run) bool { return !r.Due().IsZero() && now.After(r.Due().Late()) })
}

// due is since when something has been to be done that only a worker does; zero is that
// nothing is.
func (s sight) due(now time.Time) (since time.Time) {
	for _, d := range s.dues {
		if !d.Next.After(now) {
			since = soonest(since, d.Next)
		}
	}
	for _, r := range s.runs {
		if due := r.Due(); !due.IsZero() && !due.At.After(now) {
			since = soonest(since, due.At)
		}
	}
	return since
}

// busy reports whether something is under way that others would have to do if this worker
// were gone.
func (w *worker) busy() bool {
	for name := range w.under {
		if name != listening && !strings.HasPrefix(name, asking) {
			return true
		}
	}
	return false
}

// soonest is the first of some times that are not zero.
func soonest(times ...time.Time) (first time.Time) {
	for _, t := range times {
		if first.IsZero() || !t.IsZero() && t.Before(first) {
			first = t
		}
	}
	return first
}

// begin has something done, if it is not under way. What it returns is done by the loop.
func (w *worker) begin(ctx context.Context, name string, do func(ctx context.Context) func()) {
	if w.under[name] {
		return
	}
	w.under[name] = true
	go func() {
		after := do(ctx)
		w.ended <- func() {
			delete(w.under, name)
			after()
		}
	}()
}

// hold notes that something failed and says so once, and when it is tried again.
func (w *worker) hold(name, what string, err error) time.Time {
	h := w.off[name]
	h.until = w.Now().Add(min(15*time.Second<<min(h.tries, 10), 5*time.Minute))
	h.tries++
	why := err.Error()
	if errors.Is(err, outbox.ErrUnreachable) { // whichever way it shows
		why = outbox.ErrUnreachable.Error()
	}
	if why != h.said {
		h.said = why
		w.notes.Warn(what, err)
	}
	w.off[name] = h
	return h.until
}

// holdUnless is hold, unless it failed because the worker ends.
func (w *worker) holdUnless(ctx context.Context, name, what string, err error) {
	if ctx.Err() == nil {
		w.hold(name, what, err)
	}
}

// holds is until when something is not tried, for it failed; zero if it may be.
func (w *worker) holds(name string) time.Time {
	if h := w.off[name]; h.until.After(w.Now()) {
		return h.until
	}
	return time.Time{}
}

// worse notes how something ended.
func (w *worker) worse(code say.Code) { w.code = say.Worst(w.code, code) }

// say is [say.Printer.Say] that waits for nobody to read.
func (w *worker) say(format string, args ...any) { w.notes.Say(format, args...) }

// tell tells the service manager, which is no reason not to go on.
func (w *worker) tell(ctx context.Context, words string) {
	if w.once {
		return
	}
	if err := service.Notify(ctx, w.Env, words); err != nil {
		w.say("warning: systemd cannot be told about telex: %v", err)
	}
}

// refused reports whether credentials are not taken any more, so that they are to be looked
// for anew.
func refused(err error) bool { return errors.Is(err, messaging.ErrUnauthorized) }
