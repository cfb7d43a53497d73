package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"telex/ui/cli/say"

	"github.com/creack/pty"
)

// stubborn is a process that does not end at the first signal.
func stubborn() {
	ctx, stop := say.Interruptible(context.Background())
	defer stop()
	fmt.Println("ready")
	<-ctx.Done()
	fmt.Println("first signal")
	select {} // only a second one ends this
}

// telexProcess prepares this binary to run as a process of its own.
func telexProcess(t *testing.T, env []string, as string, args ...string) *exec.Cmd {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there are no such signals there")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // for a test that would hang
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Env = append(withState(t, env), asTelex+"="+as)
	return cmd
}

// Ctrl+c during a send: the truth, with its exit code.
func TestSignalDuringSend(t *testing.T) {
	t.Parallel()
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			api := newAPI(t)
			cmd := telexProcess(t, api.env(), "telex", "send", "--json", "--to", "+19995550003", "--text", "Hello")
			var out, errs bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &errs
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-api.received
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			got := ended{say.Code(cmd.ProcessState.ExitCode()), out.String(), errs.String()}
			checkOutput(t, cmd.Args, got)
			got.want(t, say.ExitUnknown, "cancelled after the request was written")
			var failed say.Ending
			got.decode(t, &failed)
			if failed.Outcome != "unknown" || failed.ExitCode != 6 {
				t.Errorf("got %+v (%v), want outcome unknown and exit code 6", failed, err)
			}
		})
	}
}

func TestSecondSignalKills(t *testing.T) {
	t.Parallel()
	cmd := telexProcess(t, nil, "stubborn")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for _, want := range []string{"ready", "first signal"} {
		if !lines.Scan() || lines.Text() != want {
			t.Fatalf("got %q (%v), want %q", lines.Text(), lines.Err(), want)
		}
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
	}
	exit, ok := errors.AsType[*exec.ExitError](cmd.Wait())
	if !ok {
		t.Fatal("the process ended well, want it killed")
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); !ok || !status.Signaled() || status.Signal() != syscall.SIGINT {
		t.Errorf("got %v, want it killed by SIGINT", exit)
	}
}

// The sandbox serves until ctrl+c, and what it prints is enough to use it.
func TestSandboxProcess(t *testing.T) {
	t.Parallel()
	cmd := telexProcess(t, nil, "telex", "sandbox", "--addr", "127.0.0.1:0")
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
	runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "Hello").want(t, say.ExitOK)
	w := newWorld(t).withKeyring()
	w.run("sandbox\n", strings.Fields(login)...).want(t, say.ExitOK)
	w.run("", send()...).want(t, say.ExitOK)
	withoutClient := append([]string{"BW_CLIENT_ID="}, env...)
	runTelex(t, withoutClient, "", "send", "--to", "+12345678902", "--text", "Hello").want(t, say.ExitOK)
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
	cmd := telexProcess(t, []string{"TERM=xterm-256color"}, "telex", "--sandbox")
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
