package outbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	if err := narrow(folder, 0o700); err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return "", fmt.Errorf("make the file: %w", err)
		}
		if err := f.Close(); err != nil {
			return "", fmt.Errorf("make the file: %w", err)
		}
	} else if err != nil {
		return "", fmt.Errorf("look at the file: %w", err)
	} else if !info.Mode().IsRegular() {
		return "", &Error{
			Op: "open the outbox", Err: fmt.Errorf("it is no file but %s", kindOf(info.Mode())),
			Hint: "move that away, or set XDG_STATE_HOME to another folder; nothing was changed",
		}
	}
	if file, err = filepath.EvalSymlinks(path); err != nil {
		return "", fmt.Errorf("follow the links: %w", err)
	}
	return file, narrowAll(file)
}

func kindOf(mode fs.FileMode) string {
	if mode.IsDir() {
		return "a folder"
	}
	return "a device or a pipe"
}

// narrowAll takes the rights of others to a database away, and to what belongs to it.
func narrowAll(file string) error {
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
