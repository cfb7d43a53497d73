package optouts

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"telex/messaging/outbox"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

func addCommand(o Options) *cobra.Command {
	f, note := asked(), ""
	cmd := &cobra.Command{
		Use:   "add NUMBER|NAME|@GROUP…",
		Short: "Enter numbers that want no texts",
		Long: `Add enters numbers into the ledger: nothing is sent to them from then on. What
was held of them is decided by that, and what they wrote is kept with the
entry.`,
		Example:           "  telex optouts add +19195551212 --note 'asked by phone'\n  telex optouts add 9195551212 --from +19195550100",
		Args:              needNumbers,
		ValidArgsFunction: o.CompleteRecipients(&f.Sandbox),
		RunE:              func(cmd *cobra.Command, args []string) error { return add(cmd.Context(), o, f, note, args) },
	}
	flags := f.register(o, cmd)
	f.sender(cmd, "only texts from this `number` of yours; without it,\nfrom all of them")
	flags.StringVar(&note, "note", "", "`text` to keep with the entry")
	say.MayBeEmpty(flags, "note")
	_ = cmd.RegisterFlagCompletionFunc("note", who.CompleteNothing) // fails only for a flag that is not there
	return cmd
}

func add(ctx context.Context, with Options, f flags, note string, typed []string) error {
	numbers, own, err := about(ctx, with, f, typed, who.AsRecipient)
	if err != nil {
		return err
	}
	entries := make([]outbox.OptOut, len(numbers))
	for i, n := range numbers {
		entries[i] = outbox.OptOut{Number: n, Sender: own, By: outbox.OptedByPerson, Note: note}
	}
	o, err := with.OpenOutbox(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	added, err := o.AddOptOuts(ctx, entries)
	if err != nil {
		return err
	}
	return with.Output.Line("%s", entered(added, len(numbers)))
}

// entered says how many numbers are new in the ledger.
func entered(added, all int) string {
	said := "entered " + text.Count(added, "number")
	if known := all - added; known > 0 {
		said += fmt.Sprintf("; %d in there already", known)
	}
	return said
}

func removeCommand(o Options) *cobra.Command {
	f, yes := asked(), false
	cmd := &cobra.Command{
		Use:   "remove NUMBER|NAME|@GROUP…",
		Short: "Let texts go to numbers again that opted out",
		Long: `Remove ends what the ledger has of these numbers, after it showed that and
asked: texts go there again. Do that only if they told you that they want them.
What ended stays in the outbox, with when and by whom.

Who wrote STOP is blocked at the carrier as well, as a rule: only START, written
by them, ends that.`,
		Example:           "  telex optouts remove +19195551212",
		Args:              needNumbers,
		ValidArgsFunction: who.CompleteNothing,
		RunE:              func(cmd *cobra.Command, args []string) error { return remove(cmd.Context(), o, f, yes, args) },
	}
	flags := f.register(o, cmd)
	f.sender(cmd, "only the entry about this `number` of yours")
	flags.BoolVar(&yes, "yes", false, "without asking")
	return cmd
}

func remove(ctx context.Context, with Options, f flags, yes bool, typed []string) error {
	numbers, own, err := about(ctx, with, f, typed, asWriter)
	if err != nil {
		return err
	}
	if !yes && !say.IsTerminal(with.In) {
		return &say.UsageError{What: "nothing was removed: " + say.ErrNoTerminal.Error(), Hint: "to remove without being asked, add --yes"}
	}
	o, err := with.OpenOutbox(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	all, err := entriesOf(ctx, o, numbers)
	if err != nil {
		return err
	}
	if own != "" {
		all = slices.DeleteFunc(all, func(out outbox.OptOut) bool { return out.Sender != own })
	}
	if len(all) == 0 {
		return say.Usagef("%s is not in the ledger; nothing was changed", text.Clean(strings.Join(numbers, ", ")))
	}
	for _, line := range words.OptedOut(all, with.Now()) {
		with.Output.Say("%s", line)
	}
	if !yes {
		sure, err := ask.OnInput(with.In, with.Output, "let texts go there again?")
		if err != nil {
			return err
		}
		if !sure {
			with.Output.Say("nothing was removed")
			return nil
		}
	}
	ended, err := o.Remove(ctx, numbers, own)
	if err != nil {
		return err
	}
	return with.Output.Line("removed %s", text.Count(numbersIn(ended), "number"))
}

// entriesOf is what the ledger has of numbers: who opted out, then who is held.
func entriesOf(ctx context.Context, o *outbox.Outbox, numbers []string) ([]outbox.OptOut, error) {
	all, err := o.OptOuts(ctx, outbox.OptOutFilter{Numbers: numbers})
	if err != nil {
		return nil, err
	}
	held, err := o.OptOuts(ctx, outbox.OptOutFilter{Numbers: numbers, Held: true})
	return append(all, held...), err
}

// numbersIn counts the numbers that entries are about.
func numbersIn(all []outbox.OptOut) int {
	numbers := map[string]bool{}
	for _, out := range all {
		numbers[out.Number] = true
	}
	return len(numbers)
}

func checkCommand(o Options) *cobra.Command {
	f := asked()
	cmd := &cobra.Command{
		Use:   "check NUMBER|NAME|@GROUP",
		Short: "Say by the exit code whether texts may go to a number",
		Long: `Check ends with 0 if texts may go to the number, or to everybody in the group,
and with 3 if it, or somebody, opted out or is held; then it prints why. With --json it is an array of objects as those of
telex optouts, which is empty if texts may go there.`,
		Example: "  telex optouts check +19195551212 && echo free",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return say.Usagef("%s needs one number, or the name of a contact", cmd.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: o.CompleteRecipients(&f.Sandbox),
		RunE:              func(cmd *cobra.Command, args []string) error { return check(cmd.Context(), o, f, args) },
	}
	flags := f.register(o, cmd)
	f.sender(cmd, "whether they may go there from this `number` of yours;\nwithout it, from any")
	f.json(flags)
	return cmd
}

func check(ctx context.Context, with Options, f flags, typed []string) error {
	numbers, own, err := about(ctx, with, f, typed, who.AsRecipient)
	if err != nil {
		return err
	}
	if len(numbers) > 1 && !who.IsGroup(typed[0]) {
		return say.Usagef("telex optouts check needs one number, but these are %d", len(numbers))
	}
	o, err := with.OpenOutboxToRead(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	all, err := entriesOf(ctx, o, numbers)
	if err != nil {
		return err
	}
	if own != "" {
		all = slices.DeleteFunc(all, func(out outbox.OptOut) bool { return out.Sender != "" && out.Sender != own })
	}
	if err := show(with, f, all); err != nil {
		return err
	}
	if len(all) > 0 {
		return say.Told(say.ExitRejected)
	}
	return nil
}

func heldCommand(o Options) *cobra.Command {
	f := asked()
	cmd := &cobra.Command{
		Use:   "held",
		Short: "List the numbers of which you have to decide",
		Long: `Held lists the numbers that may have opted out. Nothing is sent to them until
you decide: telex optouts add NUMBER enters them into the ledger, and telex
optouts held release NUMBER lets texts go there.

They are held because of what they wrote (by words), or because a callback
without credentials says that they wrote START after they opted out (by start):
that one stays out until you remove it, too. Those that wrote while nobody
listened, and Bandwidth keeps no texts, are listed as well (by gap): only a
broadcast leaves them out, and a text that you send to one goes.

The columns and the objects of --json are those of telex optouts.`,
		Example:           "  telex optouts held --json\n  telex optouts held release +19195551212",
		Args:              say.NoArguments,
		ValidArgsFunction: who.CompleteNothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listThose(cmd.Context(), o, f, outbox.OptOutFilter{Held: true})
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.Sandbox, "sandbox", false, "the ledger of --sandbox")
	f.json(flags)
	cmd.AddCommand(releaseCommand(o))
	return cmd
}

func releaseCommand(o Options) *cobra.Command {
	f := asked()
	cmd := &cobra.Command{
		Use:   "release NUMBER|NAME|@GROUP…",
		Short: "Let texts go to numbers again that were held",
		Long: `Release decides that these numbers did not opt out: texts go there again. Who
opted out, too, stays so; see telex optouts remove.`,
		Example:           "  telex optouts held release +19195551212",
		Args:              needNumbers,
		ValidArgsFunction: who.CompleteNothing,
		RunE:              func(cmd *cobra.Command, args []string) error { return release(cmd.Context(), o, f, args) },
	}
	f.register(o, cmd)
	return cmd
}

func release(ctx context.Context, with Options, f flags, typed []string) error {
	numbers, err := read(ctx, with, f, typed, asWriter)
	if err != nil {
		return err
	}
	o, err := with.OpenOutbox(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	ended, err := o.Release(ctx, numbers)
	if err != nil {
		return err
	}
	out, err := o.OptOuts(ctx, outbox.OptOutFilter{Numbers: numbers})
	if err != nil {
		return err
	}
	for _, line := range words.OptedOut(out, with.Now()) {
		with.Output.Say("%s; it stays so", line)
	}
	if len(ended) == 0 {
		return say.Usagef("%s is not held; nothing was changed", text.Clean(strings.Join(numbers, ", ")))
	}
	return with.Output.Line("released %s", text.Count(numbersIn(ended), "number"))
}
