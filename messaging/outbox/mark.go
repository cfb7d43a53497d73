package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// An outbox that is copied into another one has a mark, a row of meta, and so has that one.
// By it each change is let in or refused, in its own transaction: of two outboxes with the
// same messages only one can be written to, and so only one can send them.

// A MarkState is what a [Mark] says of its outbox.
type MarkState string

// The states of a mark.
const (
	// MarkNone: it is an outbox like others.
	MarkNone MarkState = ""
	// MarkLeaving: it is being copied into another one, by the process that Owner names, and
	// takes no changes for as long as that lives.
	MarkLeaving MarkState = "leaving"
	// MarkLeft: all that it holds is in another one, where it goes on. It takes no changes.
	MarkLeft MarkState = "left"
	// MarkFilling: it is being filled from another one, and is not whole. Nobody uses it.
	MarkFilling MarkState = "filling"
)

// A Mark says how an outbox stands to one that it is copied into, or from.
type Mark struct {
	State MarkState `json:"state,omitempty"`
	Copy  string    `json:"copy,omitempty"`  // the name of the copy, the same on both sides
	Other string    `json:"other,omitempty"` // the other outbox, for people: its [Place]
	Owner string    `json:"owner,omitempty"` // the process that copies, as this outbox knows it
	// Whose is the digest of the key of the outbox that it is filled from.
	Whose string `json:"whose,omitempty"`
	// Filled is the name of the copy by which it was filled. It stays.
	Filled string `json:"filled,omitempty"`
}

// MarkQuery asks for the mark of an outbox, as one value; NULL is none.
const MarkQuery = "SELECT (SELECT value FROM meta WHERE name = 'copy')"

// ReadMark reads the mark of an outbox.
func ReadMark(ctx context.Context, q Querier) (Mark, error) {
	var value []byte
	if err := q.QueryRowContext(ctx, MarkQuery).Scan(&value); err != nil {
		return Mark{}, fmt.Errorf("read whether it is copied: %w", err)
	}
	return markOf(value)
}

func markOf(value []byte) (m Mark, err error) {
	if len(value) == 0 {
		return m, nil
	}
	if err := json.Unmarshal(value, &m); err != nil {
		return m, fmt.Errorf("read whether it is copied: %w", err)
	}
	return m, nil
}

// Write gives an outbox the mark. One that says nothing is none.
func (m Mark) Write(ctx context.Context, tx Tx) error {
	var err error
	if m == (Mark{}) {
		_, err = tx.ExecContext(ctx, "DELETE FROM meta WHERE name = 'copy'")
	} else {
		value, failed := marshal(m)
		if failed != nil {
			return failed
		}
		err = remember(ctx, tx, "copy", string(value))
	}
	if err != nil {
		return fmt.Errorf("note how it is copied: %w", err)
	}
	return nil
}

// refusal is why an outbox takes no changes; nil if it does.
func (m Mark) refusal(ctx context.Context, q Querier, e Engine) (*Error, error) {
	switch m.State {
	case MarkNone:
		return nil, nil
	case MarkLeft:
		return &Error{
			Err:  fmt.Errorf("%w to %s", ErrMoved, m.Other),
			Hint: "name that one by outbox.url or TELEX_OUTBOX; what is here can be read, and nothing of it is sent from here",
		}, nil
	case MarkFilling:
		return &Error{
			Err:  fmt.Errorf("%w: it is being filled from %s", ErrCopying, m.Other),
			Hint: "wait until that has ended; if it was stopped, the same telex outbox copy again goes on with it",
		}, nil
	case MarkLeaving:
		alive, err := e.Alive(ctx, q, m.Owner)
		if err != nil || !alive {
			return nil, err
		}
		return &Error{
			Err:  fmt.Errorf("%w: it is being copied to %s", ErrCopying, m.Other),
			Hint: "wait until that has ended, or end it; nothing is sent meanwhile",
		}, nil
	}
	return &Error{Err: errors.New("a later version of telex copies it in a way that this one does not know"), Hint: "use the newer telex"}, nil
}

// A Gate lets the changes of a process into an outbox for as long as its mark allows that.
// It belongs to one [Opening]. The zero value is for everybody but who copies.
type Gate struct {
	copies bool
	filled string // Mark.Filled at the opening
}

// GateOfCopies lets everything in: it is for the package copying, which looks at the marks
// itself.
func GateOfCopies() *Gate { return &Gate{copies: true} }

// Exclusive reports whether a change must be sure that what it reads of the mark is so for
// every other transaction too, before or after it.
func (g *Gate) Exclusive() bool { return g != nil && g.copies }

// Enter is called by an engine at the beginning of each transaction that changes something,
// with what [MarkQuery] answers in it. After an error nothing may be changed.
func (g *Gate) Enter(ctx context.Context, tx Tx, e Engine, mark []byte) error {
	if g == nil || g.copies || len(mark) == 0 && g.filled == "" {
		return nil
	}
	m, err := markOf(mark)
	if err != nil {
		return err
	}
	why, err := m.refusal(ctx, tx, e)
	if err != nil {
		return fmt.Errorf("look whether it is still copied: %w", err)
	}
	if why != nil {
		return why
	}
	if m.Filled != g.filled {
		return &Error{Err: fmt.Errorf("%w, while this telex had it open", ErrFilled), Hint: "start telex again"}
	}
	if m.State != MarkLeaving {
		return nil
	}
	// Whoever copied it is gone, and must not go on with what it was before this change.
	return Mark{Filled: m.Filled}.Write(ctx, tx)
}

// readKey reads the key of the digests, for how long messages are kept, and how the outbox is
// marked: all of one moment, for a copy changes them.
func (o *Outbox) readKey(ctx context.Context) error {
	var mark []byte
	err := o.engine.Reader().QueryRowContext(ctx, `SELECT (SELECT value FROM meta WHERE name = 'digest_key'),
		(SELECT value FROM meta WHERE name = 'keep'), (SELECT value FROM meta WHERE name = 'copy')`).Scan(&o.digest, &o.keep, &mark)
	if err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	m, err := markOf(mark)
	if err != nil {
		return err
	}
	o.gate.filled = m.Filled
	why, err := m.refusal(ctx, o.engine.Reader(), o.engine)
	if err != nil {
		return fmt.Errorf("look whether it is copied: %w", err)
	}
	if why != nil {
		why.Op, why.Path = "open the outbox", o.Path()
		if m.State == MarkFilling || !o.options.ToRead {
			return why
		}
		o.marked = why
	}
	if o.digest == nil {
		return fmt.Errorf("read the database: %w", sql.ErrNoRows)
	}
	return nil
}
