//go:build linux

package config

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// helpFileSize bounds how long a file may become, which is what a full disk is to a
// program, and stores a secret that is longer.
func helpFileSize(ctx context.Context, _ string) error {
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 512, Max: 512}); err != nil {
		return err
	}
	c := testUser
	c.Secret = NewSecret(strings.Repeat("hush-hush", 1000))
	_, err := quick(os.LookupEnv, nil).Put(ctx, testKey, c)
	if err == nil {
		return errors.New("it fitted")
	}
	say("full %v", err)
	return nil
}

// helperCommand is a helper process in an environment of its own.
func helperCommand(t *testing.T, name, argument string, env ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append([]string{
		helperVariable + "=" + name, argumentVariable + "=" + argument,
		"GORACE=atexit_sleep_ms=0", // with the race detector every process would end a second late
	}, env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// A disk that is full leaves the file as it was.
func TestEncryptedFileOnAFullDisk(t *testing.T) {
	env, path := filled(t)
	before := contentOf(t, path)
	home, _ := env("XDG_DATA_HOME")
	out, err := helperCommand(t, "filesize", "", "XDG_DATA_HOME="+home, EnvPassphrase+"=open sesame").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "full store the secret in the encrypted file: write it: ") {
		t.Errorf("got %q, %v, want a write that failed", out, err)
	}
	if strings.Contains(string(out), "hush-hush") {
		t.Errorf("the error shows the secret: %q", out)
	}
	if contentOf(t, path) != before {
		t.Error("the file was written")
	}
	onlyFile(t, path)
}

// A telex that is killed while it writes leaves a whole file, which the next one can
// read and write.
func TestEncryptedFileOfTheKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	env, path := filled(t)
	home, _ := env("XDG_DATA_HOME")
	for round := range 10 {
		cmd := helperCommand(t, "writing", "", "XDG_DATA_HOME="+home, EnvPassphrase+"=open sesame")
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := in.Write([]byte("go on\n")); err != nil {
			t.Error(err)
		}
		lines := bufio.NewReader(out)
		for range 1 + 2*round {
			if line, err := lines.ReadString('\n'); line != "stored\n" {
				t.Fatalf("got %q, %v, want it to store", line, err)
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = cmd.Wait()
		if got, err := quick(env, nil).Get(t.Context(), testKey); err != nil || !strings.HasPrefix(got.Secret.Reveal(), "hush-hush") {
			t.Fatalf("after it was killed: %v", err)
		}
	}
	if _, err := quick(env, nil).Put(t.Context(), testKey, testUser); err != nil {
		t.Errorf("Put after that: %v", err)
	}
	if left, err := filepath.Glob(path + "*"); err != nil || len(left) != 1 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}
