package cli

import (
	"io"
	"maps"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// A flag that is misspelt is answered with the one that was meant, if that is plain.
func TestFlagMisspelt(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"--form":        "did you mean --from?",
		"--too":         "did you mean --to?",
		"--txt":         "did you mean --text?",
		"--indivdual":   "did you mean --individual?",
		"--prio":        "did you mean --priority?",
		"--secret":      "see telex send --help",
		"--recipients":  "see telex send --help",
		"-x":            "see telex send --help",
		"--tex":         "did you mean --text or --text-file?",
		"--xpriority":   "see telex send --help",
		"--client-cert": "see telex send --help",
	} {
		got := runTelex(t, nil, "", "send", typed, "hush")
		got.want(t, say.ExitUsage, "unknown flag "+typed, want)
		if strings.Contains(got.err, "hush") {
			t.Errorf("%s: its value is repeated: %s", typed, got.err)
		}
	}
}

// What is written most has short flags, which are the long ones.
func TestShortFlags(t *testing.T) {
	t.Parallel()
	short := runTelex(t, nil, "", "send", "--sandbox", "--dry-run", "-t", "+12345678902", "-f", "+12345678901", "-m", "Hi")
	short.want(t, say.ExitOK, `"text":"Hi"`)
	long := runTelex(t, nil, "", "send", "--sandbox", "--dry-run", "--to", "+12345678902", "--from", "+12345678901", "--text", "Hi")
	if short.out != long.out {
		t.Errorf("got %s, want what the long flags give: %s", short.out, long.out)
	}
	if page := runTelex(t, nil, "", "man", "send").out; !strings.Contains(page, `.B \-t, \-\-to number`) {
		t.Errorf("got the manual\n%s\nwant -t in it", page)
	}
}

// Where nothing was typed, nothing was meant.
func TestNothingMeant(t *testing.T) {
	t.Parallel()
	env := stateIn(t.TempDir(), nil)
	for _, args := range [][]string{{""}, {"contacts", "--group", "none"}, {"contacts", ""}} {
		if got := runTelex(t, env, "", args...); strings.Contains(got.err, "did you mean") {
			t.Errorf("%q: got %s", args, got.err)
		}
	}
}

// What was meant is told where it is plain: arguments that flags should have, and of drafts
// the command that shows one.
func TestMeant(t *testing.T) {
	t.Parallel()
	runTelex(t, nil, "", "send", "+12345678902", "hello").want(t, say.ExitUsage, "recipients go with --to, the text with --text")
	runTelex(t, nil, "", "drafts", "3").want(t, say.ExitUsage, `telex drafts has no command "3"`, "telex drafts show ID shows one")
}

// The page of the manual has the two ways to begin on lines of their own.
func TestManualBegins(t *testing.T) {
	t.Parallel()
	page := runTelex(t, nil, "", "man").out
	if want := ".nf\n  telex \\-\\-sandbox\n  telex login\n.fi\n"; !strings.Contains(page, want) {
		t.Errorf("got the manual\n%s\nwant %q in it", page, want)
	}
}

// A default is said once, and 0 is none where it means that nothing was said.
func TestDefaultsAreSaidOnce(t *testing.T) {
	t.Parallel()
	root := newApp(process{out: io.Discard, err: io.Discard}).rootCommand()
	commands := root.Commands()
	for i := 0; i < len(commands); i++ {
		commands = append(commands, commands[i].Commands()...)
		commands[i].Flags().VisitAll(func(f *pflag.Flag) {
			if !toldOf(f) {
				return
			}
			if _, usage := flagText(f); strings.Count(usage, "(default") > 1 || strings.Contains(usage, "(default 0)") {
				t.Errorf("%s --%s: %s", commands[i].CommandPath(), f.Name, usage)
			}
		})
	}
}

