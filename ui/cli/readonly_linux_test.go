package cli

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"telex/ui/cli/say"
)

// What is recorded can be read by a user who may write nothing, and they are told so;
// nothing is sent.
func TestReadOnlyOutbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run("", send("--sandbox")...).want(t, say.ExitOK)
	for _, folder := range []string{filepath.Dir(w.home), w.home} {
		chmod(t, folder, 0o755) // they are on the way
	}
	const nobody = 65534
	state := filepath.Join(w.home, ".local")
	before := names(t, state)
	err := filepath.WalkDir(state, func(name string, d fs.DirEntry, err error) error {
		mode := os.FileMode(0o400)
		if d.IsDir() {
			mode = 0o500
		}
		if os.Geteuid() == 0 {
			err = errors.Join(err, os.Chown(name, nobody, nobody))
		}
		return errors.Join(err, os.Chmod(name, mode))
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chmodAll(state, 0o700) })
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = self.Close() }()
	as := func(args ...string) ended {
		t.Helper()
		cmd := telexProcess(t, w.environ(), "telex", args...)
		if os.Geteuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
			cmd.Path, cmd.ExtraFiles = "/proc/self/fd/3", []*os.File{self} // the binary may be where they cannot go
		}
		cmd.Dir = "/"
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil {
			if _, ok := errors.AsType[*exec.ExitError](err); !ok {
				t.Fatal(err)
			}
		}
		return ended{say.Code(cmd.ProcessState.ExitCode()), out.String(), errs.String()}
	}
	const warning, cannot = "warning: nothing can be recorded now", "it cannot be written"
	for _, args := range [][]string{{"history", "--sandbox"}, {"show", "1", "--sandbox"}} {
		got := as(args...)
		got.want(t, say.ExitOK, warning, cannot)
		if !bytes.Contains([]byte(got.out), []byte("+12345678902")) {
			t.Errorf("%q: got %q, want the message", args, got.out)
		}
	}
	as(send("--sandbox", "--yes")...).want(t, say.ExitFailed, "nothing was sent", cannot)
	as("history", "prune", "--before", "1d", "--sandbox", "--yes").want(t, say.ExitFailed, cannot)
	got := as("doctor", "--sandbox")
	got.want(t, say.ExitFailed)
	if flat := bytes.Join(bytes.Fields([]byte(got.out)), []byte(" ")); !bytes.Contains(flat, []byte("it can be read")) || !bytes.Contains(flat, []byte(" free on ")) {
		t.Errorf("doctor: got\n%s\nwant that it can be read, and the file system", got.out)
	}
	if after := names(t, state); len(after) != len(before) {
		t.Errorf("there is %q, want what was there: %q", after, before)
	}
}

// chmodAll gives all folders below root a mode, so that they can be removed.
func chmodAll(root string, mode os.FileMode) error {
	return filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if d.IsDir() {
			return os.Chmod(name, mode)
		}
		return err
	})
}
