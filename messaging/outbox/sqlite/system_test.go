//go:build unix

package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

const nobody = 65534

// helpNobody gives up root's rights and then tries to record a message.
func helpNobody(ctx context.Context, path, _ string) error {
	if os.Getuid() == 0 {
		if err := syscall.Setgid(nobody); err != nil {
			return err
		}
		if err := syscall.Setuid(nobody); err != nil {
			return err
		}
	}
	return helpTry(ctx, path)
}

// helpTry opens, begins and says what went wrong.
func helpTry(ctx context.Context, path string) error {
	o, err := openWith(ctx, path, outbox.Options{}, hooks{})
	if err == nil {
		_, err = o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{sample.SMS("topsecret")}, Yes: true})
		_ = o.Close()
	}
	describe(err)
	return nil
}

// describe says an error in one line: what it is and what it says.
func describe(err error) {
	kinds := []string{}
	for _, k := range []error{outbox.ErrFull, outbox.ErrReadOnly, outbox.ErrLocked, outbox.ErrFileSystem, outbox.ErrUnsafe, outbox.ErrNewer, outbox.ErrDamaged, outbox.ErrClosed} {
		if errors.Is(err, k) {
			kinds = append(kinds, k.Error())
		}
	}
	say("[%s] %v", strings.Join(kinds, ","), err)
}

// helpFileSize bounds how long a file may become, which is what a full disk is to
// a program, and records messages until that fails.
func helpFileSize(ctx context.Context, path, _ string) error {
	signal.Ignore(syscall.SIGXFSZ)
	o, err := openWith(ctx, path, outbox.Options{}, hooks{})
	if err != nil {
		return err
	}
	const most = 1 << 20
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: most, Max: most}); err != nil {
		return err
	}
	for i := range 10000 {
		ids, err := o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{sample.SMS(fmt.Sprintf("topsecret %d %s", i, strings.Repeat("long ", 100)))}})
		if err != nil {
			describe(err)
			break
		}
		say("begun %d", ids[0])
	}
	waitForEnd()
	return nil
}

// helpUmask makes all files under a umask that forbids nothing.
func helpUmask(ctx context.Context, path, _ string) error {
	unix.Umask(0)
	o, err := openWith(ctx, path, outbox.Options{}, hooks{})
	if err != nil {
		return err
	}
	if _, err := o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{sample.SMS("Hi")}}); err != nil {
		return err
	}
	if _, err := o.List(ctx, outbox.Filter{}); err != nil {
		return err
	}
	mark(eng(o).file)
	err = filepath.WalkDir(filepath.Dir(path), func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		say("%s %s", info.Mode(), strings.TrimPrefix(name, filepath.Dir(path)))
		return err
	})
	if err != nil {
		return err
	}
	return o.Close()
}

func TestModes(t *testing.T) {
	p := started(t, "umask", place(t), "")
	seen := 0
	for line := p.line(); line != ""; line = p.line() {
		mode, name, _ := strings.Cut(line, " ")
		want := "-rw-------"
		if strings.HasPrefix(mode, "d") {
			want = "drwx------"
		}
		if mode != want {
			t.Errorf("%s has the rights %s, want %s", name, mode, want)
		}
		seen++
	}
	if seen < 8 { // the folder, the database, -wal, -shm, -damaged, the owners, two of them
		t.Errorf("%d files, want at least 8", seen)
	}
	p.end()
}

// TestModesAreNarrowed checks that files made elsewhere, by a copy perhaps, lose
// the rights of others.
func TestModesAreNarrowed(t *testing.T) {
	path := place(t)
	sample.Must(t, opened(t, path, outbox.Options{}).Close())
	sample.Must(t, os.Chmod(path, 0o664))
	sample.Must(t, os.Chmod(filepath.Dir(path), 0o755))
	opened(t, path, outbox.Options{})
	for name, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		sample.Must(t, err)
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has the rights %s, want %s", name, got, want)
		}
	}
}

// strangers makes a folder that another user may use but not write.
func strangers(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, f := range []string{filepath.Dir(folder), folder} {
		sample.Must(t, os.Chmod(f, 0o755))
	}
	return folder
}

