//go:build unix

package sqlite

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// helpRead gives up root's rights, reads what is recorded, and then tries to record.
func helpRead(ctx context.Context, path, _ string) error {
	if err := becomeNobody(); err != nil {
		return err
	}
	return readOnly(ctx, path)
}

// readOnly opens an outbox that cannot be written, and says what it holds and how a
// change of it ends.
func readOnly(ctx context.Context, path string) error {
	o, err := openWith(ctx, path, outbox.Options{ToRead: true}, hooks{})
	if err != nil {
		return err
	}
	if o.Report().Unwritable == nil {
		return errors.New("it can be written")
	}
	entries, err := o.List(ctx, outbox.Filter{})
	if err != nil {
		return err
	}
	for _, e := range entries {
		say("read %s", e.Message.Text)
	}
	found, err := o.List(ctx, outbox.Filter{Search: "first"})
	if err != nil {
		return err
	}
	say("found %d", len(found))
	_, err = o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{sample.SMS("topsecret")}, Yes: true})
	describe(err)
	return o.Close()
}

func becomeNobody() error {
	if os.Getuid() != 0 {
		return nil
	}
	if err := syscall.Setgid(nobody); err != nil {
		return err
	}
	return syscall.Setuid(nobody)
}

// TestReadReadOnly: what is recorded can be read where nothing can be written, also what
// is in the write-ahead log alone, and nothing is made or changed by that.
func TestReadReadOnly(t *testing.T) {
	for name, files := range map[string][]string{
		"all in the file": {""}, "a part in the log": {"", "-wal"}, "and its index": {"", "-wal", "-shm"},
	} {
		t.Run(name, func(t *testing.T) {
			from, path := place(t), filepath.Join(strangers(t), "telex", "outbox.db")
			sample.Must(t, os.Mkdir(filepath.Dir(path), 0o700))
			o := opened(t, from, outbox.Options{})
			sample.Begun(t, o, sample.SMS("first"))
			_, err := eng(o).writer.db.ExecContext(t.Context(), "PRAGMA wal_checkpoint(truncate)")
			sample.Must(t, err)
			if len(files) > 1 {
				sample.Begun(t, o, sample.SMS("second"))
			}
			for _, suffix := range files {
				copyFile(t, from+suffix, path+suffix)
				sample.Must(t, os.Chmod(path+suffix, 0o400))
			}
			owned(t, filepath.Dir(path))
			sample.Must(t, os.Chmod(filepath.Dir(path), 0o500))
			t.Cleanup(func() { _ = os.Chmod(filepath.Dir(path), 0o700) })
			before := contents(t, path)
			p := started(t, "read", path, "")
			if len(files) > 1 {
				p.want("read second")
			}
			p.want("read first")
			p.want("found 1")
			if line := p.line(); !strings.HasPrefix(line, "["+outbox.ErrReadOnly.Error()+"] record the message") {
				t.Errorf("a change: it says %q, want why it cannot be made", line)
			}
			p.end()
			if after := contents(t, path); !maps.Equal(after, before) {
				t.Error("the files are others now")
			}
		})
	}
}
