package cli

import (
	"context"
	"io"
	"os"
	"runtime"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"telex/config"
	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui"
)

// console shows the console: on a terminal that can draw, the screens; line by line
// if that is wished, or if it cannot. It needs an account or the sandbox.
func (a *app) console(ctx context.Context, f consoleFlags) error {
	in, out, err := a.terminal(f.plain)
	if err != nil {
		return err
	}
	deps, closeLink, err := a.consoleDeps(ctx, f.connectFlags)
	if err != nil {
		return err
	}
	defer closeLink()
	deps.In, deps.Out = in, out
	if f.plain || a.plainByItself() {
		return ui.RunPlain(ctx, deps)
	}
	return ui.Run(ctx, deps)
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

// consoleDeps is all that the console needs but the terminal.
func (a *app) consoleDeps(ctx context.Context, f connectFlags) (deps ui.Deps, closeLink func(), err error) {
	s, err := a.settings(f)
	if err != nil {
		return ui.Deps{}, nil, err
	}
	id, err := a.identity(f, s, "telex")
	if err != nil {
		return ui.Deps{}, nil, err
	}
	numbers := make([]string, len(id.Numbers))
	for i, typed := range id.Numbers {
		if numbers[i], err = a.sender(typed, id.Region, config.EnvNumber); err != nil {
			return ui.Deps{}, nil, &usageError{what: err.Error()}
		}
	}
	l, err := a.connect(ctx, id)
	if err != nil {
		return ui.Deps{}, nil, err
	}
	return ui.Deps{
		Sender: l, Lister: l, Curl: l.Curl,
		OpenOutbox: func(ctx context.Context) (*outbox.Outbox, error) {
			path, err := a.outboxPath(id.sandbox)
			if err != nil {
				return nil, err
			}
			return outbox.Open(ctx, path, a.outboxOptions())
		},
		LookAtMedia: func(ctx context.Context, url string) (messaging.MediaFacts, error) {
			return messaging.LookAtMedia(ctx, nil, url)
		},
		AccountID: id.AccountID, ApplicationID: id.ApplicationID, Numbers: numbers,
		Region: id.Region, Sandbox: id.sandbox, BaseURL: l.BaseURL(),
		TimeLimit: f.timeout, Environ: a.environ,
	}, l.close, nil
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
