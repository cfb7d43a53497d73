package scheduled

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"telex/messaging/broadcast/hours"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/words"
)

// named wants the ids of messages, most of them at most; 0 is any number.
func named(most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 || most > 0 && len(args) > most {
			what := "ids of messages"
			if most == 1 {
				what = "the id of one message"
			}
			return say.Usagef("%s needs %s; telex scheduled lists them", cmd.CommandPath(), what)
		}
		return nil
	}
}

func cancelCommand(o Options) *cobra.Command {
	var f flags
	cmd := &cobra.Command{
		Use:   "cancel ID…",
		Short: "Keep scheduled or missed messages from being sent",
		Long: `Cancel records that these messages will not be sent. Before its time that is
certain. If one of them left already, or is no scheduled message, none is
cancelled, and the exit code is 2.`,
		Example:           "  telex scheduled cancel 13\n  telex scheduled cancel 14 15",
		Args:              named(0),
		ValidArgsFunction: o.complete(&f, 0),
		RunE:              func(cmd *cobra.Command, args []string) error { return cancel(cmd.Context(), o, f, args) },
	}
	f.register(cmd)
	return cmd
}

// cancelled is what is noted of a message that a person cancelled.
const cancelled = words.CancelledInTime

func cancel(ctx context.Context, with Options, f flags, names []string) error {
	o, err := with.OpenOutbox(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	all, err := some(ctx, o, names, with.Shell(f.Sandbox))
	if err != nil {
		return err
	}
	ids := make([]int64, len(all))
	for i, e := range all {
		ids[i] = e.ID
	}
	if err := o.Unschedule(ctx, ids, cancelled); err != nil {
		return leftMeanwhile(ctx, o, err, with.Shell(f.Sandbox))
	}
	return with.Output.Line("cancelled %s", text.Count(len(ids), "message"))
}

// leftMeanwhile puts into words that a message left while it was to be changed.
func leftMeanwhile(ctx context.Context, o *outbox.Outbox, err error, in words.Shell) error {
	moved, ok := errors.AsType[*outbox.MoveError](err)
	if !ok {
		return err
	}
	if found, readErr := o.Entries(ctx, []int64{moved.ID}); readErr == nil && len(found) == 1 {
		return notWaiting(found[0], in)
	}
	return err
}

func changeCommand(o Options) *cobra.Command {
	var f flags
	cmd := &cobra.Command{
		Use:   "change ID --at TIME",
		Short: "Send a scheduled or missed message at another time",
		Long: `Change gives a message another time, in the forms that telex send --at takes. A
time of day without a zone is by the clock that it was scheduled by. If it left
already nothing is changed, and the exit code is 2.`,
		Example:           "  telex scheduled change 16 --at \"tomorrow 09:00\"",
		Args:              named(1),
		ValidArgsFunction: o.complete(&f, 1),
		RunE:              func(cmd *cobra.Command, args []string) error { return change(cmd.Context(), o, f, args[0]) },
	}
	f.register(cmd).StringVar(&f.at, "at", "", "the new `time`")
	_ = cmd.RegisterFlagCompletionFunc("at", who.CompleteNothing) // fails only for a flag that is not there
	return cmd
}

func change(ctx context.Context, with Options, f flags, name string) error {
	now := with.Now()
	typed, err := draft.ReadLater(f.at, now)
	if err != nil {
		return say.Usagef("--at: %s; nothing was changed", err)
	}
	o, err := with.OpenOutbox(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	all, err := some(ctx, o, []string{name}, with.Shell(f.Sandbox))
	if err != nil {
		return err
	}
	e := all[0]
	zone := hours.Location(e.Due.Zone)
	if zone == nil {
		zone = draft.NamedZone(now)
	}
	w, err := typed.When(zone, now)
	if err != nil {
		return say.Usagef("--at: %s; nothing was changed", err)
	}
	if own := e.OwnExpiration(); !own.IsZero() && !own.After(w.At) {
		return say.Usagef("the message expires %s, before that; nothing was changed", words.Time(own.In(now.Location())))
	}
	if gone := words.GoneMedia(e, w.At); gone != "" {
		with.Output.Say("warning: %s", gone)
	}
	if err := o.Reschedule(ctx, e.ID, w, false); err != nil {
		return leftMeanwhile(ctx, o, err, with.Shell(f.Sandbox))
	}
	if err := with.Output.Line("message %d is to be sent %s", e.ID, words.When(w, now.Location())); err != nil {
		return err
	}
	if note := words.ClockNote(w, hours.Location(w.Zone)); note != "" {
		with.Output.Say("%s", note)
	}
	working, err := o.Working(ctx)
	if err == nil {
		with.Output.Say("%s", words.ByWhom(with.Shell(f.Sandbox), working, false))
	}
	return nil
}
