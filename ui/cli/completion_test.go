package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite"
	"telex/ui/cli/say"
)

// offers is what a shell is given to choose from, a line each.
func offers(t *testing.T, env []string, args ...string) []string {
	t.Helper()
	got := runTelex(t, env, "", append([]string{"__complete"}, args...)...)
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	if last := lines[len(lines)-1]; !strings.HasPrefix(last, ":") {
		t.Fatalf("%q: %q does not end in a directive", args, got.out)
	}
	return lines[:len(lines)-1]
}

// recordSent records messages in the outbox below folder, the last of them the newest.
func recordSent(t *testing.T, folder string, messages ...messaging.Message) {
	t.Helper()
	o, err := outbox.Open(t.Context(), sqlite.At(filepath.Join(folder, "telex", "outbox.db")), outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Close() }()
	for i, m := range messages {
		ids, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{m}, Yes: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Settle(t.Context(), ids[0], sample.Receipt(fmt.Sprintf("api-%d", i), m), nil); err != nil {
			t.Fatal(err)
		}
	}
}

// textTo is a message.
func textTo(to, text string) messaging.Message {
	m := sample.SMS(text)
	m.To = []string{to}
	return m
}

// TestMessagesCompleted: ids are offered wherever a message is named, the newest first, with
// what each is, in words that no terminal is driven by; numbers beside names, wherever a
// person is meant.
func TestMessagesCompleted(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	folder := t.TempDir()
	env := stateIn(folder, nil)
	for _, args := range [][]string{{"show", ""}, {"send", "--resend-of", ""}, {"thread", ""}} {
		if got := offers(t, env, args...); len(got) > 0 {
			t.Errorf("%q: offers %q without an outbox", args, got)
		}
	}
	if found, _ := filepath.Glob(filepath.Join(folder, "*")); len(found) > 0 {
		t.Errorf("completing made %q", found)
	}
	many := []messaging.Message{textTo(friend, "Your table is ready"), textTo(other, "one\ttwo\x1b[31m\nthree and so on for a long time, until nobody reads it")}
	for i := range 10 {
		many = append(many, textTo(other, fmt.Sprint("more ", i)))
	}
	recordSent(t, folder, many...)
	runTelex(t, env, "", "contacts", "add", "Ana Ruiz", friend).want(t, say.ExitOK)
	ids := func(got []string) (all []string) {
		for _, line := range got {
			id, _, _ := strings.Cut(line, "\t")
			all = append(all, id)
		}
		return all
	}
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"show", "1"}, []string{"12", "11", "10", "1"}},
		{[]string{"show", "12"}, []string{"12"}},
		{[]string{"show", "x"}, nil},
		{[]string{"show", "0"}, nil},
		{[]string{"show", "1", ""}, nil},
		{[]string{"status", "12", "1"}, []string{"11", "10", "1"}},
		{[]string{"send", "--resend-of", "1"}, []string{"12", "11", "10", "1"}},
		{[]string{"thread", ""}, []string{other, friend}},
		{[]string{"await", "2"}, []string{"2"}},
		{[]string{"await", "+"}, []string{other, friend}},
		{[]string{"send", "--to", "+"}, []string{other, friend}},
		{[]string{"send", "--to", "an"}, []string{"Ana Ruiz"}},
	} {
		if got := ids(offers(t, env, c.args...)); !slices.Equal(got, c.want) {
			t.Errorf("%q: offers %q, want %q", c.args, got, c.want)
		}
	}
	if got := offers(t, env, "show", ""); len(got) != 12 || got[11] != "1\taccepted, to "+friend+": Your table is ready" {
		t.Errorf("offers %q, want what the first message is", got)
	}
	second := offers(t, env, "show", "2")
	if len(second) != 1 || strings.Count(second[0], "\t") != 1 || strings.ContainsRune(second[0], '\x1b') || len([]rune(second[0])) > 80 {
		t.Errorf("offers %q, want the message on one line and clean", second)
	}
	if got := offers(t, env, "thread", friend); !slices.Equal(got, []string{friend + "\tAna Ruiz, texted lately"}) {
		t.Errorf("offers %q, want the name beside the number", got)
	}
}

// TestSettingsCompleted: --from offers what can send, --region countries.
func TestSettingsCompleted(t *testing.T) {
	t.Parallel()
	env := stateIn(t.TempDir(), []string{"BW_NUMBER=+19195550177"})
	if got := offers(t, env, "send", "--from", ""); !slices.Equal(got, []string{"+19195550177\tyours, and used without --from"}) {
		t.Errorf("--from offers %q", got)
	}
	if got := offers(t, env, "send", "--sandbox", "--from", ""); len(got) != 1 || !strings.HasPrefix(got[0], "+12345678901\t") {
		t.Errorf("--from of the sandbox offers %q", got)
	}
	for _, args := range [][]string{{"send", "--region", "G"}, {"login", "--region", "G"}, {"contacts", "add", "--region", "G"}} {
		if got := offers(t, env, args...); !slices.Contains(got, "GB\tUnited Kingdom") || slices.ContainsFunc(got, func(l string) bool { return !strings.HasPrefix(l, "G") }) {
			t.Errorf("%q: offers %q, want countries with G", args, got)
		}
	}
}

