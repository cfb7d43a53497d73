//go:build linux

// Command measure prints the tables of docs/performance.md as Markdown: telex beside the
// least programs of the kind (folder floor), curl, and band and pop where they are
// installed. Run it where nothing else runs, in the repository:
//
//	go run ./ui/cli/e2e/measure >tables.md
//
// It builds what it measures as releases are built, and talks to a sandbox of its own on
// this machine. The programs of a table take turns, each round begins with another, and
// what is printed are medians over the rounds. Absolute times are the machine's: read the
// ratios.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// plan is how long it measures.
type plan struct {
	rounds   int           // of programs in a terminal, and of many messages
	commands int           // rounds of commands, which are short
	keys     int           // typed one by one
	burst    int           // typed as fast as a key repeats, or a paste without brackets comes
	calm     time.Duration // before that: what was typed is saved meanwhile
	idle     time.Duration // that nothing is done
	many     int           // individual messages
	people   int           // of the broadcast
	only     string        // texts, with commas between: the tables whose title holds one; all if empty
}

func main() {
	var p plan
	flag.IntVar(&p.rounds, "rounds", 5, "`rounds` of programs in a terminal, of many messages and of broadcasts")
	flag.IntVar(&p.commands, "commands", 40, "`rounds` of commands")
	flag.IntVar(&p.keys, "keys", 100, "`keys` typed at one every 60 ms")
	flag.IntVar(&p.burst, "burst", 200, "`keys` typed at one every 5 ms")
	flag.DurationVar(&p.calm, "calm", 3*time.Second, "so `long` before that, in which what was typed is saved")
	flag.DurationVar(&p.idle, "idle", 10*time.Second, "for so `long` nothing is done")
	flag.IntVar(&p.many, "many", 200, "individual `messages`")
	flag.IntVar(&p.people, "people", 10_000, "`people` of a broadcast")
	flag.StringVar(&p.only, "only", "", "only tables whose title holds one of these `texts`, with commas between")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, p, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}

// run prints the tables to out, and what it is at to progress.
func run(ctx context.Context, p plan, out, progress io.Writer) (err error) {
	folder, err := os.MkdirTemp("", "telex-measure-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer func() {
		if left := os.RemoveAll(folder); err == nil && left != nil {
			err = fmt.Errorf("clean up: %w", left)
		}
	}()
	b := &bench{plan: p, folder: folder, out: out, progress: progress}
	if err := b.build(ctx); err != nil {
		return err
	}
	b.head()
	for _, table := range []func(context.Context) error{b.terminals, b.sizes, b.starts, b.sends, b.individuals, b.broadcasts} {
		if err := table(ctx); err != nil {
			return err
		}
	}
	return nil
}

// A bench is one run of measuring.
type bench struct {
	plan

	folder        string
	out, progress io.Writer
	guests        []guest
}

// A guest is a program of others that is measured where it is installed.
type guest struct {
	name, path, version string // version is the argument with which it says its version
}

// The programs that are built, by the names they have in the tables.
const (
	telex     = "telex"
	raw       = "raw"
	bubbletea = "bubbletea"
	nethttp   = "net/http"
	journal   = "net/http, journalled"
	shared    = "net/http, SQLite" // the same program
)

// path is where a program is that was built.
func (b *bench) path(name string) string {
	return filepath.Join(b.folder, strings.NewReplacer("/", "", " ", "-", ",", "").Replace(name))
}

// install writes a program anew from its beginning to its end, as whoever installs one does.
// The system keeps such a file in larger pieces than one that a linker wrote here and there,
// and a start takes a quarter less.
func install(from, to string) error {
	program, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("install it: %w", err)
	}
	if err := os.WriteFile(to, program, 0o700); err != nil { //nolint:gosec // it is to be run
		return fmt.Errorf("install it: %w", err)
	}
	return os.Remove(from) //nolint:wrapcheck // build says of what
}

// build builds telex and the floors, and looks for the others. Unlike go build, go run links
// nothing that it linked before; what it is told to run that by is cp.
func (b *bench) build(ctx context.Context) error {
	for name, of := range map[string]string{
		telex: "telex", raw: "telex/ui/cli/e2e/measure/floor/raw",
		bubbletea: "telex/ui/cli/e2e/measure/floor/bubbletea", nethttp: "telex/ui/cli/e2e/measure/floor/nethttp",
		journal: "telex/ui/cli/e2e/measure/floor/journal",
	} {
		_, _ = fmt.Fprintln(b.progress, "building", name)
		args := []string{"run", "-exec=cp", "-trimpath", "-ldflags=-s -w"}
		if name == telex {
			args = append(args, "-tags=nethttpomithttp2")
		}
		build := exec.CommandContext(ctx, "go", append(args, of, b.path(name)+".built")...) //nolint:gosec // to run programs is what it is for
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if said, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", name, err, said)
		}
		if err := install(b.path(name)+".built", b.path(name)); err != nil {
			return fmt.Errorf("build %s: %w", name, err)
		}
	}
	for _, name := range []string{"band", "pop"} {
		if path, err := exec.LookPath(name); err == nil {
			b.invite(ctx, name, path)
		}
	}
	return nil
}

// invite has a guest measured if it can say its version.
func (b *bench) invite(ctx context.Context, name, path string) {
	for _, version := range []string{"--version", "version"} {
		ask := exec.CommandContext(ctx, path, version) //nolint:gosec // to run programs is what it is for
		ask.Env = b.environment(b.folder)
		if ask.Run() == nil {
			b.guests = append(b.guests, guest{name, path, version})
			return
		}
	}
	_, _ = fmt.Fprintf(b.progress, "%s is left out: it does not say its version\n", path)
}

// head says what was measured on.
func (b *bench) head() {
	load, _ := os.ReadFile("/proc/loadavg")
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	_, _ = fmt.Fprintf(b.out, "%s/%s, %d processors, Linux %s, %s; load before it: %s. Medians of %d rounds, of %d for commands.\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), strings.TrimSpace(string(kernel)), runtime.Version(),
		strings.Join(strings.Fields(string(load))[:min(3, len(strings.Fields(string(load))))], " "), b.rounds, b.commands)
}

// environment is what every program is given, and no more.
func (b *bench) environment(home string, more ...string) []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_STATE_HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, "config"),
		"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "TZ=UTC",
		"RESEND_API_KEY=of-nobody", // without which pop does not begin; nothing is sent with it
	}, more...)
}
