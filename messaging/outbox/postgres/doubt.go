package postgres

import (
	"context"
	"errors"
	"time"
)

// errLost is that nobody can know how a commit ended: the database is not as it was.
var errLost = errors.New("the database has lost what was committed before")

// A doubt is the error of a commit of which it could not be found out in time how it ended.
// It ends before this process changes anything else, for the mark in the database is that of
// the last transaction.
type doubt struct {
	w    *writer
	err  error // of the commit
	over bool
	made bool
	lost error // nobody will ever know
}

func (d *doubt) Error() string { return d.err.Error() }

// Unwrap returns the cause.
func (d *doubt) Unwrap() error { return d.err }

// Decide finds out how it ended.
func (d *doubt) Decide(ctx context.Context) (made bool, err error) {
	d.w.mu.Lock()
	defer d.w.mu.Unlock()
	defer d.w.failed.Store(nil)
	if !d.over {
		if err := d.w.resolve(ctx, 0); err != nil {
			return false, d.w.e.Explain(err)
		}
	}
	return d.made, d.w.e.Explain(d.lost)
}

// resolve ends the doubt about the last transaction, if there is one.
func (w *writer) resolve(ctx context.Context, patience time.Duration) error {
	if w.doubt == nil {
		return nil
	}
	made, err := w.decide(ctx, patience)
	if err != nil && !errors.Is(err, errLost) {
		return err
	}
	w.doubt.over, w.doubt.made, w.doubt.lost = true, made, err
	w.doubt = nil
	if err == nil && w.e.hooks.decided != nil {
		w.e.hooks.decided(made)
	}
	return nil
}
