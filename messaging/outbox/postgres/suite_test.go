package postgres

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/postgres/postgrestest"

	"github.com/jackc/pgx/v5"
)

// server is the PostgreSQL of these tests, once one needed it.
var (
	server    *postgrestest.Server
	setServer sync.Once
)

// TestMain ends the server.
func TestMain(m *testing.M) {
	flag.Parse()
	sample.CollectLess()
	code := m.Run()
	if err := postgrestest.CloseShared(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// needed leaves a test out where there is no PostgreSQL.
func needed(t testing.TB) {
	t.Helper()
	s := postgrestest.Shared(t)
	setServer.Do(func() { server = s })
}

var databases atomic.Int64

// admin asks the server something by the database that it has from the start.
func admin(ctx context.Context, statement string) error {
	return server.Exec(ctx, "postgres", statement)
}

// newDatabase is a copy of another one, for the time of the test.
func newDatabase(t testing.TB, template string) (name string) {
	t.Helper()
	name = fmt.Sprintf("test_%d", databases.Add(1))
	sample.Must(t, admin(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template))
	return name
}

// free are databases whose tests are over. To make one takes far longer than to empty one.
var free struct {
	mu    sync.Mutex
	names []string
}

// lent is a database with an outbox that nobody has used yet, for the time of the test.
func lent(t testing.TB) (name string) {
	t.Helper()
	free.mu.Lock()
	if n := len(free.names); n > 0 {
		name, free.names = free.names[n-1], free.names[:n-1]
	}
	free.mu.Unlock()
	if name == "" {
		template, err := untouched()
		sample.Must(t, err)
		name = newDatabase(t, template)
	}
	t.Cleanup(func() {
		if err := empty(name); err != nil {
			t.Errorf("empty the database: %v", err)
			return
		}
		free.mu.Lock()
		defer free.mu.Unlock()
		free.names = append(free.names, name)
	})
	return name
}

// keepRows notes what an untouched outbox has, and empty makes one such again.
const keepRows = "CREATE TABLE first_meta AS TABLE meta; CREATE TABLE first_counters AS TABLE counters"

func empty(name string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server.Address(name))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `DO $$
		DECLARE it text;
		BEGIN
			PERFORM pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
			FOR it IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'first_%' AND tablename <> 'telex_schema' LOOP
				EXECUTE 'DELETE FROM ' || it;
			END LOOP;
			PERFORM setval(c.oid, 1, false) FROM pg_class c WHERE c.relkind = 'S';
			INSERT INTO meta SELECT * FROM first_meta;
			INSERT INTO counters SELECT * FROM first_counters;
		END $$`)
	return errors.Join(err, conn.Close(ctx))
}

// untouched is a database with an outbox that was opened and closed.
var untouched = sync.OnceValues(func() (string, error) {
	const name = "untouched"
	ctx := context.Background()
	if err := admin(ctx, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp("", "telex-test-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	at, err := At(server.Address(name), folder)
	if err != nil {
		return "", err
	}
	o, err := outbox.Open(ctx, at, outbox.Options{Now: sample.NewClock().Now})
	if err != nil {
		return "", err
	}
	if err := o.Close(); err != nil {
		return "", err
	}
	conn, err := pgx.Connect(ctx, server.Address(name))
	if err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, keepRows)
	return name, errors.Join(err, conn.Close(ctx))
})

// A host is a machine that reaches the server.
type host struct{ place }

// newPlace is an outbox that nobody has used yet.
func newPlace(t testing.TB) place {
	t.Helper()
	needed(t)
	return placeOf(t, lent(t))
}

func placeOf(t testing.TB, database string) place {
	t.Helper()
	at, err := At(server.Address(database), filepath.Join(t.TempDir(), "telex"))
	sample.Must(t, err)
	return at.(place)
}

// newHost has the tests of the suite run beside one another: most of their time they wait for
// the server.
func newHost(t testing.TB) outboxtest.Host {
	if of, ok := t.(*testing.T); ok && strings.Count(t.Name(), "/") == 1 {
		if _, begun := parallel.LoadOrStore(t.Name(), true); !begun {
			of.Parallel()
		}
	}
	return host{newPlace(t)}
}

// parallel are the tests that run beside others.
var parallel sync.Map

func (h host) Kill(e outbox.Engine) {
	killed := e.(*engine)
	killed.disconnect()
	conn, err := pgx.ConnectConfig(context.Background(), h.config.Copy())
	if err != nil {
		panic(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(context.Background(), "UPDATE owners SET until = clock_timestamp() WHERE name = $1", killed.Owner()); err != nil {
		panic(err)
	}
}

func (h host) Sound(ctx context.Context, e outbox.Engine) error {
	var wrong int
	err := e.Reader().QueryRowContext(ctx, "SELECT count(*) FROM messages m LEFT JOIN search s ON s.id = m.id WHERE s.id IS NULL AND m.direction = 'nowhere'").Scan(&wrong)
	if err == nil && wrong > 0 {
		err = fmt.Errorf("%d messages are not to be found", wrong)
	}
	return err
}

// TestRules: the rules of the outbox hold in PostgreSQL. Without TELEX_INTEGRATION=1 a part of
// them is tried: SQLite has all, and a server that is asked for each takes five times as long.
func TestRules(t *testing.T) {
	needed(t)
	if !sample.Thorough() {
		outboxtest.RunPart(t, newHost)
		return
	}
	outboxtest.Run(t, newHost)
}
