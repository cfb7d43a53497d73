package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// waysToGo are what people and programs do to the files of a program that runs.
func waysToGo() map[string]func(t *testing.T, path string) {
	return map[string]func(*testing.T, string){
		"folder removed": func(t *testing.T, path string) { sample.Must(t, os.RemoveAll(filepath.Dir(path))) },
		"folder moved": func(t *testing.T, path string) {
			sample.Must(t, os.Rename(filepath.Dir(path), filepath.Dir(path)+"-aside"))
		},
		"folder replaced": func(t *testing.T, path string) {
			sample.Must(t, os.Rename(filepath.Dir(path), filepath.Dir(path)+"-aside"))
			sample.Must(t, os.Mkdir(filepath.Dir(path), 0o700))
		},
		"file removed": func(t *testing.T, path string) { sample.Must(t, os.Remove(path)) },
		"file moved":   func(t *testing.T, path string) { sample.Must(t, os.Rename(path, path+".bak")) },
		"file replaced": func(t *testing.T, path string) {
			sample.Must(t, os.Rename(backup(t, path), path))
		},
		"log removed":        func(t *testing.T, path string) { sample.Must(t, os.Remove(path+"-wal")) },
		"log cut to nothing": func(t *testing.T, path string) { sample.Must(t, os.Truncate(path+"-wal", 0)) },
		"log cut": func(t *testing.T, path string) {
			info, err := os.Stat(path + "-wal")
			sample.Must(t, err)
			sample.Must(t, os.Truncate(path+"-wal", info.Size()-1))
		},
		"index removed": func(t *testing.T, path string) { sample.Must(t, os.Remove(path+"-shm")) },
		"all of it removed": func(t *testing.T, path string) {
			for _, f := range []string{path, path + "-wal", path + "-shm"} {
				sample.Must(t, os.Remove(f))
			}
		},
		"backup copied over it": func(t *testing.T, path string) {
			b, err := os.ReadFile(backup(t, path))
			sample.Must(t, err)
			sample.Must(t, os.WriteFile(path, b, 0o600))
		},
		"backup copied over it and its log": func(t *testing.T, path string) {
			b, err := os.ReadFile(backup(t, path))
			sample.Must(t, err)
			sample.Must(t, os.WriteFile(path, b, 0o600))
			sample.Must(t, os.WriteFile(path+"-wal", nil, 0o600))
		},
	}
}

// backup is a sound outbox, of a time when nothing was sent.
func backup(t *testing.T, path string) string {
	t.Helper()
	other := filepath.Join(filepath.Dir(filepath.Dir(path)), "backup", "outbox.db")
	sample.Must(t, opened(t, other, outbox.Options{}).Close())
	return other
}

// TestGone: whatever becomes of the files, nothing leaves unrecorded, and what left is
// in the outbox that the next telex opens.
func TestGone(t *testing.T) {
	for way, goAway := range sample.Some(2, waysToGo()) {
		t.Run(way, func(t *testing.T) {
			path := place(t)
			o := opened(t, path, outbox.Options{})
			var messages []messaging.Message
			for _, to := range []string{sample.Alice, sample.Bob, sample.Carol, "+12345678905", "+12345678906"} {
				messages = append(messages, sample.SMS("the same for all", to))
			}
			sendWhileItGoes(t, o, path, messages, func() { goAway(t, path) })
			_, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("another")}})
			sample.WantFailure(t, err, path, outbox.ErrGone)
			_, err = o.List(t.Context(), outbox.Filter{})
			sample.WantFailure(t, err, path, outbox.ErrGone)
			sample.Must(t, o.Close())

			next := opened(t, path, outbox.Options{})
			wantAskedAbout(t, next, messages, sample.Alice, sample.Bob, sample.Carol)
			sound(t, next)
		})
	}
}

