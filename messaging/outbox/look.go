package outbox

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// A Page is some of the rows that a [Filter] selects, and how far was looked for them.
type Page struct {
	Entries []Entry // the newest first
	// Reached is the last id up to which was looked: all rows between it and where the
	// page begins that are selected are in Entries. To go on set Before to it, or After
	// if the page is at the old end, and Limit to how many are still wanted.
	Reached int64
	// Back is when the row Reached was made, or the next to it that is there; zero if the
	// page is full, or at the end.
	Back time.Time
	// End: behind Reached there are no more.
	End bool
}

// Look is List for who does not want to wait for the whole: it ends when enough says so,
// which is asked again and again on the way, with what was found by then. Each call gets
// on, so that whoever goes on from Reached gets to the end. A nil enough never says so:
// then the page is full, or at the end.
//
// If ctx ends the search does too, with its error.
func (o *Outbox) Look(ctx context.Context, f Filter, enough func() bool) (Page, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	if enough == nil {
		enough = func() bool { return false }
	}
	p, err := o.look(ctx, f, enough)
	return p, o.reading("read the history", err)
}

// List returns one page of rows, always the newest first. To page towards older
// rows set Before to the id of the last one, and towards newer ones set After to
// that of the first; that costs the same on every page.
func (o *Outbox) List(ctx context.Context, f Filter) ([]Entry, error) {
	p, err := o.Look(ctx, f, nil)
	return p.Entries, err
}

// Entries are rows by their ids, the newest first. Those that are gone are left out.
func (o *Outbox) Entries(ctx context.Context, ids []int64) ([]Entry, error) {
	entries, err := o.entries(ctx, ids)
	return entries, o.reading("read the history", err)
}

func (o *Outbox) entries(ctx context.Context, ids []int64) (all []Entry, err error) {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b int64) int { return cmp.Compare(b, a) })
	for some := range slices.Chunk(ids, idsAtOnce) {
		entries, err := scanEntries(o.engine.Reader().QueryContext(ctx,
			"SELECT "+entryColumns+" FROM messages m WHERE m.id IN ("+places(len(some))+") ORDER BY m.id DESC", anys(some)...))
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	return all, nil
}

// idsAtOnce bounds how many ids one statement names.
const idsAtOnce = 500

// places are so many question marks.
func places(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func anys[T any](values []T) []any {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return args
}
