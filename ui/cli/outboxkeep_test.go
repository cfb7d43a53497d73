package cli

import (
	"strings"
	"testing"

	"telex/ui/cli/clitest"
	"telex/ui/cli/outbox"
	"telex/ui/cli/say"
)

// TestOutboxKeep: for how long a database keeps messages is said for all who use it; what one
// of them has in a file of their own changes nothing there.
func TestOutboxKeep(t *testing.T) {
	t.Parallel()
	api, d := clitest.NewAPI(t), clitest.NewDatabase(t)
	w := inDatabase(t, api, d.Address("telex"), "[outbox]", "keep = 1")
	w.env = append(w.env, "TELEX_USER=ana")
	keep := func(args ...string) ended {
		return w.run("", append([]string{"outbox", "keep", "--profile", "team"}, args...)...)
	}
	w.run("", "send", "--profile", "team", "--to", "+12345678902", "--text", "of long ago").want(t, say.ExitOK)
	d.Do("UPDATE messages SET created_at = created_at - 864000000000 * 4, updated_at = updated_at - 864000000000 * 4")
	w.run("", "send", "--profile", "team", "--to", "+12345678902", "--text", "of today").want(t, say.ExitOK)
	if got := keep(); got.code != say.ExitOK || got.out != "messages are kept forever\n" {
		t.Errorf("got %+v of a database of which nobody said anything", got)
	}
	if all := w.run("", "history", "--profile", "team", "--json").rows(t); len(all) != 2 {
		t.Errorf("got %d messages, want both: keep is for the file of whoever wrote it", len(all))
	}
	for _, bad := range []string{"0", "-3", "36601", "soon", "9999999999999999999"} {
		keep("--", bad).want(t, say.ExitUsage, "is not a number of days from 1 to 36600, and not forever")
	}
	keep("30").want(t, say.ExitUsage, "1 message older than 30 days would be deleted for everybody", "--yes")
	if got := keep("365"); got.code != say.ExitOK || !strings.HasPrefix(got.out, "messages are kept for 365 days, as ana said on ") {
		t.Errorf("got %+v where nothing is as old", got)
	}
	keep("30", "--yes").want(t, say.ExitOK)
	if all := w.run("", "history", "--profile", "team", "--json").rows(t); len(all) != 1 || all[0].Text != "of today" {
		t.Errorf("got %+v, want what is not 30 days old", all)
	}
	var found outbox.Info
	w.run("", "outbox", "info", "--profile", "team", "--json").decode(t, &found)
	if k := found.Keeps; k == nil || k.Days != 30 || k.By != "ana" || k.At == "" {
		t.Errorf("got %+v, want 30 days, said by ana", k)
	}
	said := w.run("", "doctor", "--profile", "team")
	for _, want := range []string{"messages are kept for 30 days, as ana said on ", "keep = 1 under [outbox]"} {
		if !strings.Contains(said.out, want) {
			t.Errorf("got\n%s\nwant %q", said.out, want)
		}
	}
	w.run("", "outbox", "keep", "30", "--profile", "home").want(t, say.ExitUsage, "nothing was changed: the outbox is the file", "keep = 30 under [outbox]")
	if got := w.run("", "outbox", "keep", "--profile", "home"); got.out != "messages are kept for 1 day\n" {
		t.Errorf("got %+v of a file", got)
	}
}