// sendWhileItGoes sends five messages, with the third of which the outbox goes away: two
// are recorded, of the third a receipt is there, and the others do not leave.
func sendWhileItGoes(t *testing.T, o *outbox.Outbox, path string, messages []messaging.Message, goAway func()) {
	t.Helper()
	sends := 0
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if sends++; sends == 3 {
			goAway()
		}
		return sample.Receipt("api-"+m.To[0], m), nil
	}}
	b, err := o.Plan(t.Context(), api, outbox.Plan{Messages: messages})
	sample.Must(t, err)
	for i := range messages {
		r := b.Send(t.Context(), i)
		switch {
		case i < 2 && (r.Err != nil || r.Unrecorded != nil):
			t.Errorf("message %d: %+v, want it accepted and recorded", i, r)
		case i == 2:
			if r.Receipt == nil {
				t.Errorf("message %d: %+v, want the receipt that came", i, r)
			}
			sample.WantFailure(t, r.Unrecorded, path, outbox.ErrGone)
		case i > 2:
			if !outbox.NotRecorded(r.Err) || !errors.Is(r.Err, outbox.ErrGone) {
				t.Errorf("message %d: %v, want it unsent, for the outbox is gone", i, r.Err)
			}
		}
	}
	if sends != 3 {
		t.Errorf("%d messages left, want none after the third", sends)
	}
}

// wantAskedAbout demands a question about the recipients of messages that were accepted,
// before the same is sent again.
func wantAskedAbout(t *testing.T, o *outbox.Outbox, messages []messaging.Message, want ...string) {
	t.Helper()
	_, err := o.Begin(t.Context(), outbox.Plan{Messages: messages})
	repeat, ok := errors.AsType[*outbox.RepeatError](err)
	if !ok {
		t.Fatalf("the same again = %v, want a question", err)
	}
	var asked []string
	for _, r := range repeat.Repeats {
		asked = append(asked, r.Recipient)
		if r.Entry.State != outbox.Accepted || r.Entry.MessageID != "api-"+r.Recipient {
			t.Errorf("%s: %s, %q; want it accepted, with its id", r.Recipient, r.Entry.State, r.Entry.MessageID)
		}
	}
	if !slices.Equal(asked, want) {
		t.Errorf("it asks about %q, want %q", asked, want)
	}
}

// TestGoneDraft: what is being written is kept where the next telex looks for it.
func TestGoneDraft(t *testing.T) {
	sample.Alone(t)
	for way, goAway := range sample.Some(2, waysToGo()) {
		t.Run(way, func(t *testing.T) {
			path := place(t)
			o := opened(t, path, outbox.Options{})
			id := sample.Saved(t, o, 0, "before")
			goAway(t, path)
			for _, text := range []string{"after", "and on"} {
				if got, err := o.SaveDraft(t.Context(), id, "p", []byte(text)); err != nil || got != id {
					t.Fatalf("SaveDraft = %d, %v; want %d", got, err, id)
				}
			}
			sample.Must(t, o.Close())
			drafts := sample.DraftsOf(t, opened(t, path, outbox.Options{}))
			if !slices.ContainsFunc(drafts, func(d outbox.Draft) bool { return string(d.Body) == "and on" }) {
				t.Errorf("the next telex finds %v, want the draft", drafts)
			}
		})
	}
}

// TestGoneWithin: the files go away while a commit is under way, and the caller hears
// of it before it sends.
func TestGoneWithin(t *testing.T) {
	path := place(t)
	within := func(string) bool { return os.Remove(path) != nil } // it is asked in a transaction
	o := opened(t, path, outbox.Options{MMSReceipts: within})
	m := sample.SMS("Hi")
	id := sample.Begun(t, o, m)[0]
	sample.Must(t, o.Settle(t.Context(), id, sample.Receipt("api", m), nil))
	_, err := o.Deliver(t.Context(), id, sample.Told("api", m, "DELIVERED"))
	sample.WantFailure(t, err, path, outbox.ErrGone)
}

