package cli

import (
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// TestWho: of what somebody else sent the outbox tells who that was, and of one's own it says
// so to programs alone.
func TestWho(t *testing.T) {
	t.Parallel()
	w, as := approvedBy(t, clitest.NewAPI(t))
	as("Ana" + hostile)
	w.run("", "send", "--to", "+19195550101", "--text", "Hello", "--yes").want(t, say.ExitOK)
	by := func() (line string) {
		for l := range strings.Lines(w.run("", "show", "1").out) {
			if strings.HasPrefix(l, "by") {
				line = l
			}
		}
		return line
	}
	if got := by(); got != "" {
		t.Errorf("of one's own message it says %q", got)
	}
	as("bea")
	if got := by(); !strings.Contains(got, " Ana") || strings.ContainsAny(got, "\x1b\x07\u202e") {
		t.Errorf("of Ana's message it says %q", got)
	}
	var shown struct{ By, Host string }
	w.run("", "show", "1", "--json").decode(t, &shown)
	if !strings.HasPrefix(shown.By, "Ana") || shown.Host == "" {
		t.Errorf("to programs it is by %+v", shown)
	}

	// Another person's drafts are not to be seen.
	folder := w.home + "/.local/state"
	leaveDrafts(t, folder, outbox.Options{User: outbox.User{Name: "ana", Own: true}}, fullDraft(t, "Ana's own"))
	w.run("", "drafts").want(t, say.ExitOK, "no drafts")
	w.run("", "drafts", "show", "1").want(t, say.ExitUsage)
	w.run("", "drafts", "delete", "1", "--yes").want(t, say.ExitUsage)
	as("Ana")
	if out := w.run("", "drafts").out; !strings.Contains(out, "Ana's own") {
		t.Errorf("Ana's drafts are\n%s", out)
	}
}

// TestWhoMovedABroadcast: of a broadcast that another person than who started it moved, show
// says who that was.
func TestWhoMovedABroadcast(t *testing.T) {
	t.Parallel()
	w, as := approvedBy(t, clitest.NewAPI(t))
	as("ana")
	w.run("", append(fast(peopleFile(t, fewPeople), "--text", "Hi {{first name|you}}"), "--yes")...).want(t, say.ExitOK)
	as("bea")
	w.run("", "broadcast", "cancel", "1").want(t, say.ExitOK)
	out := w.run("", "broadcast", "show", "1").out
	if strings.Count(out, ", by bea") != 1 || strings.Contains(out, ", by ana") {
		t.Errorf("it is shown as\n%s", out)
	}
}