// TestFlagsCompleted: what is said of a flag is one line of whole words, without the quotes
// that name its value in the help.
func TestFlagsCompleted(t *testing.T) {
	t.Parallel()
	env := stateIn(t.TempDir(), nil)
	for _, command := range [][]string{{}, {"send"}, {"history"}, {"broadcast", "start"}, {"contacts", "import"}, {"listen"}, {"login"}} {
		got := offers(t, env, append(command, "--")...)
		if len(got) < 2 {
			t.Errorf("%q: offers %q", command, got)
		}
		for _, line := range got {
			flag, what, ok := strings.Cut(line, "\t")
			if !ok || what == "" || !strings.HasPrefix(flag, "--") || strings.ContainsAny(what, "`\t") {
				t.Errorf("%q: offers %q, want a flag and what it does", command, line)
			}
		}
	}
	if got := offers(t, env, "send", "--tag"); !slices.Contains(got, "--tag\ttext that comes back in callbacks; no personal data") {
		t.Errorf("--tag: offers %q", got)
	}
}

// TestFilesAreOffered: shells offer files where one may stand, and nowhere else.
func TestFilesAreOffered(t *testing.T) {
	t.Parallel()
	files := func(args ...string) bool {
		got := runTelex(t, nil, "", append([]string{"__complete"}, args...)...)
		return strings.HasSuffix(got.out, ":0\n")
	}
	if files("broadcast", "start", "@") {
		t.Error("files are offered for a group of contacts")
	}
	most := map[string]int{"telex broadcast start": 1, "telex contacts import": 1, "telex optouts import": 1, "telex outbox copy": 2}
	root := newApp(process{}).rootCommand()
	for _, c := range append(documented(root), root, helpCommand()) {
		words := strings.Fields(c.CommandPath())[1:]
		if c.Name() == "help" {
			words = []string{"help"}
		}
		for n := range 3 {
			if got, want := files(slices.Concat(words, slices.Repeat([]string{"x"}, n), []string{""})...), n < most[c.CommandPath()]; got != want {
				t.Errorf("files are offered for argument %d of %s: %t, want %t", n+1, c.CommandPath(), got, want)
			}
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			value, _ := pflag.UnquoteUsage(f)
			if f.NoOptDefVal != "" || value == "folder" {
				return
			}
			if got, want := files(slices.Concat(words, []string{"--" + f.Name, ""})...), value == "file"; got != want {
				t.Errorf("files are offered for %s --%s: %t, want %t", c.CommandPath(), f.Name, got, want)
			}
		})
	}
}

// TestCommandsCompleted: what names commands has them offered, a level at a time, and lists of
// words what is not in them already.
func TestCommandsCompleted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args []string
		want []string
	}{
		{[]string{"help", "ou"}, []string{"outbox\tWhere messages are recorded: a file, or a database for several machines"}},
		{[]string{"help", "outbox", "in"}, []string{"info\tSay where the outbox is, what it holds and who uses it", "init\tMake the tables of the outbox, or bring them up to date"}},
		{[]string{"help", "nope", ""}, []string{}},
		{[]string{"help", "contacts", "nope", ""}, []string{}},
		{[]string{"man", "con"}, []string{"contacts\tList the people you know by name", "config\tthe file of profiles"}},
		{[]string{"man", "profiles", ""}, []string{"use\tMake a profile the default"}},
		{[]string{"completion", ""}, shells()},
		{[]string{"work", "install", ""}, []string{"systemd", "openrc", "cron"}},
		{[]string{"sandbox", "--account-setup", "no-roles,voice-ap"}, []string{"no-roles,voice-application"}},
	} {
		got := offers(t, nil, tt.args...)
		if tt.args[0] == "sandbox" { // shells choose among these
			got = slices.DeleteFunc(got, func(o string) bool { return !strings.HasPrefix(o, tt.args[2]) })
		}
		if !slices.Equal(got, tt.want) && (len(got) > 0 || len(tt.want) > 0) {
			t.Errorf("%q: offers %q, want %q", tt.args, got, tt.want)
		}
	}
	if got := offers(t, nil, "sandbox", "--account-setup", "no-roles,"); slices.Contains(got, "no-roles,no-roles") {
		t.Errorf("offers %q, one of them again", got)
	}
}
