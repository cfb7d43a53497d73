// Package doctor is telex doctor: what works here, what does not, and why.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"telex/config"
	"telex/messaging"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
)

// Options are what telex doctor may touch.
type Options struct {
	*who.World
	In      io.Reader // it and Out are looked at, whether they are a terminal
	Out     io.Writer
	Version string // of telex, for --json
	// PlainTerm is that TERM has the console go line by line.
	PlainTerm bool
	// LeastColumns and LeastRows are the smallest screen that the console can be used on.
	LeastColumns, LeastRows int
	// Problems are what is wrong with the parts of the file that only the console reads.
	Problems func(*config.File) []error
}

// Command is telex doctor.
func Command(o Options) *cobra.Command {
	var f who.Flags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what works here, what does not, and why",
		Long: `Doctor checks everything that sending needs: the terminal, the file of profiles,
every place where the secret may be, in the order in which telex searches them,
the outbox, the API and the clock. Each finding is ok, a warning, or failed,
with what to do; what was not needed is marked -. It sends nothing and shows no
secret.

It also looks at how the account is set up at Bandwidth: what the credentials
may do, the application, its callbacks and its location, and how the numbers are
registered. Messages of an account that lacks any of that are accepted and do
not arrive. It takes a client id, and what the client may not see is marked -.

The exit code is 0 only if sending would work; otherwise it is the one that
telex send would end with. On a terminal it asks for what telex send would ask
for.

With --json it is an object with ok, exit_code, version, and checks, an array of
objects with area, name, state (ok, warning, failed or skipped), found and do.`,
		Example: "  telex doctor\n  telex doctor --profile prod --json",
		Args:    say.NoArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return doctor(cmd.Context(), o, f, asJSON) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	who.RegisterProfile(flags, &f.Profile)
	flags.BoolVar(&f.Sandbox, "sandbox", false, "check the sandbox, not an account")
	flags.StringVar(&f.Settings.BaseURL, "base-url", "", "`address` of the API ("+config.EnvBaseURL+")")
	flags.BoolVar(&asJSON, "json", false, "one JSON value on standard output")
	_ = cmd.RegisterFlagCompletionFunc("base-url", who.CompleteNothing) // fails only for a flag that is not there
	o.CompleteProfile(cmd)
	f.Timeout = messaging.DefaultTimeLimit
	return cmd
}

// The states of a finding.
const (
	FindingOK      = "ok"
	FindingWarning = "warning"
	FindingFailed  = "failed"  // sending would not work
	FindingSkipped = "skipped" // it was not needed, or could not be looked at
)

// A Report is what --json prints.
type Report struct {
	OK       bool      `json:"ok"`        // sending would work
	ExitCode say.Code  `json:"exit_code"` // that telex send would end with
	Version  string    `json:"version"`   // of telex
	Checks   []Finding `json:"checks"`    // what was looked at, in its order
}

// A Finding is one thing that was looked at, as --json prints it.
type Finding struct {
	Area  string `json:"area"`
	Name  string `json:"name"`
	State string `json:"state"` // ok, warning, failed or skipped
	Found string `json:"found"`
	Do    string `json:"do,omitempty"` // what to do about it

	whole bool // Do has a command with a name in it, to be copied in one piece
}

// A checkup is one run of telex doctor.
type checkup struct {
	Options
	flags    who.Flags
	ask      ask.Asker
	area     string // that is being looked at
	findings []Finding
	code     say.Code // of the first thing that failed: that is how telex send would end

	file      *config.File // nil: none could be read
	id        who.Identity
	known     bool // who sends is known
	authority bool // so are the credentials
	troubled  bool // the account is not set up as it should be
	// The application is linked to no location: what is accepted is not delivered.
	undelivered bool
}

func (c *checkup) note(state, name, found, do string) {
	c.findings = append(c.findings, Finding{Area: c.area, Name: name, State: state, Found: found, Do: do})
}

func (c *checkup) ok(name, found string)       { c.note(FindingOK, name, found, "") }
func (c *checkup) skip(name, why string)       { c.note(FindingSkipped, name, why, "") }
func (c *checkup) warn(name, found, do string) { c.note(FindingWarning, name, found, do) }

// fail notes that sending would end with code.
func (c *checkup) fail(code say.Code, name, found, do string) {
	c.note(FindingFailed, name, found, do)
	if c.code == say.ExitOK {
		c.code = code
	}
}

