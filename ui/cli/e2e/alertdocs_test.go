//go:build linux

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
)

// An office has the scripts of docs/alerts.md, in a folder with a telex that sends by a
// sandbox.
type office struct {
	api    *clitest.API
	folder string
	env    []string
}

// Callbacks is where those of the sandbox go; "" for nowhere.
func newOffice(t *testing.T, callbacks string) *office {
	t.Helper()
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	o := &office{api: clitest.NewAPIOf(t, sandbox.Config{CallbackURL: callbacks}), folder: t.TempDir()}
	o.env = clitest.WithState(t, append(o.api.Env(), "PATH="+o.folder+":"+os.Getenv("PATH")))
	o.write(t, "telex", "#!/bin/sh\nexec "+binary+` "$@"`+"\n")
	return o
}

// write saves a script, and returns its path.
func (o *office) write(t *testing.T, name, script string) string {
	t.Helper()
	path := filepath.Join(o.folder, name)
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// script saves what the page says of a name, without the profile, which is nobody's here.
func (o *office) script(t *testing.T, name string, change ...string) string {
	t.Helper()
	return o.write(t, name, strings.TrimPrefix(documentedIn(t, "alerts.md", name, append([]string{"--profile alerts ", ""}, change...)...), "\n"))
}

// run runs a program and returns its exit code and what it printed.
func (o *office) run(t *testing.T, name string, args ...string) (int, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), clitest.Patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = o.env
	said, _ := cmd.CombinedOutput()
	return cmd.ProcessState.ExitCode(), string(said)
}

// texts are those that the sandbox got, each with its recipient.
func (o *office) texts(t *testing.T) (all []string) {
	t.Helper()
	for _, body := range o.api.Sent() {
		var m struct {
			To   []string
			Text string
		}
		if err := json.Unmarshal([]byte(body), &m); err != nil {
			t.Fatal(err)
		}
		all = append(all, m.To[0]+": "+m.Text)
	}
	return all
}

func (o *office) want(t *testing.T, want ...string) {
	t.Helper()
	if got := strings.Join(o.texts(t), "\n"); got != strings.Join(want, "\n") {
		t.Errorf("the sandbox got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// TestAlertsFromCron: a job that fails is texted, once, and its exit code stays.
func TestAlertsFromCron(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	o := newOffice(t, "")
	script := o.script(t, "cron-alert")
	for range 2 {
		if code, said := o.run(t, script, "backup", "sh", "-c", "echo one; echo two; echo no room left; exit 9"); code != 9 {
			t.Errorf("it ended with %d, want 9\n%s", code, said)
		}
	}
	if code, said := o.run(t, script, "backup", "true"); code != 0 || said != "" {
		t.Errorf("a good job ends with %d and %q", code, said)
	}
	o.want(t, "+12345678902: backup failed (9): one\ntwo\nno room left")
}

// TestAlertsFromNagios: the command runs with the macros filled in.
func TestAlertsFromNagios(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	o := newOffice(t, "")
	_, line, found := strings.Cut(documentedIn(t, "alerts.md", "nagios", "--profile alerts ", "", "/usr/local/bin/telex", "telex",
		"$NOTIFICATIONTYPE$", "PROBLEM", "$SERVICEDESC$", "HTTP", "$HOSTNAME$", "web1", "$SERVICESTATE$", "CRITICAL", "$SERVICEOUTPUT$", "no answer, 100% lost", "$CONTACTPAGER$", "+12345678902"), "command_line")
	line, _, _ = strings.Cut(strings.TrimSpace(line), "\n")
	if !found || strings.Contains(line, "$") {
		t.Fatalf("the command is %q", line)
	}
	for range 2 {
		if code, said := o.run(t, "sh", "-c", line); code != 0 {
			t.Errorf("it ended with %d\n%s", code, said)
		}
	}
	o.want(t, "+12345678902: PROBLEM HTTP on web1 is CRITICAL: no answer, 100% lost")
}

// TestAlertsFromAlertmanager: the script answers requests on a socket of systemd, and what
// is no notification is not to be tried again.
func TestAlertsFromAlertmanager(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	o := newOffice(t, "")
	activate, port := program(t, "systemd-socket-activate"), freePort(t)
	args := []string{"-l", "127.0.0.1:" + port, "--accept", "--inetd"}
	for _, e := range o.env {
		args = append(args, "-E", e)
	}
	runs(t, o.env, activate, append(args, o.script(t, "telex-webhook"))...)
	awaitPort(t, port)
	const posted = `{"version":"4","groupKey":"{}:{}","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"DiskFull","instance":"db1:9100"},"annotations":{"summary":"91% full"}}]}`
	for _, test := range []struct {
		body string
		want int
	}{{posted, http.StatusOK}, {posted, http.StatusOK}, {"{}", http.StatusBadRequest}} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:"+port+"/", bytes.NewReader([]byte(test.body)))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != test.want {
			t.Errorf("%s: %s, want %d", test.body, answer.Status, test.want)
		}
	}
	o.want(t, "+12345678902: FIRING DiskFull on db1: 91% full")
}

// TestAlertUnits: systemd takes the units of the page.
func TestAlertUnits(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, "")
	analyze := program(t, "systemd-analyze")
	webhook := o.script(t, "telex-webhook")
	var paths []string
	for name, unit := range map[string]string{
		"telex-webhook.socket": documentedIn(t, "alerts.md", "systemd-socket"), "telex-webhook@.service": documentedIn(t, "alerts.md", "systemd-service", "/usr/local/bin/telex-webhook", webhook),
		"telex-failed@.service": documentedIn(t, "alerts.md", "systemd-failed", "/usr/local/bin/telex", binary),
	} {
		path := o.write(t, name, unit)
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	verify := exec.CommandContext(t.Context(), analyze, append([]string{"verify", "--user", "--man=no", "--generators=no"}, paths...)...)
	verify.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+o.folder)
	if said, err := verify.CombinedOutput(); err != nil || strings.Contains(string(said), "telex-") {
		t.Errorf("systemd-analyze verify: %v\n%s", err, said)
	}
}

// TestAlertEscalates: who answers as asked is the only one, and otherwise the second is
// texted.
func TestAlertEscalates(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	for first, escalates := range map[string]bool{"+19995550010": false, "+19995550013": true} { // "Thanks!", HELP
		l := newListening(t)
		o := newOffice(t, l.url)
		o.env = append(o.env, "XDG_STATE_HOME="+l.state, "HOME="+l.state)
		ctx, cancel := context.WithCancel(t.Context())
		listener := l.start(ctx, io.Discard)
		script := o.script(t, "escalate", "+12345678902", first, "5m", "20s")
		for range 2 { // the other one is of the same storm
			if code, said := o.run(t, script, "db1", "db1 is down."); code != 0 {
				t.Errorf("it ended with %d\n%s", code, said)
			}
		}
		cancel()
		_ = listener.Wait()
		want := []string{first + ": db1 is down. Reply OK if you take it."}
		if escalates {
			want = append(want, "+12345678903: db1 is down. The first on call did not take it.")
		}
		o.want(t, want...)
	}
}