// TestGoneUnseen: an outbox that nobody wrote to after it was replaced takes nothing of
// the new one away when it is closed.
func TestGoneUnseen(t *testing.T) {
	path := place(t)
	old := opened(t, path, outbox.Options{})
	sample.Begun(t, old, sample.SMS("old"))
	_, err := old.List(t.Context(), outbox.Filter{}) // so that readers are open, too
	sample.Must(t, err)
	sample.Must(t, os.RemoveAll(filepath.Dir(path)))
	o := opened(t, path, outbox.Options{})
	id := sample.Begun(t, o, sample.SMS("new"))[0]
	if err := old.Close(); !errors.Is(err, outbox.ErrGone) {
		t.Errorf("Close = %v, want %v", err, outbox.ErrGone)
	}
	sample.Must(t, o.Start(t.Context(), sample.Begun(t, o, sample.SMS("a"), sample.SMS("b"))[1]))
	if rows := contents(t, path); rows["outbox.db-wal"] == "" || rows["outbox.db-shm"] == "" {
		t.Error("the log of the new outbox is gone")
	}
	sample.WantState(t, o, id, outbox.Sending)
	if got := sample.IDsIn(t, o, outbox.Filter{Search: "old"}); len(got) != 1 {
		t.Errorf("%d rows of what the old one sent, want 1", len(got))
	}
}

// TestPresent: what others may do to the files is not taken for their end.
func TestPresent(t *testing.T) {
	path := place(t)
	o, other := opened(t, path, outbox.Options{}), opened(t, path, outbox.Options{})
	for _, do := range []string{"PRAGMA wal_checkpoint(passive)", "PRAGMA wal_checkpoint(restart)", "PRAGMA wal_checkpoint(truncate)", "VACUUM"} {
		sample.Begun(t, o, sample.SMS(strings.Repeat(do, 100)))
		sample.Begun(t, other, sample.SMS("of the other one"))
		sample.Must(t, drain(eng(other).writer.db.QueryContext(t.Context(), do)))
		if do == "VACUUM" {
			sample.Must(t, drain(eng(o).writer.db.QueryContext(t.Context(), "PRAGMA wal_checkpoint(truncate)")))
		}
		sample.Begun(t, o, sample.SMS("after "+do))
		sample.Must(t, other.Present(t.Context()))
	}
	sample.Must(t, os.Chmod(path, 0o400)) // no other file by that
	sample.Must(t, os.Chmod(path, 0o600))
	sample.Must(t, os.RemoveAll(eng(o).owner.folder))
	sample.Begun(t, o, sample.SMS("locks are made anew"))
	if !current(eng(o).use) {
		t.Error("nobody would know that the outbox is in use")
	}
	sample.Must(t, os.Rename(filepath.Dir(path), filepath.Dir(path)+"-2"))
	sample.Must(t, os.Symlink(filepath.Dir(path)+"-2", filepath.Dir(path)))
	sample.Begun(t, o, sample.SMS("the name leads to it still"))
}

// TestIndexOfAnother: what cannot be read as an index says nothing.
func TestIndexOfAnother(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "index"))
	sample.Must(t, err)
	defer func() { _ = f.Close() }()
	for _, content := range []string{"", "short", strings.Repeat("\x01", indexLength)} {
		sample.Must(t, f.Truncate(0))
		_, err := f.WriteAt([]byte(content), 0)
		sample.Must(t, err)
		_, err = f.Seek(0, io.SeekStart)
		sample.Must(t, err)
		if x, ok := readIndex(f); ok {
			t.Errorf("%q reads as %+v", content, x)
		}
	}
}

// BenchmarkCheck is what making sure of the files costs each commit, twice.
func BenchmarkCheck(b *testing.B) {
	o := opened(b, place(b), outbox.Options{})
	sample.Begun(b, o, sample.SMS("Hi"))
	for b.Loop() {
		sample.Must(b, eng(o).identity.check())
	}
}