func TestReadOnly(t *testing.T) {
	tests := map[string]func(t *testing.T, folder string) (path string){
		"folder, and no file yet": func(t *testing.T, folder string) string {
			sub := filepath.Join(folder, "telex")
			sample.Must(t, os.Mkdir(sub, 0o500))
			owned(t, sub)
			return filepath.Join(sub, "outbox.db")
		},
		"folder of another user": func(_ *testing.T, folder string) string {
			if os.Getuid() != 0 {
				return "/telex/outbox.db"
			}
			return filepath.Join(folder, "telex", "outbox.db")
		},
		"file": func(t *testing.T, folder string) string {
			path := filepath.Join(folder, "telex", "outbox.db")
			sample.Must(t, opened(t, path, outbox.Options{}).Close())
			sample.Must(t, os.Chmod(path, 0o400))
			owned(t, filepath.Dir(path))
			return path
		},
		"folder with a file": func(t *testing.T, folder string) string {
			path := filepath.Join(folder, "telex", "outbox.db")
			sample.Must(t, opened(t, path, outbox.Options{}).Close())
			owned(t, filepath.Dir(path))
			sample.Must(t, os.Chmod(filepath.Dir(path), 0o500))
			return path
		},
	}
	for name, prepare := range tests {
		t.Run(name, func(t *testing.T) {
			path := prepare(t, strangers(t))
			before := contents(t, path)
			p := started(t, "nobody", path, "")
			line := p.line()
			for _, want := range []string{"[" + outbox.ErrReadOnly.Error() + "]", path, "writable for this user"} {
				if !strings.Contains(line, want) {
					t.Errorf("it says %q, want %q in it", line, want)
				}
			}
			if strings.Contains(line, "topsecret") {
				t.Errorf("it says %q, with the message in it", line)
			}
			p.end()
			_ = os.Chmod(filepath.Dir(path), 0o700)
			if after := contents(t, path); len(before) > 0 && after[filepath.Base(path)] != before[filepath.Base(path)] {
				t.Error("the file is another now")
			}
		})
	}
}

// owned gives a folder and what is in it to nobody, if we may.
func owned(t *testing.T, folder string) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	sample.Must(t, filepath.WalkDir(folder, func(name string, _ fs.DirEntry, err error) error {
		if err == nil {
			err = os.Lchown(name, nobody, nobody)
		}
		return err
	}))
}

// TestFileSize runs a process into a full disk, as far as it can tell.
func TestFileSize(t *testing.T) {
	path := place(t)
	p := started(t, "filesize", path, "")
	var last int64
	line := p.line()
	for ; strings.HasPrefix(line, "begun "); line = p.line() {
		if _, err := fmt.Sscanf(line, "begun %d", &last); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{path, "free some space"} { // SQLite says of EFBIG that the disk failed, of ENOSPC that it is full
		if !strings.Contains(line, want) {
			t.Errorf("it says %q, want %q in it", line, want)
		}
	}
	if strings.Contains(line, "topsecret") {
		t.Errorf("it says %q, with the message in it", line)
	}
	p.kill()
	o := opened(t, path, outbox.Options{})
	sound(t, o)
	if n := sample.Value[int64](t, eng(o), "SELECT count(*) FROM messages"); n != last || last == 0 {
		t.Errorf("%d rows, want the %d that it was told of", n, last)
	}
}

// TestUntrusted: where others can decide what the names lead to, nothing is made,
// narrowed or written over.
func TestUntrusted(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files to others")
	}
	victim := func(t *testing.T) string {
		t.Helper()
		name := filepath.Join(t.TempDir(), "victim")
		sample.Must(t, os.WriteFile(name, []byte("precious"), 0o644))
		return name
	}
	for name, test := range untrusted {
		t.Run(name, func(t *testing.T) {
			state, victim := filepath.Join(t.TempDir(), "state"), victim(t)
			sample.Must(t, os.Mkdir(state, 0o755))
			test.prepare(t, state, victim)
			before, err := os.Stat(victim)
			sample.Must(t, err)
			folder, err := os.Stat(filepath.Dir(victim))
			sample.Must(t, err)
			path := filepath.Join(state, "telex", "outbox.db")
			o, err := openWith(t.Context(), path, outbox.Options{}, hooks{})
			if after, err := os.Stat(victim); err != nil || after.Mode() != before.Mode() {
				t.Errorf("the file of somebody else has the mode %v, %v, want %v", after.Mode(), err, before.Mode())
			}
			if after, err := os.Stat(filepath.Dir(victim)); err != nil || after.Mode() != folder.Mode() {
				t.Errorf("the folder that a link leads to has the mode %v, %v, want %v", after.Mode(), err, folder.Mode())
			}
			if test.want == "" {
				sample.Must(t, err)
				sample.Must(t, o.Close())
				return
			}
			sample.WantFailure(t, err, path, nil)
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want %q in it", err, test.want)
			}
			if b, err := os.ReadFile(victim); err != nil || string(b) != "precious" {
				t.Errorf("the file of somebody else holds %q, %v", b, err)
			}
		})
	}
}

