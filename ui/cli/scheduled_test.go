package cli

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// laterWorld is a user with a sandbox of the API, at half past nine of a Thursday in New York.
func laterWorld(t *testing.T) (*world, *clitest.API) {
	t.Helper()
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skipf("no data of zones: %v", err)
	}
	now := time.Date(2026, 11, 26, 9, 30, 0, 0, newYork)
	clock := func() time.Time { return now }
	api := clitest.NewAPIAt(t, clock)
	w := newWorld(t, api.Env()...)
	w.now = clock
	return w, api
}

// What is sent later is recorded, with what was understood shown back, and nothing leaves.
func TestSendLater(t *testing.T) {
	t.Parallel()
	w, api := laterWorld(t)
	for _, c := range []struct {
		line, out string
		says      []string
	}{
		{
			"--to +19195550100 --at 09:00", "1\n",
			[]string{
				"not sent yet: SMS to +19195550100 is to be sent Fri 2026-11-27 09:00 America/New_York, in 23 hours",
				"telex work has to be running here then, which it is not", "to keep it from being sent: telex scheduled cancel 1",
			},
		},
		{"--to +13125550101 --at 09:00 --their-time", "2\n", []string{"Thu 2026-11-26 09:00 America/Chicago (10:00 here)"}},
		{"--to +19195550102,+13105550103 --individual --at 2026-12-01T09:00 --their-time", "+19195550102\t3\n+13105550103\t4\n", []string{"+13105550103: Tue 2026-12-01 09:00 America/Los_Angeles (12:00 here)"}},
		{"--to +19195550104 --at 2027-03-14T02:30", "5\n", []string{"no clock shows 02:30 on that day", "it is sent at 03:00 EDT"}},
		{"--to +19195550105 --at 2027-11-07T01:30", "6\n", []string{"clocks show 01:30 twice on that day", "for the second, say 2027-11-07T01:30:00-05:00"}},
		{"--to +19195550106 --at 2027-07-01T09:00:00Z", "7\n", []string{"Thu 2027-07-01 05:00 EDT"}},
		{"--to +19195550107 --at 2h --json", `{"id":8,"outcome":"scheduled","exit_code":0,"due_at":"2026-11-26T16:30:00.000Z"}` + "\n", nil},
		{"--to +19195550108 --at tomorrow_09:00 --json", `{"id":9,"outcome":"scheduled","exit_code":0,"due_at":"2026-11-27T14:00:00.000Z","due_local":"2026-11-27T09:00:00","due_zone":"America/New_York"}` + "\n", nil},
		{"--to +19195550109 --at 09:00 --dry-run", `{"from":"+12345678901","to":["+19195550109"],"text":"Hi","applicationId":"93de2206-9669-4e07-948d-329f4b722ee2"}` + "\n", []string{"dry run: nothing is sent", "Fri 2026-11-27 09:00 America/New_York"}},
	} {
		args := append([]string{"send", "-m", "Hi"}, strings.Fields(c.line)...)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "_", " ")
		}
		got := w.run("", args...)
		got.want(t, say.ExitOK, c.says...)
		if got.out != c.out {
			t.Errorf("%s: standard output is %q, want %q", c.line, got.out, c.out)
		}
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	for line, says := range map[string]string{
		"--to +19195550100 --at soon":                                                         `--at: "soon" is not a time: write 09:00`,
		"--to +19195550100 --at 2026-01-01T09:00":                                             "is over: it was Thu 2026-01-01 09:00:00 EST; nothing was sent",
		"--to +18005550100 --at 09:00 --their-time":                                           "where +18005550100 is, its number does not tell",
		"--to +19195550100 --at 2h --their-time":                                              "says already when that is",
		"--to +19195550100 --their-time":                                                      "add --at with a time",
		"--to +19195550100 --at 09:00 --wait":                                                 "--wait is for what is sent now",
		"--to +19195550100 --at 09:00 --key k":                                                "--key is for what is sent now",
		"--to +19195550100 --at 09:00 --expiration 2h":                                        "it would never be sent",
		"--to +19195550100,+13105550103 --at 09:00 --their-time":                              "are by different clocks, and get one message together: add --individual",
		"--to +19195550100 --at 09:05":                                                        "duplicate: somebody got this text already, or may have",
		"--to +19195550100 --at 2026-12-05T09:00 --media testdata/none.png":                   "none.png",
		"--to +19195550100 --at 2026-12-05T09:00 --media " + w.file("p.png", picture.Bytes()): "what is uploaded now is gone after 48 hours",
	} {
		w.run("", append([]string{"send", "-m", "Hi"}, strings.Fields(line)...)...).want(t, say.ExitUsage, says)
	}
	if sent := api.Sent(); len(sent) != 0 {
		t.Errorf("the API got %q, want nothing", sent)
	}
	w.run("", "status", "1").want(t, say.ExitOpen, "message 1 is scheduled: it is to be sent later, and was not sent yet")
	if api.Lists() != 0 {
		t.Error("the API was asked about what did not leave")
	}
}

