package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"telex/messaging/outbox"

	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/vfs/readervfs"
)

// readAnyway opens for reading what could not be opened for writing, if that is worth a
// try. It makes and changes nothing. The error is the one given, if that fails too.
func (e *engine) readAnyway(ctx context.Context, err error) error {
	why, ok := errors.AsType[*outbox.Error](err)
	if !ok || !e.opening.ToRead || !isAny(err, outbox.ErrFull, outbox.ErrReadOnly) {
		return err
	}
	e.db, e.writer, e.identity, e.use = nil, nil, nil, nil
	if failed := e.openSnapshot(ctx); failed != nil {
		if errors.Is(failed, outbox.ErrNewer) {
			return failed
		}
		return err
	}
	e.report, e.opened = outbox.Report{Unwritable: why}, true
	return nil
}

// openSnapshot opens the database without a need to write.
func (e *engine) openSnapshot(ctx context.Context) (err error) {
	if e.file, err = filepath.EvalSymlinks(e.path); err != nil {
		return fmt.Errorf("follow the links: %w", err)
	}
	e.owner = newOwner(e.file + "-owners")
	if info, err := os.Stat(e.file + "-journal"); err == nil && info.Size() > 0 {
		return errors.New("a change was not completed, and completing it needs write access")
	}
	s, err := newSnapshot(e.file)
	if err != nil {
		return err
	}
	name := rand.Text()
	readervfs.Create(name, s)
	e.snapshot, e.forget = s, func() { readervfs.Delete(name); s.close() }
	e.db, err = driver.Open("file:"+name+"?vfs=reader&_pragma=query_only(on)&_pragma=temp_store(memory)&_pragma=trusted_schema(off)", setUp)
	if err == nil {
		e.db.SetMaxOpenConns(2)
		err = e.readable(ctx, e.db)
	}
	if err != nil {
		e.endSnapshot()
	}
	return err
}

// readable says whether this telex knows the tables, as they are.
func (e *engine) readable(ctx context.Context, db *sql.DB) error {
	version, files, err := schema(ctx, db)
	if err != nil {
		return failure("open the outbox", e.path, err)
	}
	if version < len(files) {
		return errors.New("bringing it up to date needs write access")
	}
	return nil
}

// endSnapshot gives the files up.
func (e *engine) endSnapshot() {
	if e.db != nil {
		_ = e.db.Close()
	}
	if e.forget != nil {
		e.forget()
	}
}
