package sqlite

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// A watched place notes what is asked of its engine.
type watched struct {
	file
	asked *[]question
}

// observed is a new outbox that notes what is asked of it, and the same one as another
// process has it open, to look how that is gone about.
func observed(t testing.TB, asked *[]question) (watch, o *outbox.Outbox) {
	t.Helper()
	path := place(t)
	watch, err := outbox.Open(t.Context(), watched{file{path: path}, asked}, outbox.Options{})
	sample.Must(t, err)
	t.Cleanup(func() { sample.Must(t, watch.Close()) })
	return watch, opened(t, path, outbox.Options{})
}

// A question is a statement and its arguments.
type question struct {
	query string
	args  []any
}

// plan is how SQLite goes about the question.
func (q question) plan(t testing.TB, o *outbox.Outbox) string {
	t.Helper()
	return strings.Join(sample.Lines(t, eng(o), "EXPLAIN QUERY PLAN "+q.query, q.args...), "\n")
}

// asking is the first of the questions with such a part.
func asking(t testing.TB, asked []question, part string) question {
	t.Helper()
	i := slices.IndexFunc(asked, func(q question) bool { return strings.Contains(q.query, part) })
	if i < 0 {
		t.Fatalf("nobody asked anything with %q", part)
	}
	return asked[i]
}

func (w watched) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	settle := o.Settle
	o.Settle = func(ctx context.Context, e outbox.Engine) error { return settle(ctx, watching{e, w.asked}) }
	e, err := w.file.Open(ctx, o)
	return watching{e, w.asked}, err
}

// watching is an engine whose reader notes what it is asked.
type watching struct {
	outbox.Engine
	asked *[]question
}

func (w watching) Reader() outbox.Querier { return noted{w.Engine.Reader(), w.asked} }

func (w watching) Brief() outbox.Querier { return noted{w.Engine.Brief(), w.asked} }

func (w watching) Read(ctx context.Context, ask func(ctx context.Context, q outbox.Querier) error) error {
	return w.Engine.Read(ctx, func(ctx context.Context, q outbox.Querier) error { return ask(ctx, noted{q, w.asked}) })
}

func (w watching) Write(ctx context.Context, do outbox.Change) error {
	return w.Engine.Write(ctx, w.noting(do))
}

func (w watching) Close(last outbox.Change) error { return w.Engine.Close(w.noting(last)) }

func (w watching) noting(do outbox.Change) outbox.Change {
	if do == nil {
		return nil
	}
	return func(ctx context.Context, tx outbox.Tx) error { return do(ctx, notedTx{noted{tx, w.asked}, tx}) }
}

type noted struct {
	outbox.Querier
	asked *[]question
}

// taking is for whoever notes: several goroutines may ask one outbox.
var taking sync.Mutex

func (n noted) note(query string, args []any) {
	taking.Lock()
	defer taking.Unlock()
	*n.asked = append(*n.asked, question{query, args})
}

func (n noted) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	n.note(query, args)
	return n.Querier.QueryContext(ctx, query, args...)
}

func (n noted) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	n.note(query, args)
	return n.Querier.QueryRowContext(ctx, query, args...)
}

type notedTx struct {
	noted
	tx outbox.Tx
}

func (n notedTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	n.note(query, args)
	return n.tx.ExecContext(ctx, query, args...)
}

// TestIndexes: the questions that are asked before each message is sent go by an index,
// so that they cost the same in an outbox of a million rows.
func TestIndexes(t *testing.T) {
	var asked []question
	watch, o := observed(t, &asked)
	asked = nil // by the opening
	_, err := watch.Repeats(t.Context(), []messaging.Message{sample.SMS("Hi")})
	sample.Must(t, err)
	indexes := []string{"messages_content (content=? AND created_at>?)", "messages_late (content=? AND updated_at>?)", "messages_undecided (content=?)", "messages_doubt (content=?)", "messages_due_same (content=?)"}
	if len(asked) != len(indexes) {
		t.Fatalf("%d questions are asked, want %d: %v", len(asked), len(indexes), asked)
	}
	for i, index := range indexes {
		if got := asked[i].plan(t, o); !strings.Contains(got, "INDEX "+index) {
			t.Errorf("%s: %s, want index %s", asked[i].query, got, index)
		}
	}
	asked = nil
	_, err = watch.Trouble(t.Context(), []string{sample.Alice})
	sample.Must(t, err)
	if got := asked[0].plan(t, o); !strings.Contains(got, "deliveries_recipient (recipient=?)") || strings.Contains(got, "TEMP B-TREE") {
		t.Errorf("trouble: %s, want index deliveries_recipient and nothing sorted", got)
	}
}

