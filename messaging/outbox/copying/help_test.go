package copying_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/postgres"
	"telex/messaging/outbox/postgres/postgrestest"
	"telex/messaging/outbox/sqlite"
	"telex/messaging/outbox/sqlite/sqlitetest"

	"github.com/jackc/pgx/v5"
)

// TestMain runs the tests, unless it is the copy that one of them kills, and ends the server.
func TestMain(m *testing.M) {
	sqlitetest.Hasten()
	if os.Getenv(envFrom) != "" {
		os.Exit(copyForKill())
	}
	code := m.Run()
	if err := postgrestest.CloseShared(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// newFile is the place of an outbox in a file that is not there.
func newFile(t testing.TB) outbox.Place {
	t.Helper()
	return sqlite.At(filepath.Join(t.TempDir(), "telex", "outbox.db"))
}

var schemas atomic.Int64

// newAddress is that of an empty schema.
func newAddress(t testing.TB) string {
	t.Helper()
	server := postgrestest.Shared(t)
	name := fmt.Sprintf("test_%d", schemas.Add(1))
	conn, err := pgx.Connect(t.Context(), server.Address("postgres"))
	sample.Must(t, err)
	_, err = conn.Exec(t.Context(), "CREATE SCHEMA "+name)
	sample.Must(t, errors.Join(err, conn.Close(t.Context())))
	return server.Address("postgres") + "&search_path=" + name
}

func newDatabase(t testing.TB) outbox.Place {
	t.Helper()
	return atAddress(t, newAddress(t))
}

func atAddress(t testing.TB, address string) outbox.Place {
	t.Helper()
	at, err := postgres.At(address, filepath.Join(t.TempDir(), "telex"))
	sample.Must(t, err)
	return at
}

var by = outbox.By{Profile: "default", AccountID: "9900000", BaseURL: "https://example.com"}

// opened is an outbox that is closed at the end of the test, at the latest.
func opened(t testing.TB, at outbox.Place, now func() time.Time) *outbox.Outbox {
	t.Helper()
	o, err := outbox.Open(t.Context(), at, outbox.Options{Now: now})
	sample.Must(t, err)
	t.Cleanup(func() { _ = o.Close() })
	return o
}

// raw is the engine of a place as it is.
func raw(t testing.TB, at outbox.Place) outbox.Engine {
	t.Helper()
	e, err := at.Open(t.Context(), outbox.Opening{Now: time.Now, Settle: func(context.Context, outbox.Engine) error { return nil }})
	sample.Must(t, err)
	t.Cleanup(func() {
		_ = e.Close(nil)
		e.Release()
	})
	return e
}

// hostile are texts that not every database can hold.
var hostile = []string{
	"a\x00b", "\xff\xfe no UTF-8", "\U0010F800\U0010F841 private", "quote ' \" \\ ? $1 %s", "\u202e\u0000\U0001F600", "line\r\n\tline", "", " ", "\xed\xa0\x80 half a pair",
}

// filled fills an outbox with rows of every kind, and closes it.
func filled(t testing.TB, at outbox.Place) {
	t.Helper()
	clock := sample.NewClock()
	o := opened(t, at, clock.Now)
	ctx := t.Context()
	for i, s := range outbox.States() {
		sample.In(t, o, sample.SMS(fmt.Sprintf("Ärger %s %d", s, i)), s)
		clock.Advance(time.Hour)
	}
	group := sample.SMS("to a group", sample.Alice, sample.Bob)
	group.Media = []string{"https://example.com/a.png"}
	sample.Must(t, o.Settle(ctx, sample.Begun(t, o, group)[0], sample.Receipt("api-group", group), nil))
	sample.Heard(t, o, sample.Came("in-1", sample.Bob, "hello"), sample.Came("in-2", sample.Carol, "STOP"), sample.Came("in-3", sample.Bob, "us", sample.Alice))
	stray := sample.Event(callback.MessageDelivered, "api-nobody", sample.Alice, 0)
	stray.Raw = []byte("{\x00\xff}")
	sample.Heard(t, o, stray)
	_, err := o.AddOptOuts(ctx, []outbox.OptOut{{Number: "+12345678999", By: outbox.OptedByPerson, Note: "rang"}})
	sample.Must(t, err)
	_, _, err = o.PutContacts(ctx, []outbox.Contact{
		{Number: sample.Alice, Name: "Élise", Groups: []string{"Crew", "Été"}, Fields: map[string]string{"shift": "night"}, Zone: "Europe/Paris"},
		{Number: sample.Bob, Name: "Bob", Groups: []string{"Crew"}},
	})
	sample.Must(t, err)
	for range 2 {
		_, err := o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{sample.SMS("alert", sample.Carol+"0")}, Yes: true, Alert: outbox.Alert{Key: "disk", Within: time.Hour}})
		sample.Must(t, err)
	}
	for _, body := range hostile {
		sample.Saved(t, o, 0, "{"+body)
	}
	sample.Must(t, o.DeleteDraft(ctx, sample.Saved(t, o, 0, "gone"))) // its id is not given again
	planned, err := o.NewBroadcast(ctx, outbox.Broadcast{Name: "later", By: by, Senders: []string{sample.Sender}, Text: "x", Approve: true, StartedBy: "ann", Options: []byte(`{"a":1}`)})
	sample.Must(t, err)
	_, err = o.AddPeople(ctx, planned.ID, 0, slices.Values([]outbox.Person{
		{Number: "+19195550001", Name: "A", Zone: "America/New_York", Fields: map[string]string{"x": "1"}}, {Number: "nobody", Skip: outbox.SkipBadField, Note: "n"},
	}))
	sample.Must(t, err)
	halfSent(t, o, clock, 7, 3)
	sample.Must(t, o.Close())

	e := raw(t, at)
	for i, text := range hostile {
		sample.Change(t, e, "UPDATE messages SET text = ?, tag = ?, error = ? WHERE id = ?", text, text, text, i+1)
		sample.Change(t, e, "UPDATE exchanges SET body = ?, failure = NULL, answer = ? WHERE id = ?", []byte(text), []byte{}, i+1)
		sample.Change(t, e, "INSERT INTO paces (name, at, free) VALUES (?, ?, ?)", fmt.Sprint(i)+text, int64(i)<<40, -i)
	}
	sample.Change(t, e, "UPDATE messages SET state = 'sending', owner = 'dead' WHERE id = 3")
	sample.Change(t, e, "UPDATE messages SET expiration = ?, said_at = ? WHERE id = 4", int64(9223372036854775807), int64(-9223372036854775808))
	sample.Change(t, e, "UPDATE messages SET message_id = ? WHERE id = 5", strings.Repeat("0123456789abc", 200)) // as long as an index of PostgreSQL holds
	sample.Change(t, e, "INSERT INTO counters (name, value) VALUES ('odd', -5)")
	_ = e.Close(nil)
	e.Release()
}

