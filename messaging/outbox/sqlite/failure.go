package sqlite

import (
	"cmp"
	"context"
	"errors"

	"telex/messaging/outbox"

	"github.com/ncruces/go-sqlite3"
)

// failure makes an Error of what SQLite or the file system said. Errors of our own pass
// as they are, with the path.
func failure(op, path string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*outbox.Error](err); ok {
		e.Path = cmp.Or(e.Path, path)
		return err
	}
	if isAny(err, context.Canceled, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, sqlite3.INTERRUPT) {
		return cause{context.Canceled, err}
	}
	e := &outbox.Error{Op: op, Path: path, Err: err}
	explain(e, causeOf(path, err, try))
	return e
}

// A cause is an error in our words, with the one that the words are about.
type cause struct{ words, err error }

func (c cause) Error() string {
	if c.err == nil || errors.Is(c.err, c.words) {
		return cmp.Or(c.err, c.words).Error()
	}
	return c.words.Error() + " (" + c.err.Error() + ")"
}

func (c cause) Unwrap() []error {
	if c.err == nil {
		return []error{c.words}
	}
	return []error{c.words, c.err}
}
