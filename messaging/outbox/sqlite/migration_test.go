package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest"
	"telex/messaging/outbox/outboxtest/sample"

	"github.com/ncruces/go-sqlite3/driver"

	"telex/messaging"
)

// anOldRow is a message as the first version of the outbox has it.
type anOldRow struct {
	state      outbox.State
	code       int
	sender     string
	to         []string
	media      []string
	deliveries []string       // a status and a code a recipient
	moves      []outbox.State // between sending and state, a second apart
}

// old makes an outbox by the first migrations alone, changed as edit says, with rows whose
// ids rise from 1, and a text that is the same in all.
func old(t *testing.T, path string, version int, digest []byte, rows []anOldRow, edit func(script string) string) {
	t.Helper()
	sample.Must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	db, err := driver.Open("file:"+path, withGrams)
	sample.Must(t, err)
	defer func() { sample.Must(t, db.Close()) }()
	run := func(query string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	run("PRAGMA auto_vacuum = incremental")
	run("PRAGMA journal_mode = wal")
	for v := 1; v <= version; v++ {
		script, err := migrations.ReadFile(fmt.Sprintf("migrations/%04d.sql", v))
		sample.Must(t, err)
		run(edit(string(script)))
		run(fmt.Sprintf("PRAGMA user_version = %d", v))
	}
	run("INSERT INTO meta (name, value) VALUES ('digest_key', ?)", make([]byte, 32))
	at := sample.Micros(sample.NewClock().Now())
	for i, r := range rows {
		id := i + 1
		run(`INSERT INTO messages (id, state, created_at, updated_at, owner, sender, recipients, text, text_length, media, content, message_id, error_code)
			VALUES (?, ?, ?, ?, 'gone', ?, ?, 'Hi', 2, ?, ?, ?, ?)`,
			id, string(r.state), at, at+1000+int64(len(r.moves))*1_000_000, r.sender, list(r.to...), list(r.media...), digest, fmt.Sprint("api-", id), r.code)
		run("INSERT INTO exchanges (id, request) VALUES (?, '{}')", id)
		run("INSERT INTO search (rowid, words) VALUES (?, 'Hi')", id)
		run("INSERT INTO moves (message, at, state) VALUES (?, ?, 'sending')", id, at)
		for n, s := range append(slices.Clone(r.moves), r.state) {
			run("INSERT INTO moves (message, at, state) VALUES (?, ?, ?)", id, at+1000+int64(n)*1_000_000, string(s))
		}
		for n, says := range r.deliveries {
			var status string
			var code int
			_, _ = fmt.Sscan(says, &status, &code) // a code may be absent
			run("INSERT INTO deliveries (message, recipient, status, error_code, at) VALUES (?, ?, ?, ?, ?)", id, r.to[n], status, code, at+9_000_000)
		}
	}
}

func asItIs(script string) string { return script }

// TestVersion1 opens an outbox of the first version: what was called failed for want of a
// receipt is so no more, what may have arrived is asked about, and receipts have grades.
func TestVersion1(t *testing.T) {
	tests := rowsOfVersion1()
	path := place(t)
	var rows []anOldRow
	for _, test := range tests {
		rows = append(rows, test.row)
	}
	digest := sample.Digest(t, make([]byte, 32), "Hi")
	old(t, path, 1, digest, rows, asItIs)
	c := sample.NewClock()
	c.Advance(30 * 24 * time.Hour)
	o := opened(t, path, outbox.Options{Now: c.Now})
	files, err := migrations.ReadDir("migrations")
	sample.Must(t, err)
	if v := sample.Value[int](t, eng(o), "PRAGMA user_version"); v != len(files) {
		t.Errorf("the version is %d, want %d", v, len(files))
	}
	// The number that consoles watch goes on: one more for each move so far.
	if v, err := o.Version(t.Context()); err != nil || v != sample.Value[int64](t, eng(o), "SELECT seq FROM sqlite_sequence WHERE name = 'moves'") || v < int64(len(rows)) {
		t.Errorf("Version() = %d, %v, want that of version 1", v, err)
	}
	sound(t, o)
	wantMigrated(t, o, tests)
	repeats, err := o.Repeats(t.Context(), []messaging.Message{sample.SMS("Hi", sample.Alice, sample.Bob)})
	sample.Must(t, err)
	// The last row that may have reached one, though a month went by; the other has a
	// receipt, or certainly got nothing.
	if len(repeats) != 1 || repeats[0].Recipient != sample.Alice || repeats[0].Entry.ID != 13 {
		t.Errorf("repeats = %+v, want %s by message 13", repeats, sample.Alice)
	}
	if trouble, err := o.Trouble(t.Context(), []string{sample.Alice, sample.Bob}); err != nil || len(trouble) != 1 || trouble[0].Number != sample.Bob {
		t.Errorf("Trouble = %+v, %v, want %s alone: the other got messages since", trouble, err, sample.Bob)
	}
	if _, err := o.Deliver(t.Context(), 1, sample.Told("api-1", sample.SMS("Hi"), "DELIVERED")); err != nil {
		t.Errorf("a late receipt for message 1: %v", err)
	}
	sample.WantState(t, o, 1, outbox.Delivered)
}

// wantMigrated compares rows with what is wanted of them, by their numbers.
func wantMigrated(t *testing.T, o *outbox.Outbox, tests []migratedRow) {
	t.Helper()
	for i, test := range tests {
		d := sample.RowOf(t, o, int64(i+1))
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
}

// A migrated row is an old one with what the newest version makes of it.
type migratedRow struct {
	row   anOldRow
	state outbox.State
	code  int
	grade messaging.Grade
	doubt bool
}

func rowsOfVersion1() []migratedRow {
	const local, tollFree = "+19195550100", "+18885550100"
	photo := []string{"https://example.com/a.png"}
	return []migratedRow{
		{anOldRow{outbox.Failed, 9902, local, []string{sample.Alice}, nil, []string{"FAILED 9902"}, nil}, outbox.Unconfirmed, 9902, "", false},
		{anOldRow{outbox.Failed, 4720, local, []string{sample.Alice}, nil, []string{"FAILED 4720"}, nil}, outbox.Failed, 4720, "", false},
		{anOldRow{outbox.Failed, 9999, local, []string{sample.Alice}, nil, []string{"FAILED 9999"}, nil}, outbox.Failed, 9999, "", true},
		{anOldRow{outbox.Failed, 9002, local, []string{sample.Alice}, nil, []string{"FAILED 9002"}, nil}, outbox.Failed, 9002, "", true},
		{anOldRow{outbox.Failed, 4702, local, []string{sample.Alice}, nil, []string{"UNDELIVERED 4702"}, nil}, outbox.Failed, 4702, "", true},
		{anOldRow{outbox.Failed, 9902, local, []string{sample.Alice, sample.Bob}, nil, []string{"FAILED 9902", "FAILED 4720"}, nil}, outbox.Failed, 4720, "", true},
		{anOldRow{outbox.Failed, 9902, local, []string{sample.Alice, sample.Bob}, nil, []string{"FAILED 9902", "DELIVERED"}, nil}, outbox.Unconfirmed, 9902, "", false},
		{anOldRow{outbox.Delivered, 0, local, []string{sample.Alice}, nil, []string{"DELIVERED"}, nil}, outbox.Delivered, 0, messaging.GradeCarrier, false},
		{anOldRow{outbox.Delivered, 0, tollFree, []string{sample.Alice}, nil, []string{"DELIVERED"}, nil}, outbox.Delivered, 0, messaging.GradeHandset, false},
		{anOldRow{outbox.Delivered, 0, local, []string{sample.Alice}, photo, []string{"DELIVERED"}, nil}, outbox.Delivered, 0, messaging.GradeHandedOver, false},
		{anOldRow{outbox.Delivered, 0, local, []string{sample.Alice, sample.Bob}, nil, []string{"DELIVERED", "DELIVERED"}, nil}, outbox.Delivered, 0, messaging.GradeHandedOver, false},
		{anOldRow{outbox.Sent, 0, local, []string{sample.Alice}, nil, []string{"SENT"}, nil}, outbox.Sent, 0, "", false},
		{anOldRow{outbox.Unknown, 0, local, []string{sample.Alice}, nil, nil, nil}, outbox.Unknown, 0, "", false},
	}
}

// trigrams is the first migration as it was before there was a release.
func trigrams(script string) string {
	return strings.ReplaceAll(script, "detail = 'none', tokenize = 'grams'", "tokenize = 'trigram'")
}

// groupUndecided is the second migration as it was at first.
func groupUndecided(script string) string {
	before, rest, _ := strings.Cut(script, "UPDATE messages SET error_code = coalesce(")
	_, after, found := strings.Cut(rest, "error_code = 9902;\n")
	if !found {
		return script
	}
	return before + after
}

// cameBy are the events of a message, a line each.
func cameBy(d outbox.Detail) (lines []string) {
	for _, v := range d.Events {
		line := v.Type
		if v.To != "" {
			line += fmt.Sprintf(" %s after %s", v.To, v.Recorded.Sub(d.Created).Truncate(time.Second))
		}
		if v.ErrorCode != 0 {
			line += fmt.Sprint(" ", v.ErrorCode)
		}
		lines = append(lines, line)
	}
	return lines
}

// TestAskedOfOld: the open messages of an outbox that is older than the asking are asked
// about, whoever sent them and left; those of which the API knows nothing any more are not.
func TestAskedOfOld(t *testing.T) {
	sample.Whole(t)
	var rows []anOldRow
	for _, s := range []outbox.State{outbox.Accepted, outbox.Sent, outbox.Delivered, outbox.Unknown} {
		rows = append(rows, anOldRow{s, 0, sample.Sender, []string{sample.Alice}, nil, nil, nil})
	}
	for _, late := range []bool{false, true} {
		path := place(t)
		old(t, path, 1, sample.Digest(t, make([]byte, 32), "Hi"), rows, asItIs)
		c := sample.NewClock()
		c.Advance(time.Hour)
		if late {
			c.Advance(30 * 24 * time.Hour)
		}
		o := opened(t, path, outbox.Options{Now: c.Now})
		sound(t, o)
		var asked []string
		askOnce(t, o, outbox.AskOptions{API: sample.API{OnList: func(_ context.Context, q messaging.Query) (*messaging.Page, error) {
			asked = append(asked, q.MessageID)
			return &messaging.Page{Total: 1, Records: sample.Told(q.MessageID, sample.SMS("Hi"), "DELIVERED")}, nil
		}}})
		want := []string{"api-1", "api-2"}
		state := outbox.Delivered
		if late {
			want, state = nil, outbox.Accepted
		}
		slices.Sort(asked)
		if !slices.Equal(asked, want) {
			t.Errorf("late %t: asked about %v, want %v", late, asked, want)
		}
		sample.WantState(t, o, 1, state)
		if e := sample.RowOf(t, o, 1).Entry; e.GivenUp() != late {
			t.Errorf("late %t: given up %t", late, e.GivenUp())
		}
	}
}

// TestEventsOfOld opens an outbox of each shape that telex ever made before there were
// events: what was known of each delivery is in the timeline, in its order, and goes on.
func TestEventsOfOld(t *testing.T) {
	rows := []anOldRow{
		{outbox.Delivered, 0, sample.Sender, []string{sample.Alice}, nil, []string{"DELIVERED"}, []outbox.State{outbox.Accepted, outbox.Sent}},
		{outbox.Failed, 4720, sample.Sender, []string{sample.Alice}, nil, []string{"FAILED 4720"}, []outbox.State{outbox.Accepted}},
		{outbox.Sent, 0, sample.Sender, []string{sample.Alice}, nil, []string{"SENT"}, []outbox.State{outbox.Accepted}},
		{outbox.Sent, 0, sample.Sender, []string{sample.Alice, sample.Bob}, nil, []string{"SENT", "DELIVERED"}, []outbox.State{outbox.Accepted}},
		{outbox.Failed, 4720, sample.Sender, []string{sample.Alice, sample.Bob}, nil, []string{"FAILED 9902", "FAILED 4720"}, []outbox.State{outbox.Accepted, outbox.Sent}},
		{outbox.Unconfirmed, 9902, sample.Sender, []string{sample.Alice}, nil, []string{"FAILED 9902"}, []outbox.State{outbox.Accepted, outbox.Sent}},
		{outbox.Delivered, 0, sample.Sender, []string{sample.Alice}, nil, []string{"DELIVERED"}, []outbox.State{outbox.Accepted, outbox.Unconfirmed}},
		{outbox.Accepted, 0, sample.Sender, []string{sample.Alice}, nil, []string{"QUEUED"}, nil},
		{outbox.Rejected, 0, sample.Sender, []string{sample.Alice}, nil, nil, nil},
	}
	want := [][]string{
		{"sending", "accepted", "SENT " + sample.Alice + " after 1s", "DELIVERED " + sample.Alice + " after 2s"},
		{"sending", "accepted", "FAILED " + sample.Alice + " after 1s 4720"},
		{"sending", "accepted", "SENT " + sample.Alice + " after 1s"},
		{"sending", "accepted", "SENT " + sample.Alice + " after 9s", "DELIVERED " + sample.Bob + " after 9s"},
		{"sending", "accepted", "FAILED " + sample.Alice + " after 9s 9902", "FAILED " + sample.Bob + " after 9s 4720"},
		{"sending", "accepted", "SENT " + sample.Alice + " after 1s", "FAILED " + sample.Alice + " after 2s 9902"},
		{"sending", "accepted", "unconfirmed " + sample.Alice + " after 1s 9902", "DELIVERED " + sample.Alice + " after 2s"},
		{"sending", "accepted", "QUEUED " + sample.Alice + " after 9s"},
		{"sending", "rejected"},
	}
	for i, shape := range []struct {
		name    string
		version int
		edit    func(string) string
	}{{"1 with trigrams", 1, trigrams}, {"1", 1, asItIs}, {"2 at first", 2, groupUndecided}, {"2", 2, asItIs}} {
		if testing.Short() && i%2 > 0 {
			continue // others go the same way, and further
		}
		t.Run(shape.name, func(t *testing.T) {
			rows, want := slices.Clone(rows), slices.Clone(want)
			if shape.version == 1 { // which had no such state
				rows[5].state, rows[6].moves = outbox.Failed, []outbox.State{outbox.Accepted}
				want[6] = []string{"sending", "accepted", "DELIVERED " + sample.Alice + " after 1s"}
			}
			if shape.name == "2 at first" {
				rows[4].code = 9902 // as it left it
			}
			path := place(t)
			digest := sample.Digest(t, make([]byte, 32), "Hi")
			old(t, path, shape.version, digest, rows, shape.edit)
			c := sample.NewClock()
			c.Advance(time.Minute)
			o := opened(t, path, outbox.Options{Now: c.Now})
			sound(t, o)
			wantCame(t, o, rows, want)
			if d := sample.RowOf(t, o, 5); d.ErrorCode != 4720 {
				t.Errorf("the code of a group is %d, want that of the failure", d.ErrorCode)
			}
			goesOn(t, o)
		})
	}
}

// wantCame compares rows, by their numbers, with what they were and with the events that
// they have now.
func wantCame(t *testing.T, o *outbox.Outbox, rows []anOldRow, want [][]string) {
	t.Helper()
	for i, r := range rows {
		d := sample.RowOf(t, o, int64(i+1))
		if r.code == messaging.CodeNoReceipt && len(r.to) == 1 {
			r.state = outbox.Unconfirmed
		}
		if d.State != r.state || len(d.Deliveries) != len(r.deliveries) || d.Message.Text != "Hi" {
			t.Errorf("message %d is %+v, want it as it was", d.ID, d)
		}
		outboxtest.CompareEvents(t, d)
		if got := cameBy(d); !slices.Equal(got, want[i]) {
			t.Errorf("message %d came by %q, want %q", d.ID, got, want[i])
		}
	}
}

// goesOn demands that an outbox that was migrated takes news, messages and searches.
func goesOn(t *testing.T, o *outbox.Outbox) {
	t.Helper()
	for range 2 {
		_, err := o.Deliver(t.Context(), 3, sample.Told("api-3", sample.SMS("Hi"), "DELIVERED"))
		sample.Must(t, err)
	}
	if d := sample.RowOf(t, o, 3); d.State != outbox.Delivered || len(d.Events) != 4 {
		t.Errorf("message 3 is %s and came by %+v, want it delivered once", d.State, d.Events)
	}
	sample.Begun(t, o, sample.SMS("after it"))
	if found, err := o.List(t.Context(), outbox.Filter{Search: "after"}); err != nil || len(found) != 1 {
		t.Errorf("searching what came since: %d, %v, want 1", len(found), err)
	}
}

// TestRunsOfOld: runs whose messages were made before their turn are over, and so is what
// waited in them: nobody would ever send it.
func TestRunsOfOld(t *testing.T) {
	const rows = `
		INSERT INTO runs (name, state, created_at, updated_at) VALUES ('a', 'planned', 1, 1), ('b', 'running', 1, 1), ('c', 'paused', 1, 1), ('d', 'done', 1, 1);
		INSERT INTO messages (run, state, owner, message_id, created_at, updated_at, sender, recipients, text, text_length, media, content) VALUES
			(1, 'queued', '', '', 1, 1, '+1', '["+2"]', 'Hi', 2, '', 'x'), (2, 'accepted', 'gone', 'api', 1, 1, '+1', '["+2"]', 'Hi', 2, '', 'x'),
			(2, 'sending', 'gone', '', 1, 1, '+1', '["+2"]', 'Hi', 2, '', 'x'), (2, 'queued', 'gone', '', 1, 1, '+1', '["+2"]', 'Hi', 2, '', 'x'),
			(2, 'queued', '', '', 1, 1, '+1', '["+2"]', 'Hi', 2, '', 'x'), (3, 'queued', '', '', 1, 1, '+1', '["+2"]', 'Hi', 2, '', 'x'),
			(4, 'accepted', 'gone', 'api', 1, 1, '+1', '["+2"]', 'Hi', 2, '', 'x');
		INSERT INTO exchanges (id, request) SELECT id, '{}' FROM messages;
		INSERT INTO moves (message, at, state) SELECT id, 1, state FROM messages;`
	path := place(t)
	old(t, path, 9, nil, nil, func(script string) string {
		if strings.Contains(script, "CREATE TABLE contacts") { // the last
			script += rows
		}
		return script
	})
	o := opened(t, path, outbox.Options{})
	for id, want := range []outbox.RunState{outbox.RunCancelled, outbox.RunCancelled, outbox.RunCancelled, outbox.RunDone} {
		if r, err := o.Run(t.Context(), int64(id)+1); err != nil || r.State != want || r.Ended.IsZero() != (want == outbox.RunDone) {
			t.Errorf("run %d is %s since %s, %v, want it %s", id+1, r.State, r.Ended, err, want)
		}
	}
	for id, want := range []outbox.State{outbox.Unsent, outbox.Accepted, outbox.Unknown, outbox.Unsent, outbox.Unsent, outbox.Unsent, outbox.Accepted} {
		sample.WantState(t, o, int64(id)+1, want)
	}
	if d := sample.RowOf(t, o, 1); d.Error != outbox.Cancelled || len(d.Moves) != 2 {
		t.Errorf("message 1 is %+v, want the reason", d)
	}
}
