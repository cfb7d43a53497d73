// Package e2e tests telex as the program that people start: in terminals, over SSH, in
// shells, with a keyring, and killed. It builds the binary and knows nothing of what is
// within.
package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite"
	"telex/ui/cli/clitest"
)

// asCrash in the environment makes this test binary a console with mistakes in it.
const asCrash = "TELEX_TEST_AS_CRASH"

func TestMain(m *testing.M) {
	if os.Getenv(asCrash) != "" {
		crashing()
	}
	os.Exit(clitest.Run(m))
}

// The exit codes of README.md that these tests tell apart.
const (
	exitOK       = 0
	exitUsage    = 2
	exitRejected = 3
	exitUnknown  = 6
	exitUnsent   = 7
)

var update = flag.Bool("update", false, "rewrite the golden files")

// thorough is all of the cases with TELEX_INTEGRATION=1, and when golden files are rewritten;
// otherwise the first: each starts telex again to do the same with it.
func thorough[T any](first T, more ...T) []T {
	if sample.Thorough() || *update {
		return append([]T{first}, more...)
	}
	return []T{first}
}

// beside has one of so many cases of a test run beside the others. A single one stays in the
// place of its test: it would have to wait for one behind all other tests, and those that take
// longest would begin last.
func beside(t *testing.T, cases int) {
	t.Helper()
	if cases > 1 {
		t.Parallel()
	}
}

// releaseTags are the build tags of a release.
const releaseTags = "nethttpomithttp2"

// telexBinary builds telex, once, and returns its path. With TELEX_INTEGRATION=1 it is built as
// a release is. That compiles every package once more, so otherwise it is made of what the tests
// are made of.
var telexBinary = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(clitest.Scratch, "bin", "telex")
	if err := os.Mkdir(filepath.Dir(binary), 0o700); err != nil {
		return "", err
	}
	build := buildCommand(binary, "-ldflags=-s -w")
	if sample.Thorough() {
		build = buildCommand(binary, "-trimpath", "-tags="+releaseTags, "-ldflags=-s -w")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
	}
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build telex: %w\n%s", err, out)
	}
	return binary, nil
})

// buildCommand builds telex where binary says. Unlike go build, go run links nothing that it
// linked before; what it is told to run that by is cp.
func buildCommand(binary string, flags ...string) *exec.Cmd {
	if runtime.GOOS == "windows" { // where there is no cp
		return exec.Command("go", append(append([]string{"build"}, flags...), "-o", binary, "telex")...)
	}
	return exec.Command("go", append(append([]string{"run", "-exec=cp"}, flags...), "telex", binary)...)
}

// untouched is the content of an outbox that nobody has used yet.
var untouched = sync.OnceValues(func() ([]byte, error) { return sample.Untouched(sqlite.At) })

// startedBefore is a folder for the outboxes of a telex that was started there before, which
// is quicker than one that has to make them. Each test that names its folder has a first start.
func startedBefore(t *testing.T) (state string) {
	t.Helper()
	content, err := untouched()
	state = t.TempDir()
	folder := filepath.Join(state, "telex")
	if err = errors.Join(err, os.Mkdir(folder, 0o700)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"outbox.db", "sandbox.db"} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return state
}

// telexCommand prepares telex to run, until the end of ctx at most, with an environment,
// to which a folder for its outbox is added unless it names one.
func telexCommand(ctx context.Context, t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, binary, args...)
	if cmd.Env = env; !clitest.NamesState(env) {
		cmd.Env = append(slices.Clone(env), "XDG_STATE_HOME="+startedBefore(t))
	}
	return cmd
}
