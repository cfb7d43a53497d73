//go:build linux

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"telex/messaging/sandbox"
)

// A pasted says how a command ends that does not just end with 0, and what it needs.
type pasted struct {
	code    int
	why     string      // it does not end with 0
	answers [][2]string // what the terminal shows, and what a person types then
}

// consoles are the commands that open the console, which ctrl+q leaves. Those that
// begin with one of servers run until ctrl+c, and so does a worker.
var (
	consoles = []string{"go run . --sandbox", "telex --sandbox"}
	servers  = []string{"telex sandbox", "telex listen", "telex work --listen"}
)

const worker = "telex work"

// toLogin answers telex login, where the account is a sandbox's. The keyring of these
// homes does not work, so an encrypted file is made, with TELEX_PASSPHRASE.
var toLogin = [][2]string{
	{"Name of the profile", ""},
	{"(oauth), or", ""},
	{"Account id", sandbox.DefaultAccountID},
	{"Client id", sandbox.DefaultClientID},
	{"Client secret", sandbox.DefaultClientSecret},
	{"Application id", sandbox.DefaultApplicationID},
	{"Numbers", sandbox.DefaultNumber},
}

// loginFromScript is how a script makes a profile, in docs/credentials.md and in the help.
const loginFromScript = `pass show telex/ci | telex login --profile ci --account-id ID --client-id ID \
--application-id ID --number +19195551212 --secret-stdin`

// pastedInReadme, pastedExamples and pastedFromSandbox are the commands that need a word.
// One that is not there any more is an error.
var (
	pastedInReadme = map[string]pasted{
		`telex send --sandbox --to +19995550400 --text "Hey" --json`: {code: 3, why: "the sandbox refuses that number"},
		"telex login":   {answers: toLogin},
		loginFromScript: {code: 4, why: "ID is nobody's id"},
	}
	pastedExamples = alike(map[string]pasted{
		"telex login": {answers: [][2]string{{"Client secret", sandbox.DefaultClientSecret}}},
		"telex login --profile prod --production":                                      {answers: [][2]string{{"Client secret", sandbox.DefaultClientSecret}}},
		"telex broadcast start @parents --text-file text.txt --sample-to +12345678902": {code: 2, why: "there is no such group"},
		"telex broadcast start @parents --template reminder --at 09:00 --their-time":   {code: 2, why: "there is no such group"},
		loginFromScript: {code: 4, why: "ID is nobody's id"},
		"telex send -t +12345678902 --template reminder --set time=15:30":                        {code: 2, why: "no template is kept"},
		`telex send --to @choir --individual --text "No rehearsal today"`:                        {code: 2, why: "the group was emptied before"},
		"telex send --resend-of 12":                                                              {code: 3, why: "message 12 was rejected, and is again"},
		"telex status 12 --watch":                                                                {code: 3, why: "message 12 was rejected"},
		"telex await 12 --match '(?i)^(ack|ok|yes)'":                                             {code: 2, why: "message 12 was rejected, so nobody can reply to it"},
		"telex await +19195551212 --timeout 0":                                                   {code: 8, why: "nobody replied"},
		"telex optouts check +19195551212 && echo free":                                          {code: 3, why: "it was entered before"},
		"telex outbox copy ~/.local/state/telex/outbox.db postgres://telex@db.example.com/telex": {code: 2, answers: [][2]string{{"Afterwards telex sends", "n"}}, why: "the answer is no"},
		"telex outbox copy postgres://telex@db.example.com/telex outbox.db --yes --json":         {code: 7, why: "no database answers there"},
		"telex outbox keep 365":                                                                  {code: 2, why: "the outbox is a file"},
		"telex outbox keep forever":                                                              {code: 2, why: "the outbox is a file"},
		"telex optouts held release +19195551212":                                                {code: 2, why: "nobody is held"},
		"telex optouts remove +19195551212":                                                      {answers: [][2]string{{"let texts go there again?", "y"}}},
	}, vain{"there is no list yet", []string{
		"telex broadcast start people.csv --template reminder --dry-run",
		"telex broadcast start people.csv --template reminder --yes --json > run.json",
		`telex broadcast start people.csv --text "Hi {{first name|there}}, no school."`,
	}}, vain{"there is no broadcast", []string{
		"telex broadcast again 12 --only late",
		"telex broadcast again 12 --only later --dry-run",
		"telex broadcast approve 12 --detach",
		"telex broadcast approve 12",
		"telex broadcast cancel 12",
		`telex broadcast change 12 --at "tomorrow 09:00"`,
		"telex broadcast pause 12",
		"telex broadcast report 12 --csv > report.csv",
		"telex broadcast report 12 --json",
		"telex broadcast report 12",
		"telex broadcast resume 12",
		"telex broadcast show 12 --json",
		"telex broadcast show 12",
		"telex broadcast watch 12 --timeout 10m",
		"telex broadcast watch 12",
	}}, vain{"the outbox is a file, which wants no password", []string{
		"telex outbox login",
		"pass show telex/db | telex outbox login --secret-stdin",
		"telex outbox logout",
	}}, vain{"nobody left a draft", []string{
		"telex drafts remove 3 4 --yes",
		"telex drafts remove 3",
		"telex drafts show 3",
	}})
	pastedFromSandbox = map[string]pasted{}
)