// halfSent is a broadcast to so many people of whom some were sent to, and it is closed amid.
func halfSent(t testing.TB, o *outbox.Outbox, clock *sample.Clock, people, sent int) int64 {
	t.Helper()
	r, err := o.NewBroadcast(t.Context(), outbox.Broadcast{Name: "Friday", By: by, ApplicationID: sample.Application, Senders: []string{sample.Sender}, Text: "Hi"})
	sample.Must(t, err)
	var all []outbox.Person
	for i := range people {
		all = append(all, outbox.Person{Number: fmt.Sprintf("+1919555%04d", 1000+i), Name: fmt.Sprint("Ana ", i)})
	}
	_, err = o.AddPeople(t.Context(), r.ID, 0, slices.Values(all))
	sample.Must(t, err)
	sample.Must(t, o.StartRun(t.Context(), r.ID))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if n++; n == sent {
			cancel()
		}
		return sample.Receipt("run-"+m.To[0], m), nil
	}}
	_, err = o.Drain(ctx, api, r.ID, draining(clock))
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return r.ID
}

// draining is how a run is drained, one after the other.
func draining(clock *sample.Clock) outbox.DrainOptions {
	return outbox.DrainOptions{
		Pace: outbox.Pace{Account: outbox.Rate{Count: 1, Per: time.Second}},
		Prepare: func(r outbox.Run) (outbox.Fill, error) {
			return func(p outbox.Person) (messaging.Message, outbox.Skip, string, error) {
				return messaging.Message{From: r.Broadcast.Senders[0], To: []string{p.Number}, Text: r.Broadcast.Text, ApplicationID: r.Broadcast.ApplicationID}, "", "", nil
			}, nil
		},
		After: func(d time.Duration) <-chan time.Time {
			clock.Advance(d)
			passed := make(chan time.Time, 1)
			passed <- clock.Now()
			return passed
		},
	}
}

// kept are the tables of a file, and whatever is not of processes in them.
func kept(t testing.TB, e outbox.Engine) map[string][]string {
	t.Helper()
	content := map[string][]string{}
	for _, line := range sample.Lines(t, e, "SELECT t.name || ' ' || group_concat('coalesce(hex(cast(' || c.name || ' AS BLOB)), ''NULL'')', ' || '' '' || ') FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'search%' GROUP BY t.name") {
		table, columns, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(line, "[{"), " true}]"), " ")
		where := ""
		switch table {
		case "leases", "sqlite_stat1":
			continue
		case "meta":
			where = " WHERE name NOT IN ('copy', 'scrub')"
		case "tallies":
			where = " WHERE n <> 0"
		}
		rows := sample.Lines(t, e, "SELECT "+columns+" FROM "+table+where)
		slices.Sort(rows)
		content[table] = rows
	}
	return content
}

// wantSame compares two files without the package that copied them.
func wantSame(t testing.TB, got, want map[string][]string) {
	t.Helper()
	if len(want) < 20 {
		t.Fatalf("%d tables, want all", len(want))
	}
	for _, table := range slices.Sorted(maps.Keys(want)) {
		if !slices.Equal(got[table], want[table]) {
			t.Errorf("table %s has\n%s\nwant\n%s", table, strings.Join(got[table], "\n"), strings.Join(want[table], "\n"))
		}
		if len(want[table]) == 0 {
			t.Errorf("table %s has no rows, and so shows nothing", table)
		}
	}
}
