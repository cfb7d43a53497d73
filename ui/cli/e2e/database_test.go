//go:build linux

package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"telex/ui/cli/clitest"
)

// Two consoles and a command use one database: each sees what the others send, without a key;
// what one of them wrote is on neither's disk. No process has the password in its arguments.
func TestTerminalDatabase(t *testing.T) {
	clitest.Slow(t, "two consoles")
	t.Parallel()
	const word = "db-Secret-5518"
	api, d := clitest.NewAPI(t), clitest.NewDatabase(t)
	role := d.Role("anna", word)
	env := api.Env("TELEX_OUTBOX="+d.Address(role), "PGPASSWORD="+word)
	console := func() (x *terminal, state string) {
		state = t.TempDir()
		return startTerminal(t, terminalSpec{w: 100, h: 30, args: []string{}, env: env, state: state}), state
	}
	one, home := console()
	two, _ := console()
	one.wait("[Compose]")
	two.wait("[Compose]")
	two.press("f2")
	two.wait("[History]")
	one.compose("from one console", "+12345678902")
	one.pressUntil("enter", "[Response]")
	two.wait("from one console")
	send := func(text string) {
		t.Helper()
		command := telexCommand(t.Context(), t, append([]string{"XDG_STATE_HOME=" + t.TempDir()}, env...), "send", "--to", "+12345678903", "--text", text)
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("telex send: %v\n%s", err, out)
		}
	}
	send("from a command")
	two.wait("from a command")
	d.Do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	send("after the cut")
	two.wait("after the cut")
	one.press("f2")
	one.wait("[History]", "after the cut", "from a command", "from one console")
	for _, x := range []*terminal{one, two} {
		arguments, err := os.ReadFile("/proc/" + strconv.Itoa(x.cmd.Process.Pid) + "/cmdline")
		if err != nil || bytes.Contains(arguments, []byte(word)) {
			t.Errorf("got arguments %q, %v, want none with the password", arguments, err)
		}
		if strings.Contains(x.all(), word) {
			t.Error("the password was on a screen")
		}
		x.quit()
	}
	clitest.SearchFiles(t, home, word, "from one console")
	if made, _ := filepath.Glob(filepath.Join(home, "telex", "outbox.db*")); len(made) > 0 {
		t.Errorf("got %q, want no outbox in a file", made)
	}
	if n := d.Count("SELECT count(*) FROM messages WHERE state IN ('accepted', 'sent', 'delivered')"); n != 3 {
		t.Errorf("the database has %d messages that left, want 3", n)
	}
}
