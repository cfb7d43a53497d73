package postgrestest

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// A server outlives a test that is killed. Each has in its folder a lock of the process that
// started it, which the system releases when that process ends: the next that starts one ends
// those whose lock is free.

// prefix is how the folders of servers begin.
const prefix = "telex-pg-"

// claim takes the lock of a new folder. The file has its name when it is locked, so that
// nobody takes the folder for one that was left.
func (s *Server) claim() error {
	lock := flock.New(filepath.Join(s.folder, "new"))
	if held, err := lock.TryLock(); err != nil || !held {
		return fmt.Errorf("lock the folder: %w", err)
	}
	s.owner = lock
	if err := os.Rename(lock.Path(), ownerOf(s.folder)); err != nil {
		return fmt.Errorf("lock the folder: %w", err)
	}
	return nil
}

func ownerOf(folder string) string { return filepath.Join(folder, "owner") }

// sweep ends the servers that were left, and takes their folders away. What another user left
// stays.
func (s *Server) sweep(ctx context.Context) {
	folders, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*")) // the pattern is good
	for _, folder := range folders {
		lock := flock.New(ownerOf(folder), flock.SetFlag(os.O_RDWR)) // not made where there is none
		if held, err := lock.TryLock(); err == nil && held {
			left := &Server{folder: folder, socket: folder, binary: s.binary, user: s.user}
			if left.answers(ctx) { // else its number may be that of another process by now
				_ = left.Stop(ctx, true) // one whose folder goes ends soon anyway
			}
			_ = os.RemoveAll(folder)
		}
		_ = lock.Close()
	}
}

// answers reports whether somebody listens at the socket.
func (s *Server) answers(ctx context.Context) bool {
	_, file := s.Socket()
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", file)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}
