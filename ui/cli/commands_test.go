package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args []string
		what string
		hint string
	}{
		{[]string{"sned"}, `telex: unknown command "sned"`, "did you mean telex send?"},
		{[]string{"frobnicate"}, `telex: unknown command "frobnicate"`, "see telex --help"},
		{[]string{"help", "frobnicate"}, `telex: unknown command "frobnicate"`, "see telex --help"},
		{[]string{"help", "webhooks"}, `telex: unknown command "webhooks"`, "in telex that is telex listen"},
		{[]string{"help", "outbox", "frobnicate"}, `telex: telex outbox has no command "frobnicate"`, "its commands are copy, info, init, keep, login and logout: see telex outbox --help"},
		{[]string{"help", "contacts", "ad"}, `telex: telex contacts has no command "ad"`, "did you mean telex contacts add?"},
		{[]string{"help", "version", "x"}, `telex: telex version has no command "x"`, "it has none: see telex version --help"},
		{[]string{"doctor", "now"}, `telex: telex doctor takes no arguments, but got "now"`, "see telex doctor --help"},
		{[]string{"login", "main"}, `telex: telex login takes no arguments, but got "main"`, "see telex login --help"},
		{[]string{"login", "--secret=" + clitest.Password}, "telex: unknown flag --secret", "see telex login --help"},
		{[]string{"logout", "main"}, `telex: telex logout takes no arguments`, "see telex logout --help"},
		{[]string{"profiles", "main"}, `telex: telex profiles has no command "main"`, "its only command is use: see telex profiles --help"},
		{[]string{"outbox", "copi"}, `telex: telex outbox has no command "copi"`, "did you mean telex outbox copy?"},
		{[]string{"profiles", "use"}, "telex: telex profiles use needs the name of one profile", "see telex profiles use --help"},
		{[]string{"send", "hello"}, `telex: telex send takes no arguments, but got "hello"`, "recipients go with --to, the text with --text (see telex send --help)"},
		{[]string{"version", "x"}, `telex: telex version takes no arguments, but got "x"`, "see telex version --help"},
		{[]string{"send", "--frm", "x"}, "telex: unknown flag --frm", "see telex send --help"},
		{[]string{"send", "--secret=" + clitest.Password}, "telex: unknown flag --secret", "see telex send --help"},
		{[]string{"send", "-p" + clitest.Password}, "telex: unknown flag -p", "see telex send --help"},
		{[]string{"send", "--=" + clitest.Password}, "telex: a flag without a name", "see telex send --help"},
		{[]string{"send", "--to"}, "telex: --to needs a value", "see telex send --help"},
		{[]string{"send", "--timeout", "10"}, `telex: --timeout "10" is not a duration such as 30s or 2m`, "see telex send --help"},
		{[]string{"send", "--timeout", "0s"}, "telex: --timeout 0s leaves no time to send", ""},
		{[]string{"send", "--dry-run=maybe"}, `telex: --dry-run "maybe" is neither true nor false`, "see telex send --help"},
		{[]string{"send", "--sandbox", "--base-url", "https://x"}, "telex: --sandbox and --base-url cannot be used together", ""},
		{[]string{"sandbox", "--addr", "0.0.0.0:0"}, `telex: sandbox address "0.0.0.0:0": the sandbox listens on loopback only`, ""},
		{[]string{"sandbox", "--addr", "8095"}, `telex: sandbox address "8095": want host and port`, ""},
		{[]string{"sandbox", "--number", "919"}, `telex: sandbox number "919": not in E.164`, ""},
		{[]string{"sandbox", "--rate", "fast"}, `telex: --rate "fast"`, ""},
		{[]string{"sandbox", "--queue", "9"}, "telex: sandbox queue of 9: a queue needs a rate, such as 1/s", ""},
		{[]string{"sandbox", "--callback-types", "lost", "--callback-url", "http://127.0.0.1:1/"}, `telex: sandbox callback type "lost"`, ""},
		{[]string{"sandbox", "--callback-retries", "-1"}, "telex: --callback-retries cannot be negative", ""},
		{[]string{"explain", "abc"}, `telex: "abc" is not a delivery error code or a state; codes have four digits and begin with 4, 5 or 9`, "see telex explain for all codes; the states are scheduled, missed, queued, sending,"},
		{[]string{"explain", "4720", "404"}, `telex: "404" is not a delivery error code`, "see telex explain"},
		{[]string{"history", "--state", "lost"}, `telex: unknown state "lost"; choose one of scheduled, missed, queued, sending, accepted,`, ""},
		{[]string{"history", "--state", "skipped"}, "telex: who was skipped by a broadcast has no message; telex broadcast report ID lists them", ""},
		{[]string{"history", "--limit", "-2"}, `telex: --limit "-2" is not a number of rows such as 20, or 0 for all`, "see telex history --help"},
		{[]string{"history", "--before", "-1"}, "telex: --before -1 is not the id of a message", ""},
		{[]string{"history", "prune"}, "telex: --before is missing", ""},
		{[]string{"history", "prune", "--before", "soon"}, `telex: --before "soon" is neither a date`, ""},
		{[]string{"history", "prune", "--before", "2999-01-31", "--yes"}, `telex: --before "2999-01-31" is in the future`, ""},
		{[]string{"history", "prune", "--before", "90d"}, "telex: nothing was deleted: there is no terminal to ask on", "add --yes"},
		{[]string{"history", "prune", "now"}, `telex: telex history prune takes no arguments, but got "now"`, "see telex history prune --help"},
		{[]string{"show"}, "telex: telex show needs the id of one message", "see telex show --help"},
		{[]string{"show", "1", "2"}, "telex: telex show needs the id of one message", ""},
		{[]string{"show", "1"}, `telex: there is no message "1" in `, "telex history lists them"},
		{[]string{"status", ""}, "telex: an id is empty; telex history lists the messages", ""},
		{[]string{"status", "99999999999999999999"}, `telex: there is no message "99999999999999999999" in `, ""},
		{[]string{"status", "1", "--timeout", "-1s"}, "telex: --timeout -1s leaves no time", ""},
		{[]string{"status", "--sandbox", "1"}, "telex: the sandbox within telex forgets its messages", "run telex sandbox in another terminal"},
		{[]string{"send", "--resend-of", "7"}, `telex: there is no message "7" in `, ""},
		{[]string{"completion"}, "telex: completion needs the name of one shell", "see telex completion --help"},
		{[]string{"completion", "csh"}, `telex: no completions for "csh"`, "see telex completion --help"},
		{[]string{"x\x1b]0;owned\x07y"}, `telex: unknown command "x\x1b]0;owned\ay"`, "see telex --help"},
	}
	for _, tt := range tests {
		got := runTelex(t, clitest.Environ("https://nobody.invalid"), "", tt.args...)
		got.want(t, say.ExitUsage, tt.what, tt.hint)
		if lines := strings.Count(got.err, "\n"); lines > 2 || got.out != "" {
			t.Errorf("telex %q: got %d lines on stderr and %q on stdout, want one and a hint:\n%s", tt.args, lines, got.out, got.err)
		}
		if slices.Contains([]string{"send", "explain", "show", "status"}, tt.args[0]) {
			var failed say.Ending
			runTelex(t, clitest.Environ("https://nobody.invalid"), "", append(tt.args, "--json")...).decode(t, &failed)
			if failed.ExitCode != say.ExitUsage || failed.Error == "" {
				t.Errorf("telex %q --json: got %+v, want exit code 2 and the error in words", tt.args, failed)
			}
		}
	}
}

