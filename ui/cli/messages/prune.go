package messages

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"telex/messaging/outbox"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/draft"
	"telex/ui/text"
)

// pruneFlags are the flags of telex history prune.
type pruneFlags struct {
	sandbox, yes bool
	unknown      bool
	drafts       bool
	before       string
}

func pruneCommand(o HistoryOptions) *cobra.Command {
	var f pruneFlags
	cmd := &cobra.Command{
		Use:   "prune --before DATE",
		Short: "Delete old messages from the outbox",
		Long: `Prune deletes the messages made before a time, with everything recorded about
them, after asking. It keeps messages that are being sent, and those whose
outcome is unknown, unless you add --unknown. What became of a deleted message
can no longer be found out, and telex no longer warns before sending it again.

Drafts stay, unless you add --drafts: then those go too that nobody wrote on since
that time. They cannot be brought back.`,
		Example: "  telex history prune --before 2026-01-31\n  telex history prune --before 90d --drafts --yes",
		Args:    say.NoArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return prune(cmd.Context(), o, f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.before, "before", "", "`date` such as 2026-01-31, a time in RFC 3339, or a span\nsuch as 90d or 12h before now")
	flags.BoolVar(&f.unknown, "unknown", false, "also those whose outcome is unknown: telex then does not\nwarn before it sends them again")
	flags.BoolVar(&f.drafts, "drafts", false, "also drafts as old, for good")
	flags.BoolVar(&f.yes, "yes", false, "delete without asking")
	flags.BoolVar(&f.sandbox, "sandbox", false, "the messages that were sent with --sandbox")
	_ = cmd.RegisterFlagCompletionFunc("before", who.CompleteNothing) // fails only for a flag that is not there
	return cmd
}

// prune is telex history prune.
func prune(ctx context.Context, with HistoryOptions, f pruneFlags) error {
	before, err := readPast(f.before, with.Now())
	if err != nil {
		return err
	}
	if m, _ := draft.ReadMoment(f.before, with.Now(), true); m.Local {
		with.WarnOfZone()
	}
	if !f.yes && !say.IsTerminal(with.In) {
		return &say.UsageError{What: "nothing was deleted: " + say.ErrNoTerminal.Error(), Hint: "to delete without being asked, add --yes"}
	}
	o, err := with.OpenOutbox(ctx, f.sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	if !f.yes {
		sure, err := askToPrune(ctx, with, o, before, f)
		if err != nil || !sure {
			return err
		}
	}
	deleted, err := o.Prune(ctx, before)
	if err == nil && f.unknown {
		var more int
		more, err = o.PruneUndecided(ctx, before)
		deleted += more
	}
	drafts := 0
	if err == nil && f.drafts {
		drafts, err = o.PruneDrafts(ctx, before)
	}
	if err != nil {
		with.Output.Say("%s deleted before it failed", pruned(deleted, drafts))
		return err
	}
	if kept, err := o.Undecided(ctx, before); err == nil && kept > 0 {
		with.Output.Say("kept: %s; --unknown deletes %s too", unknownMessages(kept), themOf(kept))
	}
	return with.Output.Line("deleted %s", pruned(deleted, drafts))
}

// pruned is how many messages and drafts that is: "3 messages and 1 draft".
func pruned(messages, drafts int) string {
	if drafts == 0 {
		return text.Count(messages, "message")
	}
	return text.Count(messages, "message") + " and " + text.Count(drafts, "draft")
}

// askToPrune asks whether to delete what there is; if there is nothing, it says so.
func askToPrune(ctx context.Context, with HistoryOptions, o *outbox.Outbox, before time.Time, f pruneFlags) (yes bool, err error) {
	n, err := o.Prunable(ctx, before)
	if err != nil {
		return false, err
	}
	unknown, err := o.Undecided(ctx, before)
	if err != nil {
		return false, err
	}
	if f.unknown {
		n += unknown
	}
	drafts := 0
	if f.drafts {
		if drafts, err = o.PrunableDrafts(ctx, before); err != nil {
			return false, err
		}
	}
	made := "made before " + before.Format("2006-01-02 15:04 -0700")
	if n+drafts == 0 {
		nothing := "nothing to delete was " + made
		if unknown > 0 {
			nothing = "nothing to delete " + made + " but " + unknownMessages(unknown) + "; --unknown deletes " + themOf(unknown) + " too"
		}
		with.Output.Say("%s", nothing)
		return false, with.Output.Line("deleted 0 messages")
	}
	if yes, err = ask.OnInput(with.In, with.Output, "delete "+pruned(n, drafts)+" "+made+"?"); err == nil && !yes {
		with.Output.Say("nothing was deleted")
	}
	return yes, err
}

func unknownMessages(n int) string { return text.Count(n, "message") + " whose outcome is unknown" }

// themOf is what n messages are called once they were named.
func themOf(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// readPast reads a time that is over: a date, where now is, a time in RFC 3339,
// or a span before now.
func readPast(typed string, now time.Time) (time.Time, error) {
	at, ok := readTime(strings.TrimSpace(typed), now)
	switch {
	case typed == "":
		return time.Time{}, say.Usagef("--before is missing: a date such as 2026-01-31, or a span such as 90d")
	case !ok:
		return time.Time{}, say.Usagef("--before %s is neither a date such as 2026-01-31, nor a time in RFC 3339, nor a span such as 90d", say.Quoted(typed))
	case at.After(now):
		return time.Time{}, say.Usagef("--before %s is in the future", say.Quoted(typed))
	}
	return at, nil
}

func readTime(typed string, now time.Time) (at time.Time, ok bool) {
	m, ok := draft.ReadMoment(typed, now, true)
	return m.At, ok
}
