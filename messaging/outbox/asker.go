package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"telex/messaging"
)

const (
	// askWithin is the time limit of one question.
	askWithin = 20 * time.Second
	// askSpacing is how far two rounds of questions are apart at least.
	askSpacing = time.Second
	// longestSpacing bounds how far they are apart for the sake of a run that this process
	// sends, and so how late it heeds what is said of its messages.
	longestSpacing = 10 * time.Second
	// idleLook is how often an asker looks whether another process sent something, where
	// nothing is open and nobody tells it to look: see [Asker.Look].
	idleLook = 10 * time.Minute
	// firstRetry and lastRetry are the pauses after a question without an answer, which
	// double; those after answers that another process waits for are from askSpacing on.
	firstRetry, lastRetry = 5 * time.Second, 5 * time.Minute
	// lastGrace is the longest pause before looking whether the process that asks did.
	lastGrace = 30 * time.Second
)

// An Asker asks the API what became of all messages of an account that it took and that are
// not settled, whichever process sent them, and records the answers. Each process that has
// the outbox open may run one: only one of them asks at a time, and when that process is
// gone, or stopped, another goes on. When a message is asked about, [NextAsk] says. All
// processes together ask at most 1,750 questions in five minutes, and none while the API
// has said that it is asked too often.
type Asker struct {
	outbox *Outbox
	how    AskOptions
	look   chan struct{}
}

// AskOptions are how an [Asker] asks.
type AskOptions struct {
	API Lister
	By  By // the account, and the address of API; the profile does not matter
	// Tell hears of what changed; nil is nobody. It is called by the goroutine of
	// [Asker.Run], which waits for it.
	Tell func(AskNews)
	// Also does something else that is due, each time the asker wakes, and says when there
	// is more to do; zero is not before the next question. Its error ends [Asker.Run]. Nil
	// is nothing.
	Also func(ctx context.Context) (next time.Time, err error)
	// Unheard says that no callbacks come for what it asks about, whatever a listener heard
	// lately: then that makes no pause longer.
	Unheard bool
	// Beside says that the process sends runs: it asks all the time as it does while one is
	// sent, about fewer messages at once and for a tenth of the time.
	Beside bool
	// After is how time goes by; nil is time.After.
	After func(time.Duration) <-chan time.Time
}

// AskNews is what an [Asker] tells.
type AskNews struct {
	// Version is that of the outbox: another one than before says that something changed,
	// by whichever process. See [Outbox.Version].
	Version int64
	// Err is why a question had no answer, or was not asked, or its answer not recorded. The
	// same is told once, until there is an answer again; it is asked again later.
	Err error
	// Again is when it is asked again, after Err.
	Again time.Time
}

// Asker makes an asker, which does nothing before it is run. An outbox has one at a time for
// an account.
func (o *Outbox) Asker(how AskOptions) *Asker {
	if how.After == nil {
		how.After = time.After
	}
	if how.Tell == nil {
		how.Tell = func(AskNews) {}
	}
	return &Asker{outbox: o, how: how, look: make(chan struct{}, 1)}
}

// Look has the asker look whether something is to be asked: at once, or a second after the
// last look. It never waits.
func (a *Asker) Look() {
	select {
	case a.look <- struct{}{}:
	default: // it is about to
	}
}

// LookAgain is how long whoever follows messages waits until it has an asker look whether
// another process heard of them, after so long: a second at first, a minute in the end. A
// look reads one row.
func LookAgain(followed time.Duration) time.Duration {
	return min(max(followed/30, time.Second), time.Minute)
}

// askers are those of an outbox that run.
type askers struct {
	mu  sync.Mutex
	all []*Asker
}

func (s *askers) begin(a *Asker) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, a)
}

func (s *askers) end(a *Asker) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = slices.DeleteFunc(s.all, func(other *Asker) bool { return other == a })
}

// wakeAskers has the askers of this process see what the process changed.
func (o *Outbox) wakeAskers() {
	o.askers.mu.Lock()
	defer o.askers.mu.Unlock()
	for _, a := range o.askers.all {
		a.Look()
	}
}

// An asking is a run of an asker.
type asking struct {
	*Asker
	version  int64     // that was told last
	earliest time.Time // of the next round
	grace    time.Duration
	failed   int    // rounds without an answer since the last one with
	told     string // the error that was told of
	held     bool   // the lease was this process's
}

