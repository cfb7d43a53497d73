package cli

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
	"telex/ui/cli/say"
)

// After a whole life of a profile no file that was written on the way, and nothing that
// was printed, holds a secret, in plain or in base64. checkOutput looks at what was
// printed by each run.
func TestSecretsStayHidden(t *testing.T) {
	t.Parallel()
	const passphrase = "correct horse battery"
	api := newAPI(t)
	for _, kind := range []string{"oauth", "basic"} {
		for _, store := range []string{"keyring", "file"} {
			t.Run(kind+" in the "+store, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, "TELEX_PASSPHRASE="+passphrase).withKeyring()
				id, secret := "--client-id="+testClientID, testClientSecret
				if kind == "basic" {
					id, secret = "--username="+testUser, testPassword
				}
				steps := []struct {
					stdin string
					args  []string
					code  say.Code
				}{
					{"another" + secret, []string{"login", "--secret-stdin", id, "--account-id", sandbox.DefaultAccountID, "--application-id", sandbox.DefaultApplicationID, "--number", "+12345678901", "--base-url", api.base, "--store", store}, say.ExitRefused},
					{secret, []string{"login", "--secret-stdin", id, "--account-id", sandbox.DefaultAccountID, "--application-id", sandbox.DefaultApplicationID, "--number", "+12345678901", "--base-url", api.base, "--store", store}, say.ExitOK},
					{"", send(), say.ExitOK},
					{"", send("--json", "--yes"), say.ExitOK},
					{"", send("--dry-run"), say.ExitOK},
					{"", []string{"send", "--to", "+19995550401", "--text", "Hello"}, say.ExitRefused},
					{"", []string{"send", "--to", "+19995550002", "--text", "Hello"}, say.ExitUnknown},
					{"", []string{"status", "1"}, say.ExitOK},
					{"", []string{"show", "1", "--json"}, say.ExitOK},
					{"", []string{"history", "--json"}, say.ExitOK},
					{"", []string{"profiles", "--json"}, say.ExitOK},
					{"", []string{"doctor", "--json"}, say.ExitOK},
					{"", []string{"doctor"}, say.ExitOK},
				}
				secrets := []string{secret, passphrase}
				for _, step := range steps {
					got := w.run(step.stdin, step.args...)
					got.want(t, step.code)
					if strings.Contains(got.out+got.err, passphrase) {
						t.Errorf("telex %q shows the passphrase", step.args)
					}
				}
				if n := w.searchFiles(secrets...); n < 2 {
					t.Errorf("looked at %d files, want profiles and outbox at least", n)
				}
				w.run("", "logout", "--remove").want(t, say.ExitOK)
				w.searchFiles(secrets...)
				if len(w.entries.values) > 0 {
					t.Error("the secret is still in the keyring")
				}
				if _, err := os.Stat(w.secretFile()); err == nil {
					t.Error("the encrypted file is still there, with nothing in it")
				}
			})
		}
	}
}

// keyringScript is a whole life of a profile in a session of its own, as a user with a
// desktop has one. The processes that are seen meanwhile are written down.
const keyringScript = `
printf login | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 || exit 90
(while :; do ps -e -o args= >>"$HOME/processes"; done) & watch=$!
printf '%s\n' "$SECRET_FOR_TEST" >"$HOME/../secret"
unset SECRET_FOR_TEST
step() { "$TELEX" "$@" || echo "telex $1 ended with $?"; }
step login --secret-stdin --client-id ` + testClientID + ` --account-id 9900000 --application-id ` + sandbox.DefaultApplicationID + ` --number +12345678901 --base-url "$BASE" <"$HOME/../secret"
step send --to +12345678902 --text Hello
step doctor
step logout
"$TELEX" send --to +12345678902 --text Hello --yes; echo "at last $?"
kill $watch
`

// The real keyring of a Linux desktop, the real program: login, send, doctor, logout.
func TestSecretService(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon", "ps"} {
		if _, err := exec.LookPath(program); err != nil || runtime.GOOS != "linux" {
			if os.Getenv("TELEX_INTEGRATION") == "1" && runtime.GOOS == "linux" {
				t.Fatalf("%s is missing, and TELEX_INTEGRATION=1 wants it", program)
			}
			t.Skipf("%s is missing: this test needs a keyring of a Linux desktop", program)
		}
	}
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	api := newAPI(t)
	w := newWorld(t)
	w.home = filepath.Join(w.home, "home")
	run := filepath.Join(w.home, "run")
	if err := os.MkdirAll(run, 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "dbus-run-session", "--", "sh", "-c", keyringScript)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + w.home, "XDG_RUNTIME_DIR=" + run, "TELEX=" + binary, "BASE=" + api.base,
		"SECRET_FOR_TEST=" + testClientSecret, "LANG=C.UTF-8", "TERM=xterm",
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &errs, time.Second
	err = cmd.Run()
	got := ended{say.Code(cmd.ProcessState.ExitCode()), out.String(), errs.String()}
	checkOutput(t, cmd.Args, got)
	got.want(t, say.ExitOK, "the secret goes into the keyring: the keyring of this system works", "accepted", "the secret of profile main was removed from the keyring", "the keyring: it holds nothing for this profile and account")
	for _, want := range []string{"the keyring: found: oauth, client id " + testClientID, "sending works\n", "at last 2\n"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("got stdout (%v)\n%s\nwant %q in it", err, got.out, want)
		}
	}
	if strings.Contains(got.out, "ended with") || len(api.sent()) != 1 {
		t.Errorf("got %d messages and\n%s\nwant one, and every step to work", len(api.sent()), got.out)
	}
	processes, err := os.ReadFile(filepath.Join(w.home, "processes"))
	if err != nil || !bytes.Contains(processes, []byte(binary+" login")) {
		t.Errorf("got %d bytes of processes (%v), want telex seen among them", len(processes), err)
	}
	w.searchFiles(testClientSecret) // that of the processes too
}
