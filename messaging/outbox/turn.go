package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
)

// A claim is a message to a person of a run that is recorded as being sent, and was not
// sent before.
type claim struct {
	id      int64
	person  Person
	message messaging.Message
	by      By
	owner   string // whose the row is
}

// An end is how a claimed message ended.
type end struct {
	claim
	result Result
	lesson lesson
	waits  bool // its person waits again
}

// A turn is what a drain does in one transaction: it records what ended, draws the lessons
// of that, and takes the next people.
type turn struct {
	outbox  *Outbox
	how     *drain
	id      int64 // of the run
	ended   []*end
	learned learned
	want    int // claims at most
	// What came of it; it is made anew if the transaction is.
	run     Run
	claims  []claim
	skipped []Person
	next    time.Time // when there is more to do; zero: that is not known
	looked  int       // people that were looked at
	pacer   pacer
}

// mostLooked bounds how many people one transaction looks at, and so for how long it keeps
// others from writing: of those who get nothing there may be many in a row.
const mostLooked = 200

// do is the transaction.
func (t *turn) do(ctx context.Context, plain Tx) (err error) {
	tx := &manyTx{Tx: plain}
	if err := t.all(ctx, tx); err != nil {
		return err
	}
	if tx.touched {
		if err := touch(ctx, plain); err != nil {
			return err
		}
	}
	if tx.closed || len(t.skipped) > 0 { // the last one may get nothing
		before := t.run.State
		if err := t.outbox.finishRun(ctx, plain, t.id); err != nil {
			return err
		}
		if before == RunRunning || before == RunPaused {
			t.run, err = run(ctx, plain, t.id)
		}
	}
	return err
}

// all is the transaction but for its end.
func (t *turn) all(ctx context.Context, tx *manyTx) (err error) {
	t.claims, t.skipped, t.next, t.looked = nil, nil, time.Time{}, 0
	for _, e := range t.ended {
		if err := t.settle(ctx, tx, e); err != nil {
			return err
		}
	}
	if t.run, err = run(ctx, tx, t.id); err != nil {
		return err
	}
	if len(t.ended) > 0 {
		if err := t.heed(ctx, tx); err != nil {
			return err
		}
	}
	if t.run.State != RunRunning || t.want == 0 {
		return nil
	}
	now := t.outbox.now()
	if t.run.Hold.Until.After(now) {
		t.next = t.run.Hold.Until
		return nil
	}
	t.pacer = pacer{tx: tx, pace: t.how.Pace, by: t.run.Broadcast.By, slowed: t.run.Slowed, now: now, ahead: t.outbox.engine.Ahead(), buckets: map[string]*bucket{}}
	most := t.want
	if t.run.backoff > 0 { // whether it goes on, one finds out for all
		most = min(most, max(1-t.how.open, 0))
	}
	if err := t.take(ctx, tx, now, most); err != nil {
		return err
	}
	if err := t.index(ctx, tx.Tx); err != nil {
		return err
	}
	return t.pacer.keep(ctx)
}

// A manyTx is a transaction of many changes. What each of them would do at its end is done
// once, at the end of all.
type manyTx struct {
	Tx
	touched bool // something changed
	closed  bool // a message of a run is open no more
}

// letWaitQuery makes a person wait again whose message never came to be, unless the run is
// over: another process may have taken this one for dead.
const letWaitQuery = `UPDATE run_people SET message = 0, attempt = ? WHERE run = ? AND n = ? AND message = ?
	AND EXISTS (SELECT 1 FROM runs WHERE id = ? AND state IN ('running', 'paused'))`

// settle records how a message ended. One that never came to be, for a reason that is
// nobody's own, leaves its person waiting.
func (t *turn) settle(ctx context.Context, tx Tx, e *end) error {
	e.result.Unrecorded, e.waits = nil, false
	if e.lesson.again {
		result, err := tx.ExecContext(ctx, letWaitQuery, e.id, t.id, e.person.N, e.id, t.id)
		e.waits, err = changed(result, err, "let the person wait")
		if err == nil && e.waits {
			err = set(ctx, tx, e.id, "n = 0")
		}
		if err != nil {
			return err
		}
	}
	err := t.outbox.settle(ctx, tx, e.id, e.result.Receipt, e.result.Err)
	if _, moved := errors.AsType[*MoveError](err); moved || errors.Is(err, ErrNotFound) {
		e.result.Unrecorded = err // by another telex, which took this one for dead; nothing was written
		return nil
	}
	return err
}

// take claims people, at most so many, who leave now.
func (t *turn) take(ctx context.Context, tx Tx, now time.Time, most int) error {
	for len(t.claims) < most && t.looked < mostLooked {
		// Where there is a pace, mostly one leaves.
		some := most - len(t.claims)
		if t.paced() {
			at, err := t.pacer.when(ctx, "")
			if err != nil {
				return err
			}
			if at.After(now) {
				t.next = at
				return nil
			}
			if some = 1; len(t.run.Broadcast.Senders) > 1 { // one of which may have to wait for longer
				some = MostParallel
			}
		}
		people, err := t.waiting(ctx, tx, now, some)
		if err != nil || len(people) == 0 {
			return err
		}
		t.looked += len(people)
		if more, err := t.claim(ctx, tx, now, people, most); err != nil || !more {
			return err
		}
	}
	if t.looked >= mostLooked {
		t.next = now
	}
	return nil
}

