package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"telex/config"
	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui"
	"telex/ui/account"
	accounts "telex/ui/cli/account"
	"telex/ui/cli/doctor"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/draft"
	"telex/ui/widget"
	"telex/ui/words"
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
		if to, ok := say.TerminalFile(a.err); ok && a.Trace.On() {
			return &say.UsageError{
				What: "a trace on standard error would be written over the console, " + to.Name(),
				Hint: "send it elsewhere: telex --debug 2> trace.log",
			}
		}
		collectSooner()
		return ui.Run(ctx, deps)
	}
	if id.Sandbox { // it calls back, as in the screens, and asks for nothing
		if deps.Link, err = deps.Connect(ctx, nil); err != nil {
			return err
		}
		defer deps.Link.Close()
		return plainEnd(ui.RunPlain(ctx, deps))
	}
	if err := a.Authorise(ctx, &id, "telex", a.Asks.Asker("")); err != nil {
		return err
	}
	l, err := a.Connect(ctx, id)
	if err != nil {
		return err
	}
	defer l.Close()
	deps.Link = account.Link{Sender: l, Lister: l, Curl: l.Curl, Files: l, Uploads: l, BaseURL: l.BaseURL()}
	return plainEnd(ui.RunPlain(ctx, deps))
}

// soonerPercent is how much the heap of the screens grows before it is collected, in
// percent of what is in use. That is little, so it is collected quickly, and a console may
// be open for days.
const soonerPercent = 50

// collectSooner makes that so, unless GOGC says otherwise.
func collectSooner() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(soonerPercent)
	}
}

// plainEnd is err, with which the plain console ended, with the exit code for it: that of
// the message which needs most attention. An input that ended too early is nothing sent.
func plainEnd(err error) error {
	code := say.ExitOK
	if errors.Is(err, ui.ErrInputEnded) {
		code = say.ExitUnsent
	}
	if ended, ok := errors.AsType[*ui.OutcomeError](err); ok {
		for _, e := range ended.Errs {
			code = say.Worst(code, say.CodeOf(e))
		}
	}
	if code == say.ExitOK {
		return err
	}
	return say.EndWith(code, err)
}

// consoleFlags are the flags of telex without a command.
type consoleFlags struct {
	who.Flags
	plain, version bool
}

func (f *consoleFlags) register(flags *pflag.FlagSet) {
	f.Flags.Register(flags)
	flags.BoolVar(&f.plain, "plain", false, "the same steps line by line, without a full screen")
}

// envAccessible asks programs of this kind to be fit for screen readers.
const envAccessible = "ACCESSIBLE"

// envPanes begins without second panes if it is "off", as for a slow line.
const envPanes = "TELEX_PANES"

// plainByItself reports whether the screens are not for this terminal or its user.
func (a *app) plainByItself() bool {
	accessible, _ := a.Env(envAccessible)
	return accessible != "" || a.cannotDraw()
}

// cannotDraw reports whether the terminal says that it has no full screen.
func (a *app) cannotDraw() bool {
	name, _ := a.Env("TERM")
	return name == "dumb" || name == "" && runtime.GOOS != "windows"
}

// consoleDeps is all that the console needs but the terminal, and who sends. Nothing
// is asked, opened or looked for in keyrings yet.
func (a *app) consoleDeps(f consoleFlags) (ui.Deps, who.Identity, error) {
	file, broken := a.consoleFile()
	if broken != nil && !f.Sandbox {
		return ui.Deps{}, who.Identity{}, broken
	}
	id, err := a.Identify(f.Flags)
	if err != nil {
		return ui.Deps{}, who.Identity{}, err
	}
	hears := who.NewEar(outbox.By{Profile: id.Profile.Name, AccountID: id.AccountID})
	deps := ui.Deps{
		LookAtMedia: func(ctx context.Context, url string) (messaging.MediaFacts, error) {
			return messaging.LookAtMedia(ctx, url, currentBuild().agent())
		},
		OpenOutbox: func(ctx context.Context) (*outbox.Outbox, error) { return a.openFor(ctx, id, hears) },
		Changes: func(ctx context.Context) <-chan struct{} {
			return a.For(id.Profile.Name).Changes(ctx, id.Sandbox)
		},
		Templates: a.templates,
		Attach:    func(paths []string, from string) ([]ui.Attached, []error) { return attach(id, paths, from) },
		Accounts:  accounts.Setup{World: a.World},
		Use:       func(_ context.Context, to *account.Account) (ui.Deps, error) { return a.useAccount(f, to) },
		Sender: ui.Sender{
			Profile: id.Profile.Name, InUse: id.Shell.Profile, Production: id.Profile.Production, Sandbox: id.Sandbox,
			AccountID: id.AccountID, ApplicationID: id.ApplicationID, Region: id.Region, Figures: id.Figures(),
		},
		World: ui.World{Environ: a.environ, Version: currentBuild().version}, Link: account.Link{BaseURL: id.BaseURL},
		TimeLimit: f.Timeout, MayText: a.MayText(), Within: a.within(id),
	}
	if broken == nil {
		c := file.Console()
		deps.OnePane, deps.Mouse, deps.Notify = c.OnePane, c.Mouse, c.Notify
		deps.Keys, deps.Theme, deps.Colors = file.Keys(), file.Theme(), file.Colors()
	}
	if panes, _ := a.Env(envPanes); panes == "off" {
		deps.OnePane = true
	}
	if deps.First = a.nobodySends(id, file) && !f.plain; deps.First {
		return deps, id, nil
	}
	if missing := id.Missing("telex"); len(missing) > 0 {
		return ui.Deps{}, who.Identity{}, id.Incomplete("telex", missing)
	}
	for _, typed := range id.Numbers {
		number, err := a.Sender(id, typed)
		if err != nil {
			return ui.Deps{}, who.Identity{}, &say.UsageError{What: err.Error()}
		}
		deps.Numbers = append(deps.Numbers, number)
	}
	l := a.NewLinker(id)
	l.Hears = hears
	if broken != nil {
		l.Warnings = []string{"your settings cannot be used; until they can, no draft and no text is kept: " + say.Plain(broken)}
	}
	deps.Connect = l.Connect
	return deps, id, nil
}

