//go:build unix

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
)

// TestBroadcastFillingKilled: telex is killed while it writes down the people of a broadcast,
// and so is the one that resumes it. The next one goes on with the same list: it keeps
// everybody in their place, and each of those who can be texted gets one message.
func TestBroadcastFillingKilled(t *testing.T) { everywhere(t, testBroadcastFillingKilled) }

func testBroadcastFillingKilled(t *testing.T, at place) {
	people, kills := 3_000, 2
	m := newMailing(t, at, people, 4)
	want, csv := make([]string, people), &strings.Builder{}
	csv.WriteString("phone,name\n")
	for i := range people {
		if want[i] = "911"; i%(people/20) == 7 { // the others are left out, but kept
			want[i] = m.number(i)
		}
		fmt.Fprintf(csv, "%s,Ana %d\n", want[i], i)
	}
	if err := os.WriteFile(m.list, []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	o := m.open()
	defer func() { _ = o.Close() }()
	kept := func() outbox.Run {
		r, err := o.Run(t.Context(), 1)
		if err != nil {
			return outbox.Run{}
		}
		return r
	}
	args := m.start("--detach")
	for m.kills < kills {
		before := kept().People
		cmd, errs, _, over := m.run(args...)
		for kept().People <= before && kept().State != outbox.RunRunning {
			select {
			case <-over:
				t.Fatalf("telex %v ended with %d before it was killed:\n%s", args, cmd.ProcessState.ExitCode(), errs)
			case <-time.After(time.Millisecond):
			}
		}
		_ = cmd.Process.Kill()
		<-over
		m.at.buried(cmd.Process.Pid)
		if cmd.ProcessState.ExitCode() >= 0 {
			t.Fatalf("telex %v ended with %d before it was killed:\n%s", args, cmd.ProcessState.ExitCode(), errs)
		}
		m.kills++
		r := kept()
		if r.State != outbox.RunPlanned || r.People >= people {
			t.Fatalf("after %d kills it is %s with %d of %d people: it was killed too late for this test", m.kills, r.State, r.People, people)
		}
		t.Logf("killed with %d of %d people", r.People, people)
		args = resume()
	}
	cmd, errs, _, over := m.run(args...)
	<-over
	if code := cmd.ProcessState.ExitCode(); code != exitOK || !strings.Contains(errs.String(), "was not prepared to its end") {
		t.Errorf("the last resume ended with %d:\n%s", code, errs)
	}
	m.checkFilled(want)
}

// checkFilled holds the rows of the report against those of the list, and what the API was
// sent against both.
func (m *mailing) checkFilled(want []string) {
	m.t.Helper()
	cmd, errs, out, over := m.run("broadcast", "report", "1", "--json")
	<-over
	var rows []struct{ Number, Name, State string }
	if err := json.Unmarshal(out.Bytes(), &rows); err != nil || cmd.ProcessState.ExitCode() != exitOK {
		m.t.Fatalf("the report: %v\n%s", err, errs)
	}
	if len(rows) != len(want) {
		m.t.Fatalf("the report has %d people, want %d", len(rows), len(want))
	}
	for i, r := range rows {
		if texted := want[i] != "911"; r.Number != want[i] || texted && r.Name != fmt.Sprint("Ana ", i) || texted == (r.State == "skipped") {
			m.t.Fatalf("row %d is %+v, want %s", i, r, want[i])
		}
	}
	texts := map[string]int{}
	for _, body := range m.api.Sent() {
		var message struct{ Text string }
		if err := json.Unmarshal([]byte(body), &message); err != nil {
			m.t.Fatal(err)
		}
		texts[message.Text]++
	}
	for i, number := range want {
		if n := texts[fmt.Sprint("Hi Ana ", i)]; (number != "911") != (n == 1) {
			m.t.Errorf("%s in row %d was sent %d messages", number, i, n)
		}
	}
}
