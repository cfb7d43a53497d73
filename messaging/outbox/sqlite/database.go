package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite/internal/disk"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
)

// migrations makes the database what this version expects, one numbered file
// after the other. A file that was released is never changed.
//
//go:embed migrations/*.sql
var migrations embed.FS

// busyTime is how long a statement waits for another process. A commit takes a few
// milliseconds; who holds a lock for seconds is stuck.
const busyTime = 5 * time.Second

func (e *engine) busy() time.Duration { return cmp.Or(e.hooks.busy, busyTime) }

// source is the name of the database as the driver wants it. It waits for locks
// before it does anything else; WAL lets readers and one writer go on at once;
// disk.Synchronous is FULL, which makes every commit outlast a loss of power.
func (e *engine) source(pragmas ...string) string {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": append([]string{
		fmt.Sprintf("busy_timeout(%d)", e.busy().Milliseconds()), "synchronous(" + disk.Synchronous + ")", "foreign_keys(off)",
		"temp_store(memory)", "cache_size(-1000)", "trusted_schema(off)",
	}, pragmas...)}
	registerFrugal()
	q.Set("vfs", cmp.Or(e.hooks.vfs, frugalName))
	return (&url.URL{Scheme: "file", OmitHost: true, Path: e.file, RawQuery: q.Encode()}).String()
}

// connect opens the connections and brings the database up to date.
func (e *engine) connect(ctx context.Context) error {
	before, err := os.Stat(e.path)
	if err != nil {
		return fmt.Errorf("look at the file: %w", err)
	}
	db, err := driver.Open(e.source(append([]string{"secure_delete(on)"}, e.hooks.pragmas...)...), setUp)
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	db.SetMaxOpenConns(1)
	if err := e.prepare(ctx, db); err != nil {
		_ = db.Close() // the first error says why
		return err
	}
	if e.identity, err = identify(e.path, e.file, before); err != nil {
		_ = db.Close()
		return err
	}
	e.writer = newWriter(db, e.check, e.enter, e.hooks)
	if err := narrowAll(e.path, e.file); err != nil { // of files that were made just now
		return err
	}
	// Opened when somebody reads; most commands only write.
	if e.db, err = driver.Open(e.source("query_only(on)"), setUp, leaveFiles); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	e.db.SetMaxOpenConns(2)
	return nil
}

// setUp makes a connection ours. SQLite plans each statement once then, whatever its
// arguments: by itself it plans some anew each time that they are others, which takes as
// long as many of them run.
func setUp(c *sqlite3.Conn) error {
	if _, err := c.Config(sqlite3.DBCONFIG_ENABLE_QPSG, true); err != nil {
		return fmt.Errorf("set up the connection: %w", err)
	}
	return withGrams(c)
}

// schema is the version of the database and the files that make it the newest. A newer
// one than this telex knows is an error.
func schema(ctx context.Context, q outbox.Querier) (version int, files []fs.DirEntry, err error) {
	if version, err = versionOf(ctx, q); err != nil {
		return 0, nil, err
	}
	if files, err = migrations.ReadDir("migrations"); err != nil {
		return 0, nil, fmt.Errorf("read the migrations: %w", err)
	}
	if version > len(files) {
		return 0, nil, newerError(version, len(files))
	}
	return version, files, nil
}

// prepare turns WAL on, where it is not, and migrates.
func (e *engine) prepare(ctx context.Context, db *sql.DB) error {
	version, files, err := schema(ctx, db)
	if err != nil {
		return err
	}
	if version == 0 && e.opening.Existing {
		return errNoOutbox()
	}
	if version == 0 {
		if _, err := db.ExecContext(ctx, "PRAGMA auto_vacuum = incremental"); err != nil {
			return fmt.Errorf("set up the database: %w", err)
		}
	}
	if err := e.turnOnLog(ctx, db); err != nil {
		return fmt.Errorf("turn on the write-ahead log: %w", err)
	}
	if version > 0 && version < len(files) {
		restore, err := roomy(ctx, db)
		if err != nil {
			return fmt.Errorf("set up the database: %w", err)
		}
		defer restore()
	}
	for i := version; i < len(files); i++ {
		if err := migrate(ctx, db, files[i].Name(), i+1); err != nil {
			return err
		}
	}
	return nil
}

// roomy gives a connection memory for migrations, which go through all rows and sort them,
// until restore is called.
func roomy(ctx context.Context, db *sql.DB) (restore func(), err error) {
	var before int
	if err := db.QueryRowContext(ctx, "PRAGMA cache_size").Scan(&before); err != nil {
		return nil, err //nolint:wrapcheck // prepare does
	}
	_, err = db.ExecContext(ctx, "PRAGMA cache_size = -65536")
	return func() {
		_, _ = db.ExecContext(ctx, fmt.Sprintf("PRAGMA cache_size = %d", before)) // it costs memory at worst
	}, err //nolint:wrapcheck // as above
}

// busyStep is after how long turnOnLog tries again.
const busyStep = 5 * time.Millisecond

// turnOnLog makes the journal a write-ahead log. Where several do that to one new file
// SQLite lets only one of them wait, whatever the busy timeout; so the others try again.
func (e *engine) turnOnLog(ctx context.Context, db *sql.DB) error {
	for end := time.Now().Add(e.busy()); ; {
		var mode string
		err := db.QueryRowContext(ctx, "PRAGMA journal_mode = wal").Scan(&mode)
		if err == nil && mode != "wal" {
			return fmt.Errorf("the journal is still in mode %q", mode)
		}
		if !errors.Is(err, sqlite3.BUSY) || time.Now().After(end) {
			return err //nolint:wrapcheck // prepare does
		}
		select {
		case <-time.After(busyStep):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// migrate runs one file, unless another process did so in the meantime.
func migrate(ctx context.Context, db *sql.DB, file string, to int) error {
	script, err := migrations.ReadFile(path.Join("migrations", file))
	if err != nil {
		return fmt.Errorf("read a migration: %w", err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("migrate to version %d: %w", to, err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing after the commit
	version, err := versionOf(ctx, tx)
	if err != nil || version >= to {
		return err
	}
	if _, err := tx.ExecContext(ctx, string(script)); err != nil {
		return fmt.Errorf("migrate to version %d: %w", to, err)
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", to)); err != nil {
		return fmt.Errorf("migrate to version %d: %w", to, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("migrate to version %d: %w", to, err)
	}
	return nil
}

func versionOf(ctx context.Context, q outbox.Querier) (int, error) {
	var version int
	if err := q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, fmt.Errorf("read the version of the database: %w", err)
	}
	return version, nil
}

func newerError(have, know int) error {
	return &outbox.Error{
		Op: "open the outbox", Err: outbox.ErrNewer,
		Hint: fmt.Sprintf("its version is %d and this telex knows %d: use the newer telex, or set XDG_STATE_HOME to another folder; nothing was changed", have, know),
	}
}