// TestNothingIsEmpty: no flag of any command takes nothing, which a variable that is not set
// is, as if it were not there; but for texts, which may be empty.
func TestNothingIsEmpty(t *testing.T) {
	t.Parallel()
	tree := func() *cobra.Command { return newApp(process{out: io.Discard, err: io.Discard}).rootCommand() }
	texts := map[string]int{}
	commands := []*cobra.Command{tree()}
	for i := 0; i < len(commands); i++ {
		commands = append(commands, commands[i].Commands()...)
		path := strings.Fields(commands[i].CommandPath())[1:]
		commands[i].Flags().VisitAll(func(f *pflag.Flag) {
			for _, nothing := range []string{"", " \t"} {
				cmd, _, err := tree().Find(path)
				if err != nil {
					t.Fatal(err)
				}
				if err = cmd.ParseFlags([]string{"--" + f.Name + "=" + nothing}); err == nil {
					err = say.NothingEmpty(cmd)
				}
				if err == nil {
					texts[f.Name]++
				}
			}
		})
	}
	if want := map[string]int{"text": 4, "tag": 4, "note": 2}; !maps.Equal(texts, want) {
		t.Errorf("got %v taken, want %v", texts, want)
	}
}

// TestNothingNarrowsNothing: what is narrowed down by nothing is refused, not everything.
func TestNothingNarrowsNothing(t *testing.T) {
	t.Parallel()
	api, folder := clitest.NewAPI(t), t.TempDir()
	env := stateIn(folder, api.Env())
	runTelex(t, env, "", "send", "--to", friend, "--text", "Hi").want(t, say.ExitOK)
	runTelex(t, env, "", "contacts", "add", "Ana", friend, "--group", "choir").want(t, say.ExitOK)
	runTelex(t, env, "", "optouts", "add", "+12345678909").want(t, say.ExitOK)
	for _, test := range []struct {
		what string
		args []string
	}{
		{"--by is empty", []string{"history", "--by", ""}},
		{"--by is empty", []string{"history", "--by", "  "}},
		{"--state is empty", []string{"history", "--json", "--state="}},
		{"--since is empty", []string{"history", "--since", ""}},
		{"--until is empty", []string{"stats", "--until", ""}},
		{"--by is empty", []string{"stats", "--by", ""}},
		{"SEARCH is empty", []string{"history", ""}},
		{"SEARCH is empty", []string{"history", "Hi", " "}},
		{"SEARCH is empty", []string{"contacts", ""}},
		{"--group is empty", []string{"contacts", "--group", ""}},
		{"--group is empty", []string{"contacts", "export", "--group", ""}},
		{"--group is empty", []string{"contacts", "remove", friend, "--group", "", "--yes"}},
		{"--from is empty", []string{"thread", friend, "--from", ""}},
		{"--from is empty", []string{"optouts", "check", friend, "--from", ""}},
		{"--from is empty", []string{"optouts", "remove", "+12345678909", "--from", "", "--yes"}},
		{"--to is empty", []string{"send", "--to", friend, "--to", "", "--text", "Hello"}},
		{"--from is empty", []string{"send", "--to", friend, "--text", "Hello", "--from", ""}},
		{"--require is empty", []string{"send", "--to", friend, "--text", "Hello", "--require", ""}},
	} {
		got := runTelex(t, env, "", test.args...)
		if got.want(t, say.ExitUsage, test.what, "leave it out"); strings.Contains(got.out, "Hi") {
			t.Errorf("telex %q: got %q, want nothing", test.args, got.out)
		}
	}
	for want, args := range map[string][]string{"Ana": {"contacts", "--json"}, "+12345678909": {"optouts", "--json"}} {
		if got := runTelex(t, env, "", args...).out; !strings.Contains(got, want) {
			t.Errorf("telex %q: got %s, want %s still there", args, got, want)
		}
	}
	if sent := api.Sent(); len(sent) != 1 {
		t.Errorf("got %q sent, want the first alone", sent)
	}
}
