package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"

	"github.com/ncruces/go-sqlite3"
)

// TestCause: what is said follows from the cause, not from SQLite's code alone.
func TestCause(t *testing.T) {
	lockless := func(err error) error { return fmt.Errorf("%w: %w", errNoLocks, err) }
	unshared := func(err error) error { return fmt.Errorf("%w: %w", errNoSharing, err) }
	tests := []struct {
		name  string
		err   error // what SQLite or the system said
		found error // what is wrong with the folder
		want  error // nil: none of the sentinels
		hint  string
	}{
		{"no room for the index", sqlite3.IOERR_SHMSIZE, syscall.ENOSPC, outbox.ErrFull, "free some space"},
		{"no room, and no file can be made", sqlite3.CANTOPEN, syscall.ENOSPC, outbox.ErrFull, "free some space"},
		{"the user's share is used up", sqlite3.IOERR_WRITE, syscall.EDQUOT, outbox.ErrFull, "free some space"},
		{"SQLite's own word", sqlite3.FULL, nil, outbox.ErrFull, "free some space"},
		{"no locks", sqlite3.BUSY, lockless(syscall.ENOLCK), outbox.ErrFileSystem, "a local disk"},
		{"no locks of whole files", fmt.Errorf("join: %w", syscall.EOPNOTSUPP), nil, outbox.ErrFileSystem, "a local disk"},
		{"no shared memory", sqlite3.IOERR_SHMMAP, unshared(syscall.ENODEV), outbox.ErrFileSystem, "a local disk"},
		{"no right to share memory", sqlite3.IOERR_SHMMAP, unshared(syscall.EACCES), outbox.ErrFileSystem, "a local disk"},
		{"locked", sqlite3.BUSY, nil, outbox.ErrLocked, "which program"},
		{"locked, and the disk is full", sqlite3.BUSY, syscall.ENOSPC, outbox.ErrLocked, "which program"},
		{"locked, in a folder that is read only", sqlite3.BUSY, fs.ErrPermission, outbox.ErrLocked, "which program"},
		{"no right to write the folder", sqlite3.CANTOPEN, fs.ErrPermission, outbox.ErrReadOnly, "writable for this user"},
		{"a read-only mount", sqlite3.IOERR_DELETE, syscall.EROFS, outbox.ErrReadOnly, "writable for this user"},
		{"the disk broke", fmt.Errorf("%w: %w", sqlite3.IOERR_READ, syscall.EIO), nil, nil, "the system's log"},
		{"nothing is found", sqlite3.IOERR_TRUNCATE, nil, nil, "telex doctor"},
		{"a circle of links", &fs.PathError{Op: "open", Path: "x", Err: syscall.ELOOP}, nil, nil, "leads back to itself"},
		{"too many files", &fs.PathError{Op: "open", Path: "x", Err: syscall.EMFILE}, nil, nil, "too many files"},
		{"whatever else", errors.New("odd"), nil, nil, "telex doctor"},
	}
	sentinels := []error{outbox.ErrFull, outbox.ErrReadOnly, outbox.ErrLocked, outbox.ErrFileSystem, outbox.ErrUnsafe, outbox.ErrNewer, outbox.ErrDamaged, outbox.ErrGone, outbox.ErrClosed}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "outbox.db")
			e := &outbox.Error{Op: "open the outbox", Path: path, Err: tt.err}
			explain(e, causeOf(path, tt.err, func(folder string) error {
				if got, _ := os.Stat(folder); got == nil || !got.IsDir() {
					t.Errorf("it looks at %q, want the folder", folder)
				}
				return tt.found
			}))
			for _, s := range sentinels {
				if is := errors.Is(e, s); is != errors.Is(s, tt.want) {
					t.Errorf("error = %v, want that to be %v", e, tt.want)
				}
			}
			if !strings.Contains(e.Hint, tt.hint) || !errors.Is(e, tt.err) && tt.err != nil {
				t.Errorf("hint = %q of %v, want %q in it", e.Hint, e.Err, tt.hint)
			}
		})
	}
}

// TestCauseKnown: nothing is tried where the system's number came with the error.
func TestCauseKnown(t *testing.T) {
	for _, err := range []error{
		fmt.Errorf("%w: %w", sqlite3.IOERR_WRITE, syscall.EFBIG), sqlite3.CORRUPT, syscall.ENOENT, outbox.ErrClosed,
	} {
		got := causeOf(place(t), err, func(string) error { t.Errorf("%v: the folder is tried", err); return nil })
		if !errors.Is(got, err) {
			t.Errorf("cause of %v = %v, want the same", err, got)
		}
	}
}

// TestTry: a sound folder is found so, and nothing stays in it.
func TestTry(t *testing.T) {
	folder := t.TempDir()
	if err := try(folder); err != nil {
		t.Errorf("try = %v, want nil", err)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) > 0 {
		t.Errorf("it left %v, %v, want nothing", files, err)
	}
	if err := try(filepath.Join(folder, "none")); !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), folder) {
		t.Errorf("try = %v, want that it is not there, without the name", err)
	}
}

// TestFileInTheWay names the file that stands where a folder should be.
func TestFileInTheWay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "home")
	sample.Must(t, os.WriteFile(file, nil, 0o600))
	_, err := openWith(t.Context(), filepath.Join(file, ".local", "state", "telex", "outbox.db"), outbox.Options{}, hooks{})
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q is a file", file)) || !strings.Contains(err.Error(), "HOME") {
		t.Errorf("Open = %v, want the file and HOME named", err)
	}
}