// A vain is why several commands end with 2.
type vain struct {
	why      string
	commands []string
}

// alike adds commands that end for the same reason.
func alike(all map[string]pasted, groups ...vain) map[string]pasted {
	for _, g := range groups {
		for _, command := range g.commands {
			all[command] = pasted{code: 2, why: g.why}
		}
	}
	return all
}

// standIns are programs that a command needs and a test cannot have: the go command,
// which would run the tests, and a store of passwords.
var standIns = map[string]string{
	"go": `case "$*" in
"run . --sandbox") exec telex --sandbox ;;
"test ./...") exit 0 ;;
esac
echo "go: got other arguments: $*" >&2
exit 1`,
	"pass": `[ "$*" = "show telex/ci" ] && echo ` + sandbox.DefaultClientSecret,
}

// noneInVain fails for a special case of which there is no case any more.
func noneInVain(t *testing.T) {
	t.Helper()
	all := slices.Concat(readmeCommands(t), exampleCommands(t))
	special := slices.Concat(consoles, servers)
	for name := range standIns {
		special = append(special, name+" ")
	}
	for _, begin := range special {
		if !slices.ContainsFunc(all, func(c string) bool { return strings.HasPrefix(c, begin) }) {
			t.Errorf("no command begins with %q any more", begin)
		}
	}
}

// commandsIn are the commands of a text, one a line but for those whose lines end in \.
func commandsIn(text string) []string {
	var commands []string
	more := false
	for line := range strings.SplitSeq(text, "\n") {
		switch {
		case more:
			commands[len(commands)-1] += "\n" + strings.TrimSpace(line)
		case strings.TrimSpace(line) == "":
			continue
		default:
			commands = append(commands, strings.TrimSpace(line))
		}
		more = strings.HasSuffix(line, `\`)
	}
	return commands
}

// pastedPages are the pages whose blocks for a shell are typed, in this order.
var pastedPages = []string{"README.md", "docs/scripts.md", "docs/outcomes.md", "docs/credentials.md", "docs/sandbox.md"}

// readmeCommands are those of the blocks for a shell of README.md and what it leads to.
func readmeCommands(t *testing.T) []string {
	t.Helper()
	var commands []string
	for _, page := range pastedPages {
		text, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(page)))
		if err != nil {
			t.Fatal(err)
		}
		language, block := "", []string(nil)
		for line := range strings.SplitSeq(string(text), "\n") {
			opened, fence := strings.CutPrefix(strings.TrimSpace(line), "```")
			switch {
			case fence && language == "":
				if language = opened; !slices.Contains([]string{"sh", "toml", "yaml", "ini", "cron"}, language) {
					t.Errorf("%s has a block of %q, want sh for what is typed, or the kind of file", page, language)
				}
			case fence:
				if language == "sh" {
					commands = append(commands, commandsIn(strings.Join(block, "\n"))...)
				}
				language, block = "", nil
			case language != "":
				block = append(block, line)
			}
		}
	}
	return commands
}

// exampleCommands are those of every command's help, in the order of the manual, which
// ends with them.
func exampleCommands(t *testing.T) []string {
	t.Helper()
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), binary, "man", "--into", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	page := func(name string) string {
		text, err := os.ReadFile(filepath.Join(folder, "man1", name+".1"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	// telex(1) has all commands, in the order of the help.
	root, examples := page("telex"), ""
	_, commands, _ := strings.Cut(root, ".SH COMMANDS\n")
	commands, _, _ = strings.Cut(commands, "\n.SH ")
	names := []string{"telex"}
	for _, m := range regexp.MustCompile(`(?m)^\.B (telex\S+)\(1\)$`).FindAllStringSubmatch(commands, -1) {
		names = append(names, strings.ReplaceAll(m[1], `\-`, "-"))
	}
	if len(names) < 20 {
		t.Fatalf("telex(1) names only %q", names)
	}
	for _, name := range names {
		_, rest, found := strings.Cut(page(name), ".SH EXAMPLES\n")
		if !found {
			t.Errorf("%s(1) has no examples", name)
		}
		rest, _, _ = strings.Cut(rest, "\n.SH ")
		examples += rest + "\n"
	}
	examples = regexp.MustCompile(`(?m)^\.(PP|nf|fi)$`).ReplaceAllString(examples, "")
	examples = strings.NewReplacer(`\e`, `\`, `\-`, "-", `\(dq`, `"`, `\&`, "").Replace(examples)
	return commandsIn(examples)
}
