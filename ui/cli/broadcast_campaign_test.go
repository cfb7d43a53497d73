package cli

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// TestBroadcastCampaign: a broadcast keeps to what AT&T takes of the campaign that its sender
// is of, also when another telex goes on with it, and its plan says what T-Mobile does.
func TestBroadcastCampaign(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	c := newClock()
	api := clitest.NewAPIAt(t, c.now)
	w := newWorld(t, api.Env()...) // with a username: no token is too old when the clock has leapt
	w.now = c.now
	const numbers = "[campaigns.C1AB2CD]\nnumbers = [\"234-567-8901\", \"+19195550109\"]\n"
	w.configure(numbers + "att_tpm = 4\ntmo_daily = 2\n[campaigns.other]\nnumbers = [\"+19195550108\"]\natt_tpm = 60\n")
	list := peopleFile(t, "phone\n+19195550101\n+19195550102\n+19195550103\n")
	start := func(more ...string) []string {
		return append([]string{"broadcast", "start", list, "--text", "Hi", "--rate", "5/s", "--hours", "off"}, more...)
	}
	w.run("", start("--dry-run")...).want(t, say.ExitOK,
		"at most 5/s segments, over everything", "4/m of campaign C1AB2CD; these take 45 seconds",
		"T-Mobile takes 2 messages of campaign C1AB2CD in a day")
	type planOf struct {
		DurationS int `json:"duration_s"`
		Campaigns []struct {
			ID      string
			Senders []string
			ATT     int `json:"att_tpm"`
			TMobile int `json:"tmo_daily"`
		}
	}
	var plan planOf
	planned := func(more ...string) {
		t.Helper()
		plan = planOf{}
		e := w.run("", append(start("--dry-run", "--json"), more...)...)
		e.want(t, say.ExitOK)
		e.decode(t, &plan)
	}
	if planned(); plan.DurationS != 45 || len(plan.Campaigns) != 1 || plan.Campaigns[0].ID != "C1AB2CD" || plan.Campaigns[0].ATT != 4 || plan.Campaigns[0].TMobile != 2 ||
		strings.Join(plan.Campaigns[0].Senders, " ") != "+12345678901 +19195550109" {
		t.Errorf("the plan is %+v", plan)
	}
	// Of two numbers of which one is of the campaign half of the people get it from that.
	if planned("--from", "+12345678901", "--from", "+19195550107"); plan.DurationS < 22 || plan.DurationS > 23 {
		t.Errorf("by two numbers it takes %d s, want half of 45", plan.DurationS)
	}
	if planned("--from", "+19195550107"); plan.DurationS > 1 || len(plan.Campaigns) > 0 {
		t.Errorf("by a number of no campaign the plan is %+v", plan)
	}

	w.run("", start("--detach", "--yes")...).want(t, say.ExitOK)
	w.configure("") // it goes on as it was begun
	var out, errs bytes.Buffer
	code := run(t.Context(), process{
		args: []string{"broadcast", "resume", "1"}, environ: w.environ(), in: strings.NewReader(""), out: &out, err: &errs, now: c.now,
		after: sample.Patient(func(d time.Duration) <-chan time.Time { c.add(d); return time.After(time.Millisecond) }),
	})
	ended{code, out.String(), errs.String()}.want(t, say.ExitOK, "broadcast 1 is done")
	o := outboxIn(t, filepath.Join(w.home, ".local", "state"))
	rows, err := o.List(t.Context(), outbox.Filter{Limit: 10})
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d messages, %v, want 3", len(rows), err)
	}
	for i := range rows[1:] { // the newest first
		const least = 15*time.Second - 100*time.Millisecond
		if apart := rows[i].Created.Sub(rows[i+1].Created); apart < least {
			t.Errorf("two messages left %v apart, want 15 s", apart)
		}
	}
	w.run("", "broadcast", "show", "1").want(t, say.ExitOK)

	for campaigns, why := range map[string]string{
		"[campaigns.a]\nnumbers = [\"12\"]\natt_tpm = 4\n":                                  `campaigns.a.numbers: "12"`,
		numbers + "att_tpm = 4\n[campaigns.a]\nnumbers = [\"+12345678901\"]\natt_tpm = 4\n": `campaigns.a.numbers: "+12345678901" is of campaign C1AB2CD already`,
	} {
		w.configure(campaigns)
		w.run("", start("--yes")...).want(t, say.ExitUsage, "the campaigns of the configuration cannot be used; nothing was sent", why, "config.toml:")
		e := w.run("", "doctor")
		for _, want := range []string{why, "no broadcast is started until then"} {
			if !strings.Contains(strings.Join(strings.Fields(e.out), " "), want) {
				t.Errorf("doctor does not say %q:\n%s", want, e.out)
			}
		}
	}
}