// What is missing is listed at once, with what to set and how to do without.
func TestMissing(t *testing.T) {
	t.Parallel()
	send := []string{"send", "--to", "+12345678902", "--text", "Hello"}
	got := runTelex(t, nil, "", send...)
	got.want(t, say.ExitUsage, "an account id: set BW_ACCOUNT_ID", "a number to send from: give --from or set BW_NUMBER",
		"give --application-id or set BW_MESSAGING_APPLICATION_ID",
		"credentials: set BW_CLIENT_ID and BW_CLIENT_SECRET, or BW_USERNAME and BW_PASSWORD", "without an account: telex send --sandbox")
	var failed say.Ending
	runTelex(t, nil, "", append(send, "--json")...).decode(t, &failed)
	if failed.Outcome != "unsent" || !strings.Contains(failed.Error, "BW_ACCOUNT_ID") {
		t.Errorf("got %+v, want outcome unsent and what is missing", failed)
	}
	half := append([]string{"BW_CLIENT_ID=" + clitest.ClientID}, clitest.Environ("https://nobody.invalid")[:4]...)
	runTelex(t, half, "", send...).want(t, say.ExitUsage, "BW_CLIENT_ID is set, but BW_CLIENT_SECRET is not")

	api := clitest.NewAPI(t)
	runTelex(t, api.Env("BW_CLIENT_ID="+clitest.ClientID), "", send...).
		want(t, say.ExitOK, "warning: BW_CLIENT_ID and BW_CLIENT_SECRET: BW_CLIENT_ID is set, but BW_CLIENT_SECRET is not", "using BW_USERNAME and BW_PASSWORD instead")
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		env  []string
		args []string
		want string
	}{
		{"not encrypted", clitest.Environ("http://gateway.example/api/v2"), nil, "is not encrypted; use https"},
		{"no URL", clitest.Environ("gateway"), nil, "names no host"},
		{"a password in it", clitest.Environ("https://u:" + clitest.Password + "@gateway.example"), nil, "base URL"},
		{"the flag's", clitest.Environ("https://nobody.invalid"), []string{"--base-url", "http://gateway.example"}, "is not encrypted"},
		{"the token endpoint's", append(clitest.Environ("https://nobody.invalid"), "BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret,
			"TELEX_TOKEN_URL=http://gateway.example/token"), nil, "TELEX_TOKEN_URL: "},
		{"the account's", append([]string{"BW_ACCOUNT_ID=../1"}, clitest.Environ("https://nobody.invalid")...), nil, `account id "../1" cannot be part of a URL`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := append([]string{"send", "--to", "+12345678902", "--text", "Hello"}, tt.args...)
			runTelex(t, tt.env, "", args...).want(t, say.ExitUsage, tt.want)
		})
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	got := runTelex(t, nil, "", "explain", "4775")
	got.want(t, say.ExitOK)
	for _, want := range []string{"4775 destination-rejected-due-to-user-opt-out\n", "\n  cost     billed\n", "\n  arrived  no\n", "\n  again    not as it is\n", "\n  advice   "} {
		if !strings.Contains(got.out, want) {
			t.Errorf("got\n%s\nwant %q in it", got.out, want)
		}
	}
	for line := range strings.SplitSeq(got.out, "\n") {
		if len([]rune(line)) > 79 {
			t.Errorf("got a line of %d characters, want 79 at most: %q", len([]rune(line)), line)
		}
	}
	var one explanation
	runTelex(t, nil, "", "explain", "--json", "4775").decode(t, &one)
	if one.Code != 4775 || !one.Listed || !one.Billable || one.Meaning == "" || one.Advice == "" {
		t.Errorf("got %+v, want the whole explanation of 4775", one)
	}
	var several []explanation
	runTelex(t, nil, "", "explain", "4720", "--json", "5699").decode(t, &several)
	if len(several) != 2 || several[0].Code != 4720 || several[1].Listed {
		t.Errorf("got %+v, want 4720 and the unlisted 5699", several)
	}
	// A code that is not listed ends with a code of its own, also among others, and by JSON.
	for _, args := range [][]string{{"5699"}, {"4720", "5699"}, {"5699", "--json"}, {"5699", "unconfirmed"}, {"5229"}} {
		got := runTelex(t, nil, "", append([]string{"explain"}, args...)...)
		if got.want(t, say.ExitRejected); got.err != "" || got.out == "" || args[0] == "5699" && len(args) == 1 && !strings.Contains(got.out, "5699 not listed") {
			t.Errorf("explain %q: got %q and %q, want it explained and nothing else said", args, got.out, got.err)
		}
	}
	if got := runTelex(t, nil, "", "explain", "4476"); !strings.Contains(got.out, "\n  cost     probably free\n") {
		t.Errorf("got %q, want the bill to be only probable", got.out)
	}
	var guessed explanation
	if runTelex(t, nil, "", "explain", "--json", "4735").decode(t, &guessed); !guessed.Billable || !guessed.Guessed || guessed.Arrived != "no" || guessed.Reaction != "mend-message" {
		t.Errorf("got %+v, want 4735 probably billed", guessed)
	}
	for _, s := range outbox.States() {
		var state stateExplanation
		got := runTelex(t, nil, "", "explain", "--json", strings.ToUpper(string(s)))
		got.want(t, say.ExitOK)
		if got.decode(t, &state); state.State != s || state.Meaning == "" || state.Final != s.Final() || (state.Advice == "") != (s == outbox.Delivered || s == outbox.Received) {
			t.Errorf("explain %s: got %+v", s, state)
		}
		if got := runTelex(t, nil, "", "explain", string(s)); !strings.HasPrefix(got.out, string(s)+"\n  meaning  ") {
			t.Errorf("explain %s: got %q", s, got.out)
		}
	}
	for _, name := range []string{"handed over", "handed-over", "Handed Over"} {
		if got := runTelex(t, nil, "", "explain", name); got.code != say.ExitOK || !strings.HasPrefix(got.out, "handed over\n  meaning  an MMS") {
			t.Errorf("explain %q: got %d, %q", name, got.code, got.out)
		}
	}
	var handed stateExplanation
	if runTelex(t, nil, "", "explain", "--json", "handed-over").decode(t, &handed); handed.State != outbox.Delivered || handed.Receipt != "handed-over" {
		t.Errorf("got %+v, want what the history has of such a message", handed)
	}
	var skipped stateExplanation
	if runTelex(t, nil, "", "explain", "--json", "skipped").decode(t, &skipped); skipped.State != "skipped" || !skipped.Final || skipped.Advice == "" {
		t.Errorf("got %+v, want what it means to be skipped", skipped)
	}
	var all []explanation
	runTelex(t, nil, "", "explain", "--json").decode(t, &all)
	if want := len(messaging.DeliveryCodes()); len(all) != want || want == 0 {
		t.Errorf("got %d codes, want %d", len(all), want)
	}
	if got := runTelex(t, nil, "", "explain"); strings.Count(got.out, "\n") != len(all) {
		t.Errorf("got %d lines, want one for each of %d codes", strings.Count(got.out, "\n"), len(all))
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^telex \S+ \(.*go1\.\S+ \w+/\w+\)\n$`)
	for _, args := range [][]string{{"version"}, {"--version"}} {
		if got := runTelex(t, nil, "", args...); got.code != say.ExitOK || !form.MatchString(got.out) {
			t.Errorf("telex %q: got %d, %q, want one line like %q", args, got.code, got.out, "telex devel (go1.26.0 linux/amd64)")
		}
	}
	b := build{"1.2.3", "0123abcd", "2026-01-31T18:00:00Z"}
	if got, want := b.String(), "telex 1.2.3 (0123abcd, 2026-01-31T18:00:00Z, go"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want it to begin with %q", got, want)
	}
	if got := b.agent(); got != "telex/1.2.3" {
		t.Errorf("agent: got %q, want telex/1.2.3", got)
	}
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	for _, shell := range shells() {
		got := runTelex(t, nil, "", "completion", shell)
		got.want(t, say.ExitOK)
		if !strings.Contains(got.out, "telex") || len(got.out) < 1000 {
			t.Errorf("completion %s: got %q, want a script", shell, got.out)
		}
		path, err := exec.LookPath(shell)
		if err != nil || shell == "powershell" {
			continue
		}
		check := exec.CommandContext(t.Context(), path, "-n")
		check.Stdin = strings.NewReader(got.out)
		if out, err := check.CombinedOutput(); err != nil {
			t.Errorf("%s -n: %v: %s", shell, err, out)
		}
	}
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"s"}, "send\t"},
		{[]string{"send", "--pri"}, "--priority\t"},
		{[]string{"send", "--priority", ""}, "high\n"},
		{[]string{"history", "--state", ""}, "unknown\n"},
		{[]string{"explain", "47"}, "4775\tdestination-rejected-due-to-user-opt-out\n"},
		{[]string{"completion", ""}, "fish\n"},
		{[]string{"log"}, "logout\t"},
		{[]string{"login", "--auth", ""}, "basic\n"},
		{[]string{"profiles", ""}, "use\t"},
		{[]string{"doctor", "--"}, "--profile\t"},
	}
	for _, tt := range tests {
		got := runTelex(t, nil, "", append([]string{"__complete"}, tt.args...)...)
		if got.code != say.ExitOK || !strings.Contains(got.out, tt.want) {
			t.Errorf("completing %q: got %d, %q, want %q in it", tt.args, got.code, got.out, tt.want)
		}
	}
}

// The manual names every command, flag, variable and exit code there is, each command on a
// page of its own.
func TestManual(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	folder := t.TempDir()
	runTelex(t, nil, "", "man", "--into", folder).want(t, say.ExitOK)
	root := newApp(process{}).rootCommand()
	whole := map[string][]string{
		"man1/telex.1":        {"\n.SH EXIT STATUS\n", "\n.B 7\n", "\n.B TELEX_BASE_URL\n", "\n.B TELEX_PROFILE\n", "\n.B TELEX_PASSPHRASE\n", "\n.SH FILES\n", "--sandbox", "telex-config(5)"},
		"man5/telex-config.5": {"\n.B optout_words\n", "\n.B keep\n", "compose.editor", "\n  danger\n", "telex(1)"},
	}
	for _, c := range documented(root) {
		wants := []string{"\n.SH SYNOPSIS\n.B " + c.CommandPath() + "\n", "\n.SH EXIT STATUS\n", "telex(1)"}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if toldOf(f) {
				wants = append(wants, "--"+f.Name)
			}
		})
		whole["man1/"+pageName(c)+".1"] = wants
		whole["man1/telex.1"] = append(whole["man1/telex.1"], "\n.B "+pageName(c)+"(1)\n")
	}
	for name, wants := range whole {
		page, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		if err != nil {
			t.Error(err)
			continue
		}
		plain := strings.NewReplacer(`\-`, "-").Replace(string(page))
		for _, want := range wants {
			if !strings.Contains(plain, want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
		for i, line := range strings.Split(string(page), "\n") {
			if strings.HasPrefix(line, "'") || strings.HasPrefix(line, ".") && !regexp.MustCompile(`^\.(TH|SH|SS|PP|TP|B|I|RI|br|nf|fi|nh|ad)\b`).MatchString(line) {
				t.Errorf("%s:%d is a request by accident: %q", name, i+1, line)
			}
		}
	}
	for args, name := range map[string]string{"": "man1/telex.1", "optouts add": "man1/telex-optouts-add.1", "config": "man5/telex-config.5"} {
		page, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		if got := runTelex(t, nil, "", append([]string{"man"}, strings.Fields(args)...)...).out; err != nil || got != string(page) {
			t.Errorf("telex man %s prints something else than %s (%v)", args, name, err)
		}
	}
	runTelex(t, nil, "", "man", "frobnicate").want(t, say.ExitUsage, `the manual has no page for "frobnicate"`)
	runTelex(t, nil, "", "man", "send", "--into", folder).want(t, say.ExitUsage, "--into writes all pages")
}

// Help is to fit a terminal of 80 columns, and every flag to say what it takes.
func TestHelp(t *testing.T) {
	t.Parallel()
	commands := []string{"", "help"}
	for _, c := range documented(newApp(process{}).rootCommand()) {
		commands = append(commands, strings.TrimPrefix(c.CommandPath(), "telex "))
		if c.Example == "" {
			t.Errorf("%s has no example", c.CommandPath())
		}
	}
	for _, command := range commands {
		args := strings.Fields(command + " --help")
		got := runTelex(t, nil, "", args...)
		got.want(t, say.ExitOK)
		_, examples, _ := strings.Cut(got.out, "\nExamples:\n")
		examples, _, _ = strings.Cut(examples, "\n\n")
		for line := range strings.SplitSeq(strings.Replace(got.out, examples, "", 1), "\n") { // those are for copying
			if n := len([]rune(line)); n > 80 {
				t.Errorf("telex %q: a line of %d characters, want 80 at most: %q", args, n, line)
			}
			if strings.Contains(line, " stringArray ") || strings.Contains(line, " string ") {
				t.Errorf("telex %q: got %q, want the flag's value named", args, line)
			}
		}
		if got.err != "" {
			t.Errorf("telex %q: got stderr %q, want none", args, got.err)
		}
	}
	if got := runTelex(t, nil, "", "--help").out; strings.Count(got, "\n") > 23 {
		t.Errorf("telex --help: got %d lines, want 23 at most, which leaves one of 24 for the prompt:\n%s", strings.Count(got, "\n"), got)
	}
	help := runTelex(t, nil, "", "send", "--help").out
	if flag, prose := strings.Index(help, "  -t, --to number"), strings.Index(help, "Send records a message"); flag < 0 || prose < flag || strings.Index(help, "Examples:") > flag {
		t.Errorf("telex send --help: got the first flag at %d and prose at %d, want examples, flags, prose:\n%s", flag, prose, help)
	}
	if got, want := runTelex(t, nil, "", "help", "send").out, runTelex(t, nil, "", "send", "--help").out; got != want {
		t.Errorf("telex help send: got\n%s\nwant what telex send --help prints", got)
	}
}

// A password of the user's own is not printed by telex sandbox.
func TestSandboxKeepsPassword(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	w := &who.World{Home: who.Home{Output: say.NewPrinter(&out, &errs)}}
	f := sandboxFlags{Config: sandbox.Config{
		Username: clitest.User, Password: clitest.Password, AccountID: "o'brien", Numbers: []string{"+12345678905", "+12345678906"},
	}}
	if err := introduce(w, "http://127.0.0.1:1/api/v2", f); err != nil {
		t.Fatal(err)
	}
	clitest.CheckOutput(t, []string{"sandbox"}, out.String())
	for _, want := range []string{`BW_ACCOUNT_ID='o'\''brien'`, "BW_NUMBER='+12345678905,+12345678906'"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got\n%s\nwant %q in it", out.String(), want)
		}
	}
	if want := "set BW_PASSWORD to what you gave as --password"; !strings.Contains(errs.String(), want) || strings.Contains(out.String()+errs.String(), clitest.Password) {
		t.Errorf("got\n%s%s\nwant %q in it, and no password", out.String(), errs.String(), want)
	}
}
