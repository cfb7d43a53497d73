package postgres

import (
	"context"
	"errors"
	"sync"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"

	"github.com/jackc/pgx/v5"
)

// do runs a statement in the database of a place, past all rules.
func do(t testing.TB, at place, statement string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // for what is done at the end of a test, too
	conn, err := pgx.ConnectConfig(ctx, at.config.Copy())
	sample.Must(t, err)
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, statement)
	sample.Must(t, err)
}

// emptyPlace is a database without tables.
func emptyPlace(t testing.TB) place {
	t.Helper()
	needed(t)
	return placeOf(t, newDatabase(t, "template0"))
}

// TestMigratedOnce: many open an empty database at once, and one of them makes the tables.
func TestMigratedOnce(t *testing.T) {
	at := emptyPlace(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			o, err := outbox.Open(t.Context(), at, outbox.Options{})
			if err != nil {
				t.Errorf("Open = %v, want nil", err)
				return
			}
			if err := o.Close(); err != nil {
				t.Errorf("Close = %v, want nil", err)
			}
		})
	}
	all.Wait()
	if got := sample.Value[int](t, opened(t, at).engine, "SELECT version FROM telex_schema"); got != newest() {
		t.Errorf("the version is %d, want %d", got, newest())
	}
}

// TestForeignTables: what a later telex made, or somebody else, is refused and left as it is.
func TestForeignTables(t *testing.T) {
	later := emptyPlace(t)
	sample.Must(t, opened(t, later).Outbox.Close())
	do(t, later, "UPDATE telex_schema SET version = 99")
	_, err := outbox.Open(t.Context(), later, outbox.Options{})
	sample.WantFailure(t, err, later.String(), outbox.ErrNewer)

	others := emptyPlace(t)
	do(t, others, "CREATE TABLE messages (id int)")
	_, err = outbox.Open(t.Context(), others, outbox.Options{})
	sample.WantFailure(t, err, others.String(), nil)
	do(t, others, "INSERT INTO messages VALUES (1)")

	nowhere := emptyPlace(t)
	nowhere.config.Database = "no_such_database"
	_, err = outbox.Open(t.Context(), nowhere, outbox.Options{})
	sample.WantFailure(t, err, nowhere.String(), nil)
}

// TestSchemaOfItsOwn: two outboxes in one database, each in a schema, know nothing of one
// another.
func TestSchemaOfItsOwn(t *testing.T) {
	one := emptyPlace(t)
	do(t, one, "CREATE SCHEMA team")
	other := one
	other.config = one.config.Copy()
	other.config.RuntimeParams["search_path"] = "team"
	a, b := opened(t, one), opened(t, other)
	id := sample.Begun(t, a.Outbox, sample.SMS("hello"))[0]
	if _, err := b.Detail(t.Context(), id); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("Detail = %v, want ErrNotFound", err)
	}
}

// TestLockThatExcludesNobody: where two sessions can have one advisory lock no tables are made.
func TestLockThatExcludesNobody(t *testing.T) {
	at := emptyPlace(t)
	do(t, at, "CREATE SCHEMA odd; CREATE FUNCTION odd.pg_try_advisory_lock(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'")
	at.config.RuntimeParams["search_path"] = "public,odd,pg_catalog"
	_, err := outbox.Open(t.Context(), at, outbox.Options{})
	sample.WantFailure(t, err, at.String(), nil)
	do(t, at, "CREATE TABLE messages (id int)") // there is none
}

// TestTablesTakenAway: nothing is written to tables that took the place of those that were
// opened.
func TestTablesTakenAway(t *testing.T) {
	at := emptyPlace(t)
	p := opened(t, at)
	sample.Begun(t, p.Outbox, sample.SMS("before"))
	if err := p.engine.Present(); err != nil {
		t.Errorf("Present = %v, want nil", err)
	}
	do(t, at, "ALTER TABLE messages RENAME TO taken; CREATE TABLE messages (LIKE taken INCLUDING ALL)")
	if err := p.engine.Present(); !errors.Is(err, outbox.ErrGone) {
		t.Errorf("Present = %v, want ErrGone", err)
	}
	err := p.Write(t.Context(), func(context.Context, outbox.Tx) error { return nil })
	if !errors.Is(err, outbox.ErrGone) {
		t.Errorf("Write = %v, want ErrGone", err)
	}
}

// TestReadOnlyRole: who may only read can look at everything, and is told why nothing can be
// changed.
func TestReadOnlyRole(t *testing.T) {
	at := emptyPlace(t)
	p := opened(t, at)
	id := sample.Begun(t, p.Outbox, sample.SMS("to be read"))[0]
	do(t, at, `DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
		GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader`)
	t.Cleanup(func() { do(t, at, "DROP OWNED BY reader") })
	readers := at
	readers.config = at.config.Copy()
	readers.config.User = "reader"
	if _, err := outbox.Open(t.Context(), readers, outbox.Options{}); !errors.Is(err, outbox.ErrReadOnly) {
		t.Errorf("Open = %v, want ErrReadOnly", err)
	}
	o, err := outbox.Open(t.Context(), readers, outbox.Options{ToRead: true})
	sample.Must(t, err)
	if d := sample.RowOf(t, o, id); d.Message.Text != "to be read" || o.Report().Unwritable == nil {
		t.Errorf("read %q, unwritable: %v", d.Message.Text, o.Report().Unwritable)
	}
	if ids := sample.IDsIn(t, o, outbox.Filter{Search: "read"}); len(ids) != 1 {
		t.Errorf("the search found %v, want one", ids)
	}
	sample.Must(t, o.Close())
}
