package cli

import (
	"strings"
	"testing"

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
