package outbox

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"telex/messaging"
)

// A Filter selects rows. The zero Filter selects all, and List the newest of them.
type Filter struct {
	State State // "": any
	// Search holds words that all must be part of the text, the numbers or the
	// tag, in any case of letters, or a number as it is dialled; or one id, ours or the API's. At most
	// [MostSearched] characters of it and 32 different words are looked at.
	Search string
	// Folded leaves out all rows of a mailing but its newest, which stands for it: see
	// [Outbox.Mailings].
	Folded bool
	// Mailing is the id of a row: only those of its mailing are selected; 0 selects all.
	// The error is ErrNotFound if that row is gone.
	Mailing int64
	// Before selects rows with smaller ids, which are older; 0 selects all. The page
	// is that of the newest of them.
	Before int64
	// After selects rows with greater ids, which are newer; 0 selects all. The page
	// is that of the oldest of them, which is the one that follows the row After.
	After int64
	// Oldest makes the page that of the oldest rows, where After is not set.
	Oldest bool
	// Limit is how many rows are returned at most; 0 is 100.
	Limit int
}

// MostSearched is how many characters of a search are looked at, which is as much
// as a text can have.
const MostSearched = messaging.MaxTextChars

// List returns one page of rows, always the newest first. To page towards older
// rows set Before to the id of the last one, and towards newer ones set After to
// that of the first; that costs the same on every page.
func (o *Outbox) List(ctx context.Context, f Filter) ([]Entry, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	entries, err := o.list(ctx, f)
	return entries, o.reading("read the history", err)
}

// ascends reports whether the page is at the old end of what is selected.
func (f Filter) ascends() bool { return f.Oldest || f.After > 0 }

func (o *Outbox) list(ctx context.Context, f Filter) ([]Entry, error) {
	var of string
	var those []any
	if f.Mailing != 0 {
		var err error
		if of, those, err = o.mailing(ctx, f.Mailing); err != nil {
			return nil, err
		}
	}
	terms := Terms(f.Search)
	indexed := len(terms) > 0
	if indexed && f.State != "" {
		few, err := o.few(ctx, f.State)
		if err != nil {
			return nil, err
		}
		indexed = !few
	}
	entries, err := o.page(ctx, f, terms, indexed, of, those...)
	if err != nil {
		return nil, err
	}
	if f.ascends() {
		slices.Reverse(entries)
	}
	if name := strings.Fields(f.Search); len(name) == 1 {
		return o.withNamed(ctx, entries, f, name[0], of, those...)
	}
	return entries, nil
}

// page reads rows until it has as many with all terms as are wanted. Of is the condition
// of a mailing; "" is none.
func (o *Outbox) page(ctx context.Context, f Filter, terms []Term, indexed bool, of string, those ...any) ([]Entry, error) {
	query, args := f.query(o.narrowed(terms, indexed), of, those...)
	rows, err := o.engine.Reader().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var entries []Entry
	for len(entries) < f.Limit && rows.Next() {
		e, err := scanEntry(rows)
		if err != nil {
			return nil, err
		}
		if e.holds(terms) {
			entries = append(entries, e)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	return entries, nil
}

// narrowed is where the rows with terms are among. If indexed, the index says which rows
// may have them; else rows are gone through in their order.
func (o *Outbox) narrowed(terms []Term, indexed bool) Narrowed {
	if indexed {
		return o.engine.Search(terms)
	}
	return Narrowed{From: "messages m", Key: "m.id"}
}

// query is the statement for the rows among which those of a page are. Of is a condition
// beside those of the filter; "" is none.
func (f Filter) query(among Narrowed, of string, those ...any) (query string, args []any) {
	var where []string
	add := func(condition string, value ...any) {
		where, args = append(where, condition), append(args, value...)
	}
	if among.Where != "" {
		add(among.Where, among.Args...)
	}
	key := among.Key
	if of != "" {
		add(of, those...)
	}
	if f.Folded {
		add(folded())
	}
	if f.State != "" {
		add("m.state = ?", string(f.State))
	}
	if f.Before > 0 {
		add(key+" < ?", f.Before)
	}
	if f.After > 0 {
		add(key+" > ?", f.After)
	}
	query = "SELECT " + entryColumns + " FROM " + among.From
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	if query += " ORDER BY " + key; !f.ascends() {
		query += " DESC"
	}
	return query, args
}

// fewRows is up to how many rows of a state are gone through one by one, which
// then is quicker than going through all that holds the words.
const fewRows = 5000

func (o *Outbox) few(ctx context.Context, s State) (bool, error) {
	var n int
	err := o.engine.Reader().QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM messages WHERE state = ? LIMIT ?)", string(s), fewRows).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("count messages: %w", err)
	}
	return n < fewRows, nil
}

// withNamed puts the rows that have name as an id where they belong.
func (o *Outbox) withNamed(ctx context.Context, entries []Entry, f Filter, name, of string, those ...any) ([]Entry, error) {
	var id int64                                                                             // none has 0
	if number, err := strconv.ParseUint(strings.TrimPrefix(name, "#"), 10, 63); err == nil { // without a sign: +1 begins a phone number
		id = int64(number)
	}
	query := "SELECT " + entryColumns + " FROM messages m WHERE (m.id = ? OR (m.message_id = ? AND m.message_id <> ''))"
	if of != "" {
		query += " AND " + of
	}
	named, err := scanEntries(o.engine.Reader().QueryContext(ctx, query, append([]any{id, name}, those...)...))
	if err != nil {
		return nil, err
	}
	for _, e := range named {
		out := f.State != "" && e.State != f.State || f.Before > 0 && e.ID >= f.Before || f.After > 0 && e.ID <= f.After ||
			slices.ContainsFunc(entries, func(have Entry) bool { return have.ID == e.ID })
		if !out {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int { return cmp.Compare(b.ID, a.ID) })
	if f.ascends() {
		return entries[max(len(entries)-f.Limit, 0):], nil
	}
	return entries[:min(len(entries), f.Limit)], nil
}

// Version is a number that grows with each new row, each change of one and each
// deletion, whichever process made it. Asking costs little: poll it while somebody looks.
func (o *Outbox) Version(ctx context.Context) (int64, error) {
	var version int64
	err := o.engine.Reader().QueryRowContext(ctx, "SELECT value FROM counters WHERE name = 'version'").Scan(&version)
	return version, o.reading("read the history", err)
}

// RecentRecipients are the last numbers that something was sent to, the latest
// first, each once, at most n.
func (o *Outbox) RecentRecipients(ctx context.Context, n int) ([]string, error) {
	const op = "read recent recipients"
	rows, err := o.engine.Reader().QueryContext(ctx, "SELECT recipients FROM messages WHERE state NOT IN ('rejected', 'unsent', 'queued', 'received') ORDER BY id DESC LIMIT 500")
	if err != nil {
		return nil, o.reading(op, err)
	}
	defer func() { _ = rows.Close() }()
	var recent []string
	for rows.Next() && len(recent) < n {
		var list string
		if err := rows.Scan(&list); err != nil {
			return nil, o.reading(op, err)
		}
		for _, to := range listOf(list) {
			if !slices.Contains(recent, to) {
				recent = append(recent, to)
			}
		}
	}
	return recent[:min(len(recent), n)], o.reading(op, rows.Err())
}
