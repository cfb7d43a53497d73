// Package copying copies a whole outbox into another one, whatever engines keep them: a file
// into a server and back, a file into a file, a server into a server.
//
// What is copied goes on in the new one alone:
//
//   - While it is copied the old one takes no changes, and afterwards it can be read only. So
//     nothing that waits in it leaves from both: not what is sent later, not a broadcast, not
//     an answer. See [outbox.Mark].
//   - The new one must hold nothing. Until all is in it, and was compared with the old one row
//     by row, nobody can open it.
//   - A copy that was stopped, at whatever moment, leaves both as they are; the old one is used
//     as before. The same copy again goes on where it was, or begins anew if the old one was
//     written to since.
//   - Nothing is copied while another telex uses the old one.
//
// Ids, times, states, texts and what was said on the wire stay what they are to the byte. What
// tells of processes, and nothing of messages, stays behind.
//
// Where it stops between the last two steps neither takes changes: the same copy again
// completes it.
package copying

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"telex/messaging/outbox"
)

// Options are what may be chosen of a copy.
type Options struct {
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Progress is told how far it has come, some hundred rows apart; nil is nobody.
	Progress func(Progress)
}

// A Step is a part of the work.
type Step string

// The steps, in their order.
const (
	StepRead    Step = "read"    // whether the new one can hold what the old one has
	StepCopy    Step = "copy"    // the rows
	StepCompare Step = "compare" // each row of both
)

// Progress is how far a copy has come.
type Progress struct {
	Step  Step
	Table string // that is gone through
	Done  int64  // rows of all tables that were gone through in this step
	Total int64
}

// A Summary is what came of a copy.
type Summary struct {
	From, To string // the places
	Copy     string // its name
	// Resumed says that rows were there already, of a copy that was stopped.
	Resumed bool
	// Left says that the old outbox takes no changes any more.
	Left bool
	// Before says that it was complete already: nothing was done, and nothing compared.
	Before bool
	Tables []Table
}

// Rows is how many there are of a table.
func (s Summary) Rows(table string) int64 {
	for _, t := range s.Tables {
		if t.Name == table {
			return t.Rows
		}
	}
	return 0
}

// A Table is what was copied of one, as it is on both sides.
type Table struct {
	Name   string
	Rows   int64
	Digest string // SHA-256 of all rows, in hexadecimal digits; the same whatever engine has them
}

// Copy copies the outbox at one place to another one. Errors are [*outbox.Error]s, or those of
// ctx; after one the old outbox is used as before, unless the summary says that it was left.
func Copy(ctx context.Context, from, to outbox.Place, o Options) (Summary, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	c := &copier{options: o, summary: Summary{From: from.String(), To: to.String()}}
	var err error
	if c.from, err = open(ctx, from, o, true); err != nil {
		return c.summary, err
	}
	defer c.from.close()
	if c.to, err = open(ctx, to, o, false); err != nil {
		return c.summary, err
	}
	defer c.to.close()
	err = c.copy(ctx)
	return c.summary, err
}

// A side is one of the two outboxes.
type side struct {
	outbox.Engine
	place outbox.Place
}

// open opens one as it is: nothing is settled, tidied or set aside.
func open(ctx context.Context, at outbox.Place, o Options, existing bool) (*side, error) {
	e, err := at.Open(ctx, outbox.Opening{
		Now: o.Now, Gate: outbox.GateOfCopies(), Sound: true, Existing: existing,
		Settle: func(context.Context, outbox.Engine) error { return nil },
	})
	if err != nil {
		return nil, err
	}
	return &side{e, at}, nil
}

func (s *side) close() {
	_ = s.Close(nil) // what was to be written was
	s.Release()
}

// failure is what came of something that was asked of this side.
func (s *side) failure(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if _, ok := errors.AsType[*outbox.Error](err); ok {
		return err
	}
	err = s.Explain(err)
	if e, ok := errors.AsType[*outbox.Error](err); ok && e.Op == "" {
		e.Op = op
	}
	return err
}

// op is what errors say was tried.
const op = "copy the outbox"

// refusal is an error that says why nothing was copied.
func (s *side) refusal(hint, format string, args ...any) error {
	return &outbox.Error{Op: op, Path: s.place.String(), Err: fmt.Errorf(format, args...), Hint: hint}
}

// key is the digest of the key of an outbox, by which it is known wherever it is; "" is none.
func key(ctx context.Context, q outbox.Querier) (string, error) {
	var value []byte
	if err := q.QueryRowContext(ctx, "SELECT (SELECT value FROM meta WHERE name = 'digest_key')").Scan(&value); err != nil {
		return "", fmt.Errorf("read whose outbox it is: %w", err)
	}
	if value == nil {
		return "", nil
	}
	sum := sha256.Sum256(value)
	return hex.EncodeToString(sum[:]), nil
}

// A copier is a copy on its way.
type copier struct {
	options  Options
	from, to *side
	name     string // of the copy
	whose    string // the digest of the key of from
	summary  Summary
}

// copy does all of it.
func (c *copier) copy(ctx context.Context) error {
	left, err := c.look(ctx)
	if err != nil || c.summary.Before {
		return err
	}
	if err := c.begin(ctx, left); err != nil {
		return err
	}
	tables, err := c.tables(ctx)
	if err != nil {
		return err
	}
	if err := c.readAll(ctx, tables); err != nil {
		return err
	}
	if err := c.copyAll(ctx, tables); err != nil {
		return err
	}
	if err := c.compareAll(ctx, tables); err != nil {
		return err
	}
	return c.end(ctx)
}

func newName() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
