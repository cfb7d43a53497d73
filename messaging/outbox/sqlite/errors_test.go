package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

func TestFull(t *testing.T) {
	path := place(t)
	o := hooked(t, path, outbox.Options{}, hooks{pragmas: []string{"max_page_count(100)"}})
	secret := "topsecret " + strings.Repeat("long ", 200)
	var last []int64
	var err error
	for i := 0; err == nil; i++ {
		var ids []int64
		if ids, err = o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS(fmt.Sprint(i, secret))}}); err == nil {
			last = ids
		}
		if i > 1000 {
			t.Fatal("100 pages hold a thousand messages")
		}
	}
	sample.WantFailure(t, err, path, outbox.ErrFull, "topsecret")
	if !outbox.NotRecorded(err) {
		t.Errorf("NotRecorded(%v) = false, want true", err)
	}
	if n := sample.Value[int64](t, eng(o), "SELECT count(*) FROM messages"); n != last[0] {
		t.Errorf("%d rows, want the %d that were acknowledged", n, last[0])
	}
	sample.WantState(t, o, last[0], outbox.Sending)
	sound(t, o)

	_, err = o.Plan(t.Context(), sample.API{}, outbox.Plan{Messages: []messaging.Message{sample.SMS(secret)}})
	sample.WantFailure(t, err, path, outbox.ErrFull, "topsecret")

	// Once there is room, it goes on.
	if _, err := eng(o).writer.db.ExecContext(t.Context(), "PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	sample.Begun(t, o, sample.SMS(secret))
}

func TestLocked(t *testing.T) {
	path := place(t)
	sample.Must(t, opened(t, path, outbox.Options{}).Close())
	p := started(t, "lock", path, "")
	p.want("locked")
	o := hooked(t, path, outbox.Options{}, hooks{busy: 20 * time.Millisecond})
	_, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("topsecret")}})
	sample.WantFailure(t, err, path, outbox.ErrLocked, "topsecret")
	if entries, err := o.List(t.Context(), outbox.Filter{}); err != nil || len(entries) != 0 {
		t.Errorf("List() while another writes = %d rows, %v, want none and nil", len(entries), err)
	}
	p.end()
	sample.Begun(t, o, sample.SMS("now"))
}

// TestMadeByMany opens an outbox that is not there yet many times at once. SQLite
// says of some that the file is locked and does not wait; it takes about thirty
// rounds to see that.
func TestMadeByMany(t *testing.T) {
	rounds := 30
	if sample.Quick() {
		rounds = 5
	}
	for range rounds {
		path := place(t)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				o, err := openWith(t.Context(), path, outbox.Options{}, hooks{})
				if err != nil {
					t.Errorf("Open = %v, want nil", err)
				} else if err := o.Close(); err != nil {
					t.Errorf("Close = %v, want nil", err)
				}
			})
		}
		all.Wait()
	}
}

func TestNewer(t *testing.T) {
	path := place(t)
	o := opened(t, path, outbox.Options{})
	sample.Begun(t, o, sample.SMS("Hi"))
	if _, err := eng(o).writer.db.ExecContext(t.Context(), "PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	sample.Must(t, o.Close())
	before := contents(t, path)["outbox.db"]
	for range 2 {
		_, err := openWith(t.Context(), path, outbox.Options{}, hooks{})
		sample.WantFailure(t, err, path, outbox.ErrNewer)
		if !strings.Contains(err.Error(), "99") {
			t.Errorf("error = %v, want the version in it", err)
		}
	}
	if contents(t, path)["outbox.db"] != before {
		t.Error("the file is another now")
	}
}

func TestNoFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "outbox.db")
	sample.Must(t, os.Mkdir(path, 0o755))
	_, err := openWith(t.Context(), path, outbox.Options{}, hooks{})
	sample.WantFailure(t, err, path, nil)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("the folder in the way: %v, %v, want it untouched", info, err)
	}
	sample.Must(t, os.WriteFile(filepath.Join(folder, "file"), nil, 0o600))
	path = filepath.Join(folder, "file", "outbox.db")
	_, err = openWith(t.Context(), path, outbox.Options{}, hooks{})
	sample.WantFailure(t, err, path, nil)
}

func TestLink(t *testing.T) {
	folder := t.TempDir()
	target, link := filepath.Join(folder, "disk", "real.db"), filepath.Join(folder, "telex", "outbox.db")
	sample.Must(t, os.MkdirAll(filepath.Dir(target), 0o700))
	sample.Must(t, os.MkdirAll(filepath.Dir(link), 0o700))
	sample.Must(t, os.Symlink(target, link))
	a := opened(t, link, outbox.Options{})
	id := sample.Begun(t, a, sample.SMS("Hi"))[0]
	b := opened(t, target, outbox.Options{})
	sample.WantState(t, b, id, outbox.Sending) // they know of each other
	if a.Path() != link {
		t.Errorf("Path() = %s, want %s", a.Path(), link)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info, err)
	}
}

func TestClosed(t *testing.T) {
	path := place(t)
	o := opened(t, path, outbox.Options{})
	sample.Must(t, o.Close())
	sample.Must(t, o.Close())
	_, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("Hi")}})
	sample.WantFailure(t, err, path, outbox.ErrClosed)
	sample.WantFailure(t, o.Settle(t.Context(), 1, nil, sample.Lost()), path, outbox.ErrClosed)
	if locks := lockFiles(t, path); len(locks) != 0 {
		t.Errorf("lock files after Close: %v, want none", locks)
	}
}

// A crowded place has others who write keep this process from its turn some times.
type crowded struct {
	outbox.Place
	times *int
}

func (c crowded) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	e, err := c.Place.Open(ctx, o)
	return crowdedEngine{e, c.times}, err
}

type crowdedEngine struct {
	outbox.Engine
	times *int
}

func (c crowdedEngine) Write(ctx context.Context, do outbox.Change) error {
	if *c.times > 0 {
		*c.times--
		return outbox.ErrLocked
	}
	return c.Engine.Write(ctx, do)
}

// TestOutcomeWaitsItsTurn: what became of a message is recorded though others kept this process
// from its turn twice; what can be refused is not tried again.
func TestOutcomeWaitsItsTurn(t *testing.T) {
	times := 0
	o, err := outbox.Open(t.Context(), crowded{At(filepath.Join(t.TempDir(), "outbox.db")), &times}, outbox.Options{})
	sample.Must(t, err)
	defer func() { _ = o.Close() }()
	m := sample.SMS("Hello", "+19195550100")
	ids := sample.Begun(t, o, m, sample.SMS("Hello", "+19195550101")) // the first is on its way
	times = 1
	if err := o.Start(t.Context(), ids[1]); !errors.Is(err, outbox.ErrLocked) {
		t.Errorf("Start = %v, want ErrLocked", err)
	}
	times = 2
	sample.Must(t, o.Settle(t.Context(), ids[0], sample.Receipt("m1", m), nil))
	sample.WantState(t, o, ids[0], outbox.Accepted)
}
