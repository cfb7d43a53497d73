package sqlite

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"telex/messaging/outbox"

	"github.com/gofrs/flock"
)

// An owner is this process as the rows name it. While it lives it holds the lock
// of a file of its own, which the system releases however it ends; its name is
// random, so a later process can be mistaken for it in no way, whatever its pid.
type owner struct {
	folder string
	mu     sync.Mutex
	name   string
	lock   *flock.Flock // nil until the first row
	// retired: no row may name it any more.
	retired bool
}

func newOwner(folder string) *owner {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return &owner{folder: folder, name: hex.EncodeToString(b[:])}
}

// claim makes sure that the lock is held. Call it before a row names the owner.
func (o *owner) claim(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.retired {
		return outbox.ErrClosed
	}
	if o.lock != nil && current(o.lock) {
		return nil
	}
	// None yet, or somebody cleaned up: without the file we would be taken for dead.
	if err := os.MkdirAll(o.folder, 0o700); err != nil {
		return fmt.Errorf("make the folder of locks: %w", err)
	}
	wait, cancel := context.WithTimeout(ctx, claimWithin)
	defer cancel()
	for {
		lock := flock.New(lockPath(o.folder, o.name), flock.SetPermissions(0o600))
		// Another process may hold it for a moment, to see whether we live.
		if held, err := lock.TryLockContext(wait, time.Millisecond); !held {
			_ = lock.Close()
			return fmt.Errorf("lock the name of this process: %w", err)
		}
		if current(lock) {
			// For people who look into the folder; nothing reads it.
			_ = os.WriteFile(lock.Path(), []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600)
			if o.lock != nil {
				_ = o.lock.Close()
			}
			o.lock = lock
			return nil
		}
		_ = lock.Close() // it was swept away before we had it
	}
}

// claimWithin bounds the wait for a lock that nobody holds for longer than it
// takes to look.
const claimWithin = 5 * time.Second

// current reports whether a lock is that of the file which has its name now: it may
// have been removed, and made anew by its owner, between our opening and locking it.
func current(lock *flock.Flock) bool {
	have, err := lock.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(lock.Path())
	return err == nil && os.SameFile(have, named)
}

// retire ends the naming of the owner in rows, and reports whether any did.
func (o *owner) retire() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.retired = true
	return o.lock != nil
}

// release gives the lock up. No row may name the owner in an open state any more.
func (o *owner) release() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lock != nil {
		_ = os.Remove(o.lock.Path()) // before the unlock, so that nobody else sees it free
		_ = o.lock.Close()
		o.lock = nil
	}
}

// alive reports whether the process called name still runs. Where that cannot be
// found out it counts as alive: nothing is decided about its messages then.
func alive(folder, name string) bool {
	path := lockPath(folder, name)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return false
	}
	lock := flock.New(path, flock.SetFlag(os.O_RDWR)) // not made anew if it went away just now
	held, err := lock.TryLock()
	defer func() { _ = lock.Close() }()
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	return err != nil || !held
}

// living are the names that alive is true of, but self.
func living(folder, self string) (names []string, err error) {
	files, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err //nolint:wrapcheck // *fs.PathError says all
	}
	for _, f := range files {
		name, isLock := strings.CutSuffix(f.Name(), ".lock")
		if isLock && name != self && alive(folder, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// sweep removes the lock files of dead processes, so that they do not pile up: a
// process without one counts as dead all the same.
func sweep(folder, self string) {
	files, err := os.ReadDir(folder)
	if err != nil {
		return // the next one does it
	}
	for _, f := range files {
		name, isLock := strings.CutSuffix(f.Name(), ".lock")
		if !isLock || name == self {
			continue
		}
		lock := flock.New(filepath.Join(folder, f.Name()), flock.SetFlag(os.O_RDWR))
		// While it is held, so that a process that is just making it notices; see claim.
		if held, err := lock.TryLock(); err == nil && held && current(lock) {
			_ = os.Remove(lock.Path())
		}
		_ = lock.Close()
	}
}

func lockPath(folder, name string) string {
	return filepath.Join(folder, filepath.Base(name)+".lock")
}
