package config

import "testing"

// TestReplies: a profile has its own table of replies, even an empty one, or that of all; and
// what telex changes in the file leaves both.
func TestReplies(t *testing.T) {
	const text = `# For all.
[replies]
stop = "You get no more texts."
help = """Call 919 555 0100,
or write to help@example.org."""

[profiles.a]
account = "1"

[profiles.b]
account = "2"
[profiles.b.replies]
start = "Welcome back."

[profiles.c]
account = "3"
replies = {}
`
	all := Replies{Stop: "You get no more texts.", Help: "Call 919 555 0100,\nor write to help@example.org."}
	f := loaded(t, configFile(t, text))
	for range 2 {
		for name, want := range map[string]Replies{"": all, "a": all, "nobody": all, "b": {Start: "Welcome back."}, "c": {}} {
			if got := f.Replies(name); got != want {
				t.Errorf("of %q: %+v, want %+v", name, got, want)
			}
		}
		for _, name := range f.Names() {
			p, err := f.Profile(name)
			if err != nil {
				t.Fatal(err)
			}
			p.Numbers = append(p.Numbers, "+12345678901")
			if err := f.Put(p); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Save(t.Context()); err != nil {
			t.Fatal(err)
		}
		f = loaded(t, f.Path())
	}
	if err := f.Remove("b"); err != nil {
		t.Fatal(err)
	}
	if got := f.Replies("b"); got != all {
		t.Errorf("without the profile: %+v, want those of all", got)
	}
	if got := loaded(t, configFile(t, "[profiles.a]\naccount = \"1\"\n")).Replies("a"); got != (Replies{}) {
		t.Errorf("with none: %+v", got)
	}
}
