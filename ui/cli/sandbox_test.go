package cli

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"telex/config"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// What telex sandbox prints can be pasted into each of these shells: the variables,
// a message by curl with a bearer token, and one that comes in.
func TestSandboxIntroductionInShells(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("no curl")
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		path, err := exec.LookPath(shell)
		if err != nil {
			t.Logf("no %s", shell)
			continue
		}
		c := sandbox.Config{AccountID: "o'brien", ApplicationID: `a'p \\$p\`, Numbers: []string{"+12345678905", "12345"}, Password: clitest.Password}
		box, err := sandbox.New(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(box.Close)
		server, err := box.Listen(t.Context(), "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		w := &who.World{Home: who.Home{Output: say.NewPrinter(&out, &errs)}}
		if err := introduce(w, server.BaseURL, sandboxFlags{Config: c}); err != nil {
			t.Fatal(err)
		}
		if want := "sandbox: or make a profile of it, and skip the lines above:\n"; !strings.Contains(errs.String(), want) {
			t.Errorf("got\n%s\nwant %q in it", errs.String(), want)
		}
		script := out.String()
		for line := range strings.Lines(errs.String()) {
			if !strings.HasPrefix(line, "sandbox: ") && !strings.HasPrefix(line, "telex send") && !strings.HasPrefix(line, "echo ") {
				script += line
			}
		}
		if strings.Contains(script, "#") || strings.Contains(script, `!"`) {
			t.Errorf("got\n%s\nwant nothing that only some shells take", script)
		}
		cmd := exec.CommandContext(t.Context(), path, "-c", script)
		cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
		if printed, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s\nfrom\n%s", shell, err, printed, script)
		}
		created := box.Created()
		if len(created) != 1 || created[0].From != "+12345678905" || created[0].Text != "Hello from the sandbox" {
			t.Errorf("%s: got %+v created\nfrom\n%s", shell, created, script)
		}
	}
}

// A password for callbacks need not be an argument.
func TestSandboxCallbackPassword(t *testing.T) {
	t.Parallel()
	lookup := func(name string) (string, bool) { return "hush", name == config.EnvListenPassword }
	for _, tt := range []struct{ user, flag, want string }{{"u", "", "hush"}, {"u", "own", "own"}, {"", "", ""}} {
		f := sandboxFlags{Config: sandbox.Config{CallbackUser: tt.user, CallbackPassword: tt.flag}}
		if err := f.complete(lookup); err != nil || f.CallbackPassword != tt.want {
			t.Errorf("%+v: got %q, %v", tt, f.CallbackPassword, err)
		}
	}
}
