package messages

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/words"
)

// Show is telex show.
func Show(h who.Home) *cobra.Command {
	var inSandbox, asJSON bool
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show everything that is recorded of one message",
		Long: `Show prints everything recorded about the message with this id, telex's or the
API's: its fields, what became of it, each try, each change of its state, what
is known of the delivery, the request and the answer. It does not ask the API;
telex status does.

With --json it is the object of telex history, with changes, attempts, events,
deliveries, request and response. An event has type, at, recorded_at, by (send,
question or callback), to, error_code, description, receipt, after_s (seconds
since the message was accepted) and untrusted (a callback without credentials,
which changed nothing).`,
		Example:           "  telex show 12\n  telex show 12 --json",
		Args:              oneMessage,
		ValidArgsFunction: h.CompleteMessages(&inSandbox, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return show(cmd.Context(), h, args[0], inSandbox, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&inSandbox, "sandbox", false, "a message that was sent with --sandbox")
	flags.BoolVar(&asJSON, "json", false, "one JSON value on standard output")
	return cmd
}

// oneMessage wants the id of a message.
func oneMessage(cmd *cobra.Command, args []string) error {
	if len(args) != 1 || args[0] == "" {
		return say.Usagef("%s needs the id of one message; telex history lists them", cmd.CommandPath())
	}
	return nil
}

// show is telex show.
func show(ctx context.Context, h who.Home, name string, inSandbox, asJSON bool) error {
	o, err := h.OpenOutboxToRead(ctx, inSandbox)
	if err != nil {
		return err
	}
	defer h.CloseOutbox(o)
	id, err := who.Find(ctx, o, name)
	if err != nil {
		return err
	}
	d, err := o.Detail(ctx, id)
	if err != nil {
		return err
	}
	if asJSON {
		return h.Output.Value(detailRowOf(d))
	}
	ask := words.Forgotten
	if !inSandbox {
		ask = words.NextForUnknown(d.ID, d.By.Profile, h.Shell(false))
	}
	return h.Output.Text(sheetOf(words.Facts(d, h.Now().Location(), ask)))
}

// labelWidth is how far the labels of a sheet reach.
const labelWidth = 11

// sheetOf lays facts out for people, each with its label first.
func sheetOf(facts []words.Fact) string {
	var b strings.Builder
	for _, f := range facts {
		label := f.Label
		for line := range strings.SplitSeq(f.Value, "\n") {
			fmt.Fprintf(&b, "%-*s%s\n", labelWidth, label, line)
			label = ""
		}
	}
	return b.String()
}