// Run asks until ctx ends, and returns nil then; another error is that of the outbox, or of
// [AskOptions.Also]. What may pass, such as a full disk or another program that has the
// outbox locked, is told of, and does not end it.
func (a *Asker) Run(ctx context.Context) error {
	a.outbox.askers.begin(a)
	defer a.outbox.askers.end(a)
	r := &asking{Asker: a, version: -1}
	defer func() {
		if r.held {
			_ = a.outbox.leaveLease(context.WithoutCancel(ctx), leaseOf(a.how.By)) // others see that it is over anyway
		}
	}()
	for {
		pause, err := r.step(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		stepped := a.outbox.now()
		select {
		case <-a.how.After(pause):
			continue
		case <-a.look:
		case <-ctx.Done():
			return nil
		}
		rest := min(askSpacing-a.outbox.now().Sub(stepped), askSpacing, pause)
		if rest <= 0 {
			continue
		}
		select { // others that come meanwhile are seen with it
		case <-a.how.After(rest):
		case <-ctx.Done():
			return nil
		}
	}
}

// step does what is due, and says when to look again.
func (a *asking) step(ctx context.Context) (time.Duration, error) {
	pause, err := a.ask(ctx)
	if err != nil {
		pause, err = a.outlast(ctx, err)
	}
	if err != nil || a.how.Also == nil || ctx.Err() != nil {
		return pause, err
	}
	next, err := a.how.Also(ctx)
	if err != nil || next.IsZero() {
		return pause, err
	}
	return max(min(pause, next.Sub(a.outbox.now())), 0), nil
}

// outlast tells of a failure of the outbox that may pass, and says when to look again.
func (a *asking) outlast(ctx context.Context, err error) (time.Duration, error) {
	if ctx.Err() != nil || !a.outbox.Passes(err) {
		return 0, err
	}
	pause := a.retry()
	a.earliest = a.outbox.now().Add(pause)
	a.tell(err, a.earliest)
	return pause, nil
}

// ask asks what is to be asked, and says when to look again.
func (a *asking) ask(ctx context.Context) (time.Duration, error) {
	s, err := a.see(ctx)
	if err != nil {
		return 0, err
	}
	if s.version != a.version {
		a.version = s.version
		a.how.Tell(AskNews{Version: s.version})
	}
	if s.due.IsZero() {
		return idleLook, nil
	}
	now := a.outbox.now()
	began := now
	at := latest(s.due, s.notBefore, a.earliest)
	if at.After(now) {
		a.grace = 0
		return at.Sub(now), nil
	}
	err = a.round(ctx, latest(s.due, s.notBefore))
	now = a.outbox.now()
	if errors.Is(err, errNotOurs) {
		a.grace = min(max(2*a.grace, askSpacing), lastGrace)
		return a.grace, nil
	}
	a.earliest, a.grace = now.Add(a.spacing(now.Sub(began))), 0
	if err != nil {
		return a.fail(ctx, err)
	}
	a.failed, a.told = 0, ""
	return 0, nil
}

// beside reports whether this process sends a run, which has the memory and the time.
func (a *asking) beside() bool { return a.how.Beside || a.outbox.drains.Load() > 0 }

// spacing is how long it rests after a round that took so long. While this process sends a
// run it takes a tenth of the time at most, and leaves the rest to that, but never rests for
// longer than longestSpacing.
func (a *asking) spacing(took time.Duration) time.Duration {
	if !a.beside() {
		return askSpacing
	}
	return min(max(askSpacing, 9*took), longestSpacing)
}

// latest is the last of some times.
func latest(first time.Time, others ...time.Time) time.Time {
	for _, t := range others {
		if t.After(first) {
			first = t
		}
	}
	return first
}

// A sight is what an asker sees of the outbox.
type sight struct {
	due       time.Time // of the next question; zero if there is none
	notBefore time.Time
	version   int64
}

func (a *asking) see(ctx context.Context) (s sight, err error) {
	var due, notBefore int64
	err = a.outbox.engine.Reader().QueryRowContext(ctx, `SELECT
			(SELECT coalesce(min(ask_at), 0) FROM messages WHERE account_id = ? AND base_url = ? AND ask_at <> 0),
			coalesce((SELECT value FROM counters WHERE name = ?), 0),
			(SELECT value FROM counters WHERE name = 'version')`,
		a.how.By.AccountID, a.how.By.BaseURL, counterNotBefore+a.how.By.BaseURL).Scan(&due, &notBefore, &s.version)
	s.due, s.notBefore = timeOf(due), timeOf(notBefore)
	return s, a.outbox.reading("look for what is to be asked", err)
}

// round asks about what is due, if this process is the one that asks.
func (a *asking) round(ctx context.Context, due time.Time) error {
	o, by, lease := a.outbox, a.how.By, leaseOf(a.how.By)
	const op = "look for what is to be asked"
	others, err := o.othersLease(ctx, o.engine.Reader(), lease, due)
	if err != nil {
		return o.reading(op, err)
	}
	if others {
		return errNotOurs
	}
	if err := o.claim(ctx, op); err != nil {
		return err
	}
	most, page := mostAtOnce, pageSize
	if a.beside() {
		most, page = mostBeside, pageBeside
	}
	messages, err := o.dueMessages(ctx, by, most)
	if err != nil {
		return o.reading(op, err)
	}
	if len(messages) > 0 {
		r := round{outbox: o, api: a.how.API, by: by, lease: lease, due: due, within: askWithin, page: page, unheard: a.how.Unheard}
		err = r.ask(ctx, messages)
		a.held = a.held || !errors.Is(err, errNotOurs)
	}
	if err != nil {
		return err
	}
	return o.giveUp(ctx, by)
}

// dueMessages are those that are to be asked about, and those that soon would be, at most so
// many.
func (o *Outbox) dueMessages(ctx context.Context, by By, most int) ([]openMessage, error) {
	now := o.now()
	return openMessages(ctx, o.engine.Reader(), `account_id = ? AND base_url = ? AND ask_at <> 0 AND ask_at <= ? AND ask_from > ?
		AND (ask_at <= ? OR (ask_at - ?) * ? <= ask_at - CASE WHEN checked_at > ask_from THEN checked_at ELSE ask_from END)
		ORDER BY ask_at LIMIT ?`,
		by.AccountID, by.BaseURL, stamp(now.Add(day/takenAlong)), stamp(now.Add(-apiKeeps)), stamp(now), stamp(now), takenAlong, most)
}

// giveUp ends the asking about messages of which the API keeps no record any more.
func (o *Outbox) giveUp(ctx context.Context, by By) error {
	const old = "account_id = ? AND base_url = ? AND ask_at <> 0 AND ask_at <= ? AND ask_from <= ?"
	args := []any{by.AccountID, by.BaseURL, stamp(o.now()), stamp(o.now().Add(-apiKeeps))}
	const op = "note what is asked about no more"
	var some bool
	err := o.engine.Reader().QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM messages WHERE "+old+")", args...).Scan(&some)
	if err != nil || !some {
		return o.reading(op, err)
	}
	return o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE messages SET ask_at = 0 WHERE "+old, args...); err != nil {
			return fmt.Errorf("note what is asked about no more: %w", err)
		}
		return touch(ctx, tx)
	})
}

