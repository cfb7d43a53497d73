package cli

import (
	"slices"
	"testing"
)

// Commands and flags in the help of somebody who looks for them.
func TestTree(t *testing.T) {
	t.Parallel()
	a := newApp(process{})
	var names []string
	for _, c := range documented(a.rootCommand()) {
		names = append(names, c.Name())
		if c.Short == "" || c.Args == nil && !slices.Contains([]string{"explain", "history", "man", "status"}, c.Name()) {
			t.Errorf("telex %s lacks a short description, or takes any arguments", c.Name())
		}
	}
	if want := []string{"await", "broadcast", "again", "approve", "cancel", "change", "list", "pause", "report", "resume", "show", "start", "watch", "completion", "contacts", "add", "export", "groups", "import", "remove", "doctor", "drafts", "remove", "show", "explain", "history", "prune", "listen", "login", "logout", "man", "optouts", "add", "check", "export", "held", "release", "import", "remove", "outbox", "copy", "info", "init", "keep", "login", "logout", "profiles", "use", "sandbox", "scheduled", "cancel", "change", "send", "send", "show", "stats", "status", "templates", "thread", "threads", "version", "work", "install"}; !slices.Equal(names, want) {
		t.Errorf("got commands %q, want %q", names, want)
	}
}

// TestOnlyTheCommandAskedFor: of all commands that one is made which is asked for, and the
// console makes none, but whoever looks at all of them finds them all.
func TestOnlyTheCommandAskedFor(t *testing.T) {
	tree := func(args ...string) []string {
		var names []string
		for _, c := range newApp(process{}).rootFor(args).Commands() {
			names = append(names, c.Name())
		}
		return names
	}
	var all []string
	for _, c := range newApp(process{}).rootCommand().Commands() {
		all = append(all, c.Name())
	}
	for _, c := range newApp(process{}).commands() {
		if got := c.make().Name(); got != c.name {
			t.Errorf("the maker of %s makes %s", c.name, got)
		}
		want := []string{c.name}
		if c.whole {
			want = all
		}
		if got := tree(c.name, "x"); !slices.Equal(got, want) {
			t.Errorf("telex %s x has the commands %q, want %q", c.name, got, want)
		}
	}
	for _, args := range [][]string{{}, {"--sandbox"}, {"--debug=numbers", "-v"}} {
		if got := tree(args...); len(got) > 0 {
			t.Errorf("telex %q has the commands %q, want none", args, got)
		}
	}
	for _, args := range [][]string{{"help", "send"}, {"sned"}, {"--debug", "send"}, {"--", "send"}, {"__complete", ""}} {
		if got := tree(args...); !slices.Equal(got, all) {
			t.Errorf("telex %q has the commands %q, want all: %q", args, got, all)
		}
	}
}