// untrusted are places that others have a say in, each with what is said of it; nothing,
// if telex goes on all the same.
var untrusted = map[string]struct {
	prepare func(t *testing.T, state, victim string) // state is the folder above telex's
	want    string
}{
	"folder above that anybody may write": {func(t *testing.T, state, _ string) { sample.Must(t, os.Chmod(state, 0o777)) }, "other users may write"},
	"folder above that a group may write": {func(t *testing.T, state, _ string) {
		sample.Must(t, os.Chown(state, 0, 4242))
		sample.Must(t, os.Chmod(state, 0o775))
	}, ""}, // root's affair
	"shared sticky folder": {func(t *testing.T, state, _ string) { sample.Must(t, os.Chmod(state, 0o777|fs.ModeSticky)) }, ""},
	"another's folder in a sticky one": {func(t *testing.T, state, _ string) {
		sample.Must(t, os.Chmod(state, 0o777|fs.ModeSticky))
		sample.Must(t, os.Mkdir(filepath.Join(state, "telex"), 0o777))
		sample.Must(t, os.Chown(filepath.Join(state, "telex"), 4242, 4242))
	}, "belongs to user 4242"},
	"another's link in a sticky one": {func(t *testing.T, state, victim string) {
		sample.Must(t, os.Chmod(state, 0o777|fs.ModeSticky))
		sample.Must(t, os.Symlink(filepath.Dir(victim), filepath.Join(state, "telex")))
		sample.Must(t, os.Lchown(filepath.Join(state, "telex"), 4242, 4242))
	}, "belongs to user 4242"},
	"another user's home": {func(t *testing.T, state, _ string) { sample.Must(t, os.Chown(state, 4242, 4242)) }, "without sudo"},
	"own link to another disk": {func(t *testing.T, state, victim string) {
		sample.Must(t, os.Symlink(filepath.Dir(victim), filepath.Join(state, "telex")))
	}, ""},
	"log that is a link": {func(t *testing.T, state, victim string) {
		sample.Must(t, os.Mkdir(filepath.Join(state, "telex"), 0o700))
		sample.Must(t, os.Symlink(victim, filepath.Join(state, "telex", "outbox.db-wal")))
	}, "is a link"},
	"locks that are a link": {func(t *testing.T, state, victim string) {
		sample.Must(t, os.Mkdir(filepath.Join(state, "telex"), 0o700))
		sample.Must(t, os.Symlink(filepath.Dir(victim), filepath.Join(state, "telex", "outbox.db-owners")))
	}, "is a link"},
	"its own folder like /tmp": {func(t *testing.T, state, _ string) {
		sample.Must(t, os.Mkdir(filepath.Join(state, "telex"), 0o700))
		sample.Must(t, os.Chmod(filepath.Join(state, "telex"), 0o777|fs.ModeSticky))
	}, "other users may put files into"},
	"link to what others may read": {func(t *testing.T, state, victim string) {
		sample.Must(t, os.Mkdir(filepath.Join(state, "telex"), 0o700))
		sample.Must(t, os.Symlink(victim, filepath.Join(state, "telex", "outbox.db")))
	}, "other users have rights to"},
	"link to what is no database": {func(t *testing.T, state, victim string) {
		sample.Must(t, os.Chmod(victim, 0o600))
		sample.Must(t, os.Mkdir(filepath.Join(state, "telex"), 0o700))
		sample.Must(t, os.Symlink(victim, filepath.Join(state, "telex", "outbox.db")))
	}, "what a link leads to is not set aside"},
}

// helpToRead reads as a user who cannot write.
func helpToRead(ctx context.Context, path, _ string) error {
	if os.Getuid() == 0 {
		if err := syscall.Setuid(nobody); err != nil {
			return err
		}
	}
	o, err := openWith(ctx, path, outbox.Options{ToRead: true}, hooks{})
	if err != nil {
		return err
	}
	entries, err := o.List(ctx, outbox.Filter{Search: "readable"})
	if err != nil {
		return err
	}
	say("%d rows", len(entries))
	_, err = o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{sample.SMS("topsecret")}})
	describe(err)
	return o.Close()
}

// TestToRead: what is there is read though nothing can be written.
func TestToRead(t *testing.T) {
	path := filepath.Join(strangers(t), "telex", "outbox.db")
	o := opened(t, path, outbox.Options{})
	sample.In(t, o, sample.SMS("readable"), outbox.Delivered)
	sample.Must(t, o.Close())
	owned(t, filepath.Dir(path))
	sample.Must(t, os.Chmod(path, 0o400))
	sample.Must(t, os.Chmod(filepath.Dir(path), 0o500))
	defer func() { _ = os.Chmod(filepath.Dir(path), 0o700) }()
	p := started(t, "toread", path, "")
	p.want("1 rows")
	if line := p.line(); !strings.Contains(line, "["+outbox.ErrReadOnly.Error()+"]") {
		t.Errorf("it says %q, want that it cannot be written", line)
	}
	p.end()
}
