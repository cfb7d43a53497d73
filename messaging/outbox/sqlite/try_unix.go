//go:build linux || darwin || freebsd

package sqlite

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// tryRoom is how much is written to see whether there is room: the index of a
// write-ahead log takes 32 KiB, the first commit about as much.
const tryRoom = 64 << 10

// try does in folder what SQLite does there, with a file that nobody else knows, and
// returns what the system says to it: nil, an error with the system's number, or
// errNoLocks or errNoSharing with one. It leaves nothing behind.
func try(folder string) (err error) {
	f, err := os.CreateTemp(folder, ".try-*")
	if err != nil {
		return unnamed("make a file", err)
	}
	defer func() { _ = errors.Join(os.Remove(f.Name()), f.Close()) }()
	handle := int(f.Fd())
	if err := tryLocks(handle); err != nil {
		return fmt.Errorf("%w: %w", errNoLocks, err)
	}
	if _, err := f.Write(make([]byte, tryRoom)); err != nil {
		return unnamed("write a file", err)
	}
	if err := f.Sync(); err != nil { // some systems count only now
		return unnamed("write a file", err)
	}
	shared, err := unix.Mmap(handle, 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("%w: %w", errNoSharing, err)
	}
	_ = unix.Munmap(shared)
	return nil
}

// tryLocks takes both kinds of lock that are used: those of SQLite and those of owner.
// Nobody else has the file, so each failure is the system's.
func tryLocks(handle int) error {
	lock := unix.Flock_t{Type: unix.F_WRLCK, Len: 1}
	if err := unix.FcntlFlock(uintptr(handle), unix.F_SETLK, &lock); err != nil {
		return fmt.Errorf("lock a part of a file: %w", err)
	}
	lock.Type = unix.F_UNLCK // on BSDs it would keep the other kind away
	if err := unix.FcntlFlock(uintptr(handle), unix.F_SETLK, &lock); err != nil {
		return fmt.Errorf("unlock a part of a file: %w", err)
	}
	if err := unix.Flock(handle, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return fmt.Errorf("lock a file: %w", err)
	}
	return nil
}
