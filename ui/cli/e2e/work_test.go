//go:build linux

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
)

// TestWorkSleeps: a worker with nothing to do is woken up by nothing, and writes no byte.
func TestWorkSleeps(t *testing.T) {
	clitest.Slow(t, "an idle worker")
	t.Parallel()
	if !hears(t) {
		clitest.Missing(t, "inotify", "the worker looks by itself here")
	}
	m := newMailing(t, inFile(t), 1, 1)
	cmd, errs, over := m.worker()
	read := func() (woken int, wrote string) {
		io, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", cmd.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(io), "\nwchar:")
		wrote, _, _ = strings.Cut(rest, "\n")
		_, rest, _ = strings.Cut(string(io), "\nwrite_bytes:")
		bytes, _, _ := strings.Cut(rest, "\n")
		return wakeups(t, cmd.Process.Pid), wrote + bytes
	}
	for round := 0; ; round++ { // what was under way may take its time
		woken, wrote := read()
		<-time.After(time.Second)
		nowWoken, nowWrote := read()
		if nowWoken == woken && nowWrote == wrote {
			break
		}
		if round == 20 {
			t.Fatalf("%d wake-ups in a second, written %s, then %s", nowWoken-woken, wrote, nowWrote)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-over
	if code := cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("it ended with %d:\n%s", code, errs)
	}
}

// TestWorkUnits: systemd takes the units that are printed.
func TestWorkUnits(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	analyze := program(t, "systemd-analyze")
	if _, err := telexBinary(); err != nil { // which takes its time
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, args := range map[string][]string{"work.service": nil, "listen.service": {"--listen", "--user", "a b%", "--addr", "127.0.0.1:0"}} {
		cmd := telexProcess(t, append(cleanEnv(folder), "TELEX_PROFILE=100% $odd"), append([]string{"work", "install", "systemd"}, args...)...)
		unit, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, unit, 0o600); err != nil {
			t.Fatal(err)
		}
		verify := exec.CommandContext(t.Context(), analyze, "verify", "--user", "--man=no", "--generators=no", path)
		verify.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+folder)
		if said, err := verify.CombinedOutput(); err != nil || strings.Contains(string(said), name) {
			t.Errorf("systemd-analyze verify: %v\n%s\n%s", err, said, unit)
		}
	}
}

// TestWorkInstalls: what telex work install prints works pasted, in every shell: each command
// gets what is printed for it.
func TestWorkInstalls(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	inShells(t, func(t *testing.T, s shell, path string) {
		home, bin := t.TempDir(), t.TempDir()
		for name, body := range map[string]string{
			"telex":     "exec " + binary + ` "$@"`,
			"systemctl": `echo "systemctl $*" >> ~/done`,
			"loginctl":  `echo "loginctl $*" >> ~/done`,
			"sudo":      `case "$*" in "tee /etc/init.d/telex-work") cat > ~/openrc ;; *) echo "sudo $*" >> ~/done ;; esac`,
			"crontab":   `if [ "$1" = -l ]; then cat ~/crontab; else cat > ~/new && mv ~/new ~/crontab; fi`,
		} {
			if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(home, "crontab"), []byte("0 4 * * * backup\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		env := []string{"HOME=" + home, "PATH=" + bin + ":" + os.Getenv("PATH"), "TELEX_PROFILE=100% odd"}
		install := telexProcess(t, env, "work", "install")
		said, err := install.Output()
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for line := range strings.Lines(string(said)) {
			if command, is := strings.CutPrefix(line, "  "); is {
				lines = append(lines, command)
			}
		}
		for range 2 { // to do it twice changes nothing
			shell := exec.CommandContext(t.Context(), path)
			shell.Env, shell.Dir = env, home
			shell.Stdin = strings.NewReader(strings.Join(lines, ""))
			var errs bytes.Buffer
			shell.Stderr = &errs
			if err := shell.Run(); err != nil {
				t.Fatalf("%v\n%s\n%s", err, strings.Join(lines, ""), errs.String())
			}
			for file, want := range map[string]string{
				".config/systemd/user/telex-work.service": `Environment="TELEX_PROFILE=100%% odd"`,
				"openrc":  "export TELEX_PROFILE='100% odd'",
				"crontab": `TELEX_PROFILE='100\% odd' ` + binary + " work --once >/dev/null",
			} {
				got, err := os.ReadFile(filepath.Join(home, file))
				if err != nil || !strings.Contains(string(got), want) {
					t.Errorf("%s is (%v)\n%s\nwant %q in it", file, err, got, want)
				}
			}
		}
		tab, _ := os.ReadFile(filepath.Join(home, "crontab"))
		if strings.Count(string(tab), "\n") != 2 || !strings.HasPrefix(string(tab), "0 4 * * * backup\n") {
			t.Errorf("the crontab is\n%s", tab)
		}
		did, _ := os.ReadFile(filepath.Join(home, "done"))
		const want = "systemctl --user daemon-reload\nsystemctl --user enable --now telex-work.service\nloginctl enable-linger\n"
		if !strings.HasPrefix(string(did), want) {
			t.Errorf("it did\n%s", did)
		}
	})
}
