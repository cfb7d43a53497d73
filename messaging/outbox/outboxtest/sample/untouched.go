package sample

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"telex/messaging/outbox"
)

// Untouched is the content of the file of an outbox that was opened and closed, before any
// time that a test knows. To begin with it takes a tenth of what it takes to make another.
func Untouched(at func(path string) outbox.Place) (content []byte, err error) {
	folder, err := os.MkdirTemp("", "telex-test-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "outbox.db")
	begin := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	o, err := outbox.Open(context.Background(), at(path), outbox.Options{Now: func() time.Time { return begin }})
	if err != nil {
		return nil, err
	}
	if err := o.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
