package outbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/vfs/readervfs"
)

// Unwritable is why the outbox can be read only: see [Options.ToRead]. It is nil if
// it can be written; otherwise every change fails with the same cause, an [*Error].
func (o *Outbox) Unwritable() error {
	if o.unwritable == nil {
		return nil
	}
	return o.unwritable
}

// refuse is the answer to a change of an outbox that can be read only; nil if it can be
// changed.
func (o *Outbox) refuse(op string) error {
	if o.unwritable == nil {
		return nil
	}
	e := *o.unwritable
	e.Op = op
	return &e
}

// readAnyway opens for reading what could not be opened for writing, if that is worth a
// try. It makes and changes nothing. The error is the one given, if that fails too.
func (o *Outbox) readAnyway(ctx context.Context, err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || !o.options.ToRead || !isAny(err, ErrFull, ErrReadOnly) {
		return err
	}
	o.db, o.writer, o.identity, o.use = nil, nil, nil, nil
	if failed := o.openSnapshot(ctx); failed != nil {
		if errors.Is(failed, ErrNewer) {
			return failed
		}
		return err
	}
	o.unwritable = e
	return nil
}

// openSnapshot opens the database without a need to write.
func (o *Outbox) openSnapshot(ctx context.Context) (err error) {
	if o.file, err = filepath.EvalSymlinks(o.path); err != nil {
		return fmt.Errorf("follow the links: %w", err)
	}
	o.owner = newOwner(o.file + "-owners")
	if info, err := os.Stat(o.file + "-journal"); err == nil && info.Size() > 0 {
		return errors.New("a change was not completed, and completing it takes writing")
	}
	s, err := newSnapshot(o.file)
	if err != nil {
		return err
	}
	name := rand.Text()
	readervfs.Create(name, s)
	o.snapshot, o.forget = s, func() { readervfs.Delete(name); s.close() }
	o.db, err = driver.Open("file:"+name+"?vfs=reader&_pragma=query_only(on)&_pragma=temp_store(memory)&_pragma=trusted_schema(off)", withGrams)
	if err == nil {
		o.db.SetMaxOpenConns(2)
		err = o.readable(ctx, o.db)
	}
	if err != nil {
		o.endSnapshot()
	}
	return err
}

// readable says whether this telex knows the tables, as they are.
func (o *Outbox) readable(ctx context.Context, db *sql.DB) error {
	version, files, err := schema(ctx, db)
	if err != nil {
		return failure("open the outbox", o.path, err)
	}
	if version < len(files) {
		return errors.New("bringing it up to date takes writing")
	}
	return db.QueryRowContext(ctx, readDigestKey).Scan(&o.digest) //nolint:wrapcheck // nobody sees it
}

// endSnapshot gives the files up.
func (o *Outbox) endSnapshot() {
	if o.db != nil {
		_ = o.db.Close()
	}
	if o.forget != nil {
		o.forget()
	}
}
