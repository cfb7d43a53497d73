package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/sqlite/sqlitetest"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// asTelex in the environment makes the test binary behave as telex, for tests
// that need a process of their own.
const asTelex = "TELEX_TEST_AS_TELEX"

func TestMain(m *testing.M) {
	switch os.Getenv(asTelex) {
	case "":
		sqlitetest.Hasten()
		os.Exit(clitest.Run(m))
	case "stubborn":
		stubborn()
	case "storm":
		os.Exit(int(storming()))
	default:
		os.Exit(Main(os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
	}
}

// quickWork opens an encrypted file at once, for there are many of them here. What files
// of users take is tested by config.
const quickWork = 8

// ended is what a run left behind.
type ended struct {
	code     say.Code
	out, err string
}

// runTelex runs telex in this process, and checks what holds for every run: no
// secret and nothing that could drive a terminal is printed. Unless env says where,
// the run has an outbox of its own.
func runTelex(t *testing.T, env []string, stdin string, args ...string) ended {
	t.Helper()
	return runTelexWithin(t.Context(), t, env, stdin, args...)
}

func runTelexWithin(ctx context.Context, t *testing.T, env []string, stdin string, args ...string) ended {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(ctx, process{
		args: args, environ: clitest.WithState(t, env), in: strings.NewReader(stdin), out: &out, err: &errs, now: time.Now,
		keyring: noKeyring(), work: quickWork,
	})
	e := ended{code, out.String(), errs.String()}
	clitest.CheckOutput(t, args, e.out, e.err)
	return e
}

// want checks how a run ended. Each of within has to be in its standard error.
func (e ended) want(t *testing.T, code say.Code, within ...string) {
	t.Helper()
	if e.code != code {
		t.Errorf("got exit code %d, want %d\nstdout: %s\nstderr: %s", e.code, code, e.out, e.err)
	}
	for _, w := range within {
		if !strings.Contains(e.err, w) {
			t.Errorf("got stderr\n%s\nwant %q in it", e.err, w)
		}
	}
}

// decode reads the whole of standard output as one JSON value.
func (e ended) decode(t *testing.T, into any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(e.out))
	if err := d.Decode(into); err != nil {
		t.Fatalf("stdout is no JSON: %v\n%s", err, e.out)
	}
	if _, err := d.Token(); err != io.EOF {
		t.Errorf("stdout has more than one JSON value (%v):\n%s", err, e.out)
	}
}
