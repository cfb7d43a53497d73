package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"slices"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"telex/config"
	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui"
	"telex/ui/account"
)

// console shows the console: on a terminal that can draw, the screens; line by line
// if that is wished, or if it cannot. It needs an account or the sandbox.
func (a *app) console(ctx context.Context, f consoleFlags) error {
	in, out, err := a.terminal(f.plain)
	if err != nil {
		return err
	}
	deps, id, err := a.consoleDeps(f)
	if err != nil {
		return err
	}
	deps.In, deps.Out = in, out
	if !f.plain && !a.plainByItself() {
		return ui.Run(ctx, deps)
	}
	if err := a.authorise(ctx, &id, "telex", a.terminalAsker("")); err != nil {
		return err
	}
	l, err := a.connect(ctx, id)
	if err != nil {
		return err
	}
	defer l.close()
	deps.Link = account.Link{Sender: l, Lister: l, Curl: l.Curl, BaseURL: l.BaseURL()}
	return ui.RunPlain(ctx, deps)
}

// consoleFlags are the flags of telex without a command.
type consoleFlags struct {
	connectFlags
	plain bool
}

func (f *consoleFlags) register(flags *pflag.FlagSet) {
	f.connectFlags.register(flags)
	flags.BoolVar(&f.plain, "plain", false, "the same steps line by line, without a full screen")
}

// envAccessible asks programs of this kind to be fit for screen readers.
const envAccessible = "ACCESSIBLE"

// plainByItself reports whether the screens are not for this terminal or its user.
func (a *app) plainByItself() bool {
	accessible, _ := a.env(envAccessible)
	return accessible != "" || a.cannotDraw()
}

// cannotDraw reports whether the terminal says that it has no full screen.
func (a *app) cannotDraw() bool {
	name, _ := a.env("TERM")
	return name == "dumb" || name == "" && runtime.GOOS != "windows"
}

// consoleDeps is all that the console needs but the terminal, and who sends. Nothing
// is asked, opened or looked for in keyrings yet.
func (a *app) consoleDeps(f consoleFlags) (ui.Deps, identity, error) {
	file, broken := a.consoleFile()
	if broken != nil && !f.sandbox {
		return ui.Deps{}, identity{}, broken
	}
	id, err := a.identify(f.connectFlags)
	if err != nil {
		return ui.Deps{}, identity{}, err
	}
	profiles := &accounts{a: a, flags: f}
	deps := ui.Deps{
		LookAtMedia: func(ctx context.Context, url string) (messaging.MediaFacts, error) {
			return messaging.LookAtMedia(ctx, url, currentBuild().agent())
		},
		OpenOutbox: func(ctx context.Context) (*outbox.Outbox, error) {
			path, err := a.outboxPath(id.sandbox)
			if err != nil {
				return nil, err
			}
			return outbox.Open(ctx, path, a.outboxOptions())
		},
		Accounts: profiles, Use: profiles.use,
		Sender: ui.Sender{
			Profile: id.profile.Name, Production: id.profile.Production, Sandbox: id.sandbox,
			AccountID: id.AccountID, ApplicationID: id.ApplicationID, Region: id.Region,
		},
		World: ui.World{Environ: a.environ}, Link: account.Link{BaseURL: id.BaseURL},
		TimeLimit: f.timeout,
	}
	if broken == nil {
		deps.Keys, deps.Theme, deps.Colors = file.Keys(), file.Theme(), file.Colors()
	}
	if deps.First = a.nobodySends(id, file) && !f.plain; deps.First {
		return deps, id, nil
	}
	if missing := id.missing("telex"); len(missing) > 0 {
		return ui.Deps{}, identity{}, id.incomplete("telex", missing)
	}
	for _, typed := range id.Numbers {
		number, err := a.sender(id, typed)
		if err != nil {
			return ui.Deps{}, identity{}, &usageError{what: err.Error()}
		}
		deps.Numbers = append(deps.Numbers, number)
	}
	l := a.newLinker(id)
	if broken != nil {
		l.warnings = []string{"your settings are not used, and until they are, no draft and no text is kept: " + plainWords(broken)}
	}
	deps.Connect = l.connect
	return deps, id, nil
}

// consoleFile is the user's file, with what only the console reads of it looked at. If
// something is wrong with it that is the error.
func (a *app) consoleFile() (*config.File, error) {
	file, err := a.configuration()
	if err == nil {
		if wrong := consoleProblems(file); len(wrong) > 0 {
			err = brokenFile(errors.Join(wrong...))
		}
	}
	return file, err
}

// nobodySends reports whether nothing at all is set up: then the console begins with
// Setup. What is set up by half is said instead.
func (a *app) nobodySends(id identity, file *config.File) bool {
	if id.sandbox || len(file.Names()) > 0 || id.AccountID != "" {
		return false
	}
	_, err := config.FindCredentials(a.env)
	none, ok := errors.AsType[*config.NoCredentialsError](err)
	return ok && !slices.ContainsFunc(none.Looked, func(l config.Look) bool { return l.Broken })
}

// terminal is where the console can be shown, or an error that says which command
// to use instead. With --plain any files will do.
func (a *app) terminal(plain bool) (in, out *os.File, err error) {
	in, inOK := terminalFile(a.in)
	out, outOK := terminalFile(a.out)
	what := "its output is not a terminal"
	if !inOK {
		what = "its input is not a terminal"
	}
	if plain && in != nil && out != nil || inOK && outOK {
		return in, out, nil
	}
	return nil, nil, &usageError{
		what: "the console needs a terminal, and " + what,
		hint: "to send without it, use telex send, or telex --plain line by line; see telex send --help",
	}
}

// terminalFile returns f as the file it is, nil if it is none, and whether that is a
// terminal.
func terminalFile(f any) (*os.File, bool) {
	file, ok := f.(*os.File)
	return file, ok && term.IsTerminal(int(file.Fd()))
}

// isTerminal reports whether a person types what r reads.
func isTerminal(r io.Reader) bool {
	_, ok := terminalFile(r)
	return ok
}
