package e2e

import (
	"bytes"
	"debug/buildinfo"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
)

// What a package may make before telex begins, wherever it stands. The time that it
// takes is not looked at: it is the machine's.
const (
	mostBytes       = 8 << 10
	mostAllocations = 64
)

// ours are bounds for the packages of this module: what they need, they make when they
// need it.
const (
	mostBytesOurs       = 2 << 10
	mostAllocationsOurs = 16
)

// heavy are the packages that make more, and what they make at most.
var heavy = map[string]struct{ bytes, allocations int }{
	"encoding/xml":                         {20 << 10, 64}, // names of characters in HTML
	"github.com/charmbracelet/ultraviolet": {40 << 10, 64}, // keys of terminals
	"github.com/charmbracelet/x/ansi":      {24 << 10, 64}, // the parser's transitions
	"unicode":                              {16 << 10, 64}, // the tables that package regexp knows by name
}

// looks are packages that look around before the first line of telex, and for what.
var looks = map[string]string{
	"github.com/atotto/clipboard": "for clipboard programs in each folder of PATH", // with Bubbles' text area
	"charm.land/lipgloss/v2":      "for what the terminal can do in the terminfo, and inside tmux runs that",
}

// All packages together may make no more, and those of HTTP/2, which a release is without,
// so much beside them.
const (
	mostBytesTogether       = 140 << 10
	mostAllocationsTogether = 740
	bytesOfHTTP2            = 10 << 10
	allocationsOfHTTP2      = 60
)

// TestStart: before its first line of code, telex makes next to nothing, the library
// whose plans are in tables of ours is not in it, and it is no larger than it has to be.
func TestStart(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the bounds were measured on Linux")
	}
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	t.Run("packages", func(t *testing.T) { startsLight(t, binary) })
	t.Run("modules", func(t *testing.T) { hasNoLibrary(t, binary) })
	t.Run("size", func(t *testing.T) { isSmall(t, binary) })
	t.Run("release", isBuiltAsReleased)
}

// isBuiltAsReleased: wherever a program is built that others get, or that is measured, it is
// built with the same tags.
func isBuiltAsReleased(t *testing.T) {
	for name, line := range map[string]string{
		".goreleaser.yaml": "tags: &tags\n      - " + releaseTags, ".ci/Dockerfile": "-tags " + releaseTags,
		"ui/cli/e2e/measure/main.go": "-tags=" + releaseTags,
	} {
		text, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), line) {
			t.Errorf("%s has no %q", name, line)
		}
	}
}

// initialized is a line of GODEBUG=inittrace=1.
var initialized = regexp.MustCompile(`^init (\S+) @.* clock, (\d+) bytes, (\d+) allocs$`)

func startsLight(t *testing.T, binary string) {
	var traced bytes.Buffer
	telex := exec.CommandContext(t.Context(), binary, "version")
	telex.Env = []string{"GODEBUG=inittrace=1", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LANG=C.UTF-8"}
	telex.Stderr = &traced
	if err := telex.Run(); err != nil {
		t.Fatalf("telex version: %v\n%s", err, &traced)
	}
	packages, bytesTogether, allocationsTogether := 0, 0, 0
	for line := range strings.Lines(traced.String()) {
		found := initialized.FindStringSubmatch(strings.TrimSpace(line))
		if found == nil {
			t.Errorf("this is no line of inittrace: %q", line)
			continue
		}
		name := found[1]
		if why := looks[name]; why != "" {
			t.Errorf("%s is in the program, which at every start looks %s", name, why)
		}
		made, allocations := numeral(t, found[2]), numeral(t, found[3])
		packages++
		bytesTogether += made
		allocationsTogether += allocations
		most, allowed := heavy[name]
		switch {
		case name == "telex" || strings.HasPrefix(name, "telex/"):
			most.bytes, most.allocations = mostBytesOurs, mostAllocationsOurs
		case !allowed:
			most.bytes, most.allocations = mostBytes, mostAllocations
		}
		if made > most.bytes || allocations > most.allocations {
			t.Errorf("%s makes %d bytes in %d allocations at every start, want at most %d in %d",
				name, made, allocations, most.bytes, most.allocations)
		}
	}
	t.Logf("%d packages make %d bytes in %d allocations", packages, bytesTogether, allocationsTogether)
	if packages < 20 {
		t.Errorf("%d packages were traced: nothing is tested", packages)
	}
	mostBytesTogether, mostAllocationsTogether := mostBytesTogether, mostAllocationsTogether
	if !sample.Thorough() {
		mostBytesTogether, mostAllocationsTogether = mostBytesTogether+bytesOfHTTP2, mostAllocationsTogether+allocationsOfHTTP2
	}
	if bytesTogether > mostBytesTogether || allocationsTogether > mostAllocationsTogether {
		t.Errorf("all packages make %d bytes in %d allocations, want at most %d in %d",
			bytesTogether, allocationsTogether, mostBytesTogether, mostAllocationsTogether)
	}
}

func numeral(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func hasNoLibrary(t *testing.T, binary string) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	var modules []string
	for _, m := range info.Deps {
		modules = append(modules, m.Path)
	}
	if !slices.Contains(modules, "charm.land/bubbletea/v2") {
		t.Fatalf("the modules in telex are %q: nothing is tested", modules)
	}
	for _, module := range []string{"github.com/nyaruka/phonenumbers", "google.golang.org/protobuf"} {
		if slices.Contains(modules, module) {
			t.Errorf("%s is in telex, which has tables of its own", module)
		}
	}
}

// mostSize is how large the program may be, in bytes, on the machines that most have. Lists,
// broadcasts and pictures took 2 MB of it, what is sent later 0.5, approvals, budgets and
// broadcasts that begin later 0.3, PostgreSQL 4.5, and what follows an outage, and words of
// screens, 0.4. What is built for tests has 0.7 more, for it has HTTP/2 and cgo; see
// telexBinary.
const (
	mostSize         = 29_300_000
	mostSizeForTests = mostSize + 700_000
)

func isSmall(t *testing.T, binary string) {
	program, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(program, []byte("telex/ui/cli.Main")) {
		t.Fatal("names of functions are not in the program: nothing is tested")
	}
	// It calls methods by their names, so that the linker must keep all there are.
	const template = "text/template.(*state).evalField"
	if bytes.Contains(program, []byte(template)) {
		t.Errorf("%s is in telex, and with it every method of every type", template)
	}
	most := mostSizeForTests
	if os.Getenv("TELEX_INTEGRATION") == "1" {
		most = mostSize
	}
	t.Logf("%d bytes", len(program))
	if runtime.GOARCH == "amd64" && len(program) > most {
		t.Errorf("telex has %d bytes, want at most %d", len(program), most)
	}
}
