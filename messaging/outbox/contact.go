package outbox

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A Contact is a person, or whoever has a number. Texts of it may hold anything: clean
// them before showing them on a terminal.
type Contact struct {
	ID     int64
	Number string // in E.164; no other contact has it
	Name   string // "" if it is not known
	Groups []string
	// Fields are what else is known, by names as templates have them.
	Fields map[string]string
	Zone   string // IANA name; "" if it is not known
	// NoTexts is the delivery error code that says that the number takes no texts, since
	// NoTextsSince; 0 if none does. See [Outbox.MarkNoTexts].
	NoTexts          int
	NoTextsSince     time.Time
	Created, Updated time.Time
	// User entered it; without a name nobody knows who that was.
	User User
	// Tells says that it is worth telling who that was: see [Detail.Tells].
	Tells bool
}

// A ContactFilter selects contacts. The zero one selects all.
type ContactFilter struct {
	// Search holds words that all must be within the name, the number, the groups or the
	// fields, whatever their capitals and accents; or a number as it is dialled.
	Search  string
	Group   string   // those in it; "": in any and none
	Name    string   // those who are called exactly so, but for capitals and accents; "": any
	Numbers []string // those with one of these; nil: any
	// After selects those behind a contact in the order of Contacts, of which ID and Name are
	// looked at; the zero one selects all.
	After Contact
	Limit int // how many are returned at most; 0 is all
}

// contactColumns are those that scanContacts reads.
const contactColumns = "c.id, c.number, c.name, c.zone, c.fields, c.no_texts, c.no_texts_since, c.created_at, c.updated_at, c.by_name, c.by_host, c.by_own"

// Contacts are people in the order of their names; those without one are first.
func (o *Outbox) Contacts(ctx context.Context, f ContactFilter) (all []Contact, err error) {
	err = o.engine.Read(ctx, func(ctx context.Context, q Querier) error {
		all = nil
		if f.Numbers == nil {
			all, err = contacts(ctx, q, f, nil)
			return err
		}
		for some := range slices.Chunk(f.Numbers, numbersAtOnce) {
			found, err := contacts(ctx, q, f, some)
			if err != nil {
				return err
			}
			all = append(all, found...)
		}
		if len(f.Numbers) > numbersAtOnce { // each question has its own order, and its own limit
			slices.SortFunc(all, func(a, b Contact) int {
				return cmp.Or(cmp.Compare(plain(a.Name), plain(b.Name)), cmp.Compare(a.ID, b.ID))
			})
			if f.Limit > 0 {
				all = all[:min(len(all), f.Limit)]
			}
		}
		return nil
	})
	for i := range all {
		all[i].Tells = o.tells(all[i].User)
	}
	return all, o.reading("read the contacts", err)
}

func contacts(ctx context.Context, q Querier, f ContactFilter, numbers []string) ([]Contact, error) {
	query := "SELECT " + contactColumns + " FROM contacts c"
	of := f.conditions()
	if numbers != nil {
		in, args := among(numbers)
		of = of.and("c.number IN "+in, args...)
	}
	query += of.clause() + " ORDER BY c.sorted, c.id"
	args := of.args
	if f.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, f.Limit)
	}
	all, err := scanContacts(q.QueryContext(ctx, query, args...))
	if err != nil {
		return nil, err
	}
	return all, fillGroups(ctx, q, all)
}

// conditions are those of the filter but its numbers, on the row c.
func (f ContactFilter) conditions() (of conditions) {
	switch {
	case f.Group == "":
	case f.Limit > 0: // a page goes along the names of all
		of = of.and("EXISTS (SELECT 1 FROM contact_groups g WHERE g.sorted = ? AND g.contact = c.id)", plain(f.Group))
	default:
		of = of.and("c.id IN (SELECT contact FROM contact_groups WHERE sorted = ?)", plain(f.Group))
	}
	if f.Name != "" {
		of = of.and("c.sorted = ?", plain(f.Name))
	}
	if f.After.ID > 0 {
		of = of.and("(c.sorted, c.id) > (?, ?)", plain(f.After.Name), f.After.ID)
	}
	for _, t := range Terms(plain(f.Search)) {
		var all []string
		var args []any
		for _, w := range t.Words {
			all, args = append(all, `c.words LIKE ? ESCAPE '\'`), append(args, "%"+likeEscaper.Replace(w)+"%")
		}
		condition := strings.Join(all, " AND ")
		if t.Dialled != "" {
			condition, args = "("+condition+" OR c.number LIKE ?)", append(args, "%"+t.Dialled+"%")
		}
		of = of.and(condition, args...)
	}
	return of
}

// CountContacts is how many there are that a filter selects, whatever its After and Limit.
func (o *Outbox) CountContacts(ctx context.Context, f ContactFilter) (n int, err error) {
	if f.After = (Contact{}); f.Numbers != nil && len(f.Numbers) == 0 {
		return 0, nil
	}
	of := f.conditions()
	if f.Numbers != nil {
		in, args := among(f.Numbers)
		of = of.and("c.number IN "+in, args...)
	}
	err = o.engine.Reader().QueryRowContext(ctx, "SELECT count(*) FROM contacts c"+of.clause(), of.args...).Scan(&n)
	return n, o.reading("count the contacts", err)
}

// ContactNames are the names of those of numbers whose names are known.
func (o *Outbox) ContactNames(ctx context.Context, numbers []string) (map[string]string, error) {
	names, err := namesAmong(ctx, o.engine.Reader(), numbers)
	return names, o.reading("read the contacts", err)
}

