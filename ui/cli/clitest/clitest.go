// Package clitest has what the tests of the commands share, whether they run a command in
// their own process or telex as a program: a home that is nobody's, a sandbox that
// remembers what it was sent, and what must hold of everything that telex prints.
package clitest

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/postgres/postgrestest"
)

// Scratch is a folder of this run of the tests, which is removed at its end. It is set
// while Run runs the tests.
var Scratch string

// atOnce is how many tests run at the same time for each processor, unless -parallel says
// it: most of the time they wait for a process, a time limit or a terminal.
const atOnce = 4

// Run runs the tests of a package and returns their exit code. Whatever they start is
// kept from the folders of the user, and makes files with the usual umask.
func Run(m *testing.M) (code int) {
	usualUmask()
	flag.Parse()
	if parallel := flag.Lookup("test.parallel"); parallel.Value.String() == parallel.DefValue {
		_ = parallel.Value.Set(strconv.Itoa(atOnce * runtime.GOMAXPROCS(0)))
	}
	var err error
	if Scratch, err = os.MkdirTemp("", "telex-test-"); err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(Scratch) }()
	defer func() { _ = postgrestest.CloseShared() }()
	for _, name := range []string{"XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "HOME"} {
		if name == "HOME" || os.Getenv(name) != "" {
			keepGoCaches()
			_ = os.Setenv(name, filepath.Join(Scratch, name))
		}
	}
	return m.Run()
}

// keepGoCaches keeps the caches of the go command where they are, wherever HOME is.
func keepGoCaches() {
	names := []string{"GOCACHE", "GOMODCACHE", "GOPATH"}
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if values := strings.Split(string(out), "\n"); err == nil && len(values) > len(names) {
		for i, name := range names {
			_ = os.Setenv(name, strings.TrimSpace(values[i]))
		}
	}
}

// WithState is env with a folder for the outbox, unless it names one.
func WithState(t *testing.T, env []string) []string {
	t.Helper()
	if NamesState(env) {
		return env
	}
	return append(slices.Clone(env), "XDG_STATE_HOME="+t.TempDir())
}

// NamesState reports whether an environment says where the outbox is.
func NamesState(env []string) bool {
	return slices.ContainsFunc(env, func(v string) bool { return strings.HasPrefix(v, "XDG_STATE_HOME=") || strings.HasPrefix(v, "HOME=") })
}

// Soak reports whether tests that find more the longer they go on are to take their time,
// because TELEX_SOAK=1 is in the environment.
func Soak() bool { return os.Getenv("TELEX_SOAK") == "1" }

// SoakAll reports whether they are to go on until they have tried all there is, in minutes,
// because TELEX_SOAK=all is.
func SoakAll() bool { return os.Getenv("TELEX_SOAK") == "all" }

// Slow leaves a test out of the quick round, -short, with what it waits for.
func Slow(t *testing.T, waits string) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: it waits for " + waits)
	}
}

// Missing skips a test that needs a part of the system which is not here, and why it
// does. With TELEX_INTEGRATION=1 in the environment it fails instead.
func Missing(t *testing.T, part, why string) {
	t.Helper()
	if sample.Thorough() {
		t.Fatalf("%s is missing, and TELEX_INTEGRATION=1 wants it", part)
	}
	t.Skipf("%s is missing: %s", part, why)
}
