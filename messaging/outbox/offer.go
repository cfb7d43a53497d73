package outbox

import (
	"context"
	"strings"
	"unicode/utf8"
)

// What is offered while somebody types, as a shell does at each press of a key: each goes
// along an index, and reads no more rows than it returns.

// ContactsByName are the contacts whose names begin with what was typed, whatever its
// capitals and accents, in the order of their names, at most n. Those without a name are
// none of them.
func (o *Outbox) ContactsByName(ctx context.Context, typed string, n int) ([]Contact, error) {
	typed = plain(typed)
	return o.contactsFrom(ctx, "c.sorted > '' AND c.sorted >= ? AND c.sorted < ? ORDER BY c.sorted, c.id", typed, n)
}

// ContactsByNumber are the contacts whose numbers begin with what was typed, in the order of
// their numbers, at most n.
func (o *Outbox) ContactsByNumber(ctx context.Context, typed string, n int) ([]Contact, error) {
	return o.contactsFrom(ctx, "c.number >= ? AND c.number < ? ORDER BY c.number", typed, n)
}

func (o *Outbox) contactsFrom(ctx context.Context, where, typed string, n int) (all []Contact, err error) {
	err = o.engine.Read(ctx, func(ctx context.Context, q Querier) error {
		all, err = scanContacts(q.QueryContext(ctx, "SELECT "+contactColumns+" FROM contacts c WHERE "+where+" LIMIT ?",
			typed, typed+string(utf8.MaxRune), n))
		return err
	})
	return all, o.reading("read the contacts", err)
}

// EntriesByID are rows whose ids, as they are written, begin with what was typed, the newest
// first, at most n. With nothing typed they are the newest of all.
func (o *Outbox) EntriesByID(ctx context.Context, typed string, n int) ([]Entry, error) {
	if typed == "" {
		return o.List(ctx, Filter{Limit: n})
	}
	if strings.Trim(typed, "0123456789") != "" || typed[0] == '0' || len(typed) > mostDigits {
		return nil, nil
	}
	var all []Entry
	for _, span := range spans(typed) {
		found, err := o.List(ctx, Filter{Before: span.last + 1, Limit: n - len(all)})
		if err != nil {
			return nil, err
		}
		for _, e := range found {
			if e.ID >= span.first {
				all = append(all, e)
			}
		}
		if len(all) == n {
			break
		}
	}
	return all, nil
}

// mostDigits is how many digits ids have at most: more rows than that have no room on a disk.
const mostDigits = 12

// A span are ids from first to last.
type span struct{ first, last int64 }

// spans are the ids that begin with digits, the greatest first: 12 is 12, 120 to 129, and so on.
func spans(digits string) (all []span) {
	var first int64
	for _, d := range digits {
		first = first*10 + int64(d-'0')
	}
	for last, n := first, len(digits); n <= mostDigits; n++ {
		all = append([]span{{first, last}}, all...)
		first, last = first*10, last*10+9
	}
	return all
}

// NewestRuns are the runs that were made last, the newest first, at most n.
func (o *Outbox) NewestRuns(ctx context.Context, n int) ([]Run, error) {
	return o.runs(ctx, o.engine.Reader(), " LIMIT ?", n)
}

// Makers are the names of those who sent the last messages, each once, in order.
func (o *Outbox) Makers(ctx context.Context) ([]string, error) {
	names, err := namesOf(ctx, o.engine.Reader(), `SELECT DISTINCT by_name FROM messages WHERE direction = 'out' AND by_name <> ''
		AND id > (SELECT coalesce(max(id), 0) FROM messages) - 10000 ORDER BY by_name`)
	return names, o.reading("read who sent", err)
}
