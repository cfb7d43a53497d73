// Package cli is telex as the shell sees it: the console when no command is
// given, and the commands send, scheduled, history, show, drafts, status, threads, thread, await,
// broadcast, optouts, outbox, listen, work, login, logout, profiles, doctor, sandbox, explain, version,
// completion and man.
//
// The rules of talking to people and programs, which hold for every command:
//
//   - standard output carries the result and nothing else, so that it can be
//     piped; with --json it is exactly one JSON value, also after an error; of telex
//     listen and telex work one a line;
//   - everything for people goes to standard error, one cleaned line at a time;
//   - the exit code is from the table in package say, which no other place decides;
//   - no secret is printed, whatever an answer of the network repeats.
//
// Flags, environment, files and the clock are passed in: see [Main].
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"telex/config"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/trace"
	"telex/ui/cli/who"
)

// Main runs telex with the arguments that follow its name and the environment in
// the form of os.Environ, and returns the exit code of the process.
func Main(args, environ []string, stdin, stdout, stderr *os.File) (code int) {
	defer func() {
		if fault := recover(); fault != nil {
			code = crashed(stderr, fault, debug.Stack())
		}
	}()
	noCoreDumps()
	// net/http tells the standard logger of answers that nobody asked for, with what is
	// in them. Standard error is for telex, and the screen for the console.
	log.SetOutput(io.Discard)
	cobra.MousetrapHelpText = "" // started from a file manager, telex is a console like any other
	return int(run(context.Background(), process{
		args: args, environ: environ, in: stdin, out: stdout, err: stderr, now: time.Now, openTerminal: ask.Controlling,
	}))
}

// crashed tells of a bug in telex. Go itself would end with 2, which says that nothing
// was sent, and that is not known here.
func crashed(to io.Writer, fault any, stack []byte) int {
	_, _ = fmt.Fprintf(to, "telex: it crashed: %v\n\n%s\ntelex history says what became of messages\n", fault, stack)
	return int(say.ExitFailed)
}

// process is what a run is given by the world outside.
type process struct {
	args     []string // without the program's name
	environ  []string // "NAME=value"
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	after    func(time.Duration) <-chan time.Time // nil is time.After
	keyring  config.Store                         // nil is that of the operating system
	work     int                                  // of an encrypted file; 0 is enough to keep a thief out
	// openTerminal is where questions are asked; nil is nowhere.
	openTerminal func() (ask.Pair, error)
}

// lookup finds a variable of the environment.
func (p process) lookup(name string) (string, bool) {
	for _, v := range p.environ {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// app is one run of telex.
type app struct {
	process
	*who.World
	// began is set when a command's own code is reached. Whatever fails before
	// that is a mistake in how telex was called.
	began bool
	debug string // what --debug was given
	// helpFailed is why help could not be written.
	helpFailed error
}

// newApp is a run in the world of p.
func newApp(p process) *app {
	w := &who.World{
		Home:    who.Home{Env: p.lookup, Now: p.now, Output: say.NewPrinter(p.out, p.err)},
		Keyring: p.keyring, Work: p.work, Asks: ask.Terminal{Open: p.openTerminal}, Agent: currentBuild().agent(),
	}
	w.Run = &who.Run{Stores: func() config.Stores { return w.Stores(nil) }}
	w.Trace = trace.New(w.Output.Say, p.now)
	if w.Keyring == nil {
		w.Keyring = config.NewKeyring(w.Env, config.KeyringOptions{})
	}
	return &app{process: p, World: w}
}

// run is Main for any world.
func run(ctx context.Context, p process) say.Code {
	a := newApp(p)
	root := a.rootFor(p.args)
	if len(p.args) > 0 && (p.args[0] == cobra.ShellCompRequestCmd || p.args[0] == cobra.ShellCompNoDescRequestCmd) {
		who.ForShells(root)
	}
	root.SetArgs(append([]string{}, p.args...)) // never nil: cobra would look at os.Args
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil && a.helpFailed != nil {
		a.Output.Error(a.helpFailed)
		return say.CodeOf(a.helpFailed)
	}
	if err == nil {
		return say.ExitOK
	}
	if code, ok := errors.AsType[say.Told](err); ok {
		return say.Code(code)
	}
	if !a.began {
		if cmd == root {
			if unknown := unknownBefore(root, p.args); unknown != nil {
				err = unknown
			}
		}
		err = say.Misuse(err, cmd)
	}
	return a.fail(cmd, err)
}

// noteBegin makes cmd and those below it note that their own code was reached, which it is
// with no flag that is empty.
func (a *app) noteBegin(cmd *cobra.Command) {
	if do := cmd.RunE; do != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			if err := say.NothingEmpty(cmd); err != nil {
				return err
			}
			if err := a.startTrace(cmd); err != nil {
				return err
			}
			a.began = true
			return do(cmd, args)
		}
	}
	for _, c := range cmd.Commands() {
		a.noteBegin(c)
	}
}

// startTrace makes the trace tell, if --debug or the environment says so.
func (a *app) startTrace(cmd *cobra.Command) error {
	value := a.debug
	if value == "" {
		value, _ = a.lookup(trace.Variable)
	}
	if err := trace.Check(value); err != nil {
		return &say.UsageError{What: err.Error()}
	}
	a.Trace.Start(value)
	a.Trace.Note("%s, %s", cmd.CommandPath(), currentBuild())
	cmd.SetContext(a.Trace.Context(cmd.Context()))
	return nil
}

// fail tells of an error that ended a command before anything was sent, and
// returns the exit code.
func (a *app) fail(cmd *cobra.Command, err error) say.Code {
	code := say.CodeOf(err)
	if wantsJSON(cmd, a.args) {
		f := say.Ending{Error: say.Plain(err), ExitCode: code}
		if cmd.Name() == "send" {
			f.Outcome = "unsent"
		}
		if unsaid := a.Output.Value(f); unsaid != nil {
			code = say.ExitFailed
			if say.Plain(unsaid) != say.Plain(err) { // which is said below
				a.Output.Say("telex: %s", say.Plain(unsaid))
			}
		}
	}
	a.Output.Error(err)
	return code
}

// wantsJSON reports whether standard output has to be JSON. An argument that
// could not be parsed may have kept --json from being seen, so they are looked
// through too.
func wantsJSON(cmd *cobra.Command, args []string) bool {
	flag := cmd.Flags().Lookup("json")
	if flag == nil {
		return false
	}
	if flag.Changed {
		return flag.Value.String() == "true"
	}
	for _, arg := range args {
		if arg == "--json" || arg == "--json=true" {
			return true
		}
	}
	return false
}
