package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
)

const (
	// windowIDs is how many ids the rows have at most that are looked for in one statement,
	// where a statement may go through many before it finds one: that takes a few
	// milliseconds, whatever is searched for.
	windowIDs = 1 << 14
	// firstIDs is the first of these windows of a search: mostly it has enough.
	firstIDs = 1 << 9
	// readAtOnce is how many rows that may have the words are read in one statement.
	readAtOnce = 128
)

// A looker goes through the rows of a filter.
type looker struct {
	o       *Outbox
	f       Filter
	enough  func() bool
	of      conditions // of the mailing
	terms   []Term
	indexed bool  // the engine says which rows may have the terms
	lo, hi  int64 // the ids that are left to be looked at
	size    int64 // of the next window; everyRow for no windows
	looked  int   // rows
	page    Page
}

// everyRow is the size of a window that holds all.
const everyRow = 0

func (o *Outbox) look(ctx context.Context, f Filter, enough func() bool) (Page, error) {
	l := looker{o: o, f: f, enough: enough, terms: Terms(f.Search)}
	if f.Mailing != 0 {
		var err error
		if _, l.of, err = o.mailing(ctx, f.Mailing); err != nil {
			return Page{}, err
		}
	}
	few, err := l.few(ctx)
	if err != nil {
		return Page{}, err
	}
	switch l.indexed = len(l.terms) > 0 && !few; {
	case l.indexed:
		l.size = firstIDs
	case f.Folded, len(f.names()) > 1: // of several names the rows are sorted
		l.size = windowIDs
	default:
		l.size = everyRow // each that is gone through is one, or is looked at here
	}
	if err := l.bound(ctx); err != nil {
		return Page{}, err
	}
	from := l.begin()
	for !l.full() && l.lo <= l.hi {
		if err := l.through(ctx); err != nil {
			return Page{}, err
		}
		if l.enough() {
			break
		}
	}
	return l.end(ctx, from)
}

func (l *looker) full() bool { return len(l.page.Entries) >= l.f.Limit }

// begin is the id before the first one that is looked at.
func (l *looker) begin() int64 {
	if l.f.ascends() {
		return l.lo - 1
	}
	return l.hi + 1
}

// bound finds between which ids the rows are.
func (l *looker) bound(ctx context.Context) error {
	l.lo, l.hi = l.f.After+1, everyID-1
	if l.f.Before > 0 {
		l.hi = l.f.Before - 1
	}
	if !l.f.Since.IsZero() {
		at := l.f.Since
		if err := l.within(ctx, "SELECT min(id), NULL FROM (SELECT id FROM messages WHERE created_at >= ? ORDER BY created_at LIMIT ?) near", stamp(at), clockRows); err != nil {
			return err
		}
	}
	if !l.f.Until.IsZero() {
		if err := l.within(ctx, "SELECT NULL, max(id) FROM (SELECT id FROM messages WHERE created_at < ? ORDER BY created_at DESC LIMIT ?) near", stamp(l.f.Until), clockRows); err != nil {
			return err
		}
	}
	switch {
	case l.f.Mailing != 0:
		return l.within(ctx, "SELECT min(m.id), max(m.id) FROM messages m"+l.of.clause(), l.of.args...)
	case l.size != everyRow:
		return l.within(ctx, "SELECT (SELECT min(id) FROM messages), (SELECT max(id) FROM messages)")
	}
	return nil // they end where they end
}

// clockRows is how many rows before and behind a time may have been made out of order.
const clockRows = 1000

// within narrows the ids down to those between two, which a statement tells; NULL is none
// that is known. If there are no rows, there is none between them.
func (l *looker) within(ctx context.Context, query string, args ...any) error {
	var lo, hi sql.NullInt64
	if err := l.o.engine.Reader().QueryRowContext(ctx, query, args...).Scan(&lo, &hi); err != nil {
		return fmt.Errorf("read messages: %w", err)
	}
	if !lo.Valid && !hi.Valid {
		l.hi = l.lo - 1
	}
	if lo.Valid {
		l.lo = max(l.lo, lo.Int64)
	}
	if hi.Valid {
		l.hi = min(l.hi, hi.Int64)
	}
	return nil
}

// fewRows is up to how many rows of a state are gone through one by one, which
// then is quicker than going through all that holds the words.
const fewRows = 5000

// few reports whether so few rows are in the state that the index is not asked.
func (l *looker) few(ctx context.Context) (bool, error) {
	if l.f.State == "" || len(l.terms) == 0 {
		return false, nil
	}
	var n int
	err := l.o.engine.Reader().QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM messages WHERE state = ? LIMIT ?) few", string(l.f.State), fewRows).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("count messages: %w", err)
	}
	return n < fewRows, nil
}

// through looks through the next window.
func (l *looker) through(ctx context.Context) (err error) {
	lo, hi := l.lo, l.hi
	switch {
	case l.size == everyRow:
	case l.f.ascends():
		hi = min(hi, lo+l.size-1)
	default:
		lo = max(lo, hi-l.size+1)
	}
	var stopped int64
	if l.indexed {
		stopped, err = l.readIndexed(ctx, lo, hi)
		l.size = min(l.size*8, windowIDs)
	} else {
		stopped, err = l.read(ctx, l.f.conditions(l.of).and("m.id BETWEEN ? AND ?", lo, hi))
	}
	if err != nil {
		return err
	}
	switch up := l.f.ascends(); {
	case up && stopped == 0:
		l.lo = hi + 1
	case up:
		l.lo = stopped + 1
	case stopped == 0:
		l.hi = lo - 1
	default:
		l.hi = stopped - 1
	}
	return nil
}

