package cli

import (
	"context"

	"github.com/spf13/cobra"

	"telex/config"
	"telex/messaging"
)

// sendFlags are the flags of telex send.
type sendFlags struct {
	connectFlags
	to, media                  []string
	from                       string
	text, textFile             string
	tag, priority, expiration  string
	stdin                      bool
	individual, dryRun, asJSON bool
	textGiven                  bool // also when it is empty
}

func (a *app) sendCommand() *cobra.Command {
	var f sendFlags
	cmd := &cobra.Command{
		Use:   "send --to NUMBER… --text TEXT",
		Short: "Send one message, or one to each recipient",
		Long: `Send sends a message and says what became of it. Standard output gets the id of
the accepted message and nothing else; everything else is on standard error.

Several recipients get one group message, in which everybody sees everybody's
number. With --individual each gets a message of their own; standard output then
has a line for each accepted one: number, tab, id. The exit code is that of the
worst ending (from worst: 6, 1, 4, 5, 3, 7, 2, 0). After a refusal of the
credentials, or without a network, the messages that are left are not tried.

With --json standard output is one JSON value: the API's answer as it came, or
an object with error, outcome, exit_code, and http_status and response if the
API answered. With --individual it is an array of objects with to, outcome,
exit_code and the others.

Accepted is not yet delivered. Outcome unknown means that the message may have
been created: look for it before sending it again.`,
		Example: `  telex send --to +12345678902 --text "Hey, check this out!"
  echo "The build is green" | telex send --to "(919) 555-1212" --text-file -
  telex send --to +12345678902,+12345678903 --media https://example.org/a.png
  id=$(telex send --to +12345678902 --text Hello) || echo "ended with $?"`,
		Args: noArguments,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringArrayVar(&f.to, "to", nil, "recipient's `number`, E.164 or as dialled in --region;\nseveral with commas, or by repeating the flag")
	flags.StringVar(&f.from, "from", "", "`number` or alphanumeric sender id ("+config.EnvNumber+")")
	flags.StringVar(&f.text, "text", "", "`text` of the message")
	flags.StringVar(&f.textFile, "text-file", "", "`file` with the text, - for standard input; the end of\nits last line is left out, the rest is sent as it is")
	flags.StringArrayVar(&f.media, "media", nil, "`URL` of a file to attach, which makes it an MMS;\nmay be repeated")
	flags.StringVar(&f.tag, "tag", "", "`text` that comes back in callbacks; no personal data")
	flags.StringVar(&f.priority, "priority", "", "`level`: default or high, for SMS from toll-free\nnumbers and short codes only")
	flags.StringVar(&f.expiration, "expiration", "", "drop the message if not sent by this `time`, RFC 3339,\nor after this span, such as 2h")
	flags.BoolVar(&f.individual, "individual", false, "one message to each recipient, not one to the group")
	flags.BoolVar(&f.dryRun, "dry-run", false, "show what would be sent, and send nothing")
	flags.BoolVar(&f.asJSON, "json", false, "one JSON value on standard output")
	f.register(flags)
	flags.BoolVar(&f.stdin, "stdin", false, "the same as --text-file -")
	_ = flags.MarkHidden("stdin") // fails only for a flag that is not there
	cmd.RunE = a.does(func(ctx context.Context, _ []string) error {
		f.textGiven = flags.Changed("text")
		return a.send(ctx, f)
	})
	a.completeSend(cmd)
	return cmd
}

// send is telex send: read, check, send, tell.
func (a *app) send(ctx context.Context, f sendFlags) error {
	if f.from != "" {
		f.settings.Numbers = []string{f.from}
	}
	s, err := a.settings(f.connectFlags)
	if err != nil {
		return err
	}
	if f.dryRun {
		return a.dryRun(f, s)
	}
	id, err := a.identity(f.connectFlags, s, "telex send")
	if err != nil {
		return err
	}
	draft, err := a.compose(f, s)
	if err != nil {
		return err
	}
	l, err := a.connect(ctx, id)
	if err != nil {
		return err
	}
	defer l.close()
	if id.sandbox {
		a.output.say("sandbox: nothing is really sent")
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	if f.individual {
		return a.sendEach(ctx, l.Client, f, draft.Messages())
	}
	r := a.sendOne(ctx, l.Client, f, draft.Messages()[0])
	a.tell(r)
	return a.finish(r.code(), a.printOne(r, f.asJSON))
}

// sendOne sends one message within its time limit.
func (a *app) sendOne(ctx context.Context, c *messaging.Client, f sendFlags, m messaging.Message) result {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	receipt, err := c.Send(ctx, m)
	return result{message: m, receipt: receipt, err: err}
}

// sendEach sends messages one after the other. A message is not tried once it is
// clear that it could only end as the one before: the credentials were refused,
// there is no connection, or the user gave up.
func (a *app) sendEach(ctx context.Context, c *messaging.Client, f sendFlags, messages []messaging.Message) error {
	code, results := exitOK, make([]result, 0, len(messages))
	var lost error
	hopeless := ""
	for _, m := range messages {
		r := result{message: m, skipped: hopeless}
		if hopeless == "" {
			r = a.sendOne(ctx, c, f, m)
			hopeless = r.hopeless(ctx)
		}
		r.each = true
		a.tell(r)
		if !f.asJSON && lost == nil {
			lost = a.printOne(r, false)
		}
		results = append(results, r)
		code = worst(code, r.code())
	}
	if f.asJSON {
		lost = a.printAll(results)
	}
	return a.finish(code, lost)
}

// finish ends a command whose messages have been told of. A result that could not
// be written is a failure of its own: what was sent is known from standard error only.
func (a *app) finish(code exitCode, lost error) error {
	if lost != nil {
		a.output.say("telex: %v; what became of the message stands above", lost)
		code = worst(code, exitFailed)
	}
	if code == exitOK {
		return nil
	}
	return told(code)
}
