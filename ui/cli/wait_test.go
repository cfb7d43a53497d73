package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// What --json says of a message that was waited for.
type waitedFor struct {
	ID       json.RawMessage `json:"id"`
	To       json.RawMessage `json:"to"`
	Text     string          `json:"text"`
	ExitCode say.Code        `json:"exit_code"`
	Delivery *struct {
		State      string `json:"state"`
		ErrorCode  int    `json:"error_code"`
		Receipt    string `json:"receipt"`
		Asked      string `json:"asked_at"`
		Recipients []struct {
			To     string `json:"to"`
			Status string `json:"status"`
		} `json:"recipients"`
	} `json:"delivery"`
}

// TestWait: telex send --wait ends by what became of the message.
func TestWait(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	for _, test := range []struct {
		to, require string
		code        say.Code
		state       string
		waits       time.Duration // at least, and not twice as long
		says        []string
	}{
		{"+12345678902", "", say.ExitOK, "delivered", 4 * time.Second, []string{"waiting for 1 message to be delivered, at most 10m", "message 1 is delivered: the carrier says it arrived"}},
		{"+12345678902", "accepted", say.ExitOK, "accepted", 0, nil},
		{"+12345678902", "sent", say.ExitOK, "delivered", 2 * time.Second, []string{"to be sent, at most"}},
		{"+19995554720", "", say.ExitRejected, "failed", 4 * time.Second, []string{"message 1 failed: not delivered", "telex explain 4720"}},
		{"+19995554301", "sent", say.ExitRejected, "failed", time.Second, []string{"message 1 failed"}},
		{"+19995559902", "", say.ExitOpen, "unconfirmed", 4 * time.Second, []string{"no receipt came", "message 1 may have arrived, so nothing is to be sent again"}},
		{"+19995559902", "sent", say.ExitOK, "unconfirmed", 2 * time.Second, nil},
		{"+19995550001", "", say.ExitOpen, "accepted", 10 * time.Minute, []string{"the time is over: message 1 is still open", "telex status 1 --watch goes on"}},
	} {
		for _, asJSON := range []bool{false, true} {
			clock := newClock()
			api := clitest.NewAPIAt(t, clock.now)
			args := []string{"send", "--to", test.to, "--text", "Hello", "--wait"}
			if test.require != "" {
				args = append(args, "--require", test.require)
			}
			if asJSON {
				args = append(args, "--json")
			}
			start := clock.now()
			got := clock.run(t, stateIn(t.TempDir(), api.Env()), args...)
			got.want(t, test.code, test.says...)
			if took := clock.now().Sub(start); took < test.waits || took > 2*test.waits+3*time.Second {
				t.Errorf("%s %s: waited %s, want about %s", test.to, test.require, took, test.waits)
			}
			if !asJSON {
				if strings.Count(got.out, "\n") != 1 {
					t.Errorf("%s: standard output is %q, want the id alone", test.to, got.out)
				}
				continue
			}
			var w waitedFor
			if got.decode(t, &w); w.Delivery == nil || w.Delivery.State != test.state || w.Text != "Hello" || len(w.ID) == 0 {
				t.Errorf("%s %s: got %s, want the API's answer with the delivery %s", test.to, test.require, got.out, test.state)
			}
		}
	}
}

// TestWaitForSeveral: the worst of all decides, and each has its delivery.
func TestWaitForSeveral(t *testing.T) {
	t.Parallel()
	clock := newClock()
	api := clitest.NewAPIAt(t, clock.now)
	args := []string{"send", "--individual", "--text", "Hello", "--wait=1m", "--json", "--to", "+19995554720,+19995550001,+19995550400"}
	for i := range 12 {
		args = append(args, "--to", fmt.Sprintf("+1234567%04d", i))
	}
	got := clock.run(t, stateIn(t.TempDir(), api.Env()), args...)
	got.want(t, say.ExitRejected, "at most 1m", "now 1 accepted, 12 delivered, 1 failed", "message 2 is still open")
	var all []waitedFor
	got.decode(t, &all)
	open := 0
	for _, w := range all {
		if w.ExitCode == say.ExitOpen {
			open++
		}
		if w.Delivery == nil && string(w.To) != `"+19995550400"` || w.Delivery != nil && w.Delivery.State == "delivered" && (w.ExitCode != say.ExitOK || len(w.Delivery.Recipients) != 1) {
			t.Errorf("got %+v", w)
		}
	}
	if len(all) != 15 || open != 1 {
		t.Errorf("%d messages, %d open; want 15 and one", len(all), open)
	}
	if strings.Contains(got.err, "is delivered: ") {
		t.Errorf("with so many each delivery is told of:\n%s", got.err)
	}
}

// TestWaitStopped: ctrl+c ends the waiting with what is known, and how to go on.
func TestWaitStopped(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	ctx, cancel := context.WithCancel(t.Context())
	var out, errs bytes.Buffer
	code := run(ctx, process{
		args: []string{"send", "--to", "+19995550001", "--text", "Hello", "--wait", "--json"}, environ: stateIn(t.TempDir(), api.Env()),
		in: strings.NewReader(""), out: &out, err: &errs, now: time.Now,
		after: func(time.Duration) <-chan time.Time { cancel(); return nil },
	})
	got := ended{code, out.String(), errs.String()}
	got.want(t, say.ExitOpen, "stopped: message 1 is still open", "telex status 1 --watch goes on")
	var w waitedFor
	if got.decode(t, &w); w.Delivery == nil || w.Delivery.State != "accepted" {
		t.Errorf("got %s, want what is known", got.out)
	}
}

// TestWaitRefused: what makes no sense is refused before anything is sent.
func TestWaitRefused(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	for want, args := range map[string][]string{
		"add --wait":                   {"--require", "sent"},
		"cannot be waited for":         {"--wait", "--require", "failed"},
		"--wait takes a time":          {"--wait=0s"},
		"at most 336h":                 {"--wait=400h"},
		"write it as --wait=2m":        {"--wait", "2m"},
		`--wait "x" is not a duration`: {"--wait=x"},
	} {
		got := runTelex(t, stateIn(t.TempDir(), api.Env()), "", append([]string{"send", "--to", "+12345678902", "--text", "Hi"}, args...)...)
		got.want(t, say.ExitUsage, want)
	}
	if n := len(api.Sent()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
}
