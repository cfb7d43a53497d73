package broadcast

import (
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// startFlags are the flags of telex broadcast start, and of again.
type startFlags struct {
	flags

	list                     string // FILE or @GROUP
	text, textFile, template string
	textGiven                bool // also when it is empty
	name, tag                string
	from, media, columns     []string

	rate, hours string
	parallel    int
	stopAt      string
	dailyCap    int
	expires     time.Duration
	maxCost     who.MaxCost

	begins              beginning
	sampleTo            string
	dryRun, yes, detach bool
}

// register adds the flags of how a run is sent.
func (f *startFlags) register(o Options, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.rate, "rate", "", "at most so many segments, such as `5/s` or 240/m, over\nall that the account sends; or unlimited (else 1/s)")
	flags.IntVar(&f.parallel, "parallel", outbox.MostParallel, "at most so many on their way at once, `1` to "+strconv.Itoa(outbox.MostParallel))
	f.begins.register(cmd, "begin at this `time`: 09:00, 'tomorrow 09:00',\n'2026-01-31 09:00 America/Chicago', or in 2h, say")
	flags.StringVar(&f.hours, "hours", "", "when people may be texted by their own clock, or off;\n`08:00-21:00` if nothing is said")
	flags.StringVar(&f.stopAt, "stop-at", "", "pause when so many of the last 50 failed, such as `20%`")
	flags.IntVar(&f.dailyCap, "daily-cap", 0, "at most `N` messages to a person in 24 hours, of any\nkind; 0 is any number")
	flags.DurationVar(&f.expires, "expires", 0, "drop a message that Bandwidth could not send within\nthis `time`, such as 2h; never later than the hours")
	flags.Var(&f.maxCost, "max-cost", "refuse what may come to more by your figures: `25`")
	flags.StringVar(&f.sampleTo, "sample-to", "", "first send the longest text to this `number`, yours")
	flags.BoolVar(&f.dryRun, "dry-run", false, "show the plan; write and send nothing")
	f.json(flags)
	flags.BoolVar(&f.yes, "yes", false, "start without asking")
	flags.BoolVar(&f.detach, "detach", false, "only prepare it: telex work sends it, or telex\nbroadcast resume")
	for _, flag := range []string{"rate", "parallel", "hours", "stop-at", "daily-cap", "expires", "max-cost", "sample-to"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, who.CompleteNothing) // fails only for a flag that is not there
	}
	f.Register(flags)
	o.CompleteProfile(cmd)
	who.CompleteRegion(cmd)
}

// registerMessage adds the flags that the message is made of.
func (f *startFlags) registerMessage(o Options, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.text, "text", "m", "", "`text` of the messages; {{field}} is a column of the list,\n{{field|default}} one that may be empty")
	flags.StringVar(&f.textFile, "text-file", "", "`file` with the text, - for standard input")
	flags.StringVar(&f.template, "template", "", "`name` of a template of the configuration")
	flags.StringVar(&f.name, "name", "", "what you call the broadcast; else the list's `name`")
	flags.StringArrayVarP(&f.from, "from", "f", nil, "`number` of yours; repeat the flag to share the people\namong several, each person always the same one")
	flags.StringArrayVar(&f.media, "media", nil, "`file` to attach, or the URL of one, which makes it\nan MMS; repeat the flag for more")
	flags.StringVar(&f.tag, "tag", "", "`text` that comes back in callbacks; no personal data")
	flags.StringArrayVar(&f.columns, "column", nil, "`number=Phone` says which column of the list is what:\nnumber, name, zone or group")
	say.MayBeEmpty(flags, "text", "tag")
	for _, flag := range []string{"text", "name", "tag", "column"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, who.CompleteNothing) // fails only for a flag that is not there
	}
	o.CompleteSender(cmd, &f.Flags)
	o.CompleteTemplate(cmd)
}

// check refuses flags that mean nothing.
func (f *startFlags) check(flags *pflag.FlagSet, now time.Time) error {
	f.textGiven = flags.Changed("text")
	switch {
	case f.parallel < 1 || f.parallel > outbox.MostParallel:
		return &say.UsageError{What: "--parallel " + strconv.Itoa(f.parallel) + ": give a number from 1 to " + strconv.Itoa(outbox.MostParallel), Hint: "nothing was sent"}
	case f.dailyCap < 0:
		return say.Usagef("--daily-cap %d: give 0 for any number, or more", f.dailyCap)
	case flags.Changed("expires") && f.expires < time.Minute:
		return say.Usagef("--expires %s: a minute is the least", f.expires)
	case f.dryRun && (f.detach || f.sampleTo != ""):
		return say.Usagef("--dry-run sends and keeps nothing, so it cannot be used with --detach or --sample-to")
	}
	if err := f.begins.check(flags.Changed("at"), now); err != nil {
		return err
	}
	_, err := f.stopPercent()
	return err
}

// stopPercent reads --stop-at: how many of a hundred may fail; 0 is all of them.
func (f *startFlags) stopPercent() (int, error) {
	if f.stopAt == "" {
		return 0, nil
	}
	typed := f.stopAt
	if typed[len(typed)-1] == '%' {
		typed = typed[:len(typed)-1]
	}
	n, err := strconv.Atoi(typed)
	if err != nil || n < 1 || n > 100 {
		return 0, say.Usagef("--stop-at %s: give a share such as 20%%", say.Quoted(f.stopAt))
	}
	return n, nil
}
