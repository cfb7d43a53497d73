package broadcast

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"telex/messaging/broadcast/hours"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/words"
)

func changeCommand(o Options) *cobra.Command {
	f := asked()
	var b beginning
	cmd := &cobra.Command{
		Use:   "change ID --at TIME",
		Short: "Have a broadcast begin at another time, or a paused one go on at a time",
		Long: `Change gives a broadcast that did not begin yet, or was paused, a time at which
telex work begins it, in the forms that telex broadcast start --at takes. A time of
day without a zone is by the clock that it was to begin by. If it runs already,
nothing is changed, and the exit code is 2.`,
		Example:           "  telex broadcast change 12 --at \"tomorrow 09:00\"",
		Args:              oneID,
		ValidArgsFunction: o.completeIDs(outbox.RunPlanned, outbox.RunPaused),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("at") {
				return &say.UsageError{What: "telex broadcast change needs --at: when it is to begin", Hint: "see telex broadcast change --help"}
			}
			if err := b.check(true, o.Now()); err != nil {
				return err
			}
			return change(cmd.Context(), o, f, args[0], func(ctx context.Context, box *outbox.Outbox, id int64) error {
				return b.change(ctx, o, f, box, id)
			})
		},
	}
	flags := f.register(cmd)
	b.register(cmd, "the new `time`")
	f.json(flags)
	return cmd
}

// change has a broadcast begin then.
func (b *beginning) change(ctx context.Context, with Options, f flags, o *outbox.Outbox, id int64) error {
	r, err := o.Run(ctx, id)
	if err != nil {
		return err
	}
	kept, err := settingsOf(r)
	if err != nil {
		return err
	}
	switch {
	case r.State == outbox.RunPlanned && !kept.filled(r):
		return &say.UsageError{What: fmt.Sprintf("broadcast %d is not prepared to its end; nothing was changed", r.ID), Hint: "first: " + words.ResumeRun(r.ID, with.Shell(f.Sandbox))}
	case r.State != outbox.RunPlanned && r.State != outbox.RunPaused:
		return &outbox.RunError{ID: r.ID, From: r.State}
	}
	clock, err := kept.clock(with.Now().Location())
	if err != nil {
		return say.Usagef("%s", say.Plain(err))
	}
	b.zone, b.all = hours.Location(r.Due().Zone), true
	var failed error
	err = b.put(&kept, with.Now(), waitingOf(ctx, o, r.ID, &failed), clock)
	if failed != nil {
		return failed
	}
	if err != nil {
		return err
	}
	options, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("keep when it begins: %w", err)
	}
	return o.ScheduleRun(ctx, r.ID, kept.At, options)
}

// waitingOf are the people of a broadcast who wait; failed is why there are no more.
func waitingOf(ctx context.Context, o *outbox.Outbox, id int64, failed *error) whereabouts {
	return func(yield func(number, zone string) bool) {
		for after := 0; ; {
			page, err := o.RunPeople(ctx, id, outbox.PeopleFilter{State: outbox.Queued}, after, peopleAtOnce)
			if err != nil {
				*failed = err
				return
			}
			for _, t := range page {
				if !yield(t.Number, t.Zone) {
					return
				}
				after = t.N
			}
			if len(page) < peopleAtOnce {
				return
			}
		}
	}
}
