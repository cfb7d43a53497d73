package copying_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/copying"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/postgres"
	"telex/messaging/outbox/sqlite"
)

// The copy that is killed gets these from its test.
const (
	envFrom   = "TELEX_TEST_COPY_FROM"
	envTo     = "TELEX_TEST_COPY_TO"
	envFolder = "TELEX_TEST_COPY_FOLDER"
)

// copyForKill copies, and says a line each time that it came further.
func copyForKill() int {
	place := func(name string) outbox.Place {
		if !strings.HasPrefix(name, "postgres") {
			return sqlite.At(name)
		}
		at, err := postgres.At(name, os.Getenv(envFolder))
		if err != nil {
			panic(err)
		}
		return at
	}
	_, err := copying.Copy(context.Background(), place(os.Getenv(envFrom)), place(os.Getenv(envTo)), copying.Options{Progress: func(p copying.Progress) {
		fmt.Fprintln(os.Stdout, p.Step, p.Table)
	}})
	if err != nil {
		fmt.Fprintln(os.Stdout, "error", err)
		return 1
	}
	fmt.Fprintln(os.Stdout, "done")
	return 0
}

// killed copies in another process, which is killed when it says a line; false is that it never
// says it.
func killed(t testing.TB, from, to, line string) bool {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := exec.CommandContext(ctx, os.Args[0]) // SIGKILL, when ctx ends
	c.Env = append(os.Environ(), envFrom+"="+from, envTo+"="+to, envFolder+"="+t.TempDir())
	out, err := c.StdoutPipe()
	sample.Must(t, err)
	sample.Must(t, c.Start())
	seen := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "error") {
			t.Error(lines.Text())
		}
		if lines.Text() == line {
			seen = true
			cancel()
		}
	}
	_ = c.Wait()
	return seen
}

// TestKilled: a copy whose process is killed leaves the old outbox to be used, and the next one
// completes it.
func TestKilled(t *testing.T) {
	sample.Long(t)
	from, address := newFile(t), newAddress(t)
	filled(t, from)
	want := kept(t, raw(t, from))
	to := atAddress(t, address)
	for _, line := range []string{"read talks", "copy messages", "copy run_people", "compare events"} {
		if !killed(t, from.String(), address, line) {
			t.Fatalf("the copy never said %q", line)
		}
		e := raw(t, to)
		sample.Change(t, e, "UPDATE owners SET until = clock_timestamp()") // half a minute later
		_ = e.Close(nil)
		e.Release()
		if old, young := state(t, from, to); !old || young {
			t.Errorf("killed at %q: the old one can be used: %t, the new one: %t, want only the old one", line, old, young)
		}
	}
	if s := copied(t, from, to); !s.Resumed {
		t.Errorf("Copy = %+v, want it resumed", s)
	}
	back := newFile(t)
	copied(t, to, back)
	wantSame(t, kept(t, raw(t, back)), want)
}
