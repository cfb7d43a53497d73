package outbox

import (
	"slices"
	"strings"
	"time"

	"telex/messaging"
)

// A Filter selects rows. The zero Filter selects all, and List the newest of them.
type Filter struct {
	State State // "": any
	// Search holds words that all must be part of the text, the numbers or the
	// tag, in any case of letters, or a number as it is dialled; or one id, ours or the API's. At most
	// [MostSearched] characters of it and 32 different words are looked at.
	Search string
	// By selects what was sent by somebody of this name, in any case of letters of English, or
	// by a login as [User.String] names it, "root at bastion"; "": by anybody.
	By string
	// Since and Until select rows by when they were made: not before Since, and before
	// Until. Zero is no bound. A row that was made while the clock was far off may be
	// missing, for it stands among those of another time.
	Since, Until time.Time
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

// ascends reports whether the page is at the old end of what is selected.
func (f Filter) ascends() bool { return f.Oldest || f.After > 0 }

// admits reports whether a row that was found by its name is among those selected, of
// whatever mailing.
func (f Filter) admits(e Entry) bool {
	switch {
	case f.State != "" && e.State != f.State, f.Before > 0 && e.ID >= f.Before, f.After > 0 && e.ID <= f.After,
		e.Created.Before(f.Since), !f.Until.IsZero() && !e.Created.Before(f.Until), f.by() != "" && (e.Direction == In || !f.isBy(e.User)):
		return false
	}
	return true
}

// isBy reports whether By names somebody.
func (f Filter) isBy(u User) bool {
	name, host := lowerASCII(u.Name), lowerASCII(u.Host)
	return name == f.by() || host != "" && slices.ContainsFunc(betweenUserAndHost, func(between string) bool { return name+between+host == f.by() })
}

// by is By as names are compared.
func (f Filter) by() string { return lowerASCII(strings.TrimSpace(f.By)) }

// names are the names that somebody may have whom By names, with a host or without one.
func (f Filter) names() []string {
	by := f.by()
	if by == "" {
		return nil
	}
	names := []string{by}
	for i := range by {
		if slices.ContainsFunc(betweenUserAndHost, func(between string) bool { return strings.HasPrefix(by[i:], between) }) {
			names = append(names, by[:i])
		}
	}
	return names
}

// lowerASCII is s with the capitals of English made small, as lower does in the databases.
func lowerASCII(s string) string {
	small := []byte(s)
	for i, c := range small {
		if 'A' <= c && c <= 'Z' {
			small[i] = c + 'a' - 'A'
		}
	}
	return string(small)
}

// conditions are parts of a statement that are joined by AND, and their arguments.
type conditions struct {
	where []string
	args  []any
}

// and is c with one more; c stays as it is.
func (c conditions) and(condition string, args ...any) conditions {
	return conditions{append(slices.Clip(c.where), condition), append(slices.Clip(c.args), args...)}
}

// clause is the WHERE of a statement; "" without conditions.
func (c conditions) clause() string {
	if len(c.where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.where, " AND ")
}

// conditions are those of the filter but its words, ids and mailing, whose conditions come
// first, on the row m.
func (f Filter) conditions(of conditions) conditions {
	if f.Folded {
		of = of.and(folded())
	}
	if f.State != "" {
		of = of.and("m.state = ?", string(f.State))
	}
	switch names := f.names(); len(names) {
	case 0:
	case 1:
		of = of.and("m.direction = 'out' AND lower(m.by_name) = ?", names[0])
	default: // the names are what an index has
		of = of.and("m.direction = 'out' AND lower(m.by_name) IN ("+places(len(names))+")", anys(names)...)
		named, args := "lower(m.by_name) = ?", []any{names[0]}
		for _, between := range betweenUserAndHost {
			named, args = named+" OR m.by_host <> '' AND lower(m.by_name || ? || m.by_host) = ?", append(args, between, names[0])
		}
		of = of.and("("+named+")", args...)
	}
	// Rows are gone through by their ids, and the times are looked at on the way.
	if !f.Since.IsZero() {
		of = of.and("+m.created_at >= ?", stamp(f.Since))
	}
	if !f.Until.IsZero() {
		of = of.and("+m.created_at < ?", stamp(f.Until))
	}
	return of
}
