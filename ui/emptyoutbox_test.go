package ui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite"
	"telex/messaging/outbox/sqlite/sqlitetest"
)

func TestMain(m *testing.M) {
	sqlitetest.Hasten()
	os.Exit(m.Run())
}

// emptyOutbox puts an outbox with nothing in it where hundreds of tests begin with one:
// to make each anew takes longer than most of what they do with it.
func emptyOutbox(t testing.TB) (path string) {
	t.Helper()
	content, err := emptyContent()
	path = filepath.Join(t.TempDir(), "outbox.db")
	if err = errors.Join(err, os.WriteFile(path, content, 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

// emptyContent makes one, at the time at which the clock of a bubble begins.
var emptyContent = sync.OnceValues(func() (content []byte, err error) {
	folder, err := os.MkdirTemp("", "telex-test-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "outbox.db")
	o, err := outbox.Open(context.Background(), sqlite.At(path), outbox.Options{Now: func() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		return nil, err
	}
	if err := o.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})
