package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"

	"github.com/creack/pty"
)

// telexProcess prepares telex to run for as long as the patience of a test at most.
func telexProcess(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there are no such signals there")
	}
	ctx, cancel := context.WithTimeout(t.Context(), clitest.Patience)
	t.Cleanup(cancel)
	return telexCommand(ctx, t, env, args...)
}

// Ctrl+c during a send: the truth, with its exit code.
func TestSignalDuringSend(t *testing.T) {
	t.Parallel()
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			api := clitest.NewAPI(t)
			cmd := telexProcess(t, api.Env(), "send", "--json", "--to", "+19995550003", "--text", "Hello")
			var out, errs bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &errs
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-api.Received
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			clitest.CheckOutput(t, cmd.Args, out.String(), errs.String())
			if code := cmd.ProcessState.ExitCode(); code != exitUnknown || !strings.Contains(errs.String(), "stopped after the request was written") {
				t.Errorf("got exit code %d (%v) and stderr\n%s\nwant 6 and what became of it", code, err, errs.String())
			}
			var failed struct {
				Outcome  string `json:"outcome"`
				ExitCode int    `json:"exit_code"`
			}
			if err := json.Unmarshal(out.Bytes(), &failed); err != nil {
				t.Fatalf("stdout is no JSON: %v\n%s", err, out.String())
			}
			if failed.Outcome != "unknown" || failed.ExitCode != exitUnknown {
				t.Errorf("got %+v, want outcome unknown and exit code 6", failed)
			}
		})
	}
}

// The sandbox serves until ctrl+c, and what it prints is enough to use it.
func TestSandboxProcess(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	cmd := telexProcess(t, nil, "sandbox", "--addr", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	login := ""
	said := bufio.NewScanner(errs)
	seen := "" // of standard error
	for !strings.Contains(seen, "sandbox: listening") && said.Scan() {
		seen += said.Text() + "\n"
		if line, ok := strings.CutPrefix(said.Text(), "echo sandbox | telex "); ok {
			login = strings.ReplaceAll(line, "'", "")
		}
	}
	var env []string
	lines := bufio.NewScanner(out)
	for len(env) < 8 && lines.Scan() {
		assignment, ok := strings.CutPrefix(lines.Text(), "export ")
		if !ok {
			t.Errorf("got line %q, want only variables", lines.Text())
		}
		env = append(env, strings.ReplaceAll(assignment, "'", ""))
	}
	home := []string{"HOME=" + t.TempDir(), "TELEX_PASSPHRASE=test"} // whose keyring does not work
	send := []string{"send", "--to", "+12345678902", "--text", "Hello", "--yes"}
	for _, run := range []struct {
		env   []string
		stdin string
		args  []string
	}{
		{env, "", send},
		{home, "sandbox\n", strings.Fields(login)},
		{home, "", send},
		{append(slices.Clone(env), "BW_CLIENT_ID="), "", send},
	} {
		user := telexProcess(t, run.env, run.args...)
		user.Stdin = strings.NewReader(run.stdin)
		if printed, err := user.CombinedOutput(); err != nil {
			t.Errorf("telex %q: got %v, want exit code 0:\n%s", run.args, err, printed)
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for said.Scan() {
		seen += said.Text() + "\n"
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after ctrl+c: got %v, want exit code 0", err)
	}
	for _, want := range []string{
		"sandbox: listening", "POST /api/v1/oauth2/token 200", "POST /api/v2/users/9900000/messages 202", "sandbox: stopped",
	} {
		if !strings.Contains(seen, want) {
			t.Errorf("got stderr\n%s\nwant %q in it", seen, want)
		}
	}
}

// The console shows itself on a terminal, and ctrl+q leaves it.
func TestConsoleProcess(t *testing.T) {
	t.Parallel()
	cmd := telexProcess(t, []string{"TERM=xterm-256color"}, "--sandbox")
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = terminal.Close() }()
	var screen bytes.Buffer
	buffer := make([]byte, 4096)
	for !bytes.Contains(screen.Bytes(), []byte("Compose")) {
		n, err := terminal.Read(buffer)
		screen.Write(buffer[:n])
		if err != nil {
			t.Fatalf("the console ended (%v) before it showed Compose:\n%q", err, screen.String())
		}
	}
	if _, err := terminal.Write([]byte{'q' - 'a' + 1}); err != nil {
		t.Fatal(err)
	}
	for err == nil { // until the terminal is hung up
		_, err = terminal.Read(buffer)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after ctrl+q: got %v, want exit code 0", err)
	}
}

// What went wrong is told within the width of the terminal, and no word of it is broken.
func TestErrorFitsTerminal(t *testing.T) {
	t.Parallel()
	cmd := telexProcess(t, []string{"TERM=xterm-256color"}, "optouts", "nope")
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 40})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = terminal.Close() }()
	var said bytes.Buffer
	_, _ = said.ReadFrom(terminal) // it ends by an error where the other end is closed
	_ = cmd.Wait()
	want := "telex: telex optouts has no command\r\n  \"nope\"\r\n  its commands are add, check, export,\r\n    held, import and remove: see\r\n    telex optouts --help\r\n"
	if said.String() != want || cmd.ProcessState.ExitCode() != exitUsage {
		t.Errorf("it ended with %d and said\n%q\nwant 2 and\n%q", cmd.ProcessState.ExitCode(), said.String(), want)
	}
}
