package messaging_test

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestAPIOfTheLastTag: nothing that the last version of this major exported is gone, whatever
// was written down since. Where there is no such tag, or no git, nothing was promised that
// could be looked up.
func TestAPIOfTheLastTag(t *testing.T) {
	module, err := os.ReadFile(filepath.Join("..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(string(module), "module "), "\n")
	tag := lastTag("..", majorOf(name))
	if tag == "" {
		t.Log("no tag of this major version")
		return
	}
	if fault := brokenSince(t, "..", tag); fault != "" {
		t.Errorf("programs that build with %s do not with this: gone or changed is\n%s", tag, fault)
	}
}

// TestAPIOfTags: what TestAPIOfTheLastTag would find.
func TestAPIOfTags(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not here")
	}
	repo := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		at := filepath.Join(repo, "messaging", "testdata", "api", name)
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	git := func(args ...string) {
		t.Helper()
		if out, err := gitIn(repo, append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"}, args...)...); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	git("init", "--quiet")
	if tag := lastTag(repo, "v1"); tag != "" {
		t.Errorf("without tags: got %q", tag)
	}
	write("a.txt", "func A()\nfunc B()\n")
	write("b.txt", "func C()\n")
	git("add", "--all")
	git("commit", "--quiet", "--message", "a")
	for _, tag := range []string{"v0.9.0", "v1.2.0", "v1.10.0", "v1.11.0-rc.1", "v2.0.0", "v10.0.0"} {
		git("tag", "--no-sign", tag)
	}
	for major, want := range map[string]string{"v1": "v1.10.0", "v2": "v2.0.0", "v3": ""} {
		if got := lastTag(repo, major); got != want {
			t.Errorf("%s: got %q, want %q", major, got, want)
		}
	}
	write("a.txt", "func A()\nfunc B()\nfunc D()\n")
	if got := brokenSince(t, repo, "v1.10.0"); got != "" {
		t.Errorf("something is added: got %q", got)
	}
	write("a.txt", "func A(x int)\nfunc D()\n")
	if err := os.Remove(filepath.Join(repo, "messaging", "testdata", "api", "b.txt")); err != nil {
		t.Fatal(err)
	}
	if got, want := brokenSince(t, repo, "v1.10.0"), "a.txt:\n\tfunc A()\n\tfunc B()\nb.txt:\n\tfunc C()\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for module, want := range map[string]string{"telex": "v1", "example.com/a/telex": "v1", "example.com/a/telex/v2": "v2", "example.com/v2/telex": "v1"} {
		if got := majorOf(module); got != want {
			t.Errorf("%s: got %s, want %s", module, got, want)
		}
	}
}

// majorOf is the major version that a module's path stands for.
func majorOf(module string) string {
	if last := path.Base(module); len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" {
		return last
	}
	return "v1"
}

// lastTag is the highest released version of a major one; "" if there is none.
func lastTag(repo, major string) string {
	out, err := gitIn(repo, "tag", "--list", major+".*", "--sort=-version:refname")
	if err != nil {
		return ""
	}
	tags := strings.Fields(out)
	i := slices.IndexFunc(tags, func(tag string) bool { return !strings.Contains(tag, "-") })
	if i < 0 {
		return ""
	}
	return tags[i]
}

// brokenSince is what is written down at a tag of what packages export, and now no more.
func brokenSince(t *testing.T, repo, tag string) string {
	t.Helper()
	const folder = "messaging/testdata/api/"
	names, err := gitIn(repo, "ls-tree", "--name-only", tag, folder)
	if err != nil {
		t.Fatal(err)
	}
	var broken strings.Builder
	for name := range strings.FieldsSeq(names) {
		was, err := gitIn(repo, "show", tag+":"+name)
		if err != nil {
			t.Fatal(err)
		}
		now, err := os.ReadFile(filepath.Join(repo, filepath.FromSlash(name)))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if gone, _ := differ(was, string(now)); gone != "" {
			fmt.Fprintf(&broken, "%s:\n%s", path.Base(name), gone)
		}
	}
	return broken.String()
}

// gitIn is what git says in a folder.
func gitIn(folder string, args ...string) (string, error) {
	out, err := exec.Command("git", append([]string{"-C", folder}, args...)...).Output()
	return string(out), err
}
