package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// shapes say of each command with --json what it prints: a sentence, and the types that it
// is encoded from.
var shapes = []struct {
	command string
	says    string
	types   []string // by package and name; the fields are those of their source
}{
	{
		"telex send", "The API's answer as it came, whose fields Bandwidth documents; with `--wait` it has the field `delivery` besides, " +
			"and `folded` if its text tells of others with its `--key`. " +
			"Of anything else than accepted it is an object with these fields, and with `--individual` an array of them, one for each recipient, " +
			"in their order, as it is of what `--at` has sent later. With `--dry-run` it is the body of the request.",
		[]string{"ui/cli/say.Ending", "ui/cli/say.Due", "ui/cli/send.delivery"},
	},
	{"telex history", "An array, newest first.", []string{"ui/cli/messages.Row"}},
	{"telex show", "One object: the fields of `telex history`, and what else is recorded.", []string{"ui/cli/messages.DetailRow"}},
	{"telex status", "One object, or of several messages an array: the fields of `telex history`, and what the API said.", []string{"ui/cli/messages.StatusRow"}},
	{"telex scheduled", "An array of objects as those of `telex history`: what was missed, then what is to be sent, each by its time.", nil},
	{"telex stats", "One object.", []string{"ui/cli/messages.StatsRow"}},
	{"telex drafts", "An array, newest first.", []string{"ui/cli/messages.DraftRow"}},
	{"telex drafts show", "One object, as one of `telex drafts`.", nil},
	{"telex contacts", "An array, by name.", []string{"ui/cli/contacts.Person"}},
	{"telex contacts groups", "An array.", []string{"ui/cli/contacts.Group"}},
	{"telex contacts import", "One object.", []string{"ui/cli/contacts.Report"}},
	{"telex templates", "An array, in the order of the file.", []string{"ui/cli/templates.Row"}},
	{
		"telex broadcast start", "How it stands at the end, as one object of `telex broadcast show`. With `--dry-run` it is the plan, with these fields.",
		[]string{"ui/cli/broadcast.planJSON"},
	},
	{"telex broadcast approve", "How it stands at the end, as one object of `telex broadcast show`.", nil},
	{"telex broadcast list", "An array of objects as those of `telex broadcast show`, newest first.", nil},
	{"telex broadcast show", "One object.", []string{"ui/cli/broadcast.shownJSON"}},
	{"telex broadcast watch", "How it stands at the end, as one object of `telex broadcast show`.", nil},
	{"telex broadcast pause", "One object, as of `telex broadcast show`.", nil},
	{"telex broadcast change", "How it stands then, as one object of `telex broadcast show`.", nil},
	{"telex broadcast resume", "How it stands at the end, as one object of `telex broadcast show`.", nil},
	{"telex broadcast cancel", "One object, as of `telex broadcast show`.", nil},
	{"telex broadcast again", "As of `telex broadcast start`.", nil},
	{"telex broadcast report", "An array, in the order of the list.", []string{"ui/cli/broadcast.reportJSON"}},
	{"telex threads", "An array, newest first.", []string{"ui/cli/threads.ThreadRow"}},
	{"telex thread", "An array of objects as those of `telex history`, oldest first.", nil},
	{"telex await", "The reply, as one object of `telex history`; if none came, an object with `error` and `exit_code`.", nil},
	{"telex optouts", "An array.", []string{"ui/cli/optouts.Row"}},
	{"telex optouts held", "An array of objects as those of `telex optouts`.", nil},
	{"telex optouts check", "An array of objects as those of `telex optouts`: what stands against texts to that number; empty if nothing does.", nil},
	{"telex outbox copy", "One object.", []string{"ui/cli/outbox.Copied"}},
	{"telex outbox info", "One object.", []string{"ui/cli/outbox.Info"}},
	{"telex profiles", "An array, in the order of the file.", []string{"ui/cli/account.ProfileRow"}},
	{"telex doctor", "One object.", []string{"ui/cli/doctor.Report"}},
	{"telex listen", "A line for each event.", []string{"ui/cli/listen.row"}},
	{"telex work", "A line for each thing that was done. With `--listen` events are lines too, as those of `telex listen`.", []string{"ui/cli/work.line"}},
	{
		"telex explain", "Of one code or state an object, of several an array: of a code these fields, of a state `state`, `receipt`, `final`, `meaning` and `advice`.",
		[]string{"ui/cli.explanation", "ui/cli.stateExplanation"},
	},
}

// prefixes are where a type stands that is not the value itself.
var prefixes = map[string]string{"ui/cli/send.delivery": "delivery."}

// Each command with --json has a shape in docs/json.md, and there is none of a command
// that has no --json.
func TestShapesAreAll(t *testing.T) {
	t.Parallel()
	var with []string
	for _, c := range documented(newApp(process{}).rootCommand()) {
		if c.Flags().Lookup("json") != nil {
			with = append(with, c.CommandPath())
		}
	}
	var said []string
	for _, s := range shapes {
		said = append(said, s.command)
	}
	slices.Sort(with)
	slices.Sort(said)
	if !slices.Equal(with, said) {
		t.Errorf("shapes has the commands\n%q, want those with --json\n%q", said, with)
	}
}

