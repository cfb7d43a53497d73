package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"path"
	"slices"

	"telex/messaging/outbox"
)

// migrations make the tables what this version expects, one numbered file after the other.
// A file that was released is never changed.
//
//go:embed migrations/*.sql
var migrations embed.FS

// A schema is the tables of an outbox.
type schema struct {
	version int
	table   int64 // the server's number of messages; a table of the same name that is made anew has another one
	lock    int64 // the advisory lock of those who change something
}

// lockClass are the first 32 bits of the lock: "telx".
const lockClass = 0x74656c78

// look reads which tables there are; version 0 is none.
func look(ctx context.Context, q outbox.Querier) (s schema, err error) {
	var table sql.NullInt64
	var known bool
	var key int32
	err = q.QueryRowContext(ctx, "SELECT to_regclass('messages')::oid, to_regclass('telex_schema') IS NOT NULL, hashtext(coalesce(current_schema(), ''))").Scan(&table, &known, &key)
	if err != nil {
		return s, fmt.Errorf("read the version of the database: %w", err)
	}
	s.table, s.lock = table.Int64, lockClass<<32|int64(uint32(key)) //nolint:gosec // its bits
	if known {
		if err := q.QueryRowContext(ctx, "SELECT version FROM telex_schema").Scan(&s.version); err != nil {
			return s, fmt.Errorf("read the version of the database: %w", err)
		}
	}
	return s, nil
}

// same is ErrGone unless a table is that of the schema.
func (s schema) same(table int64) error {
	if table == s.table {
		return nil
	}
	return cause{outbox.ErrGone, errors.New("its tables are not those that were opened")}
}

// scripts are the migrations, in their order.
func scripts() []string {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		return nil // it is part of the program
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	slices.Sort(names)
	return names
}

// newest is the version that this telex knows.
func newest() int { return len(scripts()) }

// migrate brings the tables up to date, one process at a time.
func (p place) migrate(ctx context.Context, own *sql.DB) (schema, error) {
	now, err := look(ctx, own)
	if err != nil {
		return now, err
	}
	db := p.connectPatiently(settings)
	defer func() { _ = db.Close() }()
	for now.version < newest() {
		if err := step(ctx, db, now.lock); err != nil {
			return now, mayNot(err, now.version)
		}
		if now, err = look(ctx, own); err != nil {
			return now, err
		}
	}
	if now.version > newest() {
		return now, &outbox.Error{
			Op: "open the outbox", Err: outbox.ErrNewer,
			Hint: fmt.Sprintf("its version is %d and this telex knows %d: use the newer telex, or another database; nothing was changed", now.version, newest()),
		}
	}
	return now, nil
}

// mayNot says who can make the tables, if err is that this role cannot.
func mayNot(err error, version int) error {
	if pgCode(err) != noRight {
		return err
	}
	what := "it has no tables yet, and this role may not make them"
	if version > 0 {
		what = "its tables are older than this telex, and this role may not change them"
	}
	return &outbox.Error{
		Op: "open the outbox", Err: cause{fmt.Errorf("%w: %s", outbox.ErrReadOnly, what), err},
		Hint: "have the role that owns the database run telex outbox init; nothing was changed",
	}
}

// excludes is an error where two sessions can hold one advisory lock, as in CockroachDB, which
// has no more of them than the name. One of them is tx, and has it.
func excludes(ctx context.Context, db *sql.DB, lock int64) error {
	var got bool
	if err := db.QueryRowContext(ctx, "SELECT pg_try_advisory_lock(?)", lock).Scan(&got); err != nil {
		return fmt.Errorf("try the lock: %w", err)
	}
	if got {
		return &outbox.Error{
			Op: "open the outbox", Err: errors.New("two sessions can hold one advisory lock there, so nothing would keep a message from being sent twice"),
			Hint: "use a PostgreSQL; nothing was changed",
		}
	}
	return nil
}

// step is the next migration, unless another process made it in the meantime.
func step(ctx context.Context, db *sql.DB, lock int64) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing after the commit
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", lock); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	now, err := look(ctx, tx)
	if err != nil || now.version >= newest() {
		return err
	}
	if now.version == 0 {
		if err := excludes(ctx, db, lock); err != nil {
			return err
		}
	}
	if now.version == 0 && now.table != 0 {
		return &outbox.Error{
			Op: "open the outbox", Err: errors.New("it has a table messages that is not telex's"),
			Hint: "use a database or a schema (search_path) of its own; nothing was changed",
		}
	}
	script, err := migrations.ReadFile(path.Join("migrations", scripts()[now.version]))
	if err != nil {
		return fmt.Errorf("read a migration: %w", err)
	}
	if _, err := tx.ExecContext(ctx, string(script)); err != nil {
		return fmt.Errorf("migrate to version %d: %w", now.version+1, err)
	}
	if _, err := tx.ExecContext(ctx, "UPDATE telex_schema SET version = ?", now.version+1); err != nil {
		return fmt.Errorf("migrate to version %d: %w", now.version+1, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("migrate to version %d: %w", now.version+1, err)
	}
	return nil
}
