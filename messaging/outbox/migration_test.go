package outbox

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3/driver"

	"telex/messaging"
)

// anOldRow is a message as the first version of the outbox has it.
type anOldRow struct {
	state      State
	code       int
	sender     string
	to         []string
	media      []string
	deliveries []string // a status and a code a recipient
	moves      []State  // between sending and state, a second apart
}

// old makes an outbox by the first migrations alone, changed as edit says, with rows whose
// ids rise from 1, and a text that is the same in all.
func old(t *testing.T, path string, version int, digest []byte, rows []anOldRow, edit func(script string) string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	db, err := driver.Open("file:"+path, withGrams)
	must(t, err)
	defer func() { must(t, db.Close()) }()
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
		must(t, err)
		run(edit(string(script)))
		run(fmt.Sprintf("PRAGMA user_version = %d", v))
	}
	run("INSERT INTO meta (name, value) VALUES ('digest_key', ?)", make([]byte, 32))
	at := stamp(newClock().Now())
	for i, r := range rows {
		id := i + 1
		run(`INSERT INTO messages (id, state, created_at, updated_at, owner, sender, recipients, text, text_length, media, content, message_id, error_code)
			VALUES (?, ?, ?, ?, 'gone', ?, ?, 'Hi', 2, ?, ?, ?, ?)`,
			id, string(r.state), at, at+1000+int64(len(r.moves))*1_000_000, r.sender, encodeList(r.to), encodeList(r.media), digest, fmt.Sprint("api-", id), r.code)
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
	const local, tollFree = "+19195550100", "+18885550100"
	photo := []string{"https://example.com/a.png"}
	tests := []struct {
		row   anOldRow
		state State
		code  int
		grade messaging.Grade
		doubt bool
	}{
		{anOldRow{Failed, 9902, local, []string{alice}, nil, []string{"FAILED 9902"}, nil}, Unconfirmed, 9902, "", false},
		{anOldRow{Failed, 4720, local, []string{alice}, nil, []string{"FAILED 4720"}, nil}, Failed, 4720, "", false},
		{anOldRow{Failed, 9999, local, []string{alice}, nil, []string{"FAILED 9999"}, nil}, Failed, 9999, "", true},
		{anOldRow{Failed, 9002, local, []string{alice}, nil, []string{"FAILED 9002"}, nil}, Failed, 9002, "", true},
		{anOldRow{Failed, 4702, local, []string{alice}, nil, []string{"UNDELIVERED 4702"}, nil}, Failed, 4702, "", true},
		{anOldRow{Failed, 9902, local, []string{alice, bob}, nil, []string{"FAILED 9902", "FAILED 4720"}, nil}, Failed, 4720, "", true},
		{anOldRow{Failed, 9902, local, []string{alice, bob}, nil, []string{"FAILED 9902", "DELIVERED"}, nil}, Unconfirmed, 9902, "", false},
		{anOldRow{Delivered, 0, local, []string{alice}, nil, []string{"DELIVERED"}, nil}, Delivered, 0, messaging.GradeCarrier, false},
		{anOldRow{Delivered, 0, tollFree, []string{alice}, nil, []string{"DELIVERED"}, nil}, Delivered, 0, messaging.GradeHandset, false},
		{anOldRow{Delivered, 0, local, []string{alice}, photo, []string{"DELIVERED"}, nil}, Delivered, 0, messaging.GradeHandedOver, false},
		{anOldRow{Delivered, 0, local, []string{alice, bob}, nil, []string{"DELIVERED", "DELIVERED"}, nil}, Delivered, 0, messaging.GradeHandedOver, false},
		{anOldRow{Sent, 0, local, []string{alice}, nil, []string{"SENT"}, nil}, Sent, 0, "", false},
		{anOldRow{Unknown, 0, local, []string{alice}, nil, nil, nil}, Unknown, 0, "", false},
	}
	path := place(t)
	var rows []anOldRow
	for _, test := range tests {
		rows = append(rows, test.row)
	}
	digest := (&Outbox{digest: make([]byte, 32)}).digestOf("Hi", nil)
	old(t, path, 1, digest, rows, asItIs)
	c := newClock()
	c.advance(30 * 24 * time.Hour)
	o := opened(t, path, Options{Now: c.Now})
	if v := value[int](t, o, "PRAGMA user_version"); v != 3 {
		t.Errorf("the version is %d, want 3", v)
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
	wantState(t, o, 1, Delivered)
}

// TestEventsOfOld opens an outbox of each shape that telex ever made before there were
// events: what was known of each delivery is in the timeline, in its order, and goes on.
func TestEventsOfOld(t *testing.T) {
	rows := []anOldRow{
		{Delivered, 0, sender, []string{alice}, nil, []string{"DELIVERED"}, []State{Accepted, Sent}},
		{Failed, 4720, sender, []string{alice}, nil, []string{"FAILED 4720"}, []State{Accepted}},
		{Sent, 0, sender, []string{alice}, nil, []string{"SENT"}, []State{Accepted}},
		{Sent, 0, sender, []string{alice, bob}, nil, []string{"SENT", "DELIVERED"}, []State{Accepted}},
		{Failed, 4720, sender, []string{alice, bob}, nil, []string{"FAILED 9902", "FAILED 4720"}, []State{Accepted, Sent}},
		{Unconfirmed, 9902, sender, []string{alice}, nil, []string{"FAILED 9902"}, []State{Accepted, Sent}},
		{Delivered, 0, sender, []string{alice}, nil, []string{"DELIVERED"}, []State{Accepted, Unconfirmed}},
		{Accepted, 0, sender, []string{alice}, nil, []string{"QUEUED"}, nil},
		{Rejected, 0, sender, []string{alice}, nil, nil, nil},
	}
	want := [][]string{
		{"sending", "accepted", "SENT " + alice + " after 1s", "DELIVERED " + alice + " after 2s"},
		{"sending", "accepted", "FAILED " + alice + " after 1s 4720"},
		{"sending", "accepted", "SENT " + alice + " after 1s"},
		{"sending", "accepted", "SENT " + alice + " after 9s", "DELIVERED " + bob + " after 9s"},
		{"sending", "accepted", "FAILED " + alice + " after 9s 9902", "FAILED " + bob + " after 9s 4720"},
		{"sending", "accepted", "SENT " + alice + " after 1s", "FAILED " + alice + " after 2s 9902"},
		{"sending", "accepted", "unconfirmed " + alice + " after 1s 9902", "DELIVERED " + alice + " after 2s"},
		{"sending", "accepted", "QUEUED " + alice + " after 9s"},
		{"sending", "rejected"},
	}
	trigrams := func(script string) string { // before there was a release
		return strings.ReplaceAll(script, "detail = 'none', tokenize = 'grams'", "tokenize = 'trigram'")
	}
	groupUndecided := func(script string) string { // the second migration as it was at first
		before, rest, _ := strings.Cut(script, "UPDATE messages SET error_code = coalesce(")
		_, after, found := strings.Cut(rest, "error_code = 9902;\n")
		if !found {
			return script
		}
		return before + after
	}
	for _, shape := range []struct {
		name    string
		version int
		edit    func(string) string
	}{{"1 with trigrams", 1, trigrams}, {"1", 1, asItIs}, {"2 at first", 2, groupUndecided}, {"2", 2, asItIs}} {
		t.Run(shape.name, func(t *testing.T) {
			rows, want := slices.Clone(rows), slices.Clone(want)
			if shape.version == 1 { // which had no such state
				rows[5].state, rows[6].moves = Failed, []State{Accepted}
				want[6] = []string{"sending", "accepted", "DELIVERED " + alice + " after 1s"}
			}
			if shape.name == "2 at first" {
				rows[4].code = 9902 // as it left it
			}
			path := place(t)
			digest := (&Outbox{digest: make([]byte, 32)}).digestOf("Hi", nil)
			old(t, path, shape.version, digest, rows, shape.edit)
			c := newClock()
			c.advance(time.Minute)
			o := opened(t, path, Options{Now: c.Now})
			sound(t, o)
			for i, r := range rows {
				d := entryOf(t, o, int64(i+1))
				if r.code == messaging.CodeNoReceipt && len(r.to) == 1 {
					r.state = Unconfirmed
				}
				if d.State != r.state || len(d.Deliveries) != len(r.deliveries) || d.Message.Text != "Hi" {
					t.Errorf("message %d is %+v, want it as it was", d.ID, d)
				}
				compareEvents(t, d)
				var got []string
				for _, v := range d.Events {
					line := v.Type
					if v.To != "" {
						line += fmt.Sprintf(" %s after %s", v.To, v.Recorded.Sub(d.Created).Truncate(time.Second))
					}
					if v.ErrorCode != 0 {
						line += fmt.Sprint(" ", v.ErrorCode)
					}
					got = append(got, line)
				}
				if !slices.Equal(got, want[i]) {
					t.Errorf("message %d came by %q, want %q", d.ID, got, want[i])
				}
			}
			if d := entryOf(t, o, 5); d.ErrorCode != 4720 {
				t.Errorf("the code of a group is %d, want that of the failure", d.ErrorCode)
			}
			for range 2 {
				_, err := o.Deliver(t.Context(), 3, told("api-3", sms("Hi"), "DELIVERED"))
				must(t, err)
			}
			if d := entryOf(t, o, 3); d.State != Delivered || len(d.Events) != 4 {
				t.Errorf("message 3 is %s and came by %+v, want it delivered once", d.State, d.Events)
			}
			begun(t, o, sms("after it"))
			if found, err := o.List(t.Context(), Filter{Search: "after"}); err != nil || len(found) != 1 {
				t.Errorf("searching what came since: %d, %v, want 1", len(found), err)
			}
		})
	}
}

// TestIndexes: the questions that are asked before each message is sent go by an index,
// so that they cost the same in an outbox of a million rows.
func TestIndexes(t *testing.T) {
	o := opened(t, place(t), Options{})
	plan := func(query string, args ...any) string {
		return strings.Join(rowsOf(t, o, "EXPLAIN QUERY PLAN "+query, args...), "\n")
	}
	for i, index := range []string{"messages_content (content=? AND created_at>?)", "messages_undecided (content=?)", "messages_doubt (content=?)"} {
		args := []any{[]byte("x")}
		if !earlier[i].ever {
			args = append(args, 1)
		}
		if got := plan("SELECT m.id FROM messages m WHERE m.content = ? AND "+earlier[i].condition, args...); !strings.Contains(got, "INDEX "+index) {
			t.Errorf("%s: %s, want index %s", earlier[i].condition, got, index)
		}
	}
	// Of a run there may be many that nobody has.
	for query, index := range map[string]string{
		claimQuery: "messages_run (run=? AND state=? AND owner=?)", restQuery: "messages_run (run=? AND state=?)", pauseQuery: "messages_run (run=? AND state=? AND owner>?)",
		giveBackQuery: "messages_open (state=? AND owner=?)", openQuery: "messages_open (state=? AND owner=?)", deadQuery: "messages_open (state=? AND owner>?)",
	} {
		args := []any{"x", 1, 1, 1}[:strings.Count(query, "?")]
		if got := plan(query, args...); !strings.Contains(got, index) || strings.Contains(got, "SCAN messages") || strings.Contains(got, "FOR ORDER BY") {
			t.Errorf("%s: %s, want index %s and nothing sorted", query, got, index)
		}
	}
	if got := plan(troubleQuery, alice, mostEnds); !strings.Contains(got, "deliveries_recipient (recipient=?)") || strings.Contains(got, "TEMP B-TREE") {
		t.Errorf("trouble: %s, want index deliveries_recipient and nothing sorted", got)
	}
}
