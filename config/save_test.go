package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"
)

func TestSaveMakesFileAndFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "telex", "config.toml")
	f := loaded(t, path)
	if err := f.Save(t.Context()); err != nil {
		t.Fatalf("Save of nothing: %v", err)
	}
	if _, err := os.Stat(filepath.Dir(path)); err == nil {
		t.Error("Save of nothing made a folder")
	}
	if err := errors.Join(putting("a", account("1"))(f), f.SetDefault("a"), f.Save(t.Context())); err != nil {
		t.Fatal(err)
	}
	want := opening + "profile = \"a\"\n\n[profiles.a]\naccount = \"1\"\nauth = \"oauth\"\n"
	if got := contentOf(t, path); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := f.Where("profiles", "a"); got != path+":4" {
		t.Errorf("Where after Save: got %q, want line 4", got)
	}
	onlyFile(t, path)
	if runtime.GOOS != "windows" {
		for name, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
			if info, err := os.Stat(name); err != nil || info.Mode().Perm() != mode {
				t.Errorf("%s: got %v, %v, want %04o", name, info.Mode(), err, mode)
			}
		}
	}
}

// onlyFile makes sure that nothing else is left in the folder of a file.
func onlyFile(t *testing.T, path string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 || files[0].Name() != filepath.Base(path) {
		t.Errorf("the folder has %v, %v, want the file alone", files, err)
	}
}

func TestSaveTakesRightsAway(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions are kept elsewhere there")
	}
	path := configFile(t, "")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	f := loaded(t, path)
	if err := errors.Join(putting("a", account("1"))(f), f.Save(t.Context())); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want 0600", info.Mode(), err)
	}
}

func TestSaveFollowsLinks(t *testing.T) {
	folder := t.TempDir()
	target := filepath.Join(folder, "dotfiles.toml")
	path := filepath.Join(folder, "link.toml")
	for _, link := range [][2]string{{filepath.Join(folder, "between"), path}, {"dotfiles.toml", filepath.Join(folder, "between")}} {
		if err := os.Symlink(link[0], link[1]); err != nil {
			t.Skipf("no links here: %v", err)
		}
	}
	for _, id := range []string{"1", "2"} { // the file is not there first, and then is
		f := loaded(t, path)
		if err := errors.Join(putting("a", account(id))(f), f.Save(t.Context())); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(contentOf(t, target), "account = \""+id+"\"") {
			t.Errorf("the target holds %q", contentOf(t, target))
		}
		if info, err := os.Lstat(path); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("the link became %v, %v", info.Mode(), err)
		}
	}
	circle := filepath.Join(folder, "circle")
	if err := os.Symlink(circle, circle); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(os.LookupEnv, circle); err == nil {
		t.Error("a circle of links was read")
	}
	if _, err := follow(circle); err == nil {
		t.Error("a circle of links was followed")
	}
}

func TestSaveKeepsWhatOthersChanged(t *testing.T) {
	path := configFile(t, "profile = \"a\"\n[profiles.a]\nauth = \"oauth\"\naccount = \"1\"\n")
	f := loaded(t, path)
	if err := errors.Join(putting("a", account("2"))(f), putting("b", account("3"))(f), f.SetDefault("b")); err != nil {
		t.Fatal(err)
	}
	other := "# theirs\nprofile = \"a\"\n[profiles.a]\nauth = \"oauth\"\naccount = \"1\"\nregion = \"GB\" # new\n[profiles.c]\nauth = \"basic\"\n"
	if err := os.WriteFile(path, []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(t.Context()); err != nil {
		t.Fatalf("Save: %v", err)
	}
	want := "# theirs\nprofile = \"b\"\n[profiles.a]\nauth = \"oauth\"\naccount = \"2\"\nregion = \"GB\" # new\n[profiles.c]\nauth = \"basic\"\n\n" +
		"[profiles.b]\naccount = \"3\"\nauth = \"oauth\"\n"
	if got := contentOf(t, path); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := f.Names(); !reflect.DeepEqual(got, []string{"a", "c", "b"}) {
		t.Errorf("Names after Save: got %q, want theirs too", got)
	}
}

func TestSaveRefusesWhatDoesNotFit(t *testing.T) {
	const text = "[profiles.a]\nauth = \"oauth\"\naccount = \"1\"\n"
	tests := []struct {
		name, theirs string
		change       func(*File) error
		want         string
	}{
		{"they removed it", "", putting("a", account("2")), "profile a was removed by somebody else"},
		{"they added it", text + "[profiles.b]\n", putting("b", account("2")), "profile b was added by somebody else"},
		{"they removed what is to be the default", "", func(f *File) error { return f.SetDefault("a") }, "profile a was removed"},
		{"they broke it", text + "x = 1\n", putting("a", account("2")), ":4: profiles.a.x is unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := configFile(t, text)
			f := loaded(t, path)
			if err := tt.change(f); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(tt.theirs), 0o600); err != nil {
				t.Fatal(err)
			}
			err := f.Save(t.Context())
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if _, broken := errors.AsType[*FileError](err); !broken && !errors.Is(err, ErrChanged) {
				t.Errorf("got %v, want ErrChanged or a *FileError", err)
			}
			if got := contentOf(t, path); got != tt.theirs {
				t.Errorf("theirs was overwritten with %q", got)
			}
			onlyFile(t, path)
		})
	}
}

