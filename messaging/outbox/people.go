package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"
)

// A Person is one row of the list of a run, as it was when the run was made: what becomes
// of the file later changes nothing. Everything in it is foreign: clean it before showing
// it on a terminal.
type Person struct {
	N      int    // the place in the run, from 1; [Outbox.AddPeople] gives it
	Number string // in E.164; of one who is skipped, whatever the list has in its place
	Name   string
	Zone   string            // name of the time zone; "" if the list has none
	Fields map[string]string // by their folded names
	// NotBefore and NotAfter are the next time in which somebody may be written to, from the
	// first up to the moment before the second; zero is no bound. What is judged at the turn
	// is [DrainOptions.Window], where there is one.
	NotBefore, NotAfter time.Time
	Skip                Skip   // why the person gets nothing; "" for those who wait or have a message
	Note                string // more of that
	Message             int64  // the row of the person's message; 0 if there is none, or none yet
	// Attempt is a message to the person that certainly never came to be, for a reason that
	// was nobody's own, such as a lost connection: the person waits again, or the message
	// that there is now repeats it. 0 for none.
	Attempt int64
}

// Skip is why somebody of a run gets nothing.
type Skip string

// The reasons, in the order in which they are looked for: the first that is true is the one.
const (
	SkipBadNumber  Skip = "bad-number"
	SkipShortCode  Skip = "short-code"      // or an emergency number
	SkipDuplicate  Skip = "duplicate"       // the number stands above already
	SkipOptedOut   Skip = "opted-out"       // see [OptOut]
	SkipHeld       Skip = "held"            // may have opted out, and nobody decided yet
	SkipRecent     Skip = "recent"          // got the same within a day, or may have got it ever
	SkipBadField   Skip = "bad-field"       // a field of the text is unknown or empty
	SkipTooLong    Skip = "too-long"        // the text
	SkipOutside    Skip = "outside-country" // of those that the profile names
	SkipNoTexts    Skip = "no-texts"        // the number takes none
	SkipOverCap    Skip = "over-daily-cap"  // got as many as a person may get in a day
	SkipInvalid    Skip = "invalid"         // the API would refuse the message
	SkipTimeIsOver Skip = "too-late"        // the time in which the person may be written to is over for good
)

// Skips lists all reasons in their order.
func Skips() []Skip {
	return []Skip{
		SkipBadNumber, SkipShortCode, SkipDuplicate, SkipOptedOut, SkipHeld, SkipRecent, SkipBadField, SkipTooLong,
		SkipOutside, SkipNoTexts, SkipOverCap, SkipInvalid, SkipTimeIsOver,
	}
}

// AddPeople adds people to a run that is [RunPlanned] and has so many already, in their
// order, and returns how many it added. They are committed by the hundred: after an error, or
// the death of the process, the run is planned still and has the first so many, by
// [Run.People], behind which another process can go on. Somebody whose number stands in the
// run already is [SkipDuplicate], unless there is another reason. N, Message and Attempt
// are not read.
//
// The error is a [*RunError] if the run is not planned (any more), or approved, and [ErrFilledElsewhere]
// if another process adds people to it.
func (o *Outbox) AddPeople(ctx context.Context, id int64, has int, people iter.Seq[Person]) (added int, err error) {
	some := make([]Person, 0, runAtOnce)
	add := func() error {
		err := o.addPeople(ctx, id, has+added, some)
		if err == nil {
			added, some = added+len(some), some[:0]
		}
		return err
	}
	for p := range people {
		if some = append(some, p); len(some) < runAtOnce {
			continue
		}
		if err := add(); err != nil {
			return added, err
		}
	}
	return added, add()
}

// addPersonQuery adds one person, who is there twice if the number waits already.
const addPersonQuery = `INSERT INTO run_people (run, n, number, name, zone, fields, not_before, not_after, skip, note)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, CASE WHEN ? <> '' THEN ?
		WHEN EXISTS (SELECT 1 FROM run_people WHERE run = ? AND number = ? AND skip = '') THEN 'duplicate' ELSE '' END, ?)`

// addPeople adds people in one transaction, behind those that the run has.
func (o *Outbox) addPeople(ctx context.Context, id int64, has int, people []Person) error {
	return o.write(ctx, "add people to the run", func(ctx context.Context, tx Tx) error {
		r, err := run(ctx, tx, id)
		if err != nil {
			return err
		}
		if r.State != RunPlanned || !r.Approval.At.IsZero() {
			return &RunError{ID: id, From: r.State}
		}
		if r.People != has {
			return fmt.Errorf("run %d: %w", id, ErrFilledElsewhere)
		}
		for i, p := range people {
			_, err := tx.ExecContext(ctx, addPersonQuery, id, r.People+1+i, p.Number, p.Name, p.Zone, encodeFields(p.Fields), stamp(p.NotBefore), stamp(p.NotAfter),
				string(p.Skip), string(p.Skip), id, p.Number, p.Note)
			if err != nil {
				return fmt.Errorf("add the person: %w", err)
			}
		}
		if _, err := tx.ExecContext(ctx, "UPDATE runs SET people = people + ? WHERE id = ?", len(people), id); err != nil {
			return fmt.Errorf("add the people: %w", err)
		}
		return touch(ctx, tx)
	})
}

