package cli

import (
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// approvedBy is somebody whose broadcasts another person has to approve, at an API.
func approvedBy(t *testing.T, api *clitest.API) (*world, func(name string)) {
	t.Helper()
	w := newWorld(t, "BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret).configure(profileOf("main", api, "approve = true"))
	env := w.env
	return w, func(name string) { w.env = append(env[:len(env):len(env)], "TELEX_USER="+name) }
}

// TestBroadcastApproved: by a profile with approve = true a broadcast is prepared, and every
// place says that it waits; nothing leaves before another person's yes, and then all of it.
func TestBroadcastApproved(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	api := clitest.NewAPI(t)
	w, as := approvedBy(t, api)
	list := peopleFile(t, fewPeople)
	start := fast(list, "--text", "Hi {{first name|you}}", "--name", "Friday")
	as("ana")
	w.run("", append(start, "--dry-run")...).want(t, say.ExitOK, "it waits for another person to approve it; nothing is sent before")
	e := w.run("", append(start, "--yes")...)
	e.want(t, say.ExitOK, "broadcast 1 is prepared", "broadcast 1 is planned, wants approval", "somebody else than ana has to approve it: telex broadcast approve 1")
	if e.out != "1\n" {
		t.Errorf("standard output is %q, want the id", e.out)
	}
	w.run("", "broadcast", "list").want(t, say.ExitOK)
	if out := w.run("", "broadcast", "list").out; !strings.Contains(out, "\tplanned, wants approval\t") {
		t.Errorf("the list is\n%s", out)
	}
	if out := w.run("", "broadcast", "show", "1").out; !strings.Contains(out, "planned, wants approval") || !strings.Contains(out, "By         ana, ") || !strings.Contains(out, "telex broadcast approve 1") {
		t.Errorf("it is shown as\n%s", out)
	}
	type shownOf struct {
		State         string
		WantsApproval bool   `json:"wants_approval"`
		ApprovedBy    string `json:"approved_by"`
		ApprovedAt    string `json:"approved_at"`
		StartedBy     string `json:"started_by"`
	}
	var shown shownOf
	w.run("", "broadcast", "show", "1", "--json").decode(t, &shown)
	if shown != (shownOf{State: "planned", WantsApproval: true, StartedBy: "ana"}) {
		t.Errorf("it is %+v", shown)
	}
	w.run("", "broadcast", "report", "1").want(t, say.ExitOK)

	// Whoever may not let it go does not.
	w.run("", "broadcast", "resume", "1").want(t, say.ExitUsage, "broadcast 1 wants the approval of another person than ana; nothing was sent", "telex broadcast approve 1")
	w.run("", "broadcast", "approve", "1", "--yes").want(t, say.ExitUsage, "broadcast 1 was started by you, ana, and another person has to approve it; nothing was changed", "TELEX_USER")
	as("bea")
	w.run("", "broadcast", "resume", "1").want(t, say.ExitUsage, "wants the approval")
	w.run("", "work", "--once").want(t, say.ExitOK, "broadcast 1 is planned, wants approval")
	w.run("", "broadcast", "approve", "1").want(t, say.ExitUsage, "there is no terminal to ask on; nothing was changed", "add --yes")
	w.run("", "broadcast", "approve", "2").want(t, say.ExitUsage, "there is no broadcast")
	w.withTypist()
	w.answer("", []string{"broadcast", "approve", "1"}, [2]string{"Type 3 to approve it", "y"}).want(t, say.ExitUnsent)
	if sent := api.Sent(); len(sent) != 0 {
		t.Fatalf("%v was sent before it was approved", sent)
	}
	w.answer("", []string{"broadcast", "approve", "1"}, [2]string{"approve broadcast 1, Friday, to 3 people? Type 3 to approve it", "3"}).want(t, say.ExitOK,
		"Friday, started by ana", "3 messages, 3 segments", "| Hi {{first name|you}}", "To +19195550101", "| Hi Ana", "broadcast 1 is approved", "broadcast 1 is done")
	if got := sentTo(t, api); len(got) != 3 || got["+19195550109"] != "Hi Zoë" {
		t.Errorf("sent %v, want all three", got)
	}
	shown = shownOf{}
	w.run("", "broadcast", "show", "1", "--json").decode(t, &shown)
	if shown.State != "done" || shown.WantsApproval || shown.ApprovedBy != "bea" || shown.ApprovedAt == "" {
		t.Errorf("it is %+v", shown)
	}
	if out := w.run("", "broadcast", "show", "1").out; !strings.Contains(out, "planned: approved by bea") {
		t.Errorf("it is shown as\n%s", out)
	}
	w.run("", "broadcast", "approve", "1", "--yes").want(t, say.ExitUsage, "broadcast 1 is done; nothing was changed")
}

// TestBroadcastApprovedLater: what was approved and not sent, because a telex was killed or
// was told so, is sent by the next one, once.
func TestBroadcastApprovedLater(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	api := clitest.NewAPI(t)
	w, as := approvedBy(t, api)
	as("ana")
	w.run("", fast(peopleFile(t, fewPeople), "--text", "Hi", "--yes")...).want(t, say.ExitOK)
	w.run("", fast(peopleFile(t, fewPeople), "--text", "Hello", "--yes")...).want(t, say.ExitOK)
	as("bea")
	for _, id := range []string{"1", "2"} {
		w.run("", "broadcast", "approve", id, "--yes", "--detach").want(t, say.ExitOK, "broadcast "+id+" is approved", "to go on: telex broadcast resume "+id)
		w.run("", "broadcast", "approve", id, "--yes").want(t, say.ExitUsage, "was approved by bea already; nothing was changed")
	}
	if sent := api.Sent(); len(sent) != 0 {
		t.Fatalf("%v was sent by who only approved it", sent)
	}
	w.run("", "broadcast", "cancel", "2").want(t, say.ExitOK)
	as("ana") // who may send it now
	w.run("", "work", "--once").want(t, say.ExitOK)
	if got := sentTo(t, api); len(got) != 3 || got["+19195550101"] != "Hi" {
		t.Errorf("sent %v, want all of the first", got)
	}
	w.run("", "broadcast", "approve", "2", "--yes").want(t, say.ExitUsage, "broadcast 2 is cancelled; nothing was changed")
}
