package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A file of profiles that others may change: nothing that it says is done, not even the
// command that it names; what was sent can be read, and the sandbox works.
func TestConfigurationOfOthers(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes say nothing of others there")
	}
	api, w := newAPI(t), newWorld(t)
	ran := filepath.Join(w.home, "ran")
	w.configure(profileOf("main", api, `credential_command = ["sh", "-c", "touch `+ran+`; echo `+testClientSecret+`"]`))
	w.run("", send()...).want(t, exitOK)
	if err := os.Remove(ran); err != nil {
		t.Fatalf("the command did not run while the file was fine: %v", err)
	}
	if err := os.Chmod(w.configFile(), 0o666); err != nil {
		t.Fatal(err)
	}

	const refused, mend = "can be changed by others than its owner (mode 0666)", "chmod go-w "
	for _, args := range [][]string{send("--yes"), {"status"}, {"login"}, {"profiles"}, {"logout"}, {"login", "--profile", "main", "--secret-stdin"}, {}} {
		w.run(testClientSecret+"\n", args...).want(t, exitUsage)
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
	if n := len(api.sent()); n != 1 {
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
