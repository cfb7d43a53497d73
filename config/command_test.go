package config

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// shell is a command that a shell carries out.
func shell(t *testing.T, text string, args ...string) []string {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no sh on this machine")
	}
	return append([]string{"sh", "-c", text, "sh"}, args...)
}

func TestRunCommand(t *testing.T) {
	tests := []struct {
		name, text string
		args       []string
		want       string
	}{
		{"what it writes", "printf 'hush-hush\\n\\n'", nil, "hush-hush\n\n"},
		{"arguments go in as they are", `printf %s "$1|$2"`, []string{"$HOME `id`", "* ; ls"}, "$HOME `id`|* ; ls"},
		{"complaints do not matter if it ends well", "echo careful >&2; printf ok", nil, "ok"},
		{"nothing to read", "cat; printf end", nil, "end"},
		{"as much as is allowed", "head -c 65536 /dev/zero | tr '\\0' x", nil, strings.Repeat("x", 65536)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := RunCommand(t.Context(), shell(t, tt.text, tt.args...))
			if err != nil || got.Reveal() != tt.want {
				t.Errorf("got %.200q, %v, want %.200q", got.Reveal(), err, tt.want)
			}
		})
	}
}

func TestRunCommandFails(t *testing.T) {
	tests := []struct {
		name    string
		command []string
		want    string
	}{
		{"with its complaint", shell(t, "echo hush-hush; echo; echo; echo '  gpg: no \tkey' >&2; echo more >&2; exit 3"), `it failed: exit status 3, saying "gpg: no \tkey"`},
		{"without one", shell(t, "echo hush-hush; exit 1"), "it failed: exit status 1"},
		{"repeating its output", shell(t, "echo hush-hush; echo 'bad: hush-hush!' >&2; exit 1"), `it failed: exit status 1, saying "bad: [secret]!"`},
		{"complaining at length", shell(t, "head -c 9999 /dev/zero | tr '\\0' x >&2; exit 1"), `saying "` + strings.Repeat("x", 200) + `…"`},
		{"writing too much", shell(t, "yes hush-hush"), "it wrote more than 64 KiB, too long for a secret"},
		{"killed by somebody", shell(t, "kill -9 $$"), "it failed: signal: killed"},
		{"no such program", []string{"telex-has-no-such-program"}, "it cannot be run: "},
		{"a folder", []string{t.TempDir()}, "it cannot be run: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := RunCommand(t.Context(), tt.command)
			if err == nil || !strings.Contains(err.Error(), tt.want) || got.Reveal() != "" {
				t.Errorf("got %q, %v, want nothing and %q", got.Reveal(), err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "hush-hush") {
				t.Errorf("the error shows the output: %v", err)
			}
		})
	}
}

func TestRunCommandTakesTooLong(t *testing.T) {
	_, err := runCommand(t.Context(), shell(t, "sleep 1000"), time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "it did not end within 1ms; if it waits for an answer it must get it elsewhere") {
		t.Errorf("got %v", err)
	}
}

// What the command started ends with it. All of them hold a pipe open, which ends when
// the last of them does.
func TestRunCommandIsKilledWhole(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no groups of processes there")
	}
	pipe := filepath.Join(t.TempDir(), "pipe")
	if out, err := exec.Command("mkfifo", pipe).CombinedOutput(); err != nil {
		t.Skipf("no mkfifo here: %v: %s", err, out)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		f, err := os.Open(pipe) // once the child has opened it too
		cancel()
		if err == nil {
			_, err = io.Copy(io.Discard, f)
			err = errors.Join(err, f.Close())
		}
		ended <- err
	}()
	if _, err := runCommand(ctx, shell(t, `exec 3>"$1"; sleep 1000 & sleep 1000`, pipe), never); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the pipe: %v", err)
	}
}

// Something that the command left running is not waited for without end.
func TestRunCommandLeavesAnAgent(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	pipe := filepath.Join(t.TempDir(), "pipe")
	if out, err := exec.Command("mkfifo", pipe).CombinedOutput(); err != nil {
		t.Skipf("no mkfifo here: %v: %s", err, out)
	}
	got, err := RunCommand(t.Context(), shell(t, `(read line <"$1") & printf ok`, pipe))
	if err != nil || got.Reveal() != "ok" {
		t.Errorf("got %q, %v, want ok", got.Reveal(), err)
	}
	w, err := os.OpenFile(pipe, os.O_WRONLY, 0) // the agent is still there to be told
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteString("end\n"); err != nil {
		t.Error(err)
	}
	_ = w.Close()
}