// TestIndexesOfAsking: who looks whether something is to be asked does not go through what
// is settled.
func TestIndexesOfAsking(t *testing.T) {
	path := place(t)
	var asked []question
	watch, err := outbox.Open(t.Context(), watched{file{path: path}, &asked}, outbox.Options{})
	sample.Must(t, err)
	by := outbox.By{AccountID: "a", BaseURL: "b"}
	ids, err := watch.Begin(t.Context(), outbox.Plan{By: by, Messages: []messaging.Message{sample.SMS("Hi")}})
	sample.Must(t, err)
	sample.Must(t, watch.Settle(t.Context(), ids[0], sample.Receipt("api", sample.SMS("Hi")), nil))
	sample.Must(t, watch.AskSoon(t.Context(), ids[0]))
	askOnce(t, watch, outbox.AskOptions{API: sample.Lists(), By: by})
	sample.Must(t, watch.Close())
	o := opened(t, path, outbox.Options{})
	for _, part := range []string{"coalesce(min(ask_at), 0)", "ORDER BY ask_at LIMIT", "SELECT EXISTS (SELECT 1 FROM messages WHERE account_id"} {
		q := asking(t, asked, part)
		got := q.plan(t, o)
		if !strings.Contains(got, "messages_ask (account_id=? AND base_url=?") || strings.Contains(got, "SCAN messages") || strings.Contains(got, "FOR ORDER BY") {
			t.Errorf("%s: %s, want index messages_ask and nothing sorted", q.query, got)
		}
	}
}

// TestIndexesOfOpen: who looks what the dead left open does not go through what is over.
func TestIndexesOfOpen(t *testing.T) {
	path := place(t)
	before, err := openWith(t.Context(), path, outbox.Options{}, hooks{})
	sample.Must(t, err)
	ids := sample.Begun(t, before, sample.SMS("Hi"), sample.SMS("of an old run", sample.Bob))
	sample.Change(t, eng(before), "INSERT INTO runs (state, created_at, updated_at) VALUES ('cancelled', 1, 1)")
	sample.Change(t, eng(before), "UPDATE messages SET run = 1, owner = '' WHERE id = ?", ids[1])
	crash(before)
	var asked []question
	watch, err := outbox.Open(t.Context(), watched{file{path: path}, &asked}, outbox.Options{})
	sample.Must(t, err)
	sample.WantState(t, watch, ids[0], outbox.Unknown)
	sample.WantState(t, watch, ids[1], outbox.Unsent)
	sample.Must(t, watch.Close())
	o := opened(t, path, outbox.Options{})
	for part, index := range map[string]string{
		"state = 'queued' LIMIT ?":            "messages_run (run=? AND state=?)",
		"owner = ? AND state = ? ORDER BY id": "messages_open (state=? AND owner=?)",
		"SELECT DISTINCT owner":               "messages_open (state=? AND owner>?)",
	} {
		q := asking(t, asked, part)
		got := q.plan(t, o)
		if !strings.Contains(got, index) || strings.Contains(got, "SCAN messages") || strings.Contains(got, "FOR ORDER BY") {
			t.Errorf("%s: %s, want index %s and nothing sorted", q.query, got, index)
		}
	}
}

