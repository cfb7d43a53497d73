//go:build unix

package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"telex/ui/cli/clitest"
)

// nobody is the end of a pipe to write to whose reader is gone, as behind head.
func nobody(t *testing.T) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return w
}

// tenPeople is a list of people, as a file and as numbers with commas between them.
func tenPeople(t *testing.T) (path, numbers string) {
	t.Helper()
	all := make([]string, 10)
	for i := range all {
		all[i] = "+1919555120" + string(rune('0'+i))
	}
	path = filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(path, []byte("number\n"+strings.Join(all, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, strings.Join(all, ",")
}

// TestNobodyReads: whatever sends goes on to its end when nobody reads what it says, so that
// nothing becomes unknown by that.
func TestNobodyReads(t *testing.T) {
	t.Parallel()
	if _, err := telexBinary(); err != nil {
		t.Fatal(err)
	}
	list, numbers := tenPeople(t)
	start := []string{"broadcast", "start", list, "--text", "Hello", "--hours", "off", "--rate", "100/s", "--yes"}
	for name, c := range map[string]struct {
		before, args []string
		results      bool // of its results somebody reads
		code         int
	}{
		"send":               {args: []string{"send", "--individual", "--to", numbers, "--text", "Hello"}, code: 1},
		"send, errors only":  {args: []string{"send", "--individual", "--to", numbers, "--text", "Hello"}, results: true},
		"scheduled send":     {before: []string{"send", "--individual", "--to", numbers, "--text", "Hello", "--at", "2h"}, args: []string{"scheduled", "send", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}, code: 1},
		"broadcast start":    {args: start, results: true},
		"broadcast resume":   {before: append(start, "--detach"), args: []string{"broadcast", "resume", "1"}},
		"broadcast, no runs": {args: start, code: 1}, // whose id nobody gets is not sent
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := clitest.NewAPI(t)
			env := api.Env("XDG_STATE_HOME=" + startedBefore(t))
			if c.before != nil {
				if out, err := telexProcess(t, env, c.before...).CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
			}
			cmd := telexProcess(t, env, c.args...)
			cmd.Stdout, cmd.Stderr = nobody(t), nobody(t)
			if c.results {
				cmd.Stdout = io.Discard
			}
			checkNobody(t, cmd, c.code)
			want := 10
			if name == "broadcast, no runs" {
				want = 0
			}
			if got := len(api.Sent()); got != want {
				t.Errorf("%d messages reached the API, want %d", got, want)
			}
			states := statesOf(t, env)
			if len(states) > 1 || states["accepted"]+states["sent"]+states["delivered"] != want {
				t.Errorf("the outbox has %v, want %d that were accepted", states, want)
			}
		})
	}
}

// checkNobody runs a command that ends by itself, with that code.
func checkNobody(t *testing.T, cmd *exec.Cmd, code int) {
	t.Helper()
	err := cmd.Run()
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Errorf("%s: %v, want exit code %d", strings.Join(cmd.Args[1:], " "), err, code)
	}
}

// statesOf is how many messages of an outbox are in each state.
func statesOf(t *testing.T, env []string) map[string]int {
	t.Helper()
	out, err := telexProcess(t, env, "history", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ State string }
	if err := json.Unmarshal(out, &rows); err != nil {
		t.Fatal(err)
	}
	states := map[string]int{}
	for _, r := range rows {
		states[r.State]++
	}
	return states
}

// TestListenNobodyReads: a listener whose lines nobody reads any more ends, and what it has
// answered is recorded.
func TestListenNobodyReads(t *testing.T) {
	t.Parallel()
	if _, err := telexBinary(); err != nil {
		t.Fatal(err)
	}
	l := newListening(t)
	var errs bytes.Buffer
	cmd := l.command(t.Context(), &errs)
	cmd.Stdout = nobody(t)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	body := `[{"type":"message-received","time":"2026-11-27T12:00:00Z","to":"+12345678901","message":{"id":"in-1","direction":"in","from":"+19195551212","to":["+12345678901"],"text":"Hello"}}]`
	answer, err := (&http.Client{Timeout: clitest.Patience}).Post(l.url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	_ = answer.Body.Close()
	if err := cmd.Wait(); err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(errs.String(), "1 event recorded") {
		t.Errorf("answered %s, then %v and\n%s\nwant 200, and an end of its own", answer.Status, err, errs.String())
	}
	if states := statesOf(t, cmd.Env); states["received"] != 1 {
		t.Errorf("the outbox has %v, want what was answered", states)
	}
}

// TestPlainNobodyReads: line by line, telex ends as when the line drops, in place of being
// killed with a message on its way.
func TestPlainNobodyReads(t *testing.T) {
	t.Parallel()
	if _, err := telexBinary(); err != nil {
		t.Fatal(err)
	}
	cmd := telexProcess(t, []string{"HOME=" + t.TempDir()}, "--plain", "--sandbox")
	cmd.Stdout = nobody(t)
	in, err := cmd.StdinPipe() // stays open
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	checkNobody(t, cmd, 0)
}
