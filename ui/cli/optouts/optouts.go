package optouts

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/messaging"
	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// Options are what the commands may touch.
type Options struct {
	who.Home
	In  io.Reader // gives a list, and the answer to a question
	Out io.Writer // the printer's: if it is a terminal, its width is the table's
}

// A Row is an entry of the ledger as --json prints it. It is an API: keys are added, never
// changed. What is empty is absent.
type Row struct {
	Number  string          `json:"number"`
	Sender  string          `json:"sender,omitempty"`  // absent: all of yours
	Account string          `json:"account,omitempty"` // absent: every one
	Since   string          `json:"since"`             // RFC 3339, UTC
	By      outbox.OptOutBy `json:"by"`
	Note    string          `json:"note,omitempty"`
	Words   string          `json:"words,omitempty"` // what the number wrote
	Code    int             `json:"code,omitempty"`  // delivery error code
	ID      int64           `json:"id,omitempty"`    // of the message that says so
	// Only callbacks without credentials say so.
	Unproven  bool   `json:"unproven,omitempty"`
	EnteredBy string `json:"entered_by,omitempty"` // who did, if a person did
	Host      string `json:"host,omitempty"`       // where they did
}

func rowOf(out outbox.OptOut) Row {
	return Row{
		Number: out.Number, Sender: out.Sender, Account: out.Account, Since: say.Time(out.Since), By: out.By,
		Note: out.Note, Words: out.Words, Code: out.Code, ID: out.Message, Unproven: out.Unproven, EnteredBy: out.User.Name, Host: out.User.Host,
	}
}

// flags are those that several of the commands have.
type flags struct {
	who.Flags
	from   string
	asJSON bool
}

// register adds the flags of where the ledger is and how numbers are read.
func (f *flags) register(o Options, cmd *cobra.Command) *pflag.FlagSet {
	flags := cmd.Flags()
	flags.SortFlags = false
	who.RegisterProfile(flags, &f.Profile)
	flags.BoolVar(&f.Sandbox, "sandbox", false, "the ledger of --sandbox")
	o.CompleteProfile(cmd)
	return flags
}

// json adds --json.
func (f *flags) json(flags *pflag.FlagSet) {
	flags.BoolVar(&f.asJSON, "json", false, "one JSON value on standard output")
}

// sender adds --from.
func (f *flags) sender(cmd *cobra.Command, usage string) {
	cmd.Flags().StringVar(&f.from, "from", "", usage)
	_ = cmd.RegisterFlagCompletionFunc("from", who.CompleteNothing) // fails only for a flag that is not there
}

// asked are flags that nobody is asked for.
func asked() flags { return flags{Flags: who.Flags{Timeout: messaging.DefaultTimeLimit}} }

// Command is telex optouts.
func Command(o Options) *cobra.Command {
	f := asked()
	cmd := &cobra.Command{
		Use:   "optouts",
		Short: "List who opted out, to whom nothing is sent",
		Long: `Optouts lists who opted out of your texts. Nothing is sent to these numbers, by
telex send, by the console or in a group, and --yes does not change that. They
get into the ledger when they write STOP or such (by keyword), when a message
fails because they opted out (by code), or when you enter them (by person, by
import). An entry holds for all your numbers, unless it names a sender. All of
it is in the outbox; telex optouts export makes a copy.

Who wrote something like "take me off" may have opted out: these numbers are
held, and get nothing either until you decide. See telex optouts held.

On a terminal these are columns. Otherwise each entry is a line of five fields
with tabs between them: number, sender (empty for all of yours), since, by, and
why. With --json it is an array of objects with number, sender, account, since,
by, note, words, code, id of the message that says so, unproven (it came without
credentials), and entered_by and host, of the person who entered it; what is
empty is absent.`,
		Example:           "  telex optouts\n  telex optouts --json",
		Args:              say.NoArguments,
		ValidArgsFunction: who.CompleteNothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listThose(cmd.Context(), o, f, outbox.OptOutFilter{})
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.Sandbox, "sandbox", false, "the ledger of --sandbox")
	f.json(flags)
	cmd.AddCommand(addCommand(o), removeCommand(o), checkCommand(o), heldCommand(o), importCommand(o), exportCommand(o))
	return cmd
}

