package outbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
)

// An Alert keeps a storm of alerts from becoming a storm of messages: of those that have the
// same key and the same recipients, in one account, one goes, and the others of the time
// after it are counted in its place. The next one that goes tells how many those were.
//
// A message that was rejected, or certainly not sent, holds none back: the next one goes,
// and tells of all that it was to tell of. One whose outcome is unknown does hold back, and
// so does one that was accepted and failed later: to a number that is no good each one of a
// storm would fail.
//
// Who names a key says by it what is the same: [Outbox.Repeats] is not asked. All processes
// of the outbox share the keys, of which the database holds digests alone.
type Alert struct {
	// Key names what happened; "": nothing is folded.
	Key string
	// Within is for how long after a message was made others are not sent.
	Within time.Duration
	// Tell is the message that tells of so many others, which is more than 0. It may be
	// called several times, must not be slow, and leaves the recipients alone; nil: the
	// message is sent as it is.
	Tell func(m messaging.Message, others int) messaging.Message
}

// A Folding is what an [Alert] makes of a message.
type Folding struct {
	// Held says that it is not sent: another one with its key was, not long ago.
	Held bool
	// Others counts those that were not sent since the last one that went: with this one
	// if it is held; else those that it tells of.
	Others int
	// Last is the row of the last one that was to go, made Ago before; 0 for none.
	Last int64
	Ago  time.Duration
	// Message is what is sent, if it is not held.
	Message messaging.Message
}

// Foldings says, of the messages of a plan that is looked at before it is made, what
// [Outbox.Plan] would make of each now. Nothing is counted.
func (o *Outbox) Foldings(ctx context.Context, p Plan) ([]Folding, error) {
	all := make([]Folding, len(p.Messages))
	err := o.engine.Read(ctx, func(ctx context.Context, q Querier) error {
		for i, m := range p.Messages {
			f, err := o.folding(ctx, q, p, m, o.now())
			if err != nil {
				return err
			}
			all[i] = f.Folding
		}
		return nil
	})
	return all, o.reading("look which messages are folded", err)
}

// A folding is a Folding and the row that it goes by.
type folding struct {
	Folding
	name []byte // nil: the plan has no key
}

// folding decides about a message that is made at a time.
func (o *Outbox) folding(ctx context.Context, q Querier, p Plan, m messaging.Message, at time.Time) (folding, error) {
	f := folding{Folding: Folding{Message: m}}
	if p.Alert.Key == "" {
		return f, nil
	}
	f.name = o.foldName(p, m)
	var last, then int64
	var told, held int
	var state sql.NullString
	err := q.QueryRowContext(ctx, `SELECT f.message, f.at, f.told, f.held, m.state FROM folds f
		LEFT JOIN messages m ON m.id = f.message WHERE f.name = ?`, f.name).Scan(&last, &then, &told, &held, &state)
	if errors.Is(err, sql.ErrNoRows) {
		return f, nil
	}
	if err != nil {
		return f, fmt.Errorf("look for the key: %w", err)
	}
	since := at.Sub(timeOf(then))
	f.Last, f.Ago, f.Others = last, max(since, 0), held
	// One that is gone was pruned, and what is pruned was settled.
	failed := state.Valid && (State(state.String) == Rejected || State(state.String) == Unsent)
	if failed {
		f.Others += told // nobody heard of them
	}
	// A clock that was set back by days holds nothing back for days.
	if !failed && since < p.Alert.Within && -since < p.Alert.Within {
		f.Held = true
		f.Others++
		return f, nil
	}
	if f.Others > 0 && p.Alert.Tell != nil {
		f.Message = p.Alert.Tell(m, f.Others)
	}
	return f, nil
}

// foldName is what the row of a message's key is found by.
func (o *Outbox) foldName(p Plan, m messaging.Message) []byte {
	parts := append([]string{p.By.AccountID, p.Alert.Key}, slices.Sorted(slices.Values(m.To))...)
	named, err := json.Marshal(parts)
	if err != nil {
		named = []byte(p.Alert.Key) // strings always encode
	}
	h := hmac.New(sha256.New, o.digest)
	h.Write(named)
	return h.Sum(nil)[:16]
}

// hold counts a message that is not sent.
func (f folding) hold(ctx context.Context, tx Tx) error {
	if _, err := tx.ExecContext(ctx, "UPDATE folds SET held = held + 1 WHERE name = ?", f.name); err != nil {
		return fmt.Errorf("count what is folded: %w", err)
	}
	return nil
}

// goes notes that the message is row id, made at a time.
func (f folding) goes(ctx context.Context, tx Tx, id int64, at time.Time) error {
	if f.name == nil {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO folds (name, message, at, told, held) VALUES (?, ?, ?, ?, 0)
		ON CONFLICT (name) DO UPDATE SET message = excluded.message, at = excluded.at, told = excluded.told, held = 0`,
		f.name, id, stamp(at), f.Others)
	if err != nil {
		return fmt.Errorf("note the key: %w", err)
	}
	return nil
}
