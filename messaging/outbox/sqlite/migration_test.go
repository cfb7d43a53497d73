package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3/driver"

	"telex/messaging"
	"telex/messaging/outbox"
)

// anOldRow is a message as the first version of the outbox has it.
type anOldRow struct {
	state      outbox.State
	code       int
	sender     string
	to         []string
	media      []string
	deliveries []string // a status and a code a recipient
}

// version1 makes an outbox by the first migration alone, as releases before the second
// one did, with rows whose ids rise from 1, and a text that is the same in all.
func version1(t *testing.T, path string, digest []byte, rows []anOldRow) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	db, err := driver.Open("file:"+path, withGrams)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	script, err := migrations.ReadFile("migrations/0001.sql")
	must(t, err)
	run := func(query string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	run("PRAGMA auto_vacuum = incremental")
	run("PRAGMA journal_mode = wal")
	run(string(script))
	run("PRAGMA user_version = 1")
	run("INSERT INTO meta (name, value) VALUES ('digest_key', ?)", make([]byte, 32))
	at := micros(newClock().Now())
	for i, r := range rows {
		id := i + 1
		run(`INSERT INTO messages (id, state, created_at, updated_at, owner, sender, recipients, text, text_length, media, content, message_id, error_code)
			VALUES (?, ?, ?, ?, 'gone', ?, ?, 'Hi', 2, ?, ?, ?, ?)`,
			id, string(r.state), at, at+1000, r.sender, list(r.to...), list(r.media...), digest, fmt.Sprint("api-", id), r.code)
		run("INSERT INTO exchanges (id, request) VALUES (?, '{}')", id)
		run("INSERT INTO search (rowid, words) VALUES (?, 'Hi')", id)
		run("INSERT INTO moves (message, at, state) VALUES (?, ?, 'sending'), (?, ?, ?)", id, at, id, at+1000, string(r.state))
		for n, says := range r.deliveries {
			var status string
			var code int
			_, _ = fmt.Sscan(says, &status, &code) // a code may be absent
			run("INSERT INTO deliveries (message, recipient, status, error_code, at) VALUES (?, ?, ?, ?, ?)", id, r.to[n], status, code, at)
		}
	}
}

// TestVersion1 opens an outbox of the first version: what was called failed for want of a
// receipt is so no more, what may have arrived is asked about, and receipts have grades.
func TestVersion1(t *testing.T) {
	const local, tollFree = "+19195550100", "+18885550100"
	photo := []string{"https://example.com/a.png"}
	tests := []struct {
		row   anOldRow
		state outbox.State
		code  int
		grade messaging.Grade
		doubt bool
	}{
		{anOldRow{outbox.Failed, 9902, local, []string{alice}, nil, []string{"FAILED 9902"}}, outbox.Unconfirmed, 9902, "", false},
		{anOldRow{outbox.Failed, 4720, local, []string{alice}, nil, []string{"FAILED 4720"}}, outbox.Failed, 4720, "", false},
		{anOldRow{outbox.Failed, 9999, local, []string{alice}, nil, []string{"FAILED 9999"}}, outbox.Failed, 9999, "", true},
		{anOldRow{outbox.Failed, 9002, local, []string{alice}, nil, []string{"FAILED 9002"}}, outbox.Failed, 9002, "", true},
		{anOldRow{outbox.Failed, 4702, local, []string{alice}, nil, []string{"UNDELIVERED 4702"}}, outbox.Failed, 4702, "", true},
		{anOldRow{outbox.Failed, 9902, local, []string{alice, bob}, nil, []string{"FAILED 9902", "FAILED 4720"}}, outbox.Failed, 4720, "", true},
		{anOldRow{outbox.Failed, 9902, local, []string{alice, bob}, nil, []string{"FAILED 9902", "DELIVERED"}}, outbox.Unconfirmed, 9902, "", false},
		{anOldRow{outbox.Delivered, 0, local, []string{alice}, nil, []string{"DELIVERED"}}, outbox.Delivered, 0, messaging.GradeCarrier, false},
		{anOldRow{outbox.Delivered, 0, tollFree, []string{alice}, nil, []string{"DELIVERED"}}, outbox.Delivered, 0, messaging.GradeHandset, false},
		{anOldRow{outbox.Delivered, 0, local, []string{alice}, photo, []string{"DELIVERED"}}, outbox.Delivered, 0, messaging.GradeHandedOver, false},
		{anOldRow{outbox.Delivered, 0, local, []string{alice, bob}, nil, []string{"DELIVERED", "DELIVERED"}}, outbox.Delivered, 0, messaging.GradeHandedOver, false},
		{anOldRow{outbox.Sent, 0, local, []string{alice}, nil, []string{"SENT"}}, outbox.Sent, 0, "", false},
		{anOldRow{outbox.Unknown, 0, local, []string{alice}, nil, nil}, outbox.Unknown, 0, "", false},
	}
	path := place(t)
	var rows []anOldRow
	for _, test := range tests {
		rows = append(rows, test.row)
	}
	digest := digest(t, make([]byte, 32), "Hi")
	version1(t, path, digest, rows)
	c := newClock()
	c.advance(30 * 24 * time.Hour)
	o := opened(t, path, outbox.Options{Now: c.Now})
	files, err := migrations.ReadDir("migrations")
	must(t, err)
	if v := value[int](t, o, "PRAGMA user_version"); v != len(files) {
		t.Errorf("the version is %d, want %d", v, len(files))
	}
	// The number that consoles watch goes on: one more for each move so far.
	if v, err := o.Version(t.Context()); err != nil || v != value[int64](t, o, "SELECT seq FROM sqlite_sequence WHERE name = 'moves'") || v < int64(len(rows)) {
		t.Errorf("Version() = %d, %v, want that of version 1", v, err)
	}
	sound(t, o)
	for i, test := range tests {
		d := entryOf(t, o, int64(i+1))
		if d.State != test.state || d.ErrorCode != test.code || d.Grade != test.grade || d.Doubt != test.doubt {
			t.Errorf("row %d, %+v: %s %d %q, doubt %t; want %s %d %q, %t",
				d.ID, test.row, d.State, d.ErrorCode, d.Grade, d.Doubt, test.state, test.code, test.grade, test.doubt)
		}
		if last := d.Moves[len(d.Moves)-1]; last.State != test.state {
			t.Errorf("row %d: its last change is to %s, want %s", d.ID, last.State, test.state)
		}
		if test.grade != "" && d.Deliveries[0].Grade != test.grade {
			t.Errorf("row %d: the receipt is %q, want %q", d.ID, d.Deliveries[0].Grade, test.grade)
		}
	}
	repeats, err := o.Repeats(t.Context(), []messaging.Message{sms("Hi", alice, bob)})
	must(t, err)
	// The last row that may have reached one, though a month went by; the other has a
	// receipt, or certainly got nothing.
	if len(repeats) != 1 || repeats[0].Recipient != alice || repeats[0].Entry.ID != 13 {
		t.Errorf("repeats = %+v, want %s by message 13", repeats, alice)
	}
	if trouble, err := o.Trouble(t.Context(), []string{alice, bob}); err != nil || len(trouble) != 1 || trouble[0].Number != bob {
		t.Errorf("Trouble = %+v, %v, want %s alone: the other got messages since", trouble, err, bob)
	}
	if _, err := o.Deliver(t.Context(), 1, told("api-1", sms("Hi"), "DELIVERED")); err != nil {
		t.Errorf("a late receipt for message 1: %v", err)
	}
	wantState(t, o, 1, outbox.Delivered)
}

