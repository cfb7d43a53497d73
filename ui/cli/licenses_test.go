package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
)

// THIRD_PARTY_LICENSES holds the licence of everything that is linked into telex, on any
// system that it is released for.
func TestGeneratedLicenses(t *testing.T) {
	sample.Whole(t)
	var b strings.Builder
	b.WriteString("What telex is built of, and under which licence. The packages of a release hold this file.\n")
	add := func(what, text string) {
		fmt.Fprintf(&b, "\n%s\n%s\n%s\n\n%s\n", strings.Repeat("=", 80), what, strings.Repeat("=", 80), strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")))
	}
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	standard, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "LICENSE"))
	if err != nil {
		clitest.Missing(t, "the licence of Go", "THIRD_PARTY_LICENSES holds it")
	}
	add("The Go standard library and runtime", string(standard))
	add("Numbering plans in messaging/number/plans.go: those of Google's libphonenumber",
		"Apache License, Version 2.0, whose text stands below under github.com/spf13/cobra.\nCopyright (C) The Libphonenumber Authors")
	modules := linkedModules(t)
	for _, m := range modules {
		for i, text := range licencesOf(t, m) {
			what := m.path
			if i > 0 {
				what += ", notice"
			}
			add(what, text)
		}
	}
	if !slices.ContainsFunc(modules, func(m module) bool { return m.path == "github.com/spf13/cobra" }) {
		t.Error("cobra is not linked any more, but the text of its licence is pointed at")
	}
	sameFile(t, "THIRD_PARTY_LICENSES", b.String())
}

// A module is one that is linked.
type module struct{ path, folder string }

// linkedModules are those of the program on every system that it is released for, by
// their paths.
func linkedModules(t *testing.T) []module {
	t.Helper()
	var modules []module
	for _, system := range []string{"linux", "darwin", "windows", "freebsd", "openbsd"} {
		list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}", ".")
		list.Dir = filepath.Join("..", "..")
		list.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
		out, err := list.Output()
		if err != nil {
			clitest.Missing(t, "the modules of "+system, "their licences are looked at")
		}
		for line := range strings.Lines(string(out)) {
			path, folder, ok := strings.Cut(strings.TrimSpace(line), "\t")
			if ok && !slices.Contains(modules, module{path, folder}) {
				modules = append(modules, module{path, folder})
			}
		}
	}
	slices.SortFunc(modules, func(a, b module) int { return strings.Compare(a.path, b.path) })
	if len(modules) < 10 {
		t.Fatalf("got only %v, want all modules that are linked", modules)
	}
	return modules
}

// licencesOf are the texts of a module's licences and notices.
func licencesOf(t *testing.T, m module) []string {
	t.Helper()
	var texts []string
	for _, pattern := range []string{"LICEN[CS]E*", "COPYING*", "NOTICE*"} {
		names, err := filepath.Glob(filepath.Join(m.folder, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if text, err := os.ReadFile(name); err == nil {
				texts = append(texts, string(text))
			}
		}
	}
	if len(texts) == 0 {
		t.Errorf("%s has no licence in %s", m.path, m.folder)
	}
	return texts
}
