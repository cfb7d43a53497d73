package cli

import (
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/creack/pty"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// A trace tells of the way to the API, the token, the tries and the database, on standard
// error. runTelex looks for secrets, in each form, in all of it; telephone numbers are not
// in it either. What --json prints stays one value.
func TestDebug(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	env := append(clitest.Environ(api.Base)[:4], "BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret)
	send := []string{"send", "--to", "+12345678902", "--text", "Hello", "--json"}
	for _, run := range []struct {
		env  []string
		args []string
	}{
		{env, append([]string{"--debug"}, send...)},
		{env, append(send, "--debug")},
		{append(env, "TELEX_DEBUG=1"), send},
	} {
		got := runTelex(t, run.env, "", run.args...)
		got.want(t, say.ExitOK,
			"telex send, telex devel", "outbox: ", " opened in ", "API: "+api.Base+" for account "+sandbox.DefaultAccountID, "credentials: oauth from BW_CLIENT_ID", "proxy: none",
			"get access token: HTTP 200 after ", "connection: made to 127.0.0.1:", "send message: HTTP 202 after ", "outbox: closed in ")
		var receipt map[string]any
		got.decode(t, &receipt)
		for line := range strings.Lines(got.err) {
			if strings.HasPrefix(line, "debug ") && strings.Contains(line, "+12345678") {
				t.Errorf("a number is in %q", line)
			}
		}
	}
	if got := runTelex(t, env, "", send...); strings.Contains(got.err, "debug ") {
		t.Errorf("got a trace that nobody asked for: %s", got.err)
	}
	runTelex(t, env, "", append(send, "--debug=all")...).want(t, say.ExitUsage, `--debug "all": give nothing, or numbers`)
}

// What went wrong is in the trace, and what the API repeats of secrets is not.
func TestDebugOfFailures(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	got := runTelex(t, clitest.Environ(clitest.Refusing+"/api/v2"), "", "send", "--to", "+12345678902", "--text", "Hello", "--debug")
	got.want(t, say.ExitUnsent, "connection: 127.0.0.1:1: ", "send message: no answer: ", "send message: once more after a pause of ")
}

// A trace is not written over the console: it has to be sent elsewhere.
func TestDebugOfTheConsole(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no pseudo-terminals there")
	}
	cmd := telexProcess(t, []string{"TERM=xterm", "HOME=" + t.TempDir()}, "telex", "--sandbox", "--debug")
	terminal, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	screen, _ := io.ReadAll(terminal) // ends with an error when the process does
	_ = cmd.Wait()
	_ = terminal.Close()
	if code := cmd.ProcessState.ExitCode(); code != int(say.ExitUsage) || !strings.Contains(string(screen), "telex --debug 2> trace.log") || strings.Contains(string(screen), "Compose") {
		t.Errorf("got exit code %d and\n%s\nwant 2, where to send the trace, and no console", code, screen)
	}
}
