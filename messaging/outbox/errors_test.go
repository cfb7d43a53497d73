package outbox

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
)

func TestFull(t *testing.T) {
	path := place(t)
	o := hooked(t, path, Options{}, hooks{pragmas: []string{"max_page_count(60)"}})
	secret := "topsecret " + strings.Repeat("long ", 200)
	var last []int64
	var err error
	for i := 0; err == nil; i++ {
		var ids []int64
		if ids, err = o.Begin(t.Context(), Plan{Messages: []messaging.Message{sms(fmt.Sprint(i, secret))}}); err == nil {
			last = ids
		}
		if i > 1000 {
			t.Fatal("60 pages hold a thousand messages")
		}
	}
	wantFailure(t, err, path, ErrFull, "topsecret")
	if !NotRecorded(err) {
		t.Errorf("NotRecorded(%v) = false, want true", err)
	}
	if n := value[int64](t, o, "SELECT count(*) FROM messages"); n != last[0] {
		t.Errorf("%d rows, want the %d that were acknowledged", n, last[0])
	}
	wantState(t, o, last[0], Sending)
	sound(t, o)

	_, err = o.Plan(t.Context(), fakeAPI{}, Plan{Messages: []messaging.Message{sms(secret)}})
	wantFailure(t, err, path, ErrFull, "topsecret")

	// Once there is room, it goes on.
	if _, err := o.writer.db.ExecContext(t.Context(), "PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	begun(t, o, sms(secret))
}

func TestLocked(t *testing.T) {
	path := place(t)
	must(t, opened(t, path, Options{}).Close())
	p := started(t, "lock", path, "")
	p.want("locked")
	o := hooked(t, path, Options{}, hooks{busy: 20 * time.Millisecond})
	_, err := o.Begin(t.Context(), Plan{Messages: []messaging.Message{sms("topsecret")}})
	wantFailure(t, err, path, ErrLocked, "topsecret")
	if entries, err := o.List(t.Context(), Filter{}); err != nil || len(entries) != 0 {
		t.Errorf("List() while another writes = %d rows, %v, want none and nil", len(entries), err)
	}
	p.end()
	begun(t, o, sms("now"))
}

// TestMadeByMany opens an outbox that is not there yet many times at once. SQLite
// says of some that the file is locked and does not wait; it takes about thirty
// rounds to see that.
func TestMadeByMany(t *testing.T) {
	rounds := 30
	if testing.Short() {
		rounds = 5
	}
	for range rounds {
		path := place(t)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				o, err := Open(t.Context(), path, Options{})
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
	o := opened(t, path, Options{})
	begun(t, o, sms("Hi"))
	if _, err := o.writer.db.ExecContext(t.Context(), "PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	must(t, o.Close())
	before := contents(t, path)["outbox.db"]
	for range 2 {
		_, err := Open(t.Context(), path, Options{})
		wantFailure(t, err, path, ErrNewer)
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
	must(t, os.Mkdir(path, 0o755))
	_, err := Open(t.Context(), path, Options{})
	wantFailure(t, err, path, nil)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("the folder in the way: %v, %v, want it untouched", info, err)
	}
	must(t, os.WriteFile(filepath.Join(folder, "file"), nil, 0o600))
	path = filepath.Join(folder, "file", "outbox.db")
	_, err = Open(t.Context(), path, Options{})
	wantFailure(t, err, path, nil)
}

func TestLink(t *testing.T) {
	folder := t.TempDir()
	target, link := filepath.Join(folder, "disk", "real.db"), filepath.Join(folder, "telex", "outbox.db")
	must(t, os.MkdirAll(filepath.Dir(target), 0o700))
	must(t, os.MkdirAll(filepath.Dir(link), 0o700))
	must(t, os.Symlink(target, link))
	a := opened(t, link, Options{})
	id := begun(t, a, sms("Hi"))[0]
	b := opened(t, target, Options{})
	wantState(t, b, id, Sending) // they know of each other
	if a.Path() != link {
		t.Errorf("Path() = %s, want %s", a.Path(), link)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info, err)
	}
}

func TestClosed(t *testing.T) {
	path := place(t)
	o := opened(t, path, Options{})
	must(t, o.Close())
	must(t, o.Close())
	_, err := o.Begin(t.Context(), Plan{Messages: []messaging.Message{sms("Hi")}})
	wantFailure(t, err, path, ErrClosed)
	wantFailure(t, o.Settle(t.Context(), 1, nil, lost()), path, ErrClosed)
	if locks := lockFiles(t, path); len(locks) != 0 {
		t.Errorf("lock files after Close: %v, want none", locks)
	}
}

// TestReadingAfterClose: the readers' errors are words too.
func TestReadingAfterClose(t *testing.T) {
	path := place(t)
	o := opened(t, path, Options{})
	must(t, o.Close())
	_, err := o.List(t.Context(), Filter{})
	wantFailure(t, err, path, ErrClosed)
	_, err = o.Detail(t.Context(), 1)
	wantFailure(t, err, path, ErrClosed)
	_, err = o.Drafts(t.Context())
	wantFailure(t, err, path, ErrClosed)
}

// TestGivenUp checks that a call whose context has ended does nothing.
func TestGivenUp(t *testing.T) {
	o := opened(t, place(t), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.Begin(ctx, Plan{Messages: []messaging.Message{sms("Hi")}}); !errors.Is(err, context.Canceled) {
		t.Errorf("Begin = %v, want %v", err, context.Canceled)
	}
	if n := value[int](t, o, "SELECT count(*) FROM messages"); n != 0 {
		t.Errorf("%d rows, want none", n)
	}
	if _, err := o.List(ctx, Filter{}); !errors.Is(err, context.Canceled) {
		t.Errorf("List = %v, want %v", err, context.Canceled)
	}
	if _, err := Open(ctx, place(t), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open = %v, want %v", err, context.Canceled)
	}
}