// A scheduled message is listed, changed, cancelled and sent; what was missed is told of once,
// waits for a person, and never leaves by itself.
func TestScheduled(t *testing.T) {
	t.Parallel()
	w, api := laterWorld(t)
	w.run("", "scheduled").want(t, say.ExitOK, "nothing is scheduled in ")
	for _, text := range []string{"one", "two", "three", "four"} {
		w.run("", "send", "-t", "+19195550100", "-m", text, "--at", "10:00").want(t, say.ExitOK)
	}
	if got := w.run("", "scheduled"); !strings.HasPrefix(got.out, "1\t2026-11-26T15:00:00.000Z\tscheduled\t+19195550100\tone\n") || strings.Count(got.out, "\n") != 4 {
		t.Errorf("scheduled prints %q", got.out)
	}
	w.run("", "scheduled", "change", "1", "--at", "11:00").want(t, say.ExitOK)
	w.run("", "scheduled", "change", "1", "--at", "08:00 UTC").want(t, say.ExitOK)
	w.run("", "scheduled", "change", "1", "--at", "today 09:00").want(t, say.ExitUsage, "is over", "nothing was changed")
	w.run("", "scheduled", "change", "1", "2", "--at", "12:00").want(t, say.ExitUsage, "needs the id of one message")
	w.run("", "scheduled", "change", "99", "--at", "12:00").want(t, say.ExitUsage, `there is no message "99"`)
	if got := w.run("", "scheduled", "cancel", "2"); got.out != "cancelled 1 message\n" {
		t.Errorf("cancel prints %q", got.out)
	}
	w.run("", "scheduled", "cancel", "3", "2").want(t, say.ExitUsage, "message 2 is unsent", "nothing was changed")
	w.run("", "scheduled", "drop").want(t, say.ExitUsage, "its commands are cancel, change and send")
	got := w.run("", "scheduled", "send", "3")
	got.want(t, say.ExitOK, "message 3 to +19195550100: accepted, not yet delivered")
	if sent := api.Sent(); len(sent) != 1 || !strings.Contains(sent[0], `"three"`) || strings.Count(got.out, "\n") != 1 {
		t.Errorf("the API got %q, and %q was printed; want message 3", sent, got.out)
	}
	w.run("", "scheduled", "send", "3").want(t, say.ExitUsage, "message 3 is accepted")

	// Nobody sends the fourth.
	late := w.now().Add(46 * time.Minute)
	w.now = func() time.Time { return late }
	w.run("", "history").want(t, say.ExitOK, "from earlier: message 4 to +19195550100 is missed: no telex that could send it was running", "telex scheduled send ID sends it now")
	if again := w.run("", "history"); strings.Contains(again.err, "from earlier") {
		t.Errorf("it is told twice: %q", again.err)
	}
	w.run("", "status", "4").want(t, say.ExitUnsent, "message 4 is missed")
	w.run("", "optouts", "add", "+19195550100").want(t, say.ExitOK)
	w.run("", "scheduled", "send", "4").want(t, say.ExitUsage, "nothing was sent, and --yes does not change that")
	w.run("", "optouts", "remove", "+19195550100", "--yes").want(t, say.ExitOK)
	w.run("", "send", "-t", "+19195550100", "-m", "four").want(t, say.ExitOK)
	w.run("", "scheduled", "send", "4").want(t, say.ExitUsage, "duplicate: ", "add --yes")
	w.run("", "scheduled", "send", "4", "--yes").want(t, say.ExitOK, "message 4 to +19195550100: accepted")
	if sent := api.Sent(); len(sent) != 3 {
		t.Errorf("the API got %q, want three messages", sent)
	}
}

// What a profile says of hours holds when a message is to leave, too.
func TestScheduledHours(t *testing.T) {
	t.Parallel()
	w, _ := laterWorld(t)
	w.configure("profile = \"a\"\n[profiles.a]\naccount = \"9900000\"\nhours = \"08:00-21:00\"\n")
	w.run("", "send", "-t", "+19195550100", "-m", "late", "--at", "22:00").
		want(t, say.ExitUsage, "it would not be sent then: +19195550100 is texted 08:00-21:00 by their clocks, says profile a", "choose another time")
	w.run("", "send", "-t", "+13105550100", "-m", "late", "--at", "22:00").want(t, say.ExitOK)
}