// fail tells of a round that had no answer, and says when the next one is.
func (a *asking) fail(ctx context.Context, err error) (time.Duration, error) {
	if NotRecorded(err) || ctx.Err() != nil { // the outbox failed, or it is over
		return 0, err
	}
	if some, ok := errors.AsType[*someError](err); ok { // it answers, and the others go on
		a.failed = 0
		if !some.again.IsZero() {
			a.tell(some.error, some.again)
		}
		return 0, nil
	}
	now := a.outbox.now()
	pause := a.retry()
	if e, ok := errors.AsType[*messaging.Error](err); ok && errors.Is(err, messaging.ErrRateLimited) {
		pause = max(e.Wait, askSpacing)
	} else if a.held { // another process may be luckier
		a.held = false
		if err := a.outbox.leaveLease(ctx, leaseOf(a.how.By)); err != nil {
			return 0, err
		}
	}
	a.earliest = now.Add(pause)
	if !errors.Is(err, ErrAskPaused) {
		a.tell(err, a.earliest)
	}
	return pause, nil
}

// retry is the pause after one more failure.
func (a *asking) retry() time.Duration {
	pause := min(firstRetry<<min(a.failed, 10), lastRetry)
	a.failed++
	return pause
}

// tell tells of an error once.
func (a *asking) tell(err error, again time.Time) {
	words := err.Error()
	if errors.Is(err, ErrUnreachable) { // whichever way it shows
		words = ErrUnreachable.Error()
	}
	if words != a.told {
		a.told = words
		a.how.Tell(AskNews{Version: a.version, Err: err, Again: again})
	}
}