// personColumns are those that scanPerson reads.
const personColumns = "p.n, p.number, p.name, p.zone, p.fields, p.not_before, p.not_after, p.skip, p.note, p.message, p.attempt"

func scanPerson(row scanner) (p Person, err error) {
	var fields string
	var from, until int64
	err = row.Scan(&p.N, &p.Number, &p.Name, &p.Zone, &fields, &from, &until, &p.Skip, &p.Note, &p.Message, &p.Attempt)
	p.Fields = fieldsOf(fields)
	p.NotBefore, p.NotAfter = timeOf(from), timeOf(until)
	return p, err
}

// scanPeople reads all rows and closes them.
func scanPeople(rows *sql.Rows, err error) ([]Person, error) {
	if err != nil {
		return nil, fmt.Errorf("read the people: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []Person
	for rows.Next() {
		p, err := scanPerson(rows)
		if err != nil {
			return nil, fmt.Errorf("read the people: %w", err)
		}
		all = append(all, p)
	}
	return all, rowsEnded(rows)
}

// RunCounts are the people of a run by what became of them. Its parts add up to People.
type RunCounts struct {
	People  int
	Waiting int           // who have no message yet; of a run that is cancelled, who get none
	Skipped map[Skip]int  // without reasons that nobody has
	States  map[State]int // of the messages of the others; without states that none is in
	Pruned  int           // whose message was deleted since
	// HandedOver is how many of those that are [Delivered] were handed over, of which no
	// more is known: see [messaging.GradeHandedOver].
	HandedOver int
}

// RunCounts counts the people of a run. It costs by how many there are, and little: ask it
// once a second.
func (o *Outbox) RunCounts(ctx context.Context, id int64) (c RunCounts, err error) {
	c.Skipped = map[Skip]int{}
	err = o.engine.Read(ctx, func(ctx context.Context, q Querier) (err error) {
		if err = q.QueryRowContext(ctx, `SELECT people, (SELECT count(*) FROM run_people WHERE run = ? AND message = 0 AND skip = '')
			FROM runs WHERE id = ?`, id, id).Scan(&c.People, &c.Waiting); err != nil {
			if errors.Is(err, sql.ErrNoRows) {
				err = ErrNotFound
			}
			return fmt.Errorf("run %d: %w", id, err)
		}
		if c.States, err = counts(ctx, q, "SELECT state, count(*) FROM messages WHERE run = ? AND run <> 0 GROUP BY state", id); err != nil {
			return err
		}
		// What came to nothing and was tried anew is nobody's.
		nobodys, err := counts(ctx, q, "SELECT state, count(*) FROM messages WHERE run = ? AND run <> 0 AND state IN ('rejected', 'unsent', 'unknown') AND n = 0 GROUP BY state", id)
		if err != nil {
			return err
		}
		for s, n := range nobodys {
			if c.States[s] -= n; c.States[s] == 0 {
				delete(c.States, s)
			}
		}
		if c.HandedOver, err = handedOverOf(ctx, q, id, conditions{}.and("m.run = ? AND m.run <> 0", id), c.States); err != nil {
			return err
		}
		skipped, err := counts(ctx, q, "SELECT skip, count(*) FROM run_people WHERE run = ? AND skip <> '' GROUP BY skip", id)
		for s, n := range skipped {
			c.Skipped[Skip(s)] = n
		}
		return err
	})
	c.Pruned = c.People - c.Waiting - sumCounts(c.States) - sumCounts(c.Skipped)
	return c, o.reading("count the people of the run", err)
}

func sumCounts[K comparable](counts map[K]int) (n int) {
	for _, some := range counts {
		n += some
	}
	return n
}

// A PeopleFilter selects people of a run. The zero one selects all.
type PeopleFilter struct {
	// State selects those whose message is in it, and [Queued] those who wait.
	State   State
	Skipped bool // those who get nothing, for whatever reason
	Skip    Skip // those who get nothing for this one
	Number  string
}

// A Told is what became of one person of a run.
type Told struct {
	Person
	// Entry is the person's message; its ID is 0 if there is none, or it was deleted since.
	Entry Entry
	Reply Entry // the first that came from the number since; its ID is 0 if none did
	// OptedOut is when the number opted out since; zero if it did not, or came back.
	OptedOut time.Time
}

// State is that of the person's message, and [Queued] of those who wait; "" for those who
// are skipped, and for whom the message was deleted.
func (t Told) State() State {
	if t.Skip == "" && t.Message == 0 {
		return Queued
	}
	return t.Entry.State
}

// RunPeople is a page of the people of a run, in the order of its list: those behind place
// after, which is 0 for the first page, at most limit of them. It costs by the page, and by
// those that a filter leaves out.
func (o *Outbox) RunPeople(ctx context.Context, id int64, f PeopleFilter, after, limit int) (page []Told, err error) {
	err = o.engine.Read(ctx, func(ctx context.Context, q Querier) error {
		people, err := scanPeople(q.QueryContext(ctx, "SELECT "+personColumns+" FROM run_people p"+f.conditions(id, after).clause()+" ORDER BY p.n LIMIT ?",
			append(f.conditions(id, after).args, limit)...))
		if err != nil {
			return err
		}
		page, err = told(ctx, q, people)
		return err
	})
	return page, o.reading("read the people of the run", err)
}

// conditions are those of the filter on the row p.
func (f PeopleFilter) conditions(run int64, after int) conditions {
	c := conditions{}.and("p.run = ?", run).and("p.n > ?", after)
	switch {
	case f.State == Queued:
		c = c.and("p.message = 0 AND p.skip = ''")
	case f.State != "":
		c = c.and("(SELECT m.state FROM messages m WHERE m.id = p.message) = ?", string(f.State))
	}
	if f.Skipped {
		c = c.and("p.skip <> ''")
	}
	if f.Skip != "" {
		c = c.and("p.skip = ?", string(f.Skip))
	}
	if f.Number != "" {
		c = c.and("p.number = ?", f.Number)
	}
	return c
}

// told finds out what became of people.
func told(ctx context.Context, q Querier, people []Person) ([]Told, error) {
	all := make([]Told, len(people))
	var ids []int64
	var numbers []string
	for i, p := range people {
		all[i].Person = p
		if p.Message != 0 {
			ids, numbers = append(ids, p.Message), append(numbers, p.Number)
		}
	}
	messages, err := entriesByID(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	replies, err := repliesTo(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	var outs []OptOut
	if len(numbers) > 0 {
		if outs, err = optOuts(ctx, q, OptOutFilter{Numbers: numbers}); err != nil {
			return nil, err
		}
	}
	for i := range all {
		t := &all[i]
		t.Entry, t.Reply = messages[t.Message], replies[t.Message]
		at := slices.IndexFunc(outs, func(out OptOut) bool {
			return out.Number == t.Number && t.Entry.ID != 0 && !out.Since.Before(t.Entry.Created) && out.of(t.Entry.By.AccountID)
		})
		if at >= 0 {
			t.OptedOut = outs[at].Since
		}
	}
	return all, nil
}

// entriesByID are the messages that there are of ids.
func entriesByID(ctx context.Context, q Querier, ids []int64) (map[int64]Entry, error) {
	found := map[int64]Entry{}
	for some := range slices.Chunk(ids, idsAtOnce) {
		entries, err := scanEntries(q.QueryContext(ctx, "SELECT "+entryColumns+" FROM messages m WHERE m.id IN ("+places(len(some))+")", anys(some)...))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			found[e.ID] = e
		}
	}
	return found, nil
}

// repliesTo are the first messages that came in since in the conversations of messages.
func repliesTo(ctx context.Context, q Querier, ids []int64) (map[int64]Entry, error) {
	found := map[int64]Entry{}
	for some := range slices.Chunk(ids, idsAtOnce) {
		to, err := replyOf(ctx, q, some)
		if err != nil {
			return nil, err
		}
		entries, err := entriesByID(ctx, q, slices.Collect(maps.Values(to)))
		if err != nil {
			return nil, err
		}
		for message, reply := range to {
			found[message] = entries[reply]
		}
	}
	return found, nil
}

// replyOf names those messages, by what they answer.
func replyOf(ctx context.Context, q Querier, ids []int64) (map[int64]int64, error) {
	// A conversation that nobody else wrote in since is not looked through.
	rows, err := q.QueryContext(ctx, `SELECT k.message, (SELECT min(l.message) FROM talks l JOIN messages r ON r.id = l.message
		WHERE l.thread = k.thread AND l.message > k.message AND r.direction = 'in')
		FROM talks k JOIN threads t ON t.id = k.thread WHERE k.message IN (`+places(len(ids))+`) AND t.heard > k.message`, anys(ids)...)
	if err != nil {
		return nil, fmt.Errorf("read the replies: %w", err)
	}
	defer func() { _ = rows.Close() }()
	to := map[int64]int64{}
	for rows.Next() {
		var message int64
		var reply sql.NullInt64
		if err := rows.Scan(&message, &reply); err != nil {
			return nil, fmt.Errorf("read the replies: %w", err)
		}
		if reply.Valid {
			to[message] = reply.Int64
		}
	}
	return to, rowsEnded(rows)
}
