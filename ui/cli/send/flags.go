package send

import (
	"errors"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/config"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// flags are the flags of telex send.
type flags struct {
	who.Flags
	to, media                       []string
	from                            string
	text, textFile, template        string
	mediaAsIs                       bool // files of this machine are not made to fit
	set                             who.SetFields
	maxCost                         who.MaxCost
	tag, priority, expiration       string
	resendOf                        string // a message of the outbox, by our id or the API's
	stdin                           bool
	individual, dryRun, asJSON, yes bool
	optIn                           bool             // the text asks for YES
	parallel                        int              // how many of several are on their way at once
	textGiven                       bool             // also when it is empty
	resends                         int64            // the row that resendOf names; see again
	resentFor                       outbox.By        // who sent that, if its sender is to be used
	unfilled                        []error          // why the template cannot be sent as it is
	unknown                         map[string]error // of to, what names nobody, and why
	waiting                         waiting
	alert                           alerting
	later                           later
}

// noArguments refuses arguments. A number or a text among them was meant for a flag.
func noArguments(cmd *cobra.Command, args []string) error {
	err := say.NoArguments(cmd, args)
	if e, ok := errors.AsType[*say.UsageError](err); ok {
		e.Hint = "recipients go with --to, the text with --text (see telex send --help)"
		if _, bad := time.ParseDuration(args[0]); bad == nil && cmd.Flags().Changed("wait") {
			e.Hint = "write it as --wait=" + args[0]
		}
	}
	return err
}

// registerSending registers the flags that say how it is sent.
func (f *flags) registerSending(flags *pflag.FlagSet) {
	flags.BoolVar(&f.individual, "individual", false, "a separate message to each recipient, not one group")
	flags.IntVar(&f.parallel, "parallel", outbox.MostParallel, "with --individual: at most so many on their way at\nonce, `1` to "+strconv.Itoa(outbox.MostParallel))
	flags.StringVar(&f.resendOf, "resend-of", "", "`id` of the message to send again")
	flags.Var(&f.maxCost, "max-cost", "send nothing if it may come to more than this\n`amount` by the figures of your profile")
	flags.BoolVar(&f.yes, "yes", false, "send even what somebody got already, or may have\ngot; use a production profile without asking")
	flags.BoolVar(&f.optIn, "opt-in", false, "the text asks for YES: who writes that within 24\nhours opts in")
	f.later.register(flags)
	f.alert.register(flags)
	f.waiting.register(flags)
	flags.BoolVar(&f.dryRun, "dry-run", false, "show what would be sent; send nothing")
	flags.BoolVar(&f.asJSON, "json", false, "one JSON value on standard output")
	f.Register(flags)
	flags.BoolVar(&f.stdin, "stdin", false, "the same as --text-file -")
	_ = flags.MarkHidden("stdin") // fails only for a flag that is not there
}

// registerMessage registers the flags that a message is made of.
func (f *flags) registerMessage(flags *pflag.FlagSet) {
	flags.StringArrayVarP(&f.to, "to", "t", nil, "recipient's `number`, E.164 or as dialled in --region,\na contact's name, or @GROUP; several with commas, or\nrepeat the flag")
	flags.StringVarP(&f.from, "from", "f", "", "`number`, short code or alphanumeric sender id\n("+config.EnvNumber+")")
	flags.StringVarP(&f.text, "text", "m", "", "`text` of the message, sent exactly as given")
	flags.StringVar(&f.textFile, "text-file", "", "`file` with the text, - for standard input; the\nfinal line end is dropped, the rest sent exactly")
	flags.StringVar(&f.template, "template", "", "`name` of a template of config.toml to send")
	flags.StringArrayVar(&f.set.Typed, "set", nil, "`field=value` to fill in; repeat the flag for more")
	flags.StringArrayVar(&f.media, "media", nil, "`file` to attach, or the URL of one, which makes it\nan MMS; repeat the flag for more")
	flags.BoolVar(&f.mediaAsIs, "media-as-is", false, "send files of yours byte for byte")
	flags.StringVar(&f.tag, "tag", "", "`text` that comes back in callbacks; no personal data")
	flags.StringVar(&f.priority, "priority", "", "`level`: default, or high to go first in your queue\n(SMS from 10DLC, toll-free, short code)")
	say.MayBeEmpty(flags, "text", "tag")
	flags.StringVar(&f.expiration, "expiration", "", "drop the message if not sent by this `time`, such as\n'2026-01-31 18:00', or not within 2h or 1d, say")
}