// readIndexed takes the rows of a window that have all terms, of those that the engine
// names, and returns the id of the last one that it looked at, or 0 for all of them.
func (l *looker) readIndexed(ctx context.Context, lo, hi int64) (stopped int64, err error) {
	ids, err := l.o.engine.Candidates(ctx, l.terms, lo, hi)
	if err != nil {
		return 0, fmt.Errorf("search: %w", err)
	}
	if l.f.ascends() {
		slices.Reverse(ids)
	}
	where := l.f.conditions(l.of)
	for some := range slices.Chunk(ids, readAtOnce) {
		stopped, err := l.read(ctx, where.and("m.id IN ("+places(len(some))+")", anys(some)...))
		if err != nil || stopped != 0 {
			return stopped, err
		}
		if l.looked = max(l.looked, readAtOnce); l.enough() { // also where rows are of another state
			return some[len(some)-1], nil
		}
	}
	return 0, nil
}

// read takes the rows of conditions that have all terms, and returns the id of the last
// one that it looked at, or 0 for all of them.
func (l *looker) read(ctx context.Context, all conditions) (stopped int64, err error) {
	columns, order := entryColumns, " DESC"
	if len(l.terms) > 0 {
		columns = searchedColumns
	}
	if l.f.ascends() {
		order = ""
	}
	rows, err := l.o.engine.Reader().QueryContext(ctx, "SELECT "+columns+" FROM messages m"+all.clause()+" ORDER BY m.id"+order, all.args...)
	if err != nil {
		return 0, fmt.Errorf("read messages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	if len(l.terms) == 0 {
		return l.take(rows)
	}
	found, stopped, err := l.pick(rows)
	if err != nil || len(found) == 0 {
		return stopped, err
	}
	_ = rows.Close() // of the connections there are few
	entries, err := l.o.entries(ctx, found)
	if l.f.ascends() {
		slices.Reverse(entries)
	}
	l.page.Entries = append(l.page.Entries, entries...)
	return stopped, err
}

// tired is asked after each row that was looked at whether to leave the rest. Each look
// gets some rows further.
func (l *looker) tired() bool {
	l.looked++
	return l.looked >= readAtOnce && l.enough()
}

// take takes rows until the page is full or it is enough.
func (l *looker) take(rows *sql.Rows) (stopped int64, err error) {
	for rows.Next() {
		e, err := scanEntry(rows)
		if err != nil {
			return 0, err
		}
		l.page.Entries = append(l.page.Entries, e)
		if l.full() || l.tired() {
			return e.ID, nil
		}
	}
	return 0, rowsEnded(rows)
}

// pick are the ids of the rows that have all terms. Nothing else of them is read: of the
// rows that may have them it can be few.
func (l *looker) pick(rows *sql.Rows) (found []int64, stopped int64, err error) {
	for rows.Next() {
		var s searched
		if err := s.scan(rows); err != nil {
			return nil, 0, err
		}
		if s.holds(l.terms) {
			found = append(found, s.id)
		}
		if len(l.page.Entries)+len(found) >= l.f.Limit || l.tired() {
			return found, s.id, nil
		}
	}
	return found, 0, rowsEnded(rows)
}

func rowsEnded(rows *sql.Rows) error {
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	return nil
}

// end completes the page, which begins behind the row from.
func (l *looker) end(ctx context.Context, from int64) (Page, error) {
	p := &l.page
	p.End = l.lo > l.hi && !l.full()
	p.Reached = l.hi + 1
	if l.f.ascends() {
		p.Reached = l.lo - 1
		slices.Reverse(p.Entries)
	}
	if name := strings.Fields(l.f.Search); len(name) == 1 {
		if err := l.withNamed(ctx, name[0], from); err != nil {
			return Page{}, err
		}
	}
	if p.End || l.full() {
		return *p, nil
	}
	var at sql.NullInt64
	err := l.o.engine.Reader().QueryRowContext(ctx, "SELECT created_at FROM messages WHERE id >= ? ORDER BY id LIMIT 1", p.Reached).Scan(&at)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Page{}, fmt.Errorf("read messages: %w", err)
	}
	p.Back = timeOf(at.Int64)
	return *p, nil
}

// withNamed puts the rows that have name as an id where they belong, if the page, which
// begins behind the row from, is there.
func (l *looker) withNamed(ctx context.Context, name string, from int64) error {
	var id int64                                                                             // none has 0
	if number, err := strconv.ParseUint(strings.TrimPrefix(name, "#"), 10, 63); err == nil { // without a sign: +1 begins a phone number
		id = int64(number)
	}
	all := l.of.and("(m.id = ? OR (m.message_id = ? AND m.message_id <> ''))", id, name)
	named, err := scanEntries(l.o.engine.Reader().QueryContext(ctx, "SELECT "+entryColumns+" FROM messages m"+all.clause(), all.args...))
	if err != nil {
		return err
	}
	p := &l.page
	up := l.f.ascends()
	for _, e := range named {
		there := e.ID < from && (p.End || e.ID >= p.Reached)
		if up {
			there = e.ID > from && (p.End || e.ID <= p.Reached)
		}
		if there && l.f.admits(e) && !slices.ContainsFunc(p.Entries, func(have Entry) bool { return have.ID == e.ID }) {
			p.Entries = append(p.Entries, e)
		}
	}
	sort.Slice(p.Entries, func(i, j int) bool { return p.Entries[j].ID < p.Entries[i].ID })
	if over := len(p.Entries) - l.f.Limit; over > 0 { // what it had no more room for comes again
		p.End = false
		if up {
			p.Entries = p.Entries[over:]
			p.Reached = p.Entries[0].ID
		} else {
			p.Entries = p.Entries[:l.f.Limit]
			p.Reached = p.Entries[l.f.Limit-1].ID
		}
	}
	return nil
}
