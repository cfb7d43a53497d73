//go:build unix

package e2e

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/postgres/postgrestest"
	"telex/ui/cli/clitest"
)

// A teller is a telex whose words can be waited for.
type teller struct {
	cmd  *exec.Cmd
	said *clitest.Paper
	over chan struct{}
}

func (m *mailing) teller(args ...string) *teller {
	ctx, cancel := context.WithTimeout(m.t.Context(), 5*clitest.Patience)
	r := &teller{telexCommand(ctx, m.t, append(m.api.Env(), m.at.env...), args...), clitest.NewPaper(), make(chan struct{})}
	r.cmd.Stderr, r.cmd.Stdout = r.said, r.said
	if err := r.cmd.Start(); err != nil {
		cancel()
		m.t.Fatal(err)
	}
	go func() {
		defer close(r.over)
		defer cancel()
		_ = r.cmd.Wait()
	}()
	return r
}

// await waits until it says something: it waits for the database itself before it does, for
// more than a minute where it was away amid a commit.
func (r *teller) await(t *testing.T, pattern string) {
	t.Helper()
	said := regexp.MustCompile(pattern)
	for !said.MatchString(r.said.String()) {
		select {
		case <-r.over: // after its patience at the latest
			t.Fatalf("got\n%s\nwant %q in it", r.said, pattern)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// end waits until it ended, and demands how.
func (r *teller) end(t *testing.T, code int, want ...string) {
	t.Helper()
	<-r.over
	if got := r.cmd.ProcessState.ExitCode(); got != code {
		t.Errorf("%s ended with %d, want %d:\n%s", r.cmd.Args[1:3], got, code, r.said)
	}
	for _, w := range want {
		if !strings.Contains(r.said.String(), w) {
			t.Errorf("%s does not say %q:\n%s", r.cmd.Args[1:3], w, r.said)
		}
	}
}

// TestBroadcastOutlastsDatabase: whoever sends a broadcast waits for a database that is away,
// says so, sends nothing meanwhile, and goes on when it is back: telex broadcast start until
// ctrl+c, and telex work. Who watches it goes on watching. Everybody gets it once, and of nobody it is not known.
func TestBroadcastOutlastsDatabase(t *testing.T) {
	sample.Deep(t)
	clitest.Slow(t, "a database that is away")
	t.Parallel()
	postgrestest.Shared(t)                    // if there is one
	s, err := postgrestest.Start(t.Context()) // of its own
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	const people, pace = 60, "5/s"
	var started, interrupted, worked *mailing
	for _, m := range []**mailing{&started, &interrupted, &worked} {
		*m = newMailing(t, inDatabase(t, s), people, 4)
	}
	worked.detached("--rate", pace)
	telexes := []*teller{started.teller(started.start("--rate", pace)...), interrupted.teller(interrupted.start("--rate", pace)...), worked.teller("work")}
	for _, m := range []*mailing{started, interrupted, worked} {
		for range 3 {
			<-m.came
		}
	}
	watch := started.teller("broadcast", "watch", "1")
	watch.await(t, "60")
	if err := s.Stop(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	const waits = "broadcast 1 sends nothing for now, for nothing can be recorded: "
	for _, r := range telexes {
		r.await(t, waits+".*the database cannot be reached")
	}
	telexes[2].await(t, "telex cannot work now, and nothing that is due leaves: .*the database cannot be reached")
	watch.await(t, "broadcast 1 cannot be seen for now, .*the database cannot be reached")
	sent := len(started.api.Sent())
	if err := telexes[1].cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	telexes[1].end(t, exitUnsent, "any telex may go on with it")
	if now := len(started.api.Sent()); now != sent {
		t.Errorf("%d messages left while nothing could be recorded", now-sent)
	}
	if err := s.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	const goesOn = "broadcast 1 goes on: what it sends can be recorded again"
	telexes[0].end(t, 0, goesOn, "broadcast 1 is done")
	watch.end(t, 0, "broadcast 1 can be seen again", "broadcast 1 is done")
	telexes[2].await(t, "broadcast 1, .* is done")
	telexes[2].await(t, "work: telex works again")
	if err := telexes[2].cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	telexes[2].end(t, 0, goesOn)
	interrupted.at.buried(telexes[1].cmd.Process.Pid)
	interrupted.finish()
	for _, m := range []*mailing{started, interrupted, worked} {
		if m == interrupted { // what was on its way could not be recorded any more
			m.kills = 1
		}
		m.check()
	}
	for _, r := range append(telexes, watch) {
		if steps := regexp.MustCompile("(send the run|look for what|count the questions|read the runs|close the outbox): ").FindString(r.said.String()); steps != "" {
			t.Errorf("it speaks of its own steps, %q:\n%s", steps, r.said)
		}
		if strings.Contains(r.said.String(), "Bandwidth could not be asked") {
			t.Errorf("it blames Bandwidth:\n%s", r.said)
		}
	}
}
