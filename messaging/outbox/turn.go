package outbox

import (
	"context"
	"database/sql"
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
	want    int   // claims at most
	doubt   Doubt // it is not known whether it was recorded; nil: it is
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
	tx, err := t.outbox.inMany(ctx, plain, func(tx *manyTx) error {
		if err := t.all(ctx, tx); err != nil || len(t.skipped) == 0 {
			return err
		}
		return t.outbox.finishRun(ctx, tx, t.id) // the last one may get nothing
	})
	if err != nil || !tx.closed[t.id] {
		return err
	}
	if before := t.run.State; before == RunRunning || before == RunPaused {
		t.run, err = run(ctx, plain, t.id)
	}
	return err
}

// all is the transaction but for its end.
func (t *turn) all(ctx context.Context, tx *manyTx) (err error) {
	t.claims, t.skipped, t.next, t.looked = nil, nil, time.Time{}, 0
	if err := t.settleAll(ctx, tx); err != nil {
		return err
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

// letWaitQuery makes a person wait again whose message never came to be, unless the run is
// over: another process may have taken this one for dead.
const letWaitQuery = `UPDATE run_people SET message = 0, attempt = ? WHERE run = ? AND n = ? AND message = ?
	AND EXISTS (SELECT 1 FROM runs WHERE id = ? AND state IN ('running', 'paused'))`

// settleAll records how messages ended.
func (t *turn) settleAll(ctx context.Context, tx *manyTx) error {
	ids := make([]int64, len(t.ended))
	for i, e := range t.ended {
		ids[i] = e.id
	}
	stand, err := standingsOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, e := range t.ended {
		now, found := stand[e.id]
		if err := t.settle(ctx, tx, e, now, found); err != nil {
			return err
		}
	}
	return nil
}

// settle records how a message ended, which stands so, if it is there still. One that never came to be, for a reason that is
// nobody's own, leaves its person waiting.
func (t *turn) settle(ctx context.Context, tx Tx, e *end, now standing, found bool) error {
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
	err := fmt.Errorf("message %d: %w", e.id, ErrNotFound)
	if found {
		err = t.outbox.settleFrom(ctx, tx, now, e.result.Receipt, e.result.Err)
	}
	if _, moved := errors.AsType[*MoveError](err); moved || errors.Is(err, ErrNotFound) {
		e.result.Unrecorded = err // by another telex, which took this one for dead; nothing was written
		return nil
	}
	return err
}

// take claims people, at most so many, who leave now.
func (t *turn) take(ctx context.Context, tx *manyTx, now time.Time, most int) error {
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
func (t *turn) claim(ctx context.Context, tx *manyTx, now time.Time, people []Person, most int) (more bool, err error) {
	filled, err := t.fill(ctx, tx, now, people)
	if err != nil {
		return false, err
	}
	if filled, err = t.optedIn(ctx, tx, filled); err != nil {
		return false, err
	}
	against, err := t.object(ctx, tx, filled, now)
	if err != nil {
		return false, err
	}
	blocked := false
	var leave []claim
	for _, c := range filled {
		if len(t.claims)+len(leave) >= most {
			return false, t.record(ctx, tx, leave, now)
		}
		if skip, note, err := t.refused(ctx, tx, c, against, now); err != nil {
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
		leave = append(leave, c)
	}
	return !blocked || len(leave) > 0, t.record(ctx, tx, leave, now)
}

// numbersOf are the numbers of people.
func numbersOf(filled []claim) []string {
	numbers := make([]string, len(filled))
	for i, c := range filled {
		numbers[i] = c.person.Number
	}
	return numbers
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

// takeQuery notes which message is that of which person. It names the person so that only the
// key of the table finds it: until there are statistics of a list that was just made, any
// index that has the run looks as good, and the people of a run are many.
const takeQuery = "UPDATE run_people SET message = ? WHERE run = ? AND n = ? AND message + 0 = 0 AND skip || '' = ''"

// record makes the rows of messages that are about to leave, and claims them.
func (t *turn) record(ctx context.Context, tx *manyTx, leave []claim, now time.Time) error {
	rows, owner := make([]insertion, len(leave)), t.outbox.engine.Owner()
	for i, c := range leave {
		rows[i] = insertion{owner, Plan{By: c.by, ResendOf: c.person.Attempt, Files: t.how.Files}, c.message, Sending, t.id, c.person.N}
	}
	ids, err := t.outbox.insertAll(ctx, tx, rows, now)
	if err != nil {
		return err
	}
	taken := make([]sql.Result, len(leave)) // which is asked for when all are on their way
	for i, c := range leave {
		if taken[i], err = tx.ExecContext(ctx, takeQuery, ids[i], t.id, c.person.N); err != nil {
			return fmt.Errorf("take the people: %w", err)
		}
	}
	for i, c := range leave {
		if ok, err := changed(taken[i], nil, "take the people"); err != nil {
			return err
		} else if !ok {
			return fmt.Errorf("person %d has a message already", c.person.N)
		}
	}
	for i := range leave {
		leave[i].id, leave[i].owner = ids[i], owner
	}
	t.claims = append(t.claims, leave...)
	return nil
}

// index makes the claimed messages be found by their words.
func (t *turn) index(ctx context.Context, tx Tx) error {
	ids, messages := make([]int64, len(t.claims)), make([]messaging.Message, len(t.claims))
	for i, c := range t.claims {
		ids[i], messages[i] = c.id, c.message
	}
	return t.outbox.index(ctx, tx, ids, messages)
}