// within is what the budget of id says of messages.
func (a *app) within(id who.Identity) func([]messaging.Message, time.Time) outbox.Judge {
	if id.Profile.Budget.Month == nil {
		return nil
	}
	return func(messages []messaging.Message, at time.Time) outbox.Judge {
		may := a.Budget(id, who.CostOf(id.Figures(), messages), at)
		return func(ctx context.Context, b outbox.Books) error {
			err := may(ctx, b)
			if over, is := errors.AsType[*who.OverBudget](err); is {
				return fmt.Errorf("%w; %s", err, over.Hint)
			}
			return err
		}
	}
}

// attach makes files of this machine fit to be sent by id.
func attach(id who.Identity, paths []string, from string) ([]ui.Attached, []error) {
	files, wrong := who.Attach(paths, from, id.Profile.MediaBudget, false)
	all := make([]ui.Attached, len(files))
	for i, f := range files {
		all[i] = ui.Attached{
			File: draft.File{Path: f.Path, Stored: f.Stored, Bytes: len(f.Content), SHA256: f.SHA256, Said: words.Picture(f.File), Doubts: words.PictureDoubts(f.File)},
			Type: f.Type, Content: f.Content,
		}
	}
	return all, wrong
}

// templates are those of the user's file as it is now.
func (a *app) templates() ([]ui.Template, error) {
	kept, err := a.Templates()
	if err != nil {
		return nil, err
	}
	all := make([]ui.Template, len(kept))
	for i, t := range kept {
		all[i] = ui.Template{Name: t.Name, Parsed: t.Parsed, Media: t.Media, Tag: t.Tag, Err: t.Err}
	}
	return all, nil
}

// openFor opens the outbox of the console, which the sandbox within telex calls back.
func (a *app) openFor(ctx context.Context, id who.Identity, hears *who.Ear) (*outbox.Outbox, error) {
	at, err := a.For(id.Profile.Name).Place(id.Sandbox)
	if err != nil {
		return nil, err
	}
	o, err := outbox.Open(ctx, at, a.OutboxOptions())
	hears.Tell(o)
	return o, err
}

// doctorOptions are what telex doctor may touch, of it the console's side.
func (a *app) doctorOptions() doctor.Options {
	return doctor.Options{
		World: a.World, In: a.in, Out: a.out, Version: currentBuild().version,
		PlainTerm: a.cannotDraw(), LeastColumns: widget.MinWidth, LeastRows: widget.MinHeight, Problems: consoleProblems,
	}
}

// useAccount is what the console needs for a profile, for what the environment says, or for
// the sandbox. Flags that were about the account in use are left behind; the
// environment still wins over a profile, and the console says so.
func (a *app) useAccount(f consoleFlags, to *account.Account) (ui.Deps, error) {
	f.Sandbox, f.Profile, f.Settings = to == nil, "", config.Settings{}
	if to != nil {
		f.Profile = to.Name
	}
	deps, _, err := a.consoleDeps(f)
	return deps, err
}

// consoleFile is the user's file, with what only the console reads of it looked at. If
// something is wrong with it that is the error.
func (a *app) consoleFile() (*config.File, error) {
	file, err := a.Configuration()
	if err == nil {
		if wrong := consoleProblems(file); len(wrong) > 0 {
			err = who.BrokenFile(errors.Join(wrong...))
		}
	}
	return file, err
}

// nobodySends reports whether nothing at all is set up: then the console begins with
// Setup. What is set up by half is said instead.
func (a *app) nobodySends(id who.Identity, file *config.File) bool {
	if id.Sandbox || len(file.Names()) > 0 || id.AccountID != "" {
		return false
	}
	_, err := config.FindCredentials(a.Env)
	none, ok := errors.AsType[*config.NoCredentialsError](err)
	return ok && !slices.ContainsFunc(none.Looked, func(l config.Look) bool { return l.Broken })
}

// terminal is where the console can be shown, or an error that says which command
// to use instead. With --plain any files will do.
func (a *app) terminal(plain bool) (in, out *os.File, err error) {
	in, inOK := say.TerminalFile(a.in)
	out, outOK := say.TerminalFile(a.out)
	what := "its output is not a terminal"
	if !inOK {
		what = "its input is not a terminal"
	}
	if plain && in != nil && out != nil || inOK && outOK {
		return in, out, nil
	}
	return nil, nil, &say.UsageError{
		What: "the console needs a terminal, and " + what,
		Hint: "to send without it, use telex send, or telex --plain line by line; see telex send --help",
	}
}