// TestGoneLeftAlone: what was put in the place of the database is not written to when
// the old one is closed.
func TestGoneLeftAlone(t *testing.T) {
	path := place(t)
	o := opened(t, path, outbox.Options{})
	sample.Saved(t, o, 0, "a draft")
	before, err := os.ReadFile(backup(t, path))
	sample.Must(t, err)
	sample.Must(t, os.WriteFile(path, before, 0o600))
	if err := o.Close(); !errors.Is(err, outbox.ErrGone) {
		t.Errorf("Close = %v, want %v", err, outbox.ErrGone)
	}
	if contents(t, path)["outbox.db"] != string(before) {
		t.Error("the backup was written to")
	}
}

// TestRunTakenAway: what was on its way to people of a run is recorded again if the outbox is
// taken away.
func TestRunTakenAway(t *testing.T) {
	path := place(t)
	o, err := openWith(t.Context(), path, outbox.Options{}, hooks{})
	sample.Must(t, err)
	run, err := o.NewBroadcast(t.Context(), outbox.Broadcast{Senders: []string{sample.Sender}, Text: "Hi"})
	sample.Must(t, err)
	_, err = o.AddPeople(t.Context(), run.ID, 0, slices.Values([]outbox.Person{{Number: sample.Alice}, {Number: sample.Bob}}))
	sample.Must(t, err)
	sample.Must(t, o.StartRun(t.Context(), run.ID))
	sends := 0
	_, err = o.Drain(t.Context(), sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		sends++
		sample.Must(t, os.RemoveAll(filepath.Dir(path)))
		return sample.Receipt("api", m), nil
	}}, run.ID, outbox.DrainOptions{Prepare: func(outbox.Run) (outbox.Fill, error) {
		return func(p outbox.Person) (messaging.Message, outbox.Skip, string, error) {
			return sample.SMS("Hi", p.Number), "", "", nil
		}, nil
	}})
	if !errors.Is(err, outbox.ErrGone) || sends != 1 {
		t.Errorf("Drain = %v after %d, want ErrGone after 1", err, sends)
	}
	_ = o.Close()
	again := opened(t, path, outbox.Options{})
	rows, err := again.List(t.Context(), outbox.Filter{})
	if err != nil || len(rows) != 1 || rows[0].State != outbox.Accepted || rows[0].MessageID != "api" {
		t.Errorf("the outbox that is there now has %+v, %v, want what was sent", rows, err)
	}
}

// TestGoneTwins: of several messages that are the same to the same recipient each is
// recorded anew, in the row that a copy has of it or in one of its own.
func TestGoneTwins(t *testing.T) {
	for name, copied := range map[string]bool{"removed": false, "a copy": true} {
		t.Run(name, func(t *testing.T) {
			path := place(t)
			files := []string{path, path + "-wal", path + "-shm"}
			o := opened(t, path, outbox.Options{})
			sends := 0
			api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
				sends++
				return sample.Receipt(fmt.Sprint("api-", sends), m), nil
			}}
			b, err := o.Plan(t.Context(), api, outbox.Plan{Messages: []messaging.Message{sample.SMS("Hi"), sample.SMS("Hi")}, Yes: true})
			sample.Must(t, err)
			var old [2][]byte
			for i := range old {
				old[i], err = os.ReadFile(files[i])
				sample.Must(t, err)
			}
			b.Run(t.Context(), outbox.RunOptions{})
			for _, f := range files {
				sample.Must(t, os.Remove(f))
			}
			for i := range old {
				if copied {
					sample.Must(t, os.WriteFile(files[i], old[i], 0o600))
				}
			}
			_ = o.Close()
			next := opened(t, path, outbox.Options{})
			if n := sample.Value[int](t, eng(next), "SELECT count(*) FROM messages WHERE state = 'accepted'"); sends != 2 || n != 2 {
				t.Errorf("%d messages left and %d are recorded as accepted, want 2 and 2", sends, n)
			}
			if n := sample.Value[int](t, eng(next), "SELECT count(*) FROM messages"); n != 2 {
				t.Errorf("there are %d rows, want 2", n)
			}
		})
	}
}
