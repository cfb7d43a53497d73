package postgres

import (
	"context"
	"fmt"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"

	"github.com/jackc/pgx/v5"
)

// TestDrainReadsItsOwn: what a drain reads of the people and of the messages does not grow with
// the run, whatever the server knew of the tables when its statements were compiled.
func TestDrainReadsItsOwn(t *testing.T) {
	t.Parallel()
	sample.Whole(t)
	needed(t)
	template, err := untouched()
	sample.Must(t, err)
	const few, people, most = 10, 1000, 15
	for name, before := range map[string]func(at place){
		"without statistics": func(place) {},
		"with those of a short run": func(at place) {
			drained(t, at, few)
			sample.Must(t, server.Exec(t.Context(), at.config.Database, "VACUUM ANALYZE"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			at := placeOf(t, newDatabase(t, template)) // of which nobody else counts
			before(at)
			drained(t, at, people)
			for _, table := range []string{"messages", "run_people"} {
				if got := rowsRead(t, at.config.Database, table); got < people || got > most*people {
					t.Errorf("%d rows of %s are read for %d people, want %d at most", got, table, people, most*people)
				}
			}
		})
	}
}

// drained is a broadcast of the same words to so many, by a process of its own.
func drained(t *testing.T, at place, people int) {
	t.Helper()
	o := opened(t, at).Outbox
	same := sample.Broadcast()
	same.Text = fmt.Sprintf("The same words to %d", people)
	run := sample.Started(t, o, same, sample.People(people))
	_, err := o.Drain(t.Context(), sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		return sample.Receipt("api-"+m.To[0], m), nil
	}}, run, sample.Fast(outbox.DrainOptions{Parallel: outbox.MostParallel}))
	sample.Must(t, err)
	sample.Must(t, o.Close())
}

// rowsRead is how many rows of a table its indexes and scans found, once nobody is connected.
func rowsRead(t testing.TB, database, table string) (rows int64) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.Address(database))
	sample.Must(t, err)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	// A session says what it read when it ends, before it is gone from the list of sessions.
	for n := 1; n > 0; {
		sample.Must(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'").Scan(&n))
	}
	sample.Must(t, conn.QueryRow(t.Context(), `SELECT coalesce(seq_tup_read, 0) + coalesce((SELECT sum(idx_tup_read) FROM pg_stat_user_indexes i WHERE i.relid = s.relid), 0)
		FROM pg_stat_user_tables s WHERE relname = $1`, table).Scan(&rows))
	return rows
}