// A watched place notes what is asked of its engine.
type watched struct {
	file
	asked *[]question
}

// A question is a statement and its arguments.
type question struct {
	query string
	args  []any
}

func (w watched) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	e, err := w.file.Open(ctx, o)
	return watching{e, w.asked}, err
}

// watching is an engine whose reader notes what it is asked.
type watching struct {
	outbox.Engine
	asked *[]question
}

func (w watching) Reader() outbox.Querier { return noted{w.Engine.Reader(), w.asked} }

type noted struct {
	outbox.Querier
	asked *[]question
}

func (n noted) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	*n.asked = append(*n.asked, question{query, args})
	return n.Querier.QueryContext(ctx, query, args...)
}

// TestIndexes: the questions that are asked before each message is sent go by an index,
// so that they cost the same in an outbox of a million rows.
func TestIndexes(t *testing.T) {
	path := place(t)
	var asked []question
	watch, err := outbox.Open(t.Context(), watched{file{path: path}, &asked}, outbox.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, watch.Close()) })
	o := opened(t, path, outbox.Options{})
	plan := func(q question) string {
		return strings.Join(rowsOf(t, o, "EXPLAIN QUERY PLAN "+q.query, q.args...), "\n")
	}
	_, err = watch.Repeats(t.Context(), []messaging.Message{sms("Hi")})
	must(t, err)
	indexes := []string{"messages_content (content=? AND created_at>?)", "messages_undecided (content=?)", "messages_doubt (content=?)"}
	if len(asked) != len(indexes) {
		t.Fatalf("%d questions are asked, want %d: %v", len(asked), len(indexes), asked)
	}
	for i, index := range indexes {
		if got := plan(asked[i]); !strings.Contains(got, "INDEX "+index) {
			t.Errorf("%s: %s, want index %s", asked[i].query, got, index)
		}
	}
	asked = nil
	_, err = watch.Trouble(t.Context(), []string{alice})
	must(t, err)
	if got := plan(asked[0]); !strings.Contains(got, "deliveries_recipient (recipient=?)") || strings.Contains(got, "TEMP B-TREE") {
		t.Errorf("trouble: %s, want index deliveries_recipient and nothing sorted", got)
	}
}
