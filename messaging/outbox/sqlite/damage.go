package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"telex/messaging/outbox"

	"github.com/gofrs/flock"
	"github.com/ncruces/go-sqlite3"
)

// isDamaged reports whether err says that the file is no database, or a broken one.
func isDamaged(err error) bool {
	return slices.ContainsFunc([]error{outbox.ErrDamaged, sqlite3.NOTADB, sqlite3.CORRUPT}, func(target error) bool {
		return errors.Is(err, target)
	})
}

// marked and its fellows keep a note beside the database that damage was met in
// it. The next opening looks closer then.
func marked(file string) bool {
	_, err := os.Stat(file + "-damaged")
	return err == nil
}

func mark(file string) {
	if f, err := os.OpenFile(file+"-damaged", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err == nil { // through no link
		_ = f.Close()
	}
}

func unmark(file string) { _ = os.Remove(file + "-damaged") }

// inspect looks for damage if the last user of the database met some. Looking
// takes long, so it is done after such a meeting only.
func (e *engine) inspect(ctx context.Context) error {
	if !marked(e.file) {
		return nil
	}
	verdict := ""
	if err := e.db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("look for damage: %w", err)
	}
	if verdict != "ok" {
		return cause{outbox.ErrDamaged, errors.New(verdict)}
	}
	unmark(e.file)
	return nil
}

// beheaded reports whether the database is empty though changes to it are there.
// SQLite would take it for a new one and delete them.
func beheaded(file string) bool {
	if info, err := os.Stat(file); err != nil || info.Size() > 0 {
		return false
	}
	if info, err := os.Stat(file + "-wal"); err == nil && info.Size() > 0 {
		return true
	}
	return undoes(file + "-journal")
}

// undoes reports whether a rollback journal has something of a database to bring back. That
// of a new one, whose maker was killed, has not: it says that there were no pages.
func undoes(journal string) bool {
	f, err := os.Open(journal)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	// https://www.sqlite.org/fileformat.html#the_rollback_journal: 8 bytes of magic, the number
	// of pages in it, a nonce, the number of pages that the database had.
	var head [20]byte
	n, _ := io.ReadFull(f, head[:])
	return n > 0 && [4]byte(head[16:]) != [4]byte{}
}

// use joins those who have the database open, by a shared lock that the system
// releases when the process ends.
func use(folder string) (*flock.Flock, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of locks: %w", err)
	}
	lock := flock.New(filepath.Join(folder, "in-use"), flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	for {
		if err := lock.RLock(); err != nil { // waits while another telex sets a damaged file aside
			return nil, fmt.Errorf("join the users of the outbox: %w", err)
		}
		if current(lock) {
			return lock, nil
		}
		_ = lock.Close() // it was taken away before we had it; the next one is made anew
	}
}

const (
	// aloneWithin is how long replace waits for others who are only just opening the
	// same file.
	aloneWithin = time.Second
	// aloneStep is after how long it looks whether one of them has replaced it.
	aloneStep = 50 * time.Millisecond
)

// replace sets a damaged database aside and starts a new one, if no other telex
// has it open.
func (e *engine) replace(ctx context.Context) error {
	for end := time.Now().Add(aloneWithin); ; {
		e.disconnect()
		if err := e.use.Unlock(); err != nil {
			return fmt.Errorf("set the damaged file aside: %w", err)
		}
		step, cancel := context.WithTimeout(ctx, aloneStep)
		alone, _ := e.use.TryLockContext(step, aloneStep/10) // an error is that of step
		cancel()
		if alone {
			return e.replaceAlone(ctx)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := e.use.RLock(); err != nil {
			return fmt.Errorf("join the users of the outbox: %w", err)
		}
		if err := e.start(ctx); !isDamaged(err) {
			return err
		}
		if time.Now().After(end) {
			return &outbox.Error{
				Op: "open the outbox", Err: outbox.ErrDamaged,
				Hint: "another telex is using it: quit that one, then start again; nothing was changed",
			}
		}
	}
}

// replaceAlone is replace while nobody else can open the database.
func (e *engine) replaceAlone(ctx context.Context) error {
	err := e.start(ctx) // another telex may have set it aside while we waited
	if isDamaged(err) {
		e.disconnect()
		if err = e.putAside(); err == nil {
			err = e.start(ctx)
		}
	}
	// In between nobody can do harm: whoever comes finds a sound file.
	if unlock := e.use.Unlock(); err == nil && unlock != nil {
		err = fmt.Errorf("join the users of the outbox: %w", unlock)
	}
	if lock := e.use.RLock(); err == nil && lock != nil {
		err = fmt.Errorf("join the users of the outbox: %w", lock)
	}
	return err
}

// putAside renames a damaged database and what belongs to it, so that nothing of
// it is lost or written over. Nobody else may have it open.
func (e *engine) putAside() error {
	if info, err := os.Lstat(e.path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return &outbox.Error{
			Op: "open the outbox", Err: cause{outbox.ErrDamaged, errors.New("it is a link to " + e.file)},
			Hint: "what a link leads to is not set aside: move it away yourself, then start telex again; nothing was changed",
		}
	}
	ext := filepath.Ext(e.file)
	base := strings.TrimSuffix(e.file, ext) + ".damaged-" + e.opening.Now().UTC().Format("20060102-150405")
	aside := base + ext
	for n := 2; !unused(aside); n++ {
		aside = fmt.Sprintf("%s-%d%s", base, n, ext)
	}
	for _, suffix := range append(slices.Clone(companions), "") {
		if err := os.Rename(e.file+suffix, aside+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("set the damaged file aside: %w", err)
		}
	}
	unmark(e.file)
	e.report.SetAside = aside
	_, err := makePrivate(e.file)
	return err
}

// unused reports whether no file has the name, nor that of a companion.
func unused(file string) bool {
	for _, suffix := range append([]string{""}, companions...) {
		if _, err := os.Lstat(file + suffix); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}
