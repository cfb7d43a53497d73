package cli

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// runInStep runs telex by a clock that two goroutines of it wait for, one that looks and one
// that tells how far it is: time goes by once both do, so that neither misses any of it.
func runInStep(t *testing.T, c *clock, env []string, args ...string) ended {
	t.Helper()
	var mu sync.Mutex
	var waiting []chan time.Time
	after := func(d time.Duration) <-chan time.Time {
		mu.Lock()
		defer mu.Unlock()
		over := make(chan time.Time, 1)
		if waiting = append(waiting, over); len(waiting) == 2 {
			c.add(d)
			for _, each := range waiting {
				each <- c.now()
			}
			waiting = nil
		}
		return over
	}
	var out, errs bytes.Buffer
	code := run(t.Context(), process{args: args, environ: env, in: strings.NewReader(""), out: &out, err: &errs, now: c.now, after: sample.Patient(after)})
	return ended{code, out.String(), errs.String()}
}

// TestBroadcastUnattended: of a broadcast whose telex was killed it is said that nobody sends
// it, and how to go on; of one that is being sent it is not.
func TestBroadcastUnattended(t *testing.T) {
	t.Parallel()
	c := newClock()
	api, folder := clitest.NewAPIAt(t, c.now), t.TempDir()
	env := stateIn(folder, api.Env())
	c.run(t, env, fast(peopleFile(t, fewPeople), "--text", "Hi", "--detach", "--yes")...).want(t, say.ExitOK)
	o := outboxIn(t, folder)
	if err := o.StartRun(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	look := func(nobody bool) {
		t.Helper()
		const goOn = "telex broadcast resume 1"
		for what, got := range map[string]ended{
			"show":  c.run(t, env, "broadcast", "show", "1"),
			"list":  c.run(t, env, "broadcast", "list"),
			"watch": runInStep(t, c, env, "broadcast", "watch", "1", "--timeout", "10s"),
		} {
			said := strings.Join(strings.Fields(got.out+got.err), " ")
			if strings.Contains(said, "nobody sends it now") != nobody || what != "list" && strings.Contains(said, goOn) != nobody {
				t.Errorf("%s: got %s, want that nobody sends it: %t", what, said, nobody)
			}
		}
		var shown struct {
			State      string
			Unattended bool
			EtaS       int `json:"eta_s"`
		}
		c.run(t, env, "broadcast", "show", "1", "--json").decode(t, &shown)
		if shown.State != "running" || shown.Unattended != nobody || nobody && shown.EtaS != 0 {
			t.Errorf("got %+v, want it unattended: %t", shown, nobody)
		}
	}
	look(true)

	ctx, stop := context.WithCancel(t.Context())
	begun, ended := make(chan struct{}), make(chan struct{})
	go func() { // another telex sends it, and thinks about the first message
		defer close(ended)
		_, _ = o.Drain(ctx, nil, 1, outbox.DrainOptions{Prepare: func(outbox.Run) (outbox.Fill, error) {
			close(begun)
			<-ctx.Done()
			return nil, ctx.Err()
		}})
	}()
	<-begun
	look(false)
	stop()
	<-ended
}