func namesAmong(ctx context.Context, q Querier, numbers []string) (map[string]string, error) {
	names := map[string]string{}
	for some := range slices.Chunk(numbers, numbersAtOnce) {
		in, args := among(some)
		rows, err := q.QueryContext(ctx, "SELECT number, name FROM contacts WHERE name <> '' AND number IN "+in, args...)
		if err != nil {
			return nil, fmt.Errorf("read the contacts: %w", err)
		}
		if err := addNames(rows, names); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// addNames reads all rows and closes them.
func addNames(rows *sql.Rows, names map[string]string) error {
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var number, name string
		if err := rows.Scan(&number, &name); err != nil {
			return fmt.Errorf("read the contacts: %w", err)
		}
		names[number] = name
	}
	return rowsEnded(rows)
}

// mostFound is how many contacts conversations are looked for by.
const mostFound = 50

// nameOthers notes in conversations who the others are.
func (o *Outbox) nameOthers(ctx context.Context, all []Thread) error {
	var numbers []string
	for _, t := range all {
		numbers = append(numbers, t.Others...)
	}
	slices.Sort(numbers)
	names, err := namesAmong(ctx, o.engine.Reader(), slices.Compact(numbers))
	if err != nil {
		return err
	}
	for i := range all {
		t := &all[i]
		for at, n := range t.Others {
			if name, ok := names[n]; ok {
				if t.Names == nil {
					t.Names = make([]string, len(t.Others))
				}
				t.Names[at] = name
			}
		}
	}
	return nil
}

// A ContactGroup is a name that contacts share.
type ContactGroup struct {
	Name   string
	People int
}

// ContactGroups are all groups, in the order of their names.
func (o *Outbox) ContactGroups(ctx context.Context) ([]ContactGroup, error) {
	const op = "read the groups"
	rows, err := o.engine.Reader().QueryContext(ctx, "SELECT min(name), count(*) FROM contact_groups GROUP BY sorted ORDER BY sorted")
	if err != nil {
		return nil, o.reading(op, err)
	}
	defer func() { _ = rows.Close() }()
	var all []ContactGroup
	for rows.Next() {
		var g ContactGroup
		if err := rows.Scan(&g.Name, &g.People); err != nil {
			return nil, o.reading(op, err)
		}
		all = append(all, g)
	}
	return all, o.reading(op, rows.Err())
}

// scanContacts reads all rows and closes them.
func scanContacts(rows *sql.Rows, err error) ([]Contact, error) {
	if err != nil {
		return nil, fmt.Errorf("read the contacts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []Contact
	for rows.Next() {
		var c Contact
		var fields string
		var since, created, updated int64
		if err := rows.Scan(&c.ID, &c.Number, &c.Name, &c.Zone, &fields, &c.NoTexts, &since, &created, &updated, &c.User.Name, &c.User.Host, &c.User.Own); err != nil {
			return nil, fmt.Errorf("read the contacts: %w", err)
		}
		c.Fields = fieldsOf(fields)
		c.NoTextsSince, c.Created, c.Updated = timeOf(since), timeOf(created), timeOf(updated)
		all = append(all, c)
	}
	return all, rowsEnded(rows)
}

// fieldsOf reads what encodeFields wrote; what cannot be read is none.
func fieldsOf(s string) map[string]string {
	var fields map[string]string
	if s == "" || json.Unmarshal([]byte(s), &fields) != nil {
		return nil
	}
	return fields
}

// encodeFields are fields as the database has them; "" for none.
func encodeFields(fields map[string]string) string {
	if len(fields) == 0 {
		return ""
	}
	b, err := json.Marshal(fields)
	if err != nil {
		return "" // texts always encode
	}
	return string(b)
}

// fillGroups reads the groups of contacts, in the order of their names.
func fillGroups(ctx context.Context, q Querier, all []Contact) error {
	at := map[int64]int{}
	for i, c := range all {
		at[c.ID] = i
	}
	for some := range slices.Chunk(all, idsAtOnce) {
		ids := make([]any, len(some))
		for i, c := range some {
			ids[i] = c.ID
		}
		rows, err := q.QueryContext(ctx, "SELECT contact, name FROM contact_groups WHERE contact IN ("+places(len(ids))+") ORDER BY sorted", ids...)
		if err != nil {
			return fmt.Errorf("read the groups: %w", err)
		}
		if err := addGroups(rows, all, at); err != nil {
			return err
		}
	}
	return nil
}

// addGroups reads all rows and closes them.
func addGroups(rows *sql.Rows, all []Contact, at map[int64]int) error {
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return fmt.Errorf("read the groups: %w", err)
		}
		c := &all[at[id]]
		c.Groups = append(c.Groups, name)
	}
	return rowsEnded(rows)
}

// plain is a text without capitals and accents and with one space between words, by which
// names are found and sorted: "  Åsa  Størmer" is "asa stormer".
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
	return strings.Join(strings.Fields(withoutStrokes.Replace(Fold(s))), " ")
}

// withoutStrokes are letters as [Fold] has them that Unicode does not take apart, as people type them where
// they have no key for them.
var withoutStrokes = strings.NewReplacer("Ø", "o", "Ł", "l", "Đ", "d", "ß", "ss", "Æ", "ae", "Œ", "oe", "ı", "i", "Þ", "th", "Ð", "d", "Ħ", "h")
