//go:build unix

package outbox

import (
	"context"
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
	o, err := Open(ctx, path, Options{})
	if err == nil {
		_, err = o.Begin(ctx, Plan{Messages: []messaging.Message{sms("topsecret")}, Yes: true})
		_ = o.Close()
	}
	describe(err)
	return nil
}

// describe says an error in one line: what it is and what it says.
func describe(err error) {
	kinds := []string{}
	for _, k := range []error{ErrFull, ErrReadOnly, ErrLocked, ErrNewer, ErrDamaged, ErrClosed} {
		if isErr(err, k) {
			kinds = append(kinds, k.Error())
		}
	}
	say("[%s] %v", strings.Join(kinds, ","), err)
}

// helpFileSize bounds how long a file may become, which is what a full disk is to
// a program, and records messages until that fails.
func helpFileSize(ctx context.Context, path, _ string) error {
	signal.Ignore(syscall.SIGXFSZ)
	o, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	const most = 256 << 10
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: most, Max: most}); err != nil {
		return err
	}
	for i := range 10000 {
		ids, err := o.Begin(ctx, Plan{Messages: []messaging.Message{sms(fmt.Sprintf("topsecret %d %s", i, strings.Repeat("long ", 100)))}})
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
	o, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	if _, err := o.Begin(ctx, Plan{Messages: []messaging.Message{sms("Hi")}}); err != nil {
		return err
	}
	if _, err := o.List(ctx, Filter{}); err != nil {
		return err
	}
	mark(o.file)
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
	must(t, opened(t, path, Options{}).Close())
	must(t, os.Chmod(path, 0o664))
	must(t, os.Chmod(filepath.Dir(path), 0o755))
	opened(t, path, Options{})
	for name, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		must(t, err)
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
		must(t, os.Chmod(f, 0o755))
	}
	return folder
}

func TestReadOnly(t *testing.T) {
	tests := map[string]func(t *testing.T, folder string) (path string){
		"folder, and no file yet": func(t *testing.T, folder string) string {
			sub := filepath.Join(folder, "telex")
			must(t, os.Mkdir(sub, 0o500))
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
			must(t, opened(t, path, Options{}).Close())
			must(t, os.Chmod(path, 0o400))
			owned(t, filepath.Dir(path))
			return path
		},
		"folder with a file": func(t *testing.T, folder string) string {
			path := filepath.Join(folder, "telex", "outbox.db")
			must(t, opened(t, path, Options{}).Close())
			owned(t, filepath.Dir(path))
			must(t, os.Chmod(filepath.Dir(path), 0o500))
			return path
		},
	}
	for name, prepare := range tests {
		t.Run(name, func(t *testing.T) {
			path := prepare(t, strangers(t))
			before := contents(t, path)
			p := started(t, "nobody", path, "")
			line := p.line()
			for _, want := range []string{"[" + ErrReadOnly.Error() + "]", path, "the right to write"} {
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
	must(t, filepath.WalkDir(folder, func(name string, _ fs.DirEntry, err error) error {
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
	for _, want := range []string{path, "make room"} { // SQLite says of EFBIG that the disk failed, of ENOSPC that it is full
		if !strings.Contains(line, want) {
			t.Errorf("it says %q, want %q in it", line, want)
		}
	}
	if strings.Contains(line, "topsecret") {
		t.Errorf("it says %q, with the message in it", line)
	}
	p.kill()
	o := opened(t, path, Options{})
	sound(t, o)
	if n := value[int64](t, o, "SELECT count(*) FROM messages"); n != last || last == 0 {
		t.Errorf("%d rows, want the %d that it was told of", n, last)
	}
}