// paced reports whether anything limits the run.
func (t *turn) paced() bool {
	return slices.ContainsFunc(t.run.Broadcast.Senders, func(from string) bool { return len(t.how.Pace.limits(t.run.Broadcast.By, from)) > 0 })
}

// skip notes that a person gets nothing.
func (t *turn) skip(ctx context.Context, tx Tx, p Person, why Skip, note string) error {
	p.Skip, p.Note = why, note
	if _, err := tx.ExecContext(ctx, "UPDATE run_people SET skip = ?, note = ? WHERE run = ? AND n = ?", string(why), short(note), t.id, p.N); err != nil {
		return fmt.Errorf("note who gets nothing: %w", err)
	}
	t.skipped = append(t.skipped, p)
	return touch(ctx, tx)
}

// claim makes messages to people, and records them as being sent, until there are so many;
// more is false if there is nobody whom the pace lets leave.
func (t *turn) claim(ctx context.Context, tx Tx, now time.Time, people []Person, most int) (more bool, err error) {
	filled, err := t.fill(ctx, tx, now, people)
	if err != nil {
		return false, err
	}
	if filled, err = t.optedIn(ctx, tx, filled); err != nil {
		return false, err
	}
	blocked, before := false, len(t.claims)
	for _, c := range filled {
		if len(t.claims) >= most {
			return false, nil
		}
		if skip, note, err := t.refused(ctx, tx, c, now); err != nil {
			return false, err
		} else if skip != "" {
			if err := t.skip(ctx, tx, c.person, skip, note); err != nil {
				return false, err
			}
			continue
		}
		at, err := t.pacer.when(ctx, c.message.From)
		if err != nil {
			return false, err
		}
		if at.After(now) { // but perhaps not that of another sender
			if blocked = true; t.next.IsZero() || at.Before(t.next) {
				t.next = at
			}
			continue
		}
		if err := t.pacer.take(ctx, c.message); err != nil {
			return false, err
		}
		if err := t.record(ctx, tx, &c, now); err != nil {
			return false, err
		}
		t.claims = append(t.claims, c)
	}
	return !blocked || len(t.claims) > before, nil
}

// fill makes the messages of those who may be written to now.
func (t *turn) fill(ctx context.Context, tx Tx, now time.Time, people []Person) ([]claim, error) {
	var filled []claim
	for _, p := range people {
		if t.how.Window != nil { // which may know better than whoever made the list
			from, until := t.how.Window(p, now)
			if from.After(now) {
				if err := t.reopen(ctx, tx, p, now); err != nil {
					return nil, err
				}
				continue
			}
			p.NotBefore, p.NotAfter = from, until
		}
		f, err := t.how.fill(t.run)
		if err != nil {
			return nil, err
		}
		m, skip, note, err := f(p)
		if err != nil {
			return nil, &callerError{fmt.Errorf("person %d: %w", p.N, err)}
		}
		if skip != "" {
			if err := t.skip(ctx, tx, p, skip, note); err != nil {
				return nil, err
			}
			continue
		}
		// What waits at Bandwidth must not arrive when the time is over.
		if !p.NotAfter.IsZero() && (m.Expiration.IsZero() || p.NotAfter.Before(m.Expiration)) {
			m.Expiration = p.NotAfter
		}
		filled = append(filled, claim{person: p, message: m, by: t.run.Broadcast.By})
	}
	return filled, nil
}

// optedIn leaves out those who opted out or are held.
func (t *turn) optedIn(ctx context.Context, tx Tx, filled []claim) ([]claim, error) {
	messages := make([]messaging.Message, len(filled))
	for i, c := range filled {
		messages[i] = c.message
	}
	outs, err := optedOut(ctx, tx, t.run.Broadcast.By.AccountID, true, messages)
	if err != nil || len(outs) == 0 {
		return filled, err
	}
	var rest []claim
	for _, c := range filled {
		at := slices.IndexFunc(outs, func(out OptOut) bool { return slices.Contains(c.message.To, out.Number) })
		if at < 0 {
			rest = append(rest, c)
			continue
		}
		why, note := outs[at].skip()
		if err := t.skip(ctx, tx, c.person, why, note); err != nil {
			return nil, err
		}
	}
	return rest, nil
}

// record makes the row of a message that is about to leave.
func (t *turn) record(ctx context.Context, tx Tx, c *claim, now time.Time) (err error) {
	c.owner = t.outbox.engine.Owner()
	p := Plan{By: c.by, ResendOf: c.person.Attempt}
	if c.id, err = t.outbox.insertFor(ctx, tx, p, c.message, Sending, now, t.id, c.person.N); err != nil {
		return err
	}
	claimed, err := tx.ExecContext(ctx, "UPDATE run_people SET message = ? WHERE run = ? AND n = ? AND message = 0 AND skip = ''", c.id, t.id, c.person.N)
	news, err := changed(claimed, err, "take the person")
	if err == nil && !news {
		err = fmt.Errorf("person %d has a message already", c.person.N)
	}
	return err
}

// index makes the claimed messages be found by their words.
func (t *turn) index(ctx context.Context, tx Tx) error {
	ids, messages := make([]int64, len(t.claims)), make([]messaging.Message, len(t.claims))
	for i, c := range t.claims {
		ids[i], messages[i] = c.id, c.message
	}
	return t.outbox.index(ctx, tx, ids, messages)
}