// TestIndexesOfBroadcasts: what is asked while a run is sent costs the same however many people
// it has, but for counting them.
func TestIndexesOfBroadcasts(t *testing.T) {
	path := place(t)
	var asked []question
	c := sample.NewClock()
	watch, err := outbox.Open(t.Context(), watched{file{path: path}, &asked}, outbox.Options{Now: c.Now})
	sample.Must(t, err)
	run, err := watch.NewBroadcast(t.Context(), outbox.Broadcast{Senders: []string{sample.Sender}, Text: "Hi", StopAt: 20, List: outbox.List{Sum: "x"}})
	sample.Must(t, err)
	_, err = watch.AddPeople(t.Context(), run.ID, 0, slices.Values([]outbox.Person{{Number: sample.Alice, NotAfter: c.Now()}, {Number: sample.Bob}, {Number: sample.Carol}}))
	sample.Must(t, err)
	sample.Must(t, watch.StartRun(t.Context(), run.ID))
	_, err = watch.Drain(t.Context(), sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if m.To[0] == sample.Bob {
			return nil, sample.Refusal("no")
		}
		return sample.Receipt("api-"+m.To[0], m), nil
	}}, run.ID, outbox.DrainOptions{
		DailyCap: 1, Pace: outbox.Pace{Account: outbox.Rate{Count: 1000, Per: time.Second}}, After: func(d time.Duration) <-chan time.Time { c.Advance(d); return time.After(0) },
		Window: func(_ outbox.Person, now time.Time) (from, until time.Time) { return now, now.Add(time.Hour) },
		Prepare: func(outbox.Run) (outbox.Fill, error) {
			return func(p outbox.Person) (messaging.Message, outbox.Skip, string, error) {
				return messaging.Message{From: sample.Sender, To: []string{p.Number}, Text: "Hi", ApplicationID: sample.Application}, "", "", nil
			}, nil
		},
	})
	sample.Must(t, err)
	_, err = watch.RunPeople(t.Context(), run.ID, outbox.PeopleFilter{}, 0, 10)
	sample.Must(t, err)
	drained := len(asked)
	_, err = watch.RunCounts(t.Context(), run.ID)
	sample.Must(t, err)
	sample.Must(t, watch.Close())
	o := opened(t, path, outbox.Options{})
	wanted := []string{"run_people_waiting", "run_people_number", "messages_run_final", "messages_same", "messages_run"}
	for i, q := range asked {
		plan := q.plan(t, o)
		wanted = slices.DeleteFunc(wanted, func(index string) bool { return strings.Contains(plan, "INDEX "+index+" (") })
		through := strings.Contains(plan, "SCAN m") || strings.Contains(plan, "SCAN p") || strings.Contains(plan, "SCAN run_people") || strings.Contains(plan, "SCAN k") ||
			i < drained && strings.Contains(plan, "PRIMARY KEY (run=?)")
		if strings.Contains(plan, "FOR ORDER BY") && !strings.Contains(plan, "optouts_number") || through || i >= drained && strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s:\n%s", q.query, plan)
		}
	}
	if len(wanted) > 0 {
		t.Errorf("nothing goes by the indexes %v", wanted)
	}
}

// TestIndexesOfRuns: who looks which runs are open, or due, or were missed, does not go through
// those that are over.
func TestIndexesOfRuns(t *testing.T) {
	var asked []question
	watch, o := observed(t, &asked)
	for _, look := range []func(context.Context) ([]outbox.Run, error){watch.OpenRuns, watch.DueRuns, watch.MissedRuns} {
		asked = nil
		_, err := look(t.Context())
		sample.Must(t, err)
		if got := asked[0].plan(t, o); !strings.Contains(got, "INDEX runs_open (state=?)") {
			t.Errorf("%s goes by %s, want the index of open runs", asked[0].query, got)
		}
	}
}

