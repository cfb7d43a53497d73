// Package e2e tests telex as the program that people start: in terminals, over SSH, in
// shells, with a keyring, and killed. It builds the binary and knows nothing of what is
// within.
package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

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

// unlessShort is all of the cases, but only the first with -short.
func unlessShort[T any](first T, more ...T) []T {
	if testing.Short() {
		return []T{first}
	}
	return append([]T{first}, more...)
}

// telexBinary builds telex as a release is, once, and returns its path.
var telexBinary = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(clitest.Scratch, "bin", "telex")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, "telex")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build telex: %w\n%s", err, out)
	}
	return binary, nil
})

// telexCommand prepares telex to run, until the end of ctx at most, with an environment,
// to which a folder for its outbox is added unless it names one.
func telexCommand(ctx context.Context, t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = clitest.WithState(t, env)
	return cmd
}
