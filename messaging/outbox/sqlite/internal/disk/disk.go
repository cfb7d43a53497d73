// Package disk says how a new database begins, and how long a commit waits for the disk.
package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Synchronous is SQLite's setting of that name. With "full" every commit outlasts a loss
// of power, and that is how telex runs. Only tests change it, before anything is opened.
var Synchronous = "full"

// Make makes the file of a new database, for this user alone, unless there is one. It is
// Empty where telex runs. Only tests change it, before anything is opened.
var Make = Empty

// Empty makes an empty file, unless there is one.
func Empty(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the caller's own
	if err != nil {
		return err //nolint:wrapcheck // it names the file
	}
	return f.Close() //nolint:wrapcheck // as above
}

// Copies makes files that have a content from their first moment on, so that whoever else
// opens one at that moment finds all of it.
func Copies(content []byte) func(path string) error {
	return func(path string) error {
		f, err := os.CreateTemp(filepath.Dir(path), "new-")
		if err != nil {
			return Empty(path) // which says why
		}
		defer func() { _ = os.Remove(f.Name()) }()
		_, err = f.Write(content)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
		if err = os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
			return Empty(path) // a link, perhaps, to where nothing is yet
		}
		return err //nolint:wrapcheck // as above
	}
}
