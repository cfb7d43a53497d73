package broadcast

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

func pauseCommand(o Options) *cobra.Command {
	f := asked()
	cmd := &cobra.Command{
		Use:   "pause ID",
		Short: "Keep a broadcast from sending, until it is resumed",
		Long: `Pause keeps a broadcast from sending, whichever telex sends it. When it returns,
nothing more of it leaves; what was on its way still gets there, and what
Bandwidth took cannot be recalled. telex broadcast resume goes on.`,
		Example:           "  telex broadcast pause 12",
		Args:              oneID,
		ValidArgsFunction: o.completeIDs(outbox.RunRunning),
		RunE: func(cmd *cobra.Command, args []string) error {
			return change(cmd.Context(), o, f, args[0], func(ctx context.Context, box *outbox.Outbox, id int64) error {
				return box.PauseRun(ctx, id, outbox.Reason{Kind: outbox.ReasonPerson})
			})
		},
	}
	f.json(f.register(cmd))
	return cmd
}

func cancelCommand(o Options) *cobra.Command {
	f := asked()
	cmd := &cobra.Command{
		Use:   "cancel ID",
		Short: "End a broadcast before all of its messages are sent",
		Long: `Cancel ends a broadcast for good, whichever telex sends it. When it returns,
nothing more of it leaves; what was on its way still gets there, and what
Bandwidth took cannot be recalled. To end it for a while, pause it.`,
		Example:           "  telex broadcast cancel 12",
		Args:              oneID,
		ValidArgsFunction: o.completeIDs(outbox.RunPlanned, outbox.RunRunning, outbox.RunPaused),
		RunE: func(cmd *cobra.Command, args []string) error {
			return change(cmd.Context(), o, f, args[0], func(ctx context.Context, box *outbox.Outbox, id int64) error {
				return box.CancelRun(ctx, id, outbox.Reason{Kind: outbox.ReasonPerson})
			})
		},
	}
	f.json(f.register(cmd))
	return cmd
}

