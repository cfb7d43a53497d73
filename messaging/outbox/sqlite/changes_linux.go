package sqlite

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
)

// othersToo are file systems that may be written by another machine, of which nobody is
// told here.
var othersToo = []string{"NFS", "SMB", "9p", "FUSE", "AFS", "Ceph"}

// Changes tells of writes to the outbox at path, by whatever process of this machine and
// perhaps one for several, until ctx ends. It is nil where the system does not tell of
// them, and closed when it does not any more: then whoever wants to know has to look.
func Changes(ctx context.Context, path string) <-chan struct{} {
	folder := filepath.Dir(path)
	if slices.Contains(othersToo, FileSystem(folder)) {
		return nil
	}
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil
	}
	events := os.NewFile(uintptr(fd), "inotify")
	if _, err := unix.InotifyAddWatch(fd, folder, unix.IN_MODIFY|unix.IN_CREATE|unix.IN_MOVED_TO); err != nil {
		_ = events.Close()
		return nil
	}
	context.AfterFunc(ctx, func() { _ = events.Close() }) // which ends reading
	changes := make(chan struct{}, 1)
	go func() {
		defer close(changes)
		defer func() { _ = events.Close() }()
		b := make([]byte, 4096)
		for {
			n, err := events.Read(b)
			if err != nil {
				return
			}
			if concern(b[:n], filepath.Base(path)) {
				select {
				case changes <- struct{}{}:
				default: // it was told already
				}
			}
		}
	}()
	return changes
}

// concern reports whether one of inotify's events is about the file or its log, or says
// that some were lost.
func concern(events []byte, name string) bool {
	for len(events) >= unix.SizeofInotifyEvent {
		mask, size := binary.NativeEndian.Uint32(events[4:]), binary.NativeEndian.Uint32(events[12:])
		end := min(unix.SizeofInotifyEvent+int(size), len(events))
		file := string(bytes.TrimRight(events[unix.SizeofInotifyEvent:end], "\x00"))
		if mask&unix.IN_Q_OVERFLOW != 0 || file == name || file == name+"-wal" {
			return true
		}
		events = events[end:]
	}
	return false
}
