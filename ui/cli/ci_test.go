package cli

import (
	goversion "go/version"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
)

// The Go that GitHub's runners get is the one in .ci/go-version, and GOTOOLCHAIN is
// local there: a tool or a module that asks for a newer one is not built at all. So it
// has to be as new as everything that the checks build.
func TestGoOfTheChecks(t *testing.T) {
	named := "go" + strings.TrimSpace(repositoryText(t, ".ci", "go-version"))
	if !goversion.IsValid(named) || strings.Count(named, ".") != 2 {
		t.Fatalf(".ci/go-version: got %q, want a release with its patch, such as 1.26.0", named)
	}
	workflows, err := filepath.Glob(filepath.Join("..", "..", ".github", "workflows", "*.yml"))
	if err != nil || len(workflows) == 0 {
		t.Fatalf("no workflows (%v)", err)
	}
	setup := regexp.MustCompile(`uses: actions/setup-go@.*\n\s+with:\n\s+(.*)\n`)
	set := 0
	read := func(path string) string { return repositoryText(t, ".github", "workflows", filepath.Base(path)) }
	for _, path := range workflows {
		for _, m := range setup.FindAllStringSubmatch(read(path), -1) {
			set++
			if m[1] != "go-version-file: .ci/go-version" {
				t.Errorf("%s sets Go up with %q, want the file that this test compares", path, m[1])
			}
		}
		if got := strings.Count(read(path), "setup-go"); got != len(setup.FindAllString(read(path), -1)) {
			t.Errorf("%s has a setup-go that this test does not understand", path)
		}
	}
	if set == 0 {
		t.Error("no workflow sets Go up")
	}

	if image := firstGroup(t, `(?m)^FROM golang:([\d.]+)-alpine AS build$`, repositoryText(t, ".ci", "Dockerfile")); "go"+image != named {
		t.Errorf(".ci/Dockerfile builds with Go %s, but .ci/go-version names %s", image, named)
	}

	enough := func(what, needs string) {
		if goversion.Compare("go"+needs, named) > 0 {
			t.Errorf("%s needs Go %s, but .ci/go-version names %s: name the newest patch release", what, needs, named)
		}
	}
	enough("go.mod", firstGroup(t, `(?m)^go (\S+)$`, repositoryText(t, "go.mod")))
	for module, release := range ciTools(t) {
		enough(module+"@"+release, goOf(t, module, release))
	}
}

// Each action is pinned by a commit, with the release that it is in a comment, and leaves
// no credentials behind; each workflow says what it may do and ends.
func TestWorkflowsArePinned(t *testing.T) {
	t.Parallel()
	workflows, err := filepath.Glob(filepath.Join("..", "..", ".github", "workflows", "*.yml"))
	if err != nil || len(workflows) == 0 {
		t.Fatalf("no workflows (%v)", err)
	}
	pinned := regexp.MustCompile(`^uses: (\./\S+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$`)
	for _, path := range workflows {
		text := repositoryText(t, ".github", "workflows", filepath.Base(path))
		for line := range strings.SplitSeq(text, "\n") {
			if line = strings.TrimPrefix(strings.TrimSpace(line), "- "); strings.HasPrefix(line, "uses: ") && !pinned.MatchString(line) {
				t.Errorf("%s: %q is not pinned by a commit with its release behind it", path, line)
			}
		}
		for _, want := range []string{"\npermissions:\n  contents: read\n", "\nconcurrency:\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
		checkouts, keeps := strings.Count(text, "actions/checkout@"), strings.Count(text, "persist-credentials: false")
		if checkouts != keeps {
			t.Errorf("%s checks out %d times, and %d times leaves no credentials", path, checkouts, keeps)
		}
		jobs := strings.Count(text, "runs-on:")
		if limits := strings.Count(text, "timeout-minutes:"); limits != jobs {
			t.Errorf("%s has %d jobs, and %d time limits", path, jobs, limits)
		}
	}
}

// The release is made with the goreleaser that the checks tried.
func TestGoreleaserOfTheRelease(t *testing.T) {
	tried := firstGroup(t, `(?m)^goreleaser=(\S+)$`, repositoryText(t, ".ci", "run"))
	released := firstGroup(t, `uses: goreleaser/goreleaser-action@.*\n\s+with:\n\s+version: (\S+)`, repositoryText(t, ".github", "workflows", "release.yml"))
	if tried != released {
		t.Errorf("release.yml takes goreleaser %s, but .ci/run pins %s", released, tried)
	}
}

// ciTools are the modules that .ci/run builds its tools from, with their releases.
func ciTools(t *testing.T) map[string]string {
	t.Helper()
	script := repositoryText(t, ".ci", "run")
	tools := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^ *install_tool \S+ (\S+) "\$(\w+)"$`).FindAllStringSubmatch(script, -1) {
		// The module ends with the number of its major version, if that is above 1; what
		// follows is the package.
		module := firstGroup(t, `^(.*?/v\d+|.*?)(?:/cmd/|$)`, m[1])
		tools[module] = firstGroup(t, `(?m)^`+m[2]+`=(\S+)$`, script)
	}
	if len(tools) != strings.Count(script, "\n  install_tool ") || len(tools) == 0 {
		t.Fatalf("got the tools %v, want all that .ci/run installs", tools)
	}
	return tools
}

// goOf is the release of Go that a module asks for. It is looked up in the module
// cache, where the tool's sources are once it was built, and with TELEX_INTEGRATION=1
// wherever modules come from.
func goOf(t *testing.T, module, release string) string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.GoVersion}}", module+"@"+release)
	list.Dir = t.TempDir() // outside of this module
	list.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	required := sample.Thorough()
	if !required {
		list.Env = append(list.Env, "GOPROXY=off")
	}
	out, err := list.Output()
	needs := strings.TrimSpace(string(out))
	switch {
	case err == nil && goversion.IsValid("go"+needs):
		return needs
	case required:
		t.Fatalf("what Go %s@%s needs cannot be found out: %v, %q", module, release, err, needs)
	}
	t.Skipf("%s@%s is not in the module cache; .ci/run brings it", module, release)
	return ""
}

// repositoryText is what a file of the repository holds.
func repositoryText(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// firstGroup is the first group of the first match, which there must be.
func firstGroup(t *testing.T, pattern, in string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(in)
	if m == nil {
		t.Fatalf("nothing fits %s", pattern)
	}
	return m[1]
}
