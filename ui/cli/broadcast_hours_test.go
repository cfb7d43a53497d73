package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// hours is a clock on which hours pass within a moment, and which nobody can turn ahead by
// asking often for a short while.
type hours struct{ clock }

func (c *hours) after(d time.Duration) <-chan time.Time {
	if d >= 2*time.Second {
		d = 5 * time.Minute
	}
	c.add(d)
	return time.After(2 * time.Millisecond)
}

// run runs telex by the clock.
func (c *hours) run(t *testing.T, env []string, args ...string) ended {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), process{args: args, environ: env, in: strings.NewReader(""), out: &out, err: &errs, now: c.now, after: sample.Patient(c.after)})
	return ended{code, out.String(), errs.String()}
}

// TestBroadcastHours: nobody gets it before 8 by their own clock, and it says what it waits for.
func TestBroadcastHours(t *testing.T) {
	t.Parallel()
	clock := &hours{clock{at: time.Date(2054, 11, 26, 11, 0, 0, 0, time.UTC)}} // 6 in New York, long before the messages expire
	api, folder := clitest.NewAPIAt(t, clock.now), t.TempDir()
	env := stateIn(folder, api.Env())
	list := peopleFile(t, "phone\n+19195550101\n+14485550102\n+18085550103\n")
	clock.run(t, env, "broadcast", "start", list, "--text", "Good morning", "--rate", "unlimited", "--yes").want(t, say.ExitOK,
		"3 have to wait", "because 1 is on Hawaii time", "broadcast 1 is done")
	e := clock.run(t, env, "broadcast", "report", "1", "--json")
	e.want(t, say.ExitOK)
	var rows []struct {
		Number string
		SentAt time.Time `json:"sent_at"`
	}
	e.decode(t, &rows)
	for i, from := range []int{13, 14, 18} { // 8 in New York, in Pensacola, in Honolulu
		if earliest := time.Date(2054, 11, 26, from, 0, 0, 0, time.UTC); i >= len(rows) || rows[i].SentAt.Before(earliest) || rows[i].SentAt.After(earliest.Add(6*time.Hour)) {
			t.Errorf("%+v; want person %d sent after %v", rows, i, earliest)
		}
	}
	// Whatever waits at Bandwidth must not arrive at night.
	ends := map[string]string{}
	for _, body := range api.Sent() {
		var m struct {
			To         []string
			Expiration string
		}
		if err := json.Unmarshal([]byte(body), &m); err != nil {
			t.Fatal(err)
		}
		ends[m.To[0]] = m.Expiration
	}
	want := map[string]string{"+19195550101": "2054-11-27T02:00:00Z", "+14485550102": "2054-11-27T02:00:00Z", "+18085550103": "2054-11-27T07:00:00Z"}
	if fmt.Sprint(ends) != fmt.Sprint(want) {
		t.Errorf("they expire at %v, want %v", ends, want)
	}
}
