package outbox

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	engine "telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
)

// forever is what is typed for no end.
const forever = "forever"

func keepCommand(o Options) *cobra.Command {
	var f flags
	cmd := &cobra.Command{
		Use:   "keep [DAYS|forever]",
		Short: "Say, or choose, for how many days a database keeps messages",
		Long: `Keep chooses for how many days the outbox in a database keeps messages, for
everybody who uses it; without an argument it says what was chosen, and by whom.
A new database keeps them forever.

Older ones are deleted for everybody, a thousand at a time, at most once a day and
never most of them in one. Those whose outcome is unknown stay, and so do drafts,
contacts and opt-outs. What is deleted cannot be brought back, so telex asks, if
there is anything as old.

A file is one person's, and goes by keep in the table [outbox] of config.toml.`,
		Example: "  telex outbox keep\n  telex outbox keep 365\n  telex outbox keep forever",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return say.Usagef("%s takes one number of days, or forever, but got %d", cmd.CommandPath(), len(args))
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return []string{"30\tdays", "90\tdays", "365\tdays", forever}, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		},
		RunE: func(cmd *cobra.Command, args []string) error { return keep(cmd.Context(), o, f, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	o.profileFlag(cmd)
	flags.BoolVar(&f.yes, "yes", false, "choose it without asking")
	return cmd
}

// keep is telex outbox keep.
func keep(ctx context.Context, with Options, f flags, args []string) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	days := -1
	if len(args) == 1 {
		var err error
		if days, err = daysOf(args[0]); err != nil {
			return err
		}
	}
	_, l, err := with.located(false)
	if err != nil {
		return err
	}
	if days >= 0 && !l.IsDatabase() {
		return &say.UsageError{
			What: "nothing was changed: the outbox is the file " + l.Path + ", which is yours alone",
			Hint: "write keep = " + strconv.Itoa(days) + " under [outbox] in your config.toml",
		}
	}
	open := with.OpenOutbox
	if days < 0 {
		open = with.OpenOutboxToRead
	}
	o, err := open(ctx, false)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	if days >= 0 {
		if err := chooseKeep(ctx, with, f, o, days); err != nil {
			return err
		}
	}
	keeps, err := o.Keeping(ctx)
	if err != nil {
		return err
	}
	return with.Output.Line("messages are kept %s", who.KeepsFor(keeps, with.Now().Location()))
}

// daysOf reads a number of days, 0 for forever.
func daysOf(typed string) (int, error) {
	if typed == forever {
		return 0, nil
	}
	days, err := strconv.Atoi(typed)
	if err != nil || days < 1 || days > engine.MostDays {
		return 0, say.Usagef("%s is not a number of days from 1 to %d, and not forever", say.Quoted(typed), engine.MostDays)
	}
	return days, nil
}

// chooseKeep has messages kept for so many days, once somebody said yes to what that deletes.
func chooseKeep(ctx context.Context, with Options, f flags, o *engine.Outbox, days int) error {
	old := 0
	if days > 0 {
		var err error
		if old, err = o.Prunable(ctx, with.Now().AddDate(0, 0, -days)); err != nil {
			return err
		}
	}
	if old > 0 && !f.yes {
		are := fmt.Sprintf("%s older than %s", text.Count(old, "message"), text.Count(days, "day"))
		if !with.Asks.CanAsk() {
			return &say.UsageError{What: "nothing was changed: " + are + " would be deleted for everybody, and there is no terminal to ask on", Hint: "to choose it without being asked, add --yes"}
		}
		sure, err := with.Asks.Confirm(ctx, are+" will be deleted for everybody, bit by bit. Keep no more?")
		if err != nil {
			return err
		}
		if !sure {
			return &say.UsageError{What: "cancelled; nothing was changed"}
		}
	}
	return o.KeepFor(ctx, days)
}