// shapesPart is the part of docs/json.md that is made of the types.
func shapesPart() string {
	var b strings.Builder
	for _, s := range shapes {
		fmt.Fprintf(&b, "## %s\n\n%s\n\n", s.command, s.says)
		if len(s.types) == 0 {
			continue
		}
		b.WriteString("| field | type | always | meaning |\n|---|---|---|---|\n")
		for _, f := range fieldsOf(s.types) {
			always := ""
			if f.always {
				always = "yes"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.path, f.kind, always, cell(f.about))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// fieldsOf are the fields of types, one after the other.
func fieldsOf(types []string) []shapeField {
	var fields []shapeField
	seen := map[string]bool{}
	for _, name := range types {
		for _, f := range shapeOf(name) {
			f.path = prefixes[name] + f.path
			if !seen[f.path] {
				seen[f.path] = true
				fields = append(fields, f)
			}
		}
	}
	return fields
}

// Fields of --json are only added: those in the golden file are all there, with their
// types. With -update new ones are added to it; one that went has to be taken out by hand,
// which is a break for whoever reads it.
func TestGeneratedShapesOnlyGrow(t *testing.T) {
	golden := filepath.Join("testdata", "json.golden")
	now := map[string]bool{}
	for _, s := range shapes {
		for _, f := range fieldsOf(s.types) {
			always := ""
			if f.always {
				always = ", always"
			}
			now[s.command+" "+f.path+": "+f.kind+always] = true
		}
	}
	text, err := os.ReadFile(golden)
	if err != nil && !*update {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		known[strings.TrimSuffix(line, "\n")] = true
	}
	for line := range known {
		if !now[line] {
			t.Errorf("%s is gone or has another type: fields of --json are only added", line)
		}
	}
	for line := range now {
		if known[line] {
			continue
		}
		if !*update {
			t.Errorf("%s is new; go test ./ui/cli -run Generated -update adds it to %s", line, golden)
		}
		known[line] = true
	}
	if *update {
		all := strings.Join(slices.Sorted(maps.Keys(known)), "\n") + "\n"
		if err := os.WriteFile(golden, []byte(all), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// What the commands print has no field that docs/json.md lacks, and lacks none that is
// always there.
func TestShapesAsPrinted(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	env := clitest.NewAPI(t).Env("XDG_STATE_HOME="+t.TempDir(), "XDG_CONFIG_HOME="+t.TempDir())
	for _, to := range []string{"+12345678902", "+19995554720", "+19995550400"} {
		runTelex(t, env, "", "send", "--to", to, "--text", "Hello "+to)
	}
	runTelex(t, env, "", "optouts", "add", "+12345678909", "--note", "by letter").want(t, say.ExitOK)
	runTelex(t, env, "", "status", "1")
	for _, line := range []string{
		"history --json", "show 1 --json", "show 3 --json", "status 1 --json", "stats --json", "drafts --json", "threads --json",
		"thread +12345678902 --json", "optouts --json", "optouts held --json", "optouts check +12345678909 --json", "profiles --json",
		"doctor --json", "explain 4720 --json", "explain 4720 4775 --json", "explain unknown --json",
		"send --to +19995550400 --text No --json", "send --individual --to +12345678903,+19995550400 --text Both --json",
		"await +12345678902 --timeout 0 --json",
		"send --to +12345678904 --text Later --at 2h --json", "send --individual --to +12345678905 --text Theirs --at 23:00 --their-time --json", "scheduled --json",
	} {
		args := strings.Fields(line)
		got := runTelex(t, env, "", args...)
		var value any
		got.decode(t, &value)
		command := "telex " + args[0]
		if args[0] == "optouts" && args[1] != "--json" {
			command += " " + args[1]
		}
		fields := printed(command)
		var walk func(path string, value any)
		walk = func(path string, value any) {
			switch value := value.(type) {
			case []any:
				for _, v := range value {
					walk(path, v)
				}
			case map[string]any:
				for _, name := range slices.Sorted(maps.Keys(value)) {
					f, ok := fields[path+name]
					if !ok {
						t.Errorf("telex %s: %s%s is not in docs/json.md", line, path, name)
						continue
					}
					if f.kind != "anything" && !strings.HasPrefix(f.kind, "an object of") {
						walk(path+name+".", value[name])
					}
				}
			}
		}
		walk("", value)
	}
}

// printed are the fields that a command may print, by their paths without the marks of
// arrays; commands whose objects are those of another have its.
func printed(command string) map[string]shapeField {
	fields := map[string]shapeField{}
	as := map[string]string{
		"telex drafts show": "telex drafts", "telex thread": "telex history", "telex await": "telex history", "telex scheduled": "telex history",
		"telex optouts held": "telex optouts", "telex optouts check": "telex optouts",
	}
	for _, s := range shapes {
		if s.command == command || s.command == as[command] || s.command == "telex send" && command == "telex await" {
			for _, f := range fieldsOf(s.types) {
				fields[strings.ReplaceAll(f.path, "[]", "")] = f
			}
		}
	}
	return fields
}

// A shape's JSON is valid in what the pages show of it.
func TestShapesOfErrors(t *testing.T) {
	t.Parallel()
	got := runTelex(t, nil, "", "show", "x", "--json")
	var value map[string]json.RawMessage
	got.decode(t, &value)
	for name := range value {
		if _, ok := printed("telex send")[name]; !ok {
			t.Errorf("an error has the field %s, which docs/json.md lacks", name)
		}
	}
}