// Several at once, each with a profile of its own: all are there in the end.
func TestSaveAtOnce(t *testing.T) {
	path := configFile(t, "# mine\n")
	const writers = 8
	var wait sync.WaitGroup
	for i := range writers {
		wait.Go(func() {
			f, err := Load(os.LookupEnv, path)
			if err == nil {
				err = errors.Join(f.Put(Profile{Name: fmt.Sprintf("p%d", i), AccountID: "1"}), f.Save(t.Context()))
			}
			if err != nil {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	wait.Wait()
	if got := loaded(t, path).Names(); len(got) != writers {
		t.Errorf("got %d profiles, want %d: %q", len(got), writers, got)
	}
	if !strings.HasPrefix(contentOf(t, path), "# mine\n") {
		t.Errorf("the comment went: %q", contentOf(t, path))
	}
	onlyFile(t, path)
}

func TestSaveWaitsForTheLock(t *testing.T) {
	path := configFile(t, "")
	lock := flock.New(path + ".lock")
	if held, err := lock.TryLock(); !held || err != nil {
		t.Fatalf("lock: %v, %v", held, err)
	}
	f := loaded(t, path)
	if err := f.Put(Profile{Name: "a"}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Save(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Save while another holds the lock, cancelled: got %v, want context.Canceled", err)
	}
	if got := contentOf(t, path); got != "" {
		t.Errorf("it was written without the lock: %q", got)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(t.Context()); err != nil { // the file of the lock is still there
		t.Errorf("Save after the lock was given up: %v", err)
	}
	onlyFile(t, path)
}

func TestSaveWaitsNotForEver(t *testing.T) {
	path := configFile(t, "")
	lock := flock.New(path + ".lock")
	if held, err := lock.TryLock(); !held || err != nil {
		t.Fatalf("lock: %v, %v", held, err)
	}
	defer func() { _ = lock.Close() }()
	synctest.Test(t, func(t *testing.T) {
		f := loaded(t, path)
		start := time.Now()
		err := errors.Join(f.Put(Profile{Name: "a"}), f.Save(t.Context()))
		if !errors.Is(err, ErrBusy) || !strings.Contains(err.Error(), "save "+path+": another telex is writing it") {
			t.Errorf("got %v, want ErrBusy", err)
		}
		if waited := time.Since(start); waited != lockWithin {
			t.Errorf("it waited for %s, want %s", waited, lockWithin)
		}
	})
}

func TestSaveFailsWhole(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a folder cannot be closed to its owner there")
	}
	path := configFile(t, "# as it was\n")
	f := loaded(t, path)
	if err := f.Put(Profile{Name: "a"}); err != nil {
		t.Fatal(err)
	}
	// Something that cannot be removed is where the new file would be made.
	if err := os.MkdirAll(filepath.Join(path+".new", "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(t.Context()); err == nil || !strings.Contains(err.Error(), "save "+path) {
		t.Errorf("got %v, want an error with the path", err)
	}
	if got := contentOf(t, path); got != "# as it was\n" {
		t.Errorf("the file became %q", got)
	}
	if err := os.RemoveAll(path + ".new"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".new", []byte("half of som"), 0o600); err != nil { // of a telex that was killed
		t.Fatal(err)
	}
	if err := f.Save(t.Context()); err != nil {
		t.Errorf("Save again: %v", err)
	}
	if !bytes.Contains([]byte(contentOf(t, path)), []byte("# as it was\n\n[profiles.a]")) {
		t.Errorf("the file became %q", contentOf(t, path))
	}
	onlyFile(t, path)
}
