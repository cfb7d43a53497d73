//go:build linux

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
)

// A customer is who sends broadcasts by a sandbox that is another process.
type customer struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // of the test, with a limit
	api runningSandbox
	env []string
}

func newCustomer(t *testing.T) *customer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), clitest.Patience)
	t.Cleanup(cancel)
	c := &customer{t: t, ctx: ctx, api: startAccount(t)}
	c.env = append(c.api.exports(), "XDG_STATE_HOME="+t.TempDir())
	return c
}

// telex runs telex, which has to end with a code and say some things.
func (c *customer) telex(code int, args []string, says ...string) (out string) {
	c.t.Helper()
	cmd := telexCommand(c.ctx, c.t, c.env, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // its code says it
	if got := cmd.ProcessState.ExitCode(); got != code {
		c.t.Fatalf("telex %q ended with %d, want %d:\n%s%s", args, got, code, &stdout, &stderr)
	}
	for _, want := range says {
		if !strings.Contains(stderr.String(), want) {
			c.t.Errorf("telex %q does not say %q:\n%s", args, want, &stderr)
		}
	}
	return stdout.String()
}

// value runs telex and reads the JSON that it prints.
func (c *customer) value(to any, args ...string) {
	c.t.Helper()
	if err := json.Unmarshal([]byte(c.telex(exitOK, append(args, "--json"))), to); err != nil {
		c.t.Fatalf("telex %q: %v", args, err)
	}
}

// created is how many messages the sandbox made for each number.
func (c *customer) created() map[string]int {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.ctx, http.MethodGet, c.api.baseURL+"/users/"+sandbox.DefaultAccountID+"/messages?sourceTn=%2B12345678901&limit=1000", http.NoBody)
	if err != nil {
		c.t.Fatal(err)
	}
	r.SetBasicAuth(sandbox.DefaultUsername, sandbox.DefaultPassword)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var list struct {
		Messages []struct{ DestinationTn string }
	}
	if err := json.NewDecoder(answer.Body).Decode(&list); err != nil {
		c.t.Fatal(err)
	}
	n := map[string]int{}
	for _, m := range list.Messages {
		n[m.DestinationTn]++
	}
	return n
}

// TestBroadcastAgainstSandbox: a broadcast whose longest text goes to its author first, and
// what went wrong of it once more, by a sandbox that is a process of its own.
func TestBroadcastAgainstSandbox(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	const fault, fine, late, author = "+19995555100", "+12345678902", "+19995554360", "+12345678909"
	c := newCustomer(t)
	list := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(list, fmt.Appendf(nil, "phone,name\n%s,Ana\n%s,Benjamin\n%s,Cy\n", fault, fine, late), 0o600); err != nil {
		t.Fatal(err)
	}
	how := []string{"--rate", "unlimited", "--hours", "off", "--yes"}
	id := c.telex(exitOK, append([]string{"broadcast", "start", list, "--text", "Hi {{name}}", "--sample-to", author}, how...),
		"sample sent to "+author, "broadcast 1 is done")
	if id != "1\n" {
		t.Errorf("it prints %q, want its id", id)
	}
	var sample struct {
		To        []string
		Text, Tag string
	}
	c.value(&sample, "show", "1")
	if !slices.Equal(sample.To, []string{author}) || sample.Text != "Hi Benjamin" || sample.Tag != "sample" {
		t.Errorf("the first message is %+v, want the longest text to its author", sample)
	}

	var rows []struct {
		ID            int
		Number, State string
		Reaction      string
	}
	failed := func() (n int) {
		rows = nil
		c.value(&rows, "broadcast", "report", "1")
		ask := []string{"status", "--json"}
		for _, r := range rows {
			if ask = append(ask, fmt.Sprint(r.ID)); r.State == "failed" {
				n++
			}
		}
		if n < 2 { // Bandwidth finds out in a while
			_ = telexCommand(c.ctx, t, c.env, ask...).Run()
		}
		return n
	}
	for failed() < 2 {
		select {
		case <-c.ctx.Done():
			t.Fatalf("nothing failed of %+v", rows)
		case <-time.After(50 * time.Millisecond):
		}
	}
	again := func(only string) []string { return append([]string{"broadcast", "again", "1", "--only", only}, how...) }
	c.telex(exitUsage, again("later"), "nobody to send it to again for --only later")
	if got := c.telex(exitOK, again("service"), "broadcast 2 is done", "1 person"); got != "2\n" {
		t.Errorf("it prints %q, want the id of the new one", got)
	}
	c.telex(exitOK, append(again("late"), "--sample-to", author), "sample sent to "+author, "broadcast 3 is done")
	if got, want := c.created(), map[string]int{author: 2, fault: 2, fine: 1, late: 2}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the sandbox has %v, want %v", got, want)
	}
	var shown struct{ Again, People int }
	if c.value(&shown, "broadcast", "show", "2"); shown.Again != 1 || shown.People != 1 {
		t.Errorf("the new broadcast is %+v, want one person of broadcast 1", shown)
	}
}
