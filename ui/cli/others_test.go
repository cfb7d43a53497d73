package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"telex/ui/cli/clitest"
)

// A file of profiles that others may change: nothing that it says is done, not even the
// command that it names; what was sent can be read, and the sandbox works.
func TestConfigurationOfOthers(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes say nothing of others there")
	}
	api, w := clitest.NewAPI(t), newWorld(t)
	ran := filepath.Join(w.home, "ran")
	w.configure(profileOf("main", api, `credential_command = ["sh", "-c", "touch `+ran+`; echo `+clitest.ClientSecret+`"]`))
	w.run("", send()...).want(t, exitOK)
	if err := os.Remove(ran); err != nil {
		t.Fatalf("the command did not run while the file was fine: %v", err)
	}
	if err := os.Chmod(w.configFile(), 0o666); err != nil {
		t.Fatal(err)
	}

	const refused, mend = "can be changed by others than its owner (mode 0666)", "chmod go-w "
	for _, args := range [][]string{send("--yes"), {"status"}, {"login"}, {"profiles"}, {"logout"}, {"login", "--profile", "main", "--secret-stdin"}, {}} {
		w.run(clitest.ClientSecret+"\n", args...).want(t, exitUsage)
	}
	w.run("", send("--yes")...).want(t, exitUsage, refused, mend)
	got := w.run("", "doctor")
	got.want(t, exitUsage)
	if !strings.Contains(got.out, "can be changed by others") || !strings.Contains(got.out, mend) {
		t.Errorf("doctor: got\n%s\nwant what is wrong and what to do", got.out)
	}
	w.run("", "history").want(t, exitOK, "warning: ", refused, mend)
	w.run("", "show", "1").want(t, exitOK, "warning: ", refused)
	w.run("", send("--sandbox")...).want(t, exitOK)
	if _, err := os.Stat(ran); err == nil {
		t.Error("the command of the refused file ran")
	}
	if n := len(api.Sent()); n != 1 {
		t.Errorf("the API got %d messages, want the one before", n)
	}

	if out, err := exec.CommandContext(t.Context(), "chmod", "go-w", w.configFile()).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	w.run("", send("--yes")...).want(t, exitOK)
}

// Where somebody else may change the folder telex login says so before it asks.
func TestLoginAmongOthers(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes say nothing of others there")
	}
	w := newWorld(t).withKeyring()
	folder := filepath.Join(w.home, ".config")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o777); err != nil { // whatever the umask
		t.Fatal(err)
	}
	w.run("secret\n", "login", "--secret-stdin").want(t, exitUsage, "cannot be trusted", "chmod go-w "+folder)
	w.nothingStored()
}

// An outbox that somebody else has a say in: nothing is sent, read or made there, and
// what is said about it mends it.
func TestOutboxOfOthers(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes say nothing of others there, and there are no uids")
	}
	tests := []struct {
		name string
		do   func(t *testing.T, state string)
		env  string
		want []string
	}{
		{"a folder of all", func(t *testing.T, state string) { chmod(t, state, 0o777) }, "", []string{"other users may write", "chmod go-w "}},
		{"its folder in one like /tmp", func(t *testing.T, state string) {
			chmod(t, state, os.ModeSticky|0o777)
			mkdir(t, filepath.Join(state, "telex"))
			chmod(t, filepath.Join(state, "telex"), os.ModeSticky|0o777)
		}, "", []string{"other users may put files into", "chmod go-w"}},
		{"a planted link", func(t *testing.T, state string) {
			mkdir(t, filepath.Join(state, "telex"))
			for _, name := range []string{"outbox.db-wal", "sandbox.db-wal"} {
				if err := os.Symlink(filepath.Join(state, "victim"), filepath.Join(state, "telex", name)); err != nil {
					t.Fatal(err)
				}
			}
		}, "", []string{"is a link"}},
		{"of another user", func(t *testing.T, state string) {
			mkdir(t, filepath.Join(state, "telex"))
			chown(t, filepath.Join(state, "telex"))
		}, "", []string{"belongs to user 61234"}},
		{"by sudo", func(t *testing.T, state string) { chown(t, state) }, "SUDO_UID=61234", []string{"run telex without sudo", "sudo -H"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api, state := clitest.NewAPI(t), t.TempDir()
			w := newWorld(t, "XDG_STATE_HOME="+state, tt.env)
			w.configure(profileOf("main", api, `credential_command = ["echo", "`+clitest.ClientSecret+`"]`))
			tt.do(t, state)
			before := names(t, state)
			for _, args := range [][]string{send("--yes"), send("--sandbox", "--yes"), {"history"}, {"show", "1"}, {"history", "prune", "--before", "1d", "--yes"}, {"doctor"}} {
				if got := w.run("", args...); got.code == exitOK {
					t.Errorf("%q: got exit code 0, want it refused", args)
				}
			}
			got := w.run("", send("--yes")...)
			got.want(t, got.code, append(tt.want, "nothing was sent")...)
			if n := len(api.Sent()); n > 0 {
				t.Errorf("the API got %d messages, want none", n)
			}
			if after := names(t, state); !slices.Equal(after, before) {
				t.Errorf("there is %q, want what was there: %q", after, before)
			}
		})
	}
}

func mkdir(t *testing.T, path string) {
	t.Helper()
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// chown gives path to somebody.
func chown(t *testing.T, path string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can give files to others")
	}
	if err := os.Chown(path, 61234, 61234); err != nil {
		t.Fatal(err)
	}
}

// names are all below a folder.
func names(t *testing.T, root string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, _ os.DirEntry, err error) error {
		all = append(all, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
