package postgrestest

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
)

// held is what has the program of these tests start a server and no test.
const held = "hold"

func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Arg(0) == held {
		os.Exit(hold())
	}
	os.Exit(m.Run())
}

// hold starts a server, says where, and waits until it is killed.
func hold() int {
	s, err := Start(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintln(os.Stdout, s.folder)
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

// TestSweep: who starts a server ends one whose process was killed, and no other.
func TestSweep(t *testing.T) {
	sample.Whole(t)
	folder := t.TempDir()
	sample.Must(t, os.Chmod(filepath.Dir(folder), 0o755)) // the server may run as another user
	t.Setenv("TMPDIR", folder)
	mine, err := Start(t.Context())
	if errors.Is(err, ErrMissing) && !sample.Thorough() {
		t.Skip(err)
	}
	sample.Must(t, err)
	t.Cleanup(func() { sample.Must(t, mine.Close()) })

	left := &Server{folder: killed(t)}
	left.socket = left.folder
	if !left.answers(t.Context()) {
		t.Fatal("the server of a process that was killed is gone, want it left")
	}
	next, err := Start(t.Context())
	sample.Must(t, err)
	t.Cleanup(func() { sample.Must(t, next.Close()) })
	if _, err := os.Stat(left.folder); !errors.Is(err, os.ErrNotExist) || left.answers(t.Context()) {
		t.Errorf("what was left is still there (%v)", err)
	}
	for _, s := range []*Server{mine, next} {
		if err := s.Exec(t.Context(), "postgres", "SELECT 1"); err != nil {
			t.Errorf("one whose process lives: %v", err)
		}
	}
}

// killed is the folder of a server whose process was killed.
func killed(t *testing.T) (folder string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := exec.CommandContext(ctx, os.Args[0], held) // SIGKILL, when ctx ends
	c.Stderr = os.Stderr
	_, err := c.StdinPipe()
	sample.Must(t, err)
	out, err := c.StdoutPipe()
	sample.Must(t, err)
	sample.Must(t, c.Start())
	folder, err = bufio.NewReader(out).ReadString('\n')
	cancel()
	_ = c.Wait() // it was killed
	if err != nil {
		t.Fatalf("the other process started no server: %v", err)
	}
	return strings.TrimSpace(folder)
}
