package cli

import (
	"context"
	"io"
	"os"
	"runtime"

	"golang.org/x/term"

	"telex/config"
	"telex/messaging"
	"telex/ui"
)

// console shows the console. It needs a terminal that can draw, and an account or
// the sandbox.
func (a *app) console(ctx context.Context, f connectFlags) error {
	in, out, err := a.terminal()
	if err != nil {
		return err
	}
	deps, closeLink, err := a.consoleDeps(ctx, f)
	if err != nil {
		return err
	}
	defer closeLink()
	deps.In, deps.Out = in, out
	return ui.Run(ctx, deps)
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
		LookAtMedia: func(ctx context.Context, url string) (messaging.MediaFacts, error) {
			return messaging.LookAtMedia(ctx, nil, url)
		},
		AccountID: id.AccountID, ApplicationID: id.ApplicationID, Numbers: numbers,
		Region: id.Region, Sandbox: id.sandbox, BaseURL: l.BaseURL(),
		TimeLimit: f.timeout, Environ: a.environ,
	}, l.close, nil
}

// terminal is where the console can be shown, or an error that says which
// command to use instead.
func (a *app) terminal() (in, out *os.File, err error) {
	const instead = "to send without it, use telex send; see telex send --help"
	in, inOK := terminalFile(a.in)
	out, outOK := terminalFile(a.out)
	what := "its output is not a terminal"
	if !inOK {
		what = "its input is not a terminal"
	}
	if !inOK || !outOK {
		return nil, nil, &usageError{what: "the console needs a terminal, and " + what, hint: instead}
	}
	name, _ := a.env("TERM")
	if name == "dumb" || name == "" && runtime.GOOS != "windows" {
		return nil, nil, &usageError{
			what: "the console needs a terminal that can draw a full screen, and TERM is " + quoted(name), hint: instead,
		}
	}
	return in, out, nil
}

// terminalFile returns f as the file it is, if that is a terminal.
func terminalFile(f any) (*os.File, bool) {
	file, ok := f.(*os.File)
	return file, ok && term.IsTerminal(int(file.Fd()))
}

// isTerminal reports whether a person types what r reads.
func isTerminal(r io.Reader) bool {
	_, ok := terminalFile(r)
	return ok
}
