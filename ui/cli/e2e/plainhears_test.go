//go:build linux

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"telex/ui/cli/clitest"
)

// Line by line, too, the sandbox calls back: what a recipient answers is in the outbox, and
// is answered with no person as the settings say, once, though the recipient answers that.
func TestTerminalPlainHears(t *testing.T) {
	clitest.Slow(t, "recipients of the sandbox, who answer after a second")
	t.Parallel()
	state := t.TempDir()
	folder := filepath.Join(state, "config", "telex")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "config.toml"), []byte("[replies]\nhelp = \"Call 919 555 0100.\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	x := startTerminal(t, terminalSpec{state: state, env: []string{"TERM=dumb"}})
	x.wait("telex, plain", "From [+12345678901]:")
	for _, said := range []string{"", "Hello", ".", "+19995550013", "", "", "", ""} {
		x.quiet(100 * time.Millisecond)
		x.send(said + "\n")
	}
	x.wait("Review", "What next? (send,")
	x.quiet(300 * time.Millisecond)
	x.send("send\n")
	x.wait("On its way", "(delivery, edit, new, quit)")

	type row struct {
		Direction, Text string
		Answers         int64
	}
	var rows []row
	heard := func(text string) (n int) {
		for _, r := range rows {
			if r.Direction == "in" && r.Text == text {
				n++
			}
		}
		return n
	}
	for deadline := time.Now().Add(clitest.Patience); heard("HELP") < 2; <-time.After(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("got %+v, want what the recipient answers, and that after its answer", rows)
		}
		cmd := telexProcess(t, append(cleanEnv(state), "TERM=dumb"), "thread", "+19995550013", "--sandbox", "--json")
		if out, err := cmd.Output(); err == nil {
			if err := json.Unmarshal(out, &rows); err != nil {
				t.Fatal(err)
			}
		}
	}
	x.send("quit\n")
	if err := x.end(); err != nil {
		t.Error(err)
	}
	answers := 0
	for _, r := range rows {
		if r.Answers != 0 {
			answers++
			if r.Text != "Call 919 555 0100." || r.Direction != "out" {
				t.Errorf("the answer is %+v", r)
			}
		}
	}
	if answers != 1 {
		t.Errorf("answered %d times, want once: %+v", answers, rows)
	}
}
