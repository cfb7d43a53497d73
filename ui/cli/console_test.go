package cli

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"telex/messaging"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

func TestConsoleNeedsTerminal(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"--sandbox"}} {
		got := runTelex(t, []string{"TERM=xterm-256color"}, "", args...)
		got.want(t, say.ExitUsage, "the console needs a terminal, and its input is not a terminal", "use telex send")
	}
}

// openTerminal is a terminal to show the console on.
func openTerminal(t *testing.T) *os.File {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no pseudo-terminals there")
	}
	master, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = terminal.Close(), master.Close() })
	return terminal
}

func TestConsoleRefuses(t *testing.T) {
	t.Parallel()
	terminal := openTerminal(t)
	var piped bytes.Buffer
	tests := []struct {
		name string
		p    process
		want string
	}{
		{"output is a pipe", process{environ: []string{"TERM=xterm"}, in: terminal, out: &piped}, "its output is not a terminal"},
		{"half an account", process{environ: []string{"TERM=xterm", "BW_ACCOUNT_ID=1"}, in: terminal, out: terminal}, "without an account: telex --sandbox"},
		{"no time", process{environ: []string{"TERM=xterm"}, in: terminal, out: terminal, args: []string{"--sandbox", "--timeout", "-1s"}}, "--timeout -1s"},
	}
	for _, tt := range tests {
		var errs bytes.Buffer
		tt.p.err, tt.p.now = &errs, time.Now
		if code := run(t.Context(), tt.p); code != say.ExitUsage || !strings.Contains(errs.String(), tt.want) {
			t.Errorf("%s: got exit code %d and stderr %q, want 2 and %q", tt.name, code, errs.String(), tt.want)
		}
	}
}

// What the console is given, by the environment and by --sandbox.
func TestConsoleDeps(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	api := clitest.NewAPI(t)
	env := append([]string{"BW_NUMBER=(234) 567-8901,Acme", "TELEX_REGION=us"}, api.Env()...)
	p := process{environ: env, now: time.Now}
	var errs bytes.Buffer
	p.err = &errs
	a := newApp(p)

	d, _, err := a.consoleDeps(consoleFlags{Flags: who.Flags{Timeout: time.Minute}})
	if err != nil {
		t.Fatal(err)
	}
	d = linkedDeps(t, d)
	if d.Link.BaseURL != api.Base || d.AccountID != "9900000" || d.ApplicationID == "" || d.Region != "US" || d.Sandbox || d.TimeLimit != time.Minute ||
		strings.Join(d.Numbers, " ") != "+12345678901 Acme" || len(d.Environ) != len(env) {
		t.Errorf("got %+v, want what the environment says", d)
	}
	m := messaging.Message{From: d.Numbers[0], To: []string{"+12345678902"}, Text: "Hello", ApplicationID: d.ApplicationID}
	if _, err := d.Link.Sender.Send(t.Context(), m); err != nil {
		t.Errorf("Send: %v", err)
	}
	if _, err := d.Link.Lister.List(t.Context(), messaging.Query{Source: []string{m.From}}); err != nil {
		t.Errorf("List: %v", err)
	}
	if _, err := d.LookAtMedia(t.Context(), api.Base); err != nil {
		t.Errorf("LookAtMedia: %v", err)
	}
	if curl, err := d.Link.Curl(m); err != nil || !strings.Contains(curl, "$BW_PASSWORD") || strings.Contains(curl, clitest.Password) {
		t.Errorf("Curl: got %q, %v, want it with the name of the password, not with itself", curl, err)
	}

	d, _, err = a.consoleDeps(consoleFlags{Flags: who.Flags{Sandbox: true, Timeout: time.Minute}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := d.Connect(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	d.Link = l
	if !d.Sandbox || d.Link.BaseURL == api.Base || strings.Join(d.Numbers, " ") != "+12345678901" {
		t.Errorf("got %+v, want a sandbox of its own", d)
	}
	if _, err := d.Link.Sender.Send(t.Context(), m); err != nil {
		t.Errorf("Send to the sandbox: %v", err)
	}
	l.Close()
	if _, err := d.Link.Lister.List(t.Context(), messaging.Query{Source: []string{m.From}, Limit: 1}); err == nil {
		t.Error("the sandbox still answers after its end")
	}

	bad := process{environ: append([]string{"BW_NUMBER=call me maybe, please"}, api.Env()...), now: time.Now}
	bad.err = &errs
	if _, _, err := newApp(bad).consoleDeps(consoleFlags{Flags: who.Flags{Timeout: time.Minute}}); say.CodeOf(err) != say.ExitUsage || !strings.Contains(err.Error(), "BW_NUMBER: ") {
		t.Errorf("a sender that is none: got %v, want a usage error that names it", err)
	}
}

// linkedDeps is d with its way to the API.
func linkedDeps(t *testing.T, d ui.Deps) ui.Deps {
	t.Helper()
	l, err := d.Connect(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if l.Close != nil {
			l.Close()
		}
	})
	d.Link = l
	return d
}