// listThose prints entries of the ledger.
func listThose(ctx context.Context, with Options, f flags, filter outbox.OptOutFilter) error {
	o, err := with.OpenOutboxToRead(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	all, err := o.OptOuts(ctx, filter)
	if err != nil {
		return err
	}
	if err := show(with, f, all); err != nil || len(all) > 0 || f.asJSON {
		return err
	}
	none := "nobody opted out, says %s"
	if filter.Held {
		none = "nobody is held, says %s"
	}
	with.Output.Say(none, o.Path())
	return nil
}

// show prints entries as they are wanted.
func show(with Options, f flags, all []outbox.OptOut) error {
	if f.asJSON {
		rows := make([]Row, len(all))
		for i, out := range all {
			rows[i] = rowOf(out)
		}
		return with.Output.Value(rows)
	}
	width := 0
	if terminal, ok := say.TerminalFile(with.Out); ok {
		width = say.Columns(terminal)
	}
	return with.Output.Text(tableOf(all, width, with.Now()))
}

// tableOf is entries, one a line: for people where there is a width.
func tableOf(all []outbox.OptOut, width int, now time.Time) string {
	var b strings.Builder
	numbers := 0
	for _, out := range all {
		numbers = max(numbers, text.Width(text.Clean(out.Number)))
	}
	for _, out := range all {
		if width == 0 {
			b.WriteString(strings.Join([]string{
				text.Clean(out.Number), text.Clean(out.Sender), out.Since.UTC().Format(time.RFC3339), text.Clean(string(out.By)), words.OptOut(out, now),
			}, "\t") + "\n")
			continue
		}
		for i, line := range text.Wrap(words.OptOut(out, now), max(width-numbers-2, 20)) {
			head := text.Clean(out.Number)
			if i > 0 {
				head = ""
			}
			b.WriteString(text.Pad(head, numbers) + "  " + line + "\n")
		}
	}
	return b.String()
}

// read are the numbers of those whom somebody typed, each once. How says how one is read.
func read(ctx context.Context, with Options, f flags, typed []string, how func(typed, region string) (string, error)) ([]string, error) {
	id, err := with.Identify(f.Flags)
	if err != nil {
		return nil, err
	}
	numbers, err := with.Whom(ctx, f.Flags, id.Region, typed, how)
	if err != nil {
		return nil, who.NotWhom(err, "; nothing was changed")
	}
	return numbers, nil
}

// asWriter reads who may have written: a number, a short code or a name.
func asWriter(typed, region string) (string, error) {
	n, _, err := number.ParseSender(typed, region)
	return n, err
}

// about are the numbers of those whom somebody typed, and the one of ours that --from names.
func about(ctx context.Context, with Options, f flags, typed []string, how func(typed, region string) (string, error)) (numbers []string, own string, err error) {
	if numbers, err = read(ctx, with, f, typed, how); err == nil {
		own, err = ownNumber(with, f)
	}
	return numbers, own, err
}

// ownNumber is the number of ours that --from names; "" if it names none.
func ownNumber(with Options, f flags) (string, error) {
	if f.from == "" {
		return "", nil
	}
	id, err := with.Identify(f.Flags)
	if err != nil {
		return "", err
	}
	own, err := asWriter(f.from, id.Region)
	if err != nil {
		return "", say.Usagef("--from: %s", say.Plain(err))
	}
	return own, nil
}

// needNumbers refuses a command that was given none.
func needNumbers(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return say.Usagef("%s needs a number, or the name of a contact", cmd.CommandPath())
	}
	return nil
}