// doctor is telex doctor.
func doctor(ctx context.Context, o Options, f who.Flags, asJSON bool) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	c := &checkup{Options: o, flags: f, ask: o.Asks.Asker(ask.NotWithJSON(asJSON))}
	for _, area := range []struct {
		name string
		look func(context.Context)
	}{
		{"terminal", func(context.Context) { c.terminal() }},
		{"configuration", func(context.Context) { c.configuration() }},
		{"secrets", c.secrets},
		{"outbox", c.outbox},
		{"API", c.api},
	} {
		c.area = area.name
		area.look(ctx)
		if ctx.Err() != nil {
			return say.ErrCancelled
		}
	}
	var err error
	if asJSON {
		err = o.Output.Value(Report{c.code == say.ExitOK, c.code, o.Version, c.findings})
	} else {
		err = o.Output.Text(c.String())
	}
	if err == nil && c.code != say.ExitOK {
		err = say.Told(c.code)
	}
	return err
}

// String is the whole of it for people, an area after the other.
func (c *checkup) String() string {
	const margin = "           " // as wide as a state with what is around it
	var b strings.Builder
	area := ""
	for _, f := range c.findings {
		if f.Area != area {
			area = f.Area
			b.WriteString(text.Clean(titleOf(area)) + "\n")
		}
		state := f.State
		if state == FindingSkipped {
			state = "-"
		}
		fmt.Fprintf(&b, "  %-9s%s\n", state, say.Hang(text.Clean(f.Name+": "+f.Found), margin))
		switch {
		case f.whole:
			b.WriteString(margin + text.Clean("→ "+f.Do) + "\n")
		case f.Do != "":
			b.WriteString(margin + say.Hang(text.Clean("→ "+f.Do), margin) + "\n")
		}
	}
	switch {
	case c.code == say.ExitOK && c.undelivered:
		b.WriteString("sending works, but nothing may arrive: see the warnings about the account\n")
	case c.code == say.ExitOK && c.troubled:
		b.WriteString("sending works, but see the warnings about the account\n")
	case c.code == say.ExitOK:
		b.WriteString("sending works\n")
	default:
		fmt.Fprintf(&b, "sending would not work: it would end with exit code %d\n", c.code)
	}
	return b.String()
}

// titleOf is what an area is headed by.
func titleOf(area string) string {
	if area == "secrets" {
		return "secrets, in the order in which telex looks for them"
	}
	return area
}

// secrets goes through the chain.
func (c *checkup) secrets(ctx context.Context) {
	switch {
	case !c.known:
		c.skip("all", "not checked: no account is set up")
		return
	case c.id.Sandbox:
		c.id.Credentials, c.authority = who.SandboxCredentials(), true
		c.skip("all", "the sandbox has its own")
		return
	}
	looks, found, err := c.Chain(c.ask).Walk(ctx, c.id.Profile)
	broken := 0
	for _, l := range looks {
		switch {
		case l.State == config.Found:
			c.ok(l.Where, fmt.Sprintf("found: %s, %s %s", found.Kind, found.Kind.IDName(), found.ID))
		case l.State == config.NotReached:
			c.skip(l.Where, "not reached")
		case l.Broken:
			broken++
			c.warn(l.Where, "skipped: "+l.Why, "")
		default:
			c.skip(l.Where, "skipped: "+l.Why)
		}
	}
	if err != nil {
		if none, ok := errors.AsType[*config.NoCredentialsError](err); !ok || none == nil {
			c.fail(say.ExitFailed, "credentials", err.Error(), "")
			return
		}
		do := "make a profile: telex login"
		if p := c.id.Profile.Name; p != "" {
			do = "store the secret: telex login --profile " + p
		}
		do += "; or set " + config.EnvClientID + " and " + config.EnvClientSecret
		if c.nothingSet() {
			do = "" // it was said
		}
		c.fail(say.ExitUsage, "credentials", "none found", do)
		return
	}
	for _, w := range found.Warnings[broken:] { // those before say what was skipped
		c.warn("credentials", w, "")
	}
	if found.Kind == config.Basic {
		c.warn("HTTP Basic", config.BasicWarning(c.Now()), "")
	}
	c.id.Credentials, c.authority = found, true
	c.Output.Hide(found)
}
