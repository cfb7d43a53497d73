package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gofrs/flock"
)

// Files are replaced whole: whoever reads one, and whoever finds it after a crash,
// sees it as it was or as it is now. Those who change one hold its lock from before
// they read it until after they wrote it.

const (
	// lockWithin bounds the wait for another telex, which needs its lock for less
	// than a second.
	lockWithin = 5 * time.Second
	// lockAgain is how often the lock is tried meanwhile.
	lockAgain = 5 * time.Millisecond
	// maxFileBytes bounds what is read of a file of ours.
	maxFileBytes = 1 << 20
)

// ErrBusy means that another program holds the lock of a file.
var ErrBusy = errors.New("another telex is writing it")

// readFile is what the file at path holds; nil without an error if there is none.
// Errors do not repeat the path.
func readFile(path string) ([]byte, error) {
	content, _, err := readFileInfo(path)
	return content, err
}

// readFileInfo is readFile, with what there is to know of the file that was read: info
// is of the very file that content is from, and nil if there is none.
func readFileInfo(path string) (content []byte, info fs.FileInfo, err error) {
	info, err = os.Stat(path) // before it is opened, which waits if it is a pipe
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, withoutPath(err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errors.New("is not a file; move it away")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, withoutPath(err)
	}
	defer func() { _ = f.Close() }()
	if info, err = f.Stat(); err != nil {
		return nil, nil, withoutPath(err)
	}
	content, err = io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return nil, nil, withoutPath(err)
	}
	if len(content) > maxFileBytes {
		return nil, nil, fmt.Errorf("holds more than %d KiB", maxFileBytes>>10)
	}
	if content == nil {
		content = []byte{} // it is there
	}
	return content, info, nil
}

// maxLinks is how many links are followed, one to the other.
const maxLinks = 32

// follow is where the file at path is, or would be, with all links followed: a file
// that its user keeps elsewhere and links to stays there.
func follow(path string) (string, error) {
	for range maxLinks {
		target, err := os.Readlink(path)
		if err != nil { // no link, or nothing there
			return path, nil //nolint:nilerr // what is wrong with it shows when it is used
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return "", errors.New("is a link that leads nowhere")
}

// replace puts content where path is, for this user alone. Hold the lock. An error
// means that the file is as it was, but for one in writing the folder down, after
// which it may be either.
func replace(path string, content []byte) error {
	fresh := path + ".new" // only the holder of the lock writes it, so one left over is of no use to anybody
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove what an earlier telex left: %w", err)
	}
	f, err := os.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("make a file beside it: %w", err)
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(fresh, path)
	}
	if err != nil {
		_ = os.Remove(fresh) // the error that matters is the first
		return fmt.Errorf("write it: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder writes down which files a folder has. Windows does so by itself.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("write its folder down: %w", err)
	}
	defer func() { _ = folder.Close() }()
	if err := folder.Sync(); err != nil {
		return fmt.Errorf("write its folder down: %w", err)
	}
	return nil
}

// locked does something while no other telex does the same for the file at path, or
// says ErrBusy. It makes the folder. The lock is a file beside it that is there only
// while it is held.
func locked(ctx context.Context, path string, do func() error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make its folder: %w", err)
	}
	wait, cancel := context.WithTimeout(ctx, lockWithin)
	defer cancel()
	for {
		lock := flock.New(path+".lock", flock.SetPermissions(0o600))
		held, err := lock.TryLockContext(wait, lockAgain)
		if !held {
			_ = lock.Close()
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if wait.Err() != nil {
				return ErrBusy
			}
			return fmt.Errorf("lock it: %w", err)
		}
		if !current(lock) { // whoever had it before removed it
			_ = lock.Close()
			continue
		}
		err = do()
		_ = os.Remove(lock.Path()) // before it is free, so that nobody holds a file that is gone
		_ = lock.Close()
		return err
	}
}

// current reports whether the file that is locked is still the one of that name.
func current(lock *flock.Flock) bool {
	ours, err := lock.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(lock.Path())
	return err == nil && os.SameFile(ours, named)
}