// change changes the state of a broadcast and says how it stands then.
func change(ctx context.Context, with Options, f flags, name string, do func(ctx context.Context, o *outbox.Outbox, id int64) error) error {
	o, err := with.OpenOutbox(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	r, err := find(ctx, o, f.Sandbox, name)
	if err != nil {
		return err
	}
	if err := do(ctx, o, r.ID); err != nil {
		return notThen(r, err, with.Shell(f.Sandbox))
	}
	s := &sending{Options: with, flags: f, o: o}
	err = s.report(ctx, r.ID)
	if _, told := errors.AsType[say.Told](err); told {
		return nil // what became of its messages is no failure of this command
	}
	return err
}

// notThen puts into words that a broadcast is in a state in which something is impossible.
func notThen(r outbox.Run, err error, in words.Shell) error {
	if errors.Is(err, outbox.ErrWantsApproval) {
		return &say.UsageError{
			What: fmt.Sprintf("broadcast %d wants the approval of another person than %s; nothing was sent", r.ID, words.User(r.Broadcast.Starter())),
			Hint: "they let it go: " + words.ApproveRun(r.ID, in),
		}
	}
	moved, ok := errors.AsType[*outbox.RunError](err)
	if !ok {
		return err
	}
	e := &say.UsageError{What: fmt.Sprintf("broadcast %d is %s; nothing was changed", r.ID, moved.From)}
	if moved.From == outbox.RunDone || moved.From == outbox.RunCancelled {
		e.Hint = "it is over; what became of each: " + words.ReportRun(r.ID, in)
	}
	return e
}

func resumeCommand(o Options) *cobra.Command {
	f := asked()
	var rate string
	cmd := &cobra.Command{
		Use:   "resume ID",
		Short: "Go on sending a broadcast",
		Long: `Resume sends what is left of a broadcast that was paused, or prepared by
--detach or --at, or whose telex was killed. It goes on as it was begun: with its
text, list, hours and pace. One that begins later begins now, though with
--their-time nobody gets it before their own time. Of one that runs already in
another telex it sends a part; the pace is shared.

If telex was killed while it prepared it, resume keeps the rest of its people
first, from the same list, nobody twice. A list that is another one now, or that
is gone, is refused.

Messages that were on their way when telex was killed are unknown, and are never
sent again by themselves. Who opted out meanwhile gets nothing.`,
		Example:           "  telex broadcast resume 12",
		Args:              oneID,
		ValidArgsFunction: o.completeIDs(outbox.RunPaused, outbox.RunPlanned, outbox.RunRunning),
		RunE: func(cmd *cobra.Command, args []string) error {
			return onRun(cmd.Context(), o, f, args[0], func(ctx context.Context, s *sending, r outbox.Run) error { return s.resume(ctx, r, rate) })
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.json(flags)
	flags.StringVar(&rate, "rate", "", "another pace than it was begun with, for this telex: `5/s`")
	f.Register(flags)
	_ = cmd.RegisterFlagCompletionFunc("rate", who.CompleteNothing) // fails only for a flag that is not there
	o.CompleteProfile(cmd)
	return cmd
}

// onRun does something with a broadcast that may send it: ctrl+c ends that.
func onRun(ctx context.Context, with Options, f flags, name string, do func(ctx context.Context, s *sending, r outbox.Run) error) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	say.Unbroken()
	o, err := with.OpenOutbox(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer func() { with.CloseOutbox(o) }()
	r, err := find(ctx, o, f.Sandbox, name)
	if err != nil {
		return given(ctx, err)
	}
	return do(ctx, &sending{Options: with, flags: f, o: o, by: r.Broadcast.By}, r)
}

// resume is telex broadcast resume.
func (s *sending) resume(ctx context.Context, r outbox.Run, rate string) error {
	kept, err := settingsOf(r)
	if err != nil {
		return err
	}
	if rate != "" {
		if _, err := outbox.ParseRate(rate); err != nil {
			return say.Usagef("--rate: %s; nothing was sent", say.Plain(err))
		}
		s.rate = rate
	}
	if r.State == outbox.RunPlanned && !kept.filled(r) {
		if s.id, err = s.identify(r); err != nil {
			return err
		}
		if err := s.complete(ctx, r, kept); err != nil {
			return err
		}
		if r.WantsApproval() && kept.At.IsZero() {
			s.Output.Say("broadcast %d is prepared", r.ID)
			return s.report(ctx, r.ID)
		}
	}
	if r.State == outbox.RunPlanned && r.Due().IsZero() && !kept.At.IsZero() && !s.Now().After(kept.At.Late()) {
		// Its telex was killed before it noted when it begins.
		if err := s.o.ScheduleRun(ctx, r.ID, kept.At, nil); err != nil {
			return notThen(r, given(ctx, err), s.Shell(s.flags.Sandbox))
		}
		return s.report(ctx, r.ID)
	}
	return s.goOn(ctx, r)
}

// goOn sends what is left of a broadcast, as whoever began it.
func (s *sending) goOn(ctx context.Context, r outbox.Run) (err error) {
	if r.WantsApproval() {
		return notThen(r, outbox.ErrWantsApproval, s.Shell(s.flags.Sandbox))
	}
	if s.id, err = s.identify(r); err != nil {
		return err
	}
	if err := s.connect(ctx, "telex broadcast resume"); err != nil {
		return err
	}
	defer s.link.Close()
	if err := s.renew(ctx, r); err != nil {
		return err
	}
	err = s.o.StartRun(ctx, r.ID)
	if moved, is := errors.AsType[*outbox.RunError](err); is && moved.From == outbox.RunRunning {
		err = nil // another telex sends it, and this one helps
	}
	if err != nil {
		return notThen(r, given(ctx, err), s.Shell(s.flags.Sandbox))
	}
	s.Output.Say("broadcast %d, %s", r.ID, r.Name)
	return s.drain(ctx, r.ID)
}

// identify is who sends a broadcast: whoever began it.
func (s *sending) identify(r outbox.Run) (who.Identity, error) {
	by := r.Broadcast.By
	f := s.flags.Flags
	if !f.Sandbox && f.Profile == "" {
		f.Profile = by.Profile
	}
	id, err := s.Identify(f)
	if err != nil {
		return id, err
	}
	if id.AccountID != by.AccountID || !f.Sandbox && id.Address() != by.BaseURL {
		return id, &say.UsageError{
			What: fmt.Sprintf("broadcast %d is of account %s at %s, and this is %s at %s; nothing was sent", r.ID, by.AccountID, by.BaseURL, id.AccountID, id.Address()),
			Hint: who.OtherAccount(by),
		}
	}
	return id, nil
}

func watchCommand(o Options) *cobra.Command {
	f := asked()
	var within time.Duration
	cmd := &cobra.Command{
		Use:   "watch ID",
		Short: "Watch a broadcast that another telex sends",
		Long: `Watch shows how far a broadcast is, and ends with it: with 0 if it is done and
all of its messages were accepted, 7 if it was paused or cancelled, 8 if it is
still open when the time of --timeout is over or ctrl+c ends the watching. It
sends nothing; telex broadcast resume does. Where nobody does, because its telex
was killed, it says so.`,
		Example:           "  telex broadcast watch 12\n  telex broadcast watch 12 --timeout 10m",
		Args:              oneID,
		ValidArgsFunction: o.completeIDs(outbox.RunRunning, outbox.RunPaused, outbox.RunPlanned),
		RunE: func(cmd *cobra.Command, args []string) error {
			if within < 0 {
				return say.Usagef("--timeout %s is over already; give 0 to watch forever", within)
			}
			return watch(cmd.Context(), o, f, within, args[0])
		},
	}
	flags := f.register(cmd)
	flags.DurationVar(&within, "timeout", 0, "how long to watch; 0 is forever")
	f.json(flags)
	_ = cmd.RegisterFlagCompletionFunc("timeout", who.CompleteNothing) // fails only for a flag that is not there
	return cmd
}

// aloneFor is at how many looks, one a second, nobody sends a broadcast before that is told:
// one that has just begun is noted as being sent a little later.
const aloneFor = 3

// watch is telex broadcast watch.
func watch(ctx context.Context, with Options, f flags, within time.Duration, name string) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	o, err := with.OpenOutboxToRead(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	r, err := find(ctx, o, f.Sandbox, name)
	if err != nil {
		return given(ctx, err)
	}
	s := &sending{Options: with, flags: f, o: o}
	after := s.After
	if after == nil {
		after = time.After
	}
	until := s.Now().Add(within)
	w := watching{sending: s, show: newProgress(s, r.ID), r: r}
	w.show.begin(ctx)
	for isOpen(w.r) && ctx.Err() == nil && (within == 0 || s.Now().Before(until)) {
		select {
		case <-after(time.Second):
		case <-ctx.Done():
		}
		if err = w.look(context.WithoutCancel(ctx)); err != nil {
			break
		}
	}
	w.show.end()
	switch {
	case err != nil:
		return err
	case w.blind: // which was said
		return say.Told(say.ExitOpen)
	}
	err = s.report(context.WithoutCancel(ctx), r.ID)
	if _, told := errors.AsType[say.Told](err); isOpen(w.r) && (err == nil || told) {
		return say.Told(say.ExitOpen)
	}
	return err
}

// A watching looks at a broadcast that another telex sends.
type watching struct {
	*sending
	show  *progress
	r     outbox.Run
	alone int  // looks, one after the other, at which nobody sent it
	blind bool // the last look saw nothing, for the database is away, which was said
}

// look looks once. A database that is away is waited for.
func (w *watching) look(ctx context.Context) error {
	r, err := w.o.Run(ctx, w.r.ID)
	left := false
	if err == nil {
		left, err = w.unattended(ctx, r)
	}
	if err != nil {
		if !isAway(err) || !w.o.Passes(err) {
			return err
		}
		if !w.blind {
			what, _, hint := say.Parts(err)
			w.Output.Say("broadcast %d cannot be seen for now, which says nothing of how it goes: %s", w.r.ID, what)
			w.Output.Say("  %s; it is looked at again until it can be, or ctrl+c", hint)
		}
		w.blind = true
		return nil
	}
	if w.blind {
		w.Output.Say("broadcast %d can be seen again", r.ID)
	}
	w.r, w.blind = r, false
	w.show.changed(r)
	if !left {
		w.alone = 0
	} else if w.alone++; w.alone == aloneFor {
		w.Output.Say("broadcast %d: %s; to go on: %s", r.ID, words.NobodySends, words.ResumeRun(r.ID, w.Shell(w.flags.Sandbox)))
	}
	return nil
}

// isOpen reports whether a broadcast may go on by itself.
func isOpen(r outbox.Run) bool { return r.State == outbox.RunRunning || r.State == outbox.RunPlanned }

// stateCell is what a report has as the state of somebody.
func stateCell(t outbox.Told) string {
	switch {
	case t.Skip != "":
		return "skipped"
	case t.State() == "":
		return "deleted"
	}
	return string(t.State())
}

// became says what became of somebody, in words.
func became(t outbox.Told) string {
	switch {
	case t.Skip != "":
		return words.LeftOut(t.Skip, t.Note)
	case t.State() == outbox.Queued && t.Message == 0:
		return "waits for its turn"
	case t.Entry.ID == 0:
		return "the message was deleted since"
	case t.Entry.ErrorCode != 0:
		return words.Code(t.Entry.ErrorCode)
	case t.Entry.Error != "":
		return text.Clean(t.Entry.Error)
	}
	return words.Means(t.Entry.State)
}
