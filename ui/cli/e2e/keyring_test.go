package e2e

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
)

// keyringScript is a whole life of a profile in a session of its own, as a user with a
// desktop has one. The processes that are seen meanwhile are written down.
const keyringScript = `
printf login | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 || exit 90
(while :; do ps -e -o args= >>"$HOME/processes"; done) & watch=$!
printf '%s\n' "$SECRET_FOR_TEST" >"$HOME/../secret"
unset SECRET_FOR_TEST
step() { "$TELEX" "$@" || echo "telex $1 ended with $?"; }
step login --secret-stdin --client-id ` + clitest.ClientID + ` --account-id 9900000 --application-id ` + sandbox.DefaultApplicationID + ` --number +12345678901 --base-url "$BASE" <"$HOME/../secret"
step send --to +12345678902 --text Hello
step doctor
step logout
"$TELEX" send --to +12345678902 --text Hello --yes; echo "at last $?"
kill $watch
`

// The real keyring of a Linux desktop, the real program: login, send, doctor, logout.
func TestSecretService(t *testing.T) {
	clitest.Slow(t, "a keyring")
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("this test needs a keyring of a Linux desktop")
	}
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon", "ps"} {
		if _, err := exec.LookPath(program); err != nil {
			clitest.Missing(t, program, "this test needs a keyring of a Linux desktop")
		}
	}
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	api := clitest.NewAPI(t)
	home := filepath.Join(t.TempDir(), "home")
	run := filepath.Join(home, "run")
	if err := os.MkdirAll(run, 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "dbus-run-session", "--", "sh", "-c", keyringScript)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_RUNTIME_DIR=" + run, "TELEX=" + binary, "BASE=" + api.Base,
		"SECRET_FOR_TEST=" + clitest.ClientSecret, "LANG=C.UTF-8", "TERM=xterm",
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &errs, time.Second
	err = cmd.Run()
	clitest.CheckOutput(t, cmd.Args, out.String(), errs.String())
	for _, want := range []string{
		"the secret goes into the keyring: the keyring of this system works", "accepted",
		"the secret of profile main was removed from the keyring", "the keyring: it holds nothing for this profile and account",
	} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("got stderr (%v)\n%s\nwant %q in it", err, errs.String(), want)
		}
	}
	if err != nil {
		t.Errorf("got %v, want a good end", err)
	}
	for _, want := range []string{"the keyring: found: oauth, client id " + clitest.ClientID, "sending works", "at last 2\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got stdout (%v)\n%s\nwant %q in it", err, out.String(), want)
		}
	}
	if strings.Contains(out.String(), "ended with") || len(api.Sent()) != 1 {
		t.Errorf("got %d messages and\n%s\nwant one, and every step to work", len(api.Sent()), out.String())
	}
	processes, err := os.ReadFile(filepath.Join(home, "processes"))
	if err != nil || !bytes.Contains(processes, []byte(binary+" login")) {
		t.Errorf("got %d bytes of processes (%v), want telex seen among them", len(processes), err)
	}
	clitest.SearchFiles(t, home, clitest.ClientSecret) // that of the processes too
}