// TestIndexesOfHistory: what the history asks goes by an index, and what is counted by the
// tallies, so that it costs the same in an outbox of a million rows; a page of it takes
// few statements.
func TestIndexesOfHistory(t *testing.T) {
	var asked []question
	watch, o := observed(t, &asked)
	var ids []int64
	for range 40 {
		ids = append(ids, sample.Begun(t, watch, sample.SMS("Hi"))...)
	}
	ofRun := sample.Begun(t, watch, sample.SMS("one"), sample.SMS("two"))
	sample.Change(t, eng(o), "INSERT INTO runs (state, created_at, updated_at) VALUES ('done', 1, 1)")
	sample.Change(t, eng(o), "UPDATE messages SET run = 1 WHERE id >= ?", ofRun[0])
	at := sample.NewClock().Now()
	for name, test := range map[string]struct {
		ask  func() error
		most int // statements
	}{
		"newest": {func() error { _, err := watch.List(t.Context(), outbox.Filter{Limit: 25}); return err }, 1},
		"folded": {func() error { _, err := watch.List(t.Context(), outbox.Filter{Limit: 25, Folded: true}); return err }, 2},
		"state": {func() error {
			_, err := watch.List(t.Context(), outbox.Filter{State: outbox.Sending, Oldest: true})
			return err
		}, 1},
		"dates": {func() error {
			_, err := watch.List(t.Context(), outbox.Filter{Since: at, Until: at.AddDate(99, 0, 0)})
			return err
		}, 3},
		"search":   {func() error { _, err := watch.List(t.Context(), outbox.Filter{Search: "nothing"}); return err }, 4},
		"mailings": {func() error { _, err := watch.Mailings(t.Context(), ids); return err }, 1},
		"a run": {func() error {
			_, err := watch.List(t.Context(), outbox.Filter{Mailing: ofRun[1]})
			return err
		}, 3},
		"counts":   {func() error { _, err := watch.Counts(t.Context()); return err }, 2},
		"version":  {func() error { _, err := watch.Version(t.Context()); return err }, 1},
		"prunable": {func() error { _, err := watch.Prunable(t.Context(), at); return err }, 5},
		"unknown":  {func() error { _, err := watch.Undecided(t.Context(), at); return err }, 5},
		"drafts":   {func() error { _, _, err := watch.LatestDrafts(t.Context(), 1); return err }, 2},
	} {
		asked = nil
		sample.Must(t, test.ask())
		if len(asked) > test.most {
			t.Errorf("%s: %d statements, want %d at most: %v", name, len(asked), test.most, asked)
		}
		for _, q := range asked {
			plan := q.plan(t, o)
			scans := strings.Contains(strings.ReplaceAll(plan, "SCAN near", ""), "SCAN m") // "messages", or "m" as it is called
			byName := strings.Contains(q.query, "ORDER BY m.id") && !strings.Contains(plan, "TEMP B-TREE")
			if scans && !byName || strings.Contains(plan, "TEMP B-TREE") && strings.Contains(plan, "messages") {
				t.Errorf("%s: %s:\n%s", name, q.query, plan)
			}
		}
	}
}

// TestIndexesOfOffers: what a shell is offered at each press of a key is read along an index,
// no more rows than are offered, so that it costs the same in an outbox of a million.
func TestIndexesOfOffers(t *testing.T) {
	var asked []question
	watch, o := observed(t, &asked)
	for range 130 {
		sample.Begun(t, watch, sample.SMS("Hi"))
	}
	for name, test := range map[string]struct {
		ask   func() (rows int, err error)
		rows  int
		index string
		most  int // statements
	}{
		"newest":  {func() (int, error) { e, err := watch.EntriesByID(t.Context(), "", 5); return len(e), err }, 5, "PRIMARY KEY (rowid", 1},
		"ids":     {func() (int, error) { e, err := watch.EntriesByID(t.Context(), "12", 50); return len(e), err }, 11, "PRIMARY KEY (rowid", 11},
		"few ids": {func() (int, error) { e, err := watch.EntriesByID(t.Context(), "1", 5); return len(e), err }, 5, "PRIMARY KEY (rowid", 10},
		"no id":   {func() (int, error) { e, err := watch.EntriesByID(t.Context(), "9999999999999", 5); return len(e), err }, 0, "", 0},
		"names":   {func() (int, error) { c, err := watch.ContactsByName(t.Context(), "An", 5); return len(c), err }, 0, "contacts_sorted (sorted>? AND sorted<?)", 1},
		"numbers": {func() (int, error) { c, err := watch.ContactsByNumber(t.Context(), "+1", 5); return len(c), err }, 0, "(number>? AND number<?)", 1},
		"runs":    {func() (int, error) { r, err := watch.NewestRuns(t.Context(), 5); return len(r), err }, 0, "SCAN runs", 1},
		"lately":  {func() (int, error) { r, err := watch.RecentRecipients(t.Context(), 5); return len(r), err }, 1, "PRIMARY KEY (rowid>?)", 1},
		"their": {func() (int, error) {
			n, err := watch.ContactNames(t.Context(), []string{sample.Alice})
			return len(n), err
		}, 0, "(number=?)", 1},
	} {
		asked = nil
		rows, err := test.ask()
		sample.Must(t, err)
		if rows != test.rows || len(asked) > test.most {
			t.Errorf("%s: %d rows by %d statements, want %d by %d at most", name, rows, len(asked), test.rows, test.most)
		}
		for _, q := range asked {
			plan := q.plan(t, o)
			if !strings.Contains(plan, test.index) || strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "SCAN") && !strings.Contains(q.query, "LIMIT") {
				t.Errorf("%s: %s:\n%s, want %s and nothing sorted", name, q.query, plan, test.index)
			}
		}
	}
}
