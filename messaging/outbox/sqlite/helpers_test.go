package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite/internal/disk"
)

// TestMain runs the tests, or one of the helper processes that they start. Hundreds of tests
// begin with an outbox that nobody has used, and neither wait for the disk nor want it
// migrated: either takes longer than most of what they do with it.
func TestMain(m *testing.M) {
	disk.Synchronous = "off"
	if name := os.Getenv(helperVariable); name != "" {
		os.Exit(helper(name))
	}
	sample.CollectLess()
	sample.InMemory()
	content, err := sample.Untouched(At)
	if err != nil {
		panic(err)
	}
	copies = disk.Copies(content)
	disk.Make = copies
	os.Exit(m.Run())
}

// copies makes databases that need no migration.
var copies func(path string) error

// migrated has what is made during the test migrated from nothing, as telex does it.
func migrated(t testing.TB) {
	disk.Make = disk.Empty
	t.Cleanup(func() { disk.Make = copies })
}

// shipped is how telex waits for the disk.
var shipped = disk.Synchronous

// durably has what is opened during the test wait for the disk as telex does.
func durably(t testing.TB) {
	disk.Synchronous = shipped
	t.Cleanup(func() { disk.Synchronous = "off" })
}

// place is where the outbox of a test is.
func place(t testing.TB) string { return filepath.Join(t.TempDir(), "telex", "outbox.db") }

// opened is an outbox that is closed at the end of the test.
func opened(t testing.TB, path string, options outbox.Options) *outbox.Outbox {
	t.Helper()
	return hooked(t, path, options, hooks{})
}

func hooked(t testing.TB, path string, options outbox.Options, h hooks) *outbox.Outbox {
	t.Helper()
	o, err := openWith(t.Context(), path, options, h)
	if err != nil {
		t.Fatalf("Open(%s) = %v, want an outbox", path, err)
	}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Errorf("Close() = %v, want nil", err)
		}
	})
	return o
}

// engines are those of the outboxes that openWith opened.
var engines sync.Map

// A seen place notes the engine of each opening.
type seen struct {
	file
	last **engine
}

func (s seen) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	e, err := s.file.Open(ctx, o)
	if err == nil {
		*s.last = e.(*engine)
	}
	return e, err
}

// openWith opens as tests reach in.
func openWith(ctx context.Context, path string, options outbox.Options, h hooks) (*outbox.Outbox, error) {
	var e *engine
	o, err := outbox.Open(ctx, seen{file{path, h}, &e}, options)
	if err == nil {
		engines.Store(o, e)
	}
	return o, err
}

// eng is the engine of an outbox.
func eng(o *outbox.Outbox) *engine {
	e, _ := engines.Load(o)
	return e.(*engine)
}

// crash ends the use of an outbox as the death of its process does: nothing is
// settled, the locks are gone and the files stay.
func crash(o *outbox.Outbox) { kill(eng(o)) }

func kill(e *engine) {
	e.disconnect()
	e.owner.mu.Lock()
	defer e.owner.mu.Unlock()
	e.owner.retired = true
	if e.owner.lock != nil {
		_ = e.owner.lock.Close()
		e.owner.lock = nil
	}
	_ = e.use.Close()
}

// sound checks the files and that nothing hangs in the air.
func sound(t testing.TB, o *outbox.Outbox) {
	t.Helper()
	// A connection that has searched before and does not know yet that the index was
	// merged since sees damage that is none.
	_, err := o.List(t.Context(), outbox.Filter{Search: "x"})
	sample.Must(t, err)
	if got := sample.Value[string](t, eng(o), "PRAGMA integrity_check"); got != "ok" {
		t.Errorf("integrity_check = %s, want ok", got)
	}
	sample.WantWhole(t, eng(o))
}

// contents are the bytes of every file beside the database, by name.
func contents(t testing.TB, path string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	sample.Must(t, err)
	all := map[string]string{}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || !info.Mode().IsRegular() {
			continue
		}
		b, err := os.ReadFile(f)
		sample.Must(t, err)
		all[filepath.Base(f)] = string(b)
	}
	return all
}

// list is strings as the database has them.
func list(of ...string) string {
	if len(of) == 0 {
		return ""
	}
	b, _ := json.Marshal(of) // strings always encode
	return string(b)
}

// What is noted of messages whose process is gone.
const (
	diedWhileSending = "telex ended while it was being sent"
	diedWhileQueued  = "telex ended before it recorded sending this one"
)

// deleted takes rows out as Prune does, without overwriting them.
func deleted(ctx context.Context, tx outbox.Tx, e outbox.Engine, where string, args ...any) error {
	rows, err := tx.QueryContext(ctx, "SELECT id FROM messages WHERE "+where, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
	}
	for _, id := range ids {
		for _, from := range sample.Tables() {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+from+" = ?", id); err != nil {
				return err
			}
		}
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM threads WHERE id NOT IN (SELECT thread FROM talks)")
	return errors.Join(rows.Err(), err, e.Unindex(ctx, tx, ids))
}
