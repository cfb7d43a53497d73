//go:build unix

package outbox

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// noRoom reports whether this user can write nothing more to where folder is: there is
// no room for one page of the index, or no inode.
func noRoom(folder string) bool {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return false
	}
	const least = 64 << 10                                                                 // bytes; the index grows by 32 KiB
	return uint64(s.Bavail)*uint64(s.Bsize) < least || s.Files > 0 && uint64(s.Ffree) == 0 //nolint:gosec,unconvert // their types are others on other systems
}

// lacks says what SQLite and telex need of the file system that folder is on and do not
// get: "" if nothing. It tries with a file of its own, which it removes.
func lacks(folder string) string {
	f, err := os.CreateTemp(folder, ".telex-*")
	if err != nil {
		return ""
	}
	defer func() { _, _ = f.Close(), os.Remove(f.Name()) }()
	const size = 4096
	if err := f.Truncate(size); err != nil {
		return ""
	}
	fd := int(f.Fd())
	lock := unix.Flock_t{Type: unix.F_WRLCK, Whence: 0, Start: 0, Len: 1}
	if err := errors.Join(unix.FcntlFlock(f.Fd(), unix.F_SETLK, &lock), unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB)); err != nil {
		return "lock files"
	}
	shared, err := unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return "share memory between programs"
	}
	_ = unix.Munmap(shared)
	return ""
}
