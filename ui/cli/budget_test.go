package cli

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// budgeted is somebody whose profile has figures and a budget, at an API. Time stands still.
func budgeted(t *testing.T, api *clitest.API, at time.Time, lines string) *world {
	t.Helper()
	w := newWorld(t, "BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret, "TZ=UTC").configure(profileOf("main", api) + lines)
	w.now = func() time.Time { return at }
	return w
}

const inNovember = "[profiles.main.budget]\nmonth = 1.00\n[profiles.main.price]\nsms = 0.25\nmms = 0.60\n"

// TestBudgetMonth: what was sent this month by whatever command, what is to be sent yet, and
// what this would add, is refused if it is more than the budget; nothing leaves then.
func TestBudgetMonth(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	now := time.Date(2026, time.November, 26, 15, 0, 0, 0, time.Local)
	api := clitest.NewAPIAt(t, func() time.Time { return now })
	w := budgeted(t, api, now, inNovember)
	to := func(n string, more ...string) []string {
		return append([]string{"send", "--to", "+1919555010" + n, "--text", "Hi " + n}, more...)
	}
	w.run("", to("1")...).want(t, say.ExitOK)
	w.run("", to("2", "--at", "20:00")...).want(t, say.ExitOK) // $0.25 that are to be spent
	w.run("", to("3", "--at", "2026-12-01 09:00")...).want(t, say.ExitOK)
	list := peopleFile(t, "phone\n+19195550104\n+19195550105\n+19195550106\n")
	const spent = "budget.month of profile main is $1.00: $0.50 of November 2026 is spent or planned already"
	const more = "give a higher month under [profiles.main.budget] in config.toml"
	for _, args := range [][]string{
		fast(list, "--text", "Hi", "--yes"), fast(list, "--text", "Hi", "--dry-run"), fast(list, "--text", "Hi", "--yes", "--detach"),
		{"send", "--to", "+19195550104,+19195550105,+19195550106", "--individual", "--text", "Hi"},
		to("4", "--media", "https://example.org/a.png"), to("4", "--media", "https://example.org/a.png", "--dry-run"),
		to("4", "--text", strings.Repeat("long ", 70)), // 3 segments
		{"send", "--to", "+19195550104,+19195550105,+19195550106", "--individual", "--text", "Hi", "--at", "21:00"},
	} {
		w.run("", args...).want(t, say.ExitUsage, spent, "nothing was sent", more)
	}
	if sent := api.Sent(); len(sent) != 1 {
		t.Fatalf("%d messages left, want the first alone: %v", len(sent), sent)
	}
	// What begins in another month counts there.
	w.run("", fast(list, "--text", "Hello", "--yes", "--at", "2026-12-02 09:00")...).want(t, say.ExitOK)
	w.run("", fast(list, "--text", "Hello again", "--yes", "--at", "2026-12-02 10:00")...).want(t, say.ExitUsage, "is $1.00: $1.00 of December 2026 is spent")
	w.run("", "broadcast", "cancel", "1").want(t, say.ExitOK)
	// What is over when it is over: two of the list are exactly all that is left.
	few := peopleFile(t, "phone\n+19195550104\n+19195550105\n")
	w.run("", fast(few, "--text", "Hi", "--yes", "--detach")...).want(t, say.ExitOK)
	w.run("", to("7")...).want(t, say.ExitUsage, "$1.00 of November 2026 is spent or planned already, and this is $0.25 by your figures; nothing was sent")
	w.run("", "broadcast", "resume", "2").want(t, say.ExitOK) // its money is put by
	w.run("", to("7")...).want(t, say.ExitUsage, "$1.00 of November 2026")
	if got := sentTo(t, api); len(got) != 3 {
		t.Errorf("sent to %v, want three", got)
	}

	w.now = func() time.Time { return time.Date(2026, time.December, 1, 8, 0, 0, 0, time.Local) } // December has a budget of its own, of which one is planned
	w.run("", to("7", "--dry-run")...).want(t, say.ExitOK)
	w.run("", "send", "--to", "+19195550101,+19195550102,+19195550103,+19195550104", "--individual", "--text", "Hello", "--dry-run").want(t, say.ExitUsage, "$0.25 of December 2026")
}

// TestBudgetMonthAfterwards: what Bandwidth refused cost nothing.
func TestBudgetMonthAfterwards(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 26, 15, 0, 0, 0, time.Local)
	w := budgeted(t, clitest.NewAPIAt(t, func() time.Time { return now }), now, strings.Replace(inNovember, "1.00", "0.25", 1))
	w.run("", "send", "--to", "+19995550400", "--text", "Hi").want(t, say.ExitRejected)
	w.run("", "send", "--to", "+19195550101", "--text", "Hi").want(t, say.ExitOK)
	w.run("", "send", "--to", "+19195550102", "--text", "Hi").want(t, say.ExitUsage, "is $0.25: $0.25 of November 2026")
}

// TestBudgetMonthUnknown: without a figure nobody knows, and that is said; nothing is sent.
func TestBudgetMonthUnknown(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 26, 15, 0, 0, 0, time.Local)
	api := clitest.NewAPIAt(t, func() time.Time { return now })
	w := budgeted(t, api, now, "[profiles.main.budget]\nmonth = 1\n")
	send := []string{"send", "--to", "+19195550101", "--text", "Hi"}
	w.run("", send...).want(t, say.ExitUsage, "budget.month of profile main needs figures, and there are none; nothing was sent", "[profiles.main.price] with sms")
	w.run("", fast(peopleFile(t, fewPeople), "--text", "Hi", "--yes")...).want(t, say.ExitUsage, "needs figures")
	w.configure(profileOf("main", api) + "[profiles.main.budget]\nmonth = 1\n[profiles.main.price.to.DE]\nsms = 0.08\n")
	w.run("", send...).want(t, say.ExitUsage, "cannot be held: your figures do not cover 1 recipient; nothing was sent")
	if sent := api.Sent(); len(sent) != 0 {
		t.Errorf("%v was sent", sent)
	}
	w.configure("[outbox]\nkeep = 7\n" + profileOf("main", api) + inNovember)
	w.run("", send...).want(t, say.ExitOK, "warning: budget.month counts what the outbox has, and what is older than 7 days is deleted from it")
}

// TestBudgetMonthAtOnce: of several that begin at one moment no more are sent than the budget
// allows, and the others say that nothing was.
func TestBudgetMonthAtOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 26, 15, 0, 0, 0, time.Local)
	api := clitest.NewAPIAt(t, func() time.Time { return now })
	w := budgeted(t, api, now, strings.Replace(inNovember, "1.00", "0.50", 1))
	w.run("", "history").want(t, say.ExitOK) // the outbox is there
	ends := make(chan ended)
	const all = 6
	for i := range all {
		n := fmt.Sprintf("+1919555011%d", i)
		args := []string{"send", "--to", n, "--text", "Hi " + n}
		switch i % 3 {
		case 1:
			args = append(args, "--at", "20:00")
		case 2:
			args = fast(peopleFile(t, "phone\n"+n+"\n"), "--text", "Hello", "--yes", "--detach")
		}
		go func() { ends <- w.run("", args...) }()
	}
	went := 0
	for range all {
		e := <-ends
		if e.code == say.ExitOK {
			went++
			continue
		}
		e.want(t, say.ExitUsage, "budget.month of profile main is $0.50", "nothing was sent")
	}
	if went != 2 {
		t.Errorf("%d went, want 2", went)
	}
}
