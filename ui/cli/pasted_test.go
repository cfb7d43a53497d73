package cli

import (
	"regexp"
	"strings"
	"testing"

	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// TestPasted: the commands that are printed of a message of another profile than the one in use
// find it as they are.
func TestPasted(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t).withKeyring().configure("profile = \"one\"\n"+profileOf("one", api, `account = "9900001"`)+profileOf("two", api)).
		remember("two", sandbox.DefaultAccountID, testClient()).remember("one", "9900001", testClient())
	status := regexp.MustCompile(`telex status [^;\n]*--profile two`)
	sent := w.run("", "send", "--profile", "two", "--to", "+19995550002", "--text", "Hello")
	sent.want(t, say.ExitUnknown)
	shown := w.run("", "show", "1")
	again := w.run("", "send", "--profile", "two", "--to", "+19995550002", "--text", "Hello")
	again.want(t, say.ExitUsage, "duplicate")
	looked := w.run("", "doctor", "--profile", "two")
	for what, said := range map[string]string{"send": sent.err, "show": shown.out, "a second send": again.err, "doctor": strings.Join(strings.Fields(looked.out), " ")} {
		if !status.MatchString(said) {
			t.Errorf("%s said\n%s\nwant a command for profile two", what, said)
		}
	}
	w.env = append(w.env, "TELEX_PROFILE=two")
	if got := w.run("", "show", "1"); !strings.Contains(got.out, "telex status 1 looks") {
		t.Errorf("got %s, want no profile that is in use anyhow", got.out)
	}
	w.env = nil
	w.run("", strings.Fields(status.FindString(sent.err))[1:]...).want(t, say.ExitOK, "found it")
}
