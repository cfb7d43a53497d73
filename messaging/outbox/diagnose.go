package outbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
)

// diagnose looks for the cause of a failure at path that the number of an error does not
// tell: on a full disk, and on a file system without locks or shared memory, SQLite says
// whatever the first thing that failed makes it say.
func diagnose(path string, err error) error {
	if err == nil || errors.Is(err, ErrFull) || !isAny(err, sqlite3.IOERR, sqlite3.CANTOPEN, sqlite3.BUSY, sqlite3.LOCKED,
		syscall.ENOLCK, syscall.EOPNOTSUPP, syscall.ENOTSUP, syscall.ENOSYS, syscall.ENODEV, syscall.EINVAL, syscall.ENOSPC) {
		return err
	}
	folder := filepath.Dir(path)
	if !isAny(err, sqlite3.BUSY, sqlite3.LOCKED) && noRoom(folder) {
		return cause{ErrFull, err}
	}
	if what := lacks(folder); what != "" {
		name := fileSystem(folder)
		if name == "" {
			name = "a network drive?"
		}
		return cause{fmt.Errorf("%w %s (%s)", ErrFileSystem, what, name), err}
	}
	return err
}

// isAny reports whether err is one of targets.
func isAny(err error, targets ...error) bool {
	return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
}

// openToRead opens a database that cannot be written, if the files that are there hold
// all of it; else it returns why.
func (o *Outbox) openToRead(ctx context.Context, why error) error {
	info, err := os.Stat(o.path)
	if err != nil || info.Size() == 0 || !isAny(diagnose(o.path, why), ErrFull, sqlite3.FULL, syscall.ENOSPC, syscall.EDQUOT,
		sqlite3.READONLY, fs.ErrPermission, syscall.EROFS, ErrFileSystem) {
		return why
	}
	if o.file, err = filepath.EvalSymlinks(o.path); err != nil {
		return why
	}
	// Where no log is left the file is everything, and nobody has it open. Otherwise the
	// log's index is made in memory, which takes the right to lock and write the files.
	q := url.Values{"immutable": {"1"}, "mode": {"ro"}}
	pragmas := []string{"temp_store(memory)", "trusted_schema(off)", "query_only(on)"}
	if log, err := os.Stat(o.file + "-wal"); err == nil && log.Size() > 0 {
		q = url.Values{}
		pragmas = append([]string{"locking_mode(exclusive)"}, pragmas...)
	}
	q["_pragma"] = pragmas
	name := (&url.URL{Scheme: "file", OmitHost: true, Path: o.file, RawQuery: q.Encode()}).String()
	if o.db, err = driver.Open(name, withGrams, leaveFiles); err != nil {
		return why
	}
	o.db.SetMaxOpenConns(1)
	version, err := versionOf(ctx, o.db)
	if files, _ := migrations.ReadDir("migrations"); err == nil && version == len(files) {
		err = o.db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'digest_key'").Scan(&o.digest)
	} else if err == nil {
		err = why
	}
	if err != nil {
		_ = o.db.Close()
		o.db = nil
		return why
	}
	o.unwritable = failure("open the outbox", o.path, diagnose(o.path, why))
	return nil
}

// Unwritable is why nothing can be recorded in an outbox that was opened by
// [Options.ToRead]; nil if it can be written.
func (o *Outbox) Unwritable() error { return o.unwritable }
