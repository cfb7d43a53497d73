package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite/internal/disk"
)

// companions are the endings of the files that belong to a database.
var companions = []string{"-wal", "-shm", "-journal"}

// makePrivate makes the folder and an empty file, both for this user alone, and
// takes the rights of others away where there are any. It returns the name of the
// file with all links followed.
func makePrivate(path string) (file string, err error) {
	if err := trusted(path); err != nil {
		return "", err
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("make the folder: %w", err)
	}
	if err := narrowFolder(folder); err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := disk.Make(path); err != nil {
			return "", fmt.Errorf("make the file: %w", err)
		}
	} else if err != nil {
		return "", fmt.Errorf("look at the file: %w", err)
	} else if !info.Mode().IsRegular() {
		return "", &outbox.Error{
			Op: "open the outbox", Err: fmt.Errorf("it is not a file but %s", kindOf(info.Mode())),
			Hint: "move that away, or set XDG_STATE_HOME to another folder; nothing was changed",
		}
	}
	if file, err = filepath.EvalSymlinks(path); err != nil {
		return "", fmt.Errorf("follow the links: %w", err)
	}
	return file, narrowAll(path, file)
}

func kindOf(mode fs.FileMode) string {
	if mode.IsDir() {
		return "a folder"
	}
	return "a device or a pipe"
}

// ownFolder is the name of a folder that is telex's alone, where an outbox is by itself.
const ownFolder = "telex"

// narrowFolder takes the rights of others to the folder away, if it is telex's own: another
// one, such as somebody's home, holds more than an outbox. That and one that a link leads to
// keep their rights, which trusted has judged. One where everybody may put things, as in
// /tmp, is no place for files whose names can be foreseen.
func narrowFolder(folder string) error {
	info, err := os.Stat(folder)
	if err != nil {
		return fmt.Errorf("look at the rights: %w", err)
	}
	if info.Mode()&fs.ModeSticky != 0 && info.Mode()&0o022 != 0 {
		return &outbox.Error{
			Op: "open the outbox", Err: cause{outbox.ErrUnsafe, errors.New("other users may put files into " + folder)},
			Hint: "take that right away with chmod go-w, or set XDG_STATE_HOME to a folder of yours; nothing was changed",
		}
	}
	if linked, err := isLink(folder); linked || err != nil || filepath.Base(folder) != ownFolder {
		return err
	}
	return narrow(folder, 0o700)
}

// isLink reports whether the name is itself a link.
func isLink(name string) (bool, error) {
	info, err := os.Lstat(name)
	if err != nil {
		return false, fmt.Errorf("look for links: %w", err)
	}
	return info.Mode()&fs.ModeSymlink != 0, nil
}

// narrowAll takes the rights of others to a database away, and to what belongs to it.
// A file that path leads to as a link keeps its rights: it is refused if others have any.
func narrowAll(path, file string) error {
	linked, err := isLink(path)
	if err != nil {
		return err
	}
	if info, err := os.Stat(file); linked && err == nil && runtime.GOOS != "windows" && info.Mode()&0o077 != 0 {
		return &outbox.Error{
			Op: "open the outbox", Err: cause{outbox.ErrUnsafe, errors.New("other users have rights to " + file + ", where a link leads")},
			Hint: "take them away with chmod go-rwx, or replace the link; nothing was changed",
		}
	}
	for _, suffix := range append([]string{""}, companions...) {
		if err := narrow(file+suffix, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// narrow takes from path every right beyond most. A folder that is open to all on
// purpose, such as /tmp, is left as it is.
func narrow(path string, most fs.FileMode) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("look at the rights: %w", err)
	}
	if rights := info.Mode().Perm(); rights&^most != 0 && info.Mode()&fs.ModeSticky == 0 {
		if err := os.Chmod(path, rights&most); err != nil {
			return fmt.Errorf("take the rights of others away: %w", err)
		}
	}
	return nil
}
