package cli

import (
	"strings"
	"testing"

	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// Commands of other tools are answered with telex's own, whatever flags follow them, and
// no value of those is repeated.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"message send --to +12345678902 --app-id hush": "in telex that is telex send",
		"message list":                         "in telex that is telex history",
		"message delete":                       "in telex that is telex send, telex history or telex status",
		"auth login --client-secret hush":      "in telex that is telex login",
		"auth switch 9900000":                  "in telex that is telex profiles use NAME",
		"api:core:messages:create --body hush": "in telex that is telex send",
		"api core messages fetch --sid 1":      "in telex that is telex status ID",
		"profiles:create":                      "in telex that is telex login",
		"SMS":                                  "in telex that is telex send",
		"config":                               "telex man config has every key",
		"sned --to +12345678902":               "did you mean telex send?",
		"frobnicate --hush":                    "see telex --help",
	} {
		got := runTelex(t, nil, "", strings.Fields(typed)...)
		got.want(t, say.ExitUsage, `unknown command "`+strings.Fields(typed)[0]+`"`, want)
		if strings.Contains(got.err, "hush") {
			t.Errorf("%s: a value is repeated: %s", typed, got.err)
		}
	}
}

// What may be searched for as well is suggested where nothing is found.
func TestCommandTakenForSearch(t *testing.T) {
	t.Parallel()
	env := stateIn(t.TempDir(), nil)
	runTelex(t, env, "", "history", "purne").want(t, say.ExitOK, "no matching messages in", "did you mean telex history prune?")
	runTelex(t, env, "", "contacts", "exprot").want(t, say.ExitOK, "no contact is like that in", "did you mean telex contacts export?")
	if got := runTelex(t, env, "", "history", "lunch"); strings.Contains(got.err, "did you mean") {
		t.Errorf("got %q", got.err)
	}
}

// What is named is there.
func TestElsewhereIsHere(t *testing.T) {
	t.Parallel()
	root := newApp(process{}).rootCommand()
	for i, e := range elsewhere {
		for _, command := range strings.Split(e.ours, "telex ")[1:] {
			command, _, _ = strings.Cut(strings.NewReplacer(",", " ", ";", " ").Replace(command), " ")
			if found, _, err := root.Find([]string{command}); err != nil || found == root {
				t.Errorf("%s: there is no telex %s", e.words, command)
			}
		}
		if first := oursFor(strings.Fields(e.words)); first != e.ours {
			t.Errorf("%s, entry %d, is hidden by one before it: got %q", e.words, i, first)
		}
	}
}

// A text that is piped in is not sent unasked, and not passed over without a word.
func TestPipedTextIsNamed(t *testing.T) {
	t.Parallel()
	const named = "a text on standard input is read with --text-file -"
	env := clitest.Environ("https://nobody.invalid")
	send := []string{"send", "--to", "+12345678902"}
	runTelex(t, env, "The build is green\n", send...).want(t, say.ExitUsage, "the message needs correcting; nothing was sent", named)
	for _, other := range []ended{
		runTelex(t, env, "", send...),                                              // nothing was piped in
		runTelex(t, env, "x", append(send, "--text", "")...),                       // a text was given, by mistake an empty one
		runTelex(t, env, "x", append(send, "--text", "Hi", "--tag", "\x1b[2J")...), // something else is wrong
	} {
		if strings.Contains(other.err, named) {
			t.Errorf("got %s, want no word of a piped text", other.err)
		}
	}
}
