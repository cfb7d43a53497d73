package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// copyFolder copies the files of a folder, and of those in it, as cp -r does.
func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	sample.Must(t, os.CopyFS(to, os.DirFS(from)))
}

// oneRow is the only message of the outbox at path.
func oneRow(t *testing.T, path string) outbox.Entry {
	t.Helper()
	rows, err := opened(t, path, outbox.Options{}).List(t.Context(), outbox.Filter{})
	sample.Must(t, err)
	if len(rows) != 1 {
		t.Fatalf("got %d messages, want 1", len(rows))
	}
	return rows[0]
}

// TestAnewInACopy: in the place of the outbox is a copy from before the answer came, in
// which the message is still being sent. Its outcome is known, and that is recorded.
func TestAnewInACopy(t *testing.T) {
	for name, replaced := range map[string]bool{"while it is sent": true, "after it was settled": false} {
		t.Run(name, func(t *testing.T) {
			path := place(t)
			folder := filepath.Dir(path)
			o := opened(t, path, outbox.Options{})
			put := func() {
				sample.Must(t, os.Rename(folder, folder+".old"))
				sample.Must(t, os.Rename(folder+".copy", folder))
			}
			api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
				copyFolder(t, folder, folder+".copy")
				if replaced {
					put()
				}
				return sample.Receipt("api-1", m), nil
			}}
			b, err := o.Plan(t.Context(), api, outbox.Plan{Messages: []messaging.Message{sample.SMS("x", sample.Alice)}})
			sample.Must(t, err)
			b.Send(t.Context(), 0)
			if !replaced {
				put()
			}
			if _, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("y", sample.Alice)}}); !errors.Is(err, outbox.ErrGone) {
				t.Errorf("Begin = %v, want ErrGone", err)
			}
			_ = o.Close() // it says that the outbox was taken away
			if e := oneRow(t, path); e.State != outbox.Accepted || e.MessageID != "api-1" || e.Error != "" {
				t.Errorf("got %s, id %q, error %q; want it accepted as api-1", e.State, e.MessageID, e.Error)
			}
		})
	}
}

// TestAnewAfterAMoment: the folder is away while a draft is saved, and back before the
// answer comes.
func TestAnewAfterAMoment(t *testing.T) {
	path := place(t)
	folder := filepath.Dir(path)
	o := opened(t, path, outbox.Options{})
	ids := sample.Begun(t, o, sample.SMS("x", sample.Alice))
	sample.Must(t, os.Rename(folder, folder+".away"))
	sample.Must(t, os.WriteFile(folder, nil, 0o600))
	if _, err := o.SaveDraft(t.Context(), 0, "", []byte("words")); !errors.Is(err, outbox.ErrGone) {
		t.Errorf("SaveDraft while it is away = %v, want ErrGone", err)
	}
	sample.Must(t, os.Remove(folder))
	sample.Must(t, os.Rename(folder+".away", folder))
	_ = o.Settle(t.Context(), ids[0], sample.Receipt("api-1", sample.SMS("x", sample.Alice)), nil)
	_ = o.Close()
	if e := oneRow(t, path); e.State != outbox.Accepted || e.MessageID != "api-1" {
		t.Errorf("got %s, id %q; want it accepted as api-1", e.State, e.MessageID)
	}
}

// TestCheckAfterCommitFails: a look at the files that fails, after the commit, for a
// reason that passes does not call the message unrecorded.
func TestCheckAfterCommitFails(t *testing.T) {
	o := opened(t, place(t), outbox.Options{})
	look, looks := eng(o).writer.check, atomic.Int32{}
	eng(o).writer.check = func() error {
		if looks.Add(1) == 2 {
			return errors.New("too many open files")
		}
		return look()
	}
	ids, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("x", sample.Alice)}})
	if err != nil || len(ids) != 1 {
		t.Errorf("Begin = %v, %v; want the row that is on the disk", ids, err)
	}
}
