package broadcast

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"telex/messaging/outbox"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

func approveCommand(o Options) *cobra.Command {
	f := asked()
	var yes, detach bool
	cmd := &cobra.Command{
		Use:   "approve ID",
		Short: "Let a broadcast go that another person started",
		Long: `Approve is the second person's yes to a broadcast that a profile with
approve = true started: nothing of it is sent before. It shows the broadcast,
you type how many get it, and then it is sent, as by resume. With --detach it is
only approved: telex work sends it, or telex broadcast resume. One that begins
later does so at its time.

Who started it cannot approve it. A person is who TELEX_USER says; without it, a
login and its machine. In a file that both of you can write to, this guards you
against slips, and not against each other.

The exit code is that of resume; with --detach 0.`,
		Example:           "  telex broadcast approve 12\n  telex broadcast approve 12 --detach",
		Args:              oneID,
		ValidArgsFunction: o.completeIDs(outbox.RunPlanned),
		RunE: func(cmd *cobra.Command, args []string) error {
			return onRun(cmd.Context(), o, f, args[0], func(ctx context.Context, s *sending, r outbox.Run) error {
				return s.approve(ctx, r, approval{yes, detach})
			})
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.json(flags)
	flags.BoolVar(&yes, "yes", false, "approve without asking")
	flags.BoolVar(&detach, "detach", false, "only approve it: telex work sends it, or telex\nbroadcast resume")
	f.Register(flags)
	o.CompleteProfile(cmd)
	return cmd
}

// An approval is how somebody approves.
type approval struct{ yes, detach bool }

// approve is telex broadcast approve.
func (s *sending) approve(ctx context.Context, r outbox.Run, how approval) (err error) {
	if err := s.mayApprove(r); err != nil {
		return err
	}
	if err := s.agreeTo(ctx, r, how.yes); err != nil {
		return given(ctx, err)
	}
	if err := s.o.ApproveRun(ctx, r.ID, s.User()); err != nil {
		return s.notApproved(r, given(ctx, err))
	}
	s.Output.Say("broadcast %d is approved", r.ID)
	if r, err = s.o.Run(ctx, r.ID); err != nil {
		return given(ctx, err)
	}
	if how.detach || !r.Due().IsZero() {
		return s.report(ctx, r.ID)
	}
	if err := s.goOn(ctx, r); err != nil {
		if code := say.CodeOf(err); ctx.Err() == nil && (code == say.ExitUsage || code == say.ExitRefused) {
			s.Output.Say("broadcast %d stays approved; to go on: %s", r.ID, words.ResumeRun(r.ID, s.Shell(s.flags.Sandbox)))
		}
		return err
	}
	return nil
}

// mayApprove refuses an approval before anything is asked.
func (s *sending) mayApprove(r outbox.Run) error {
	kept, err := settingsOf(r)
	if err != nil {
		return err
	}
	switch {
	case r.State == outbox.RunDone || r.State == outbox.RunCancelled:
		return notThen(r, &outbox.RunError{ID: r.ID, From: r.State}, s.Shell(s.flags.Sandbox))
	case !r.WantsApproval():
		return s.notApproved(r, outbox.ErrNoApproval)
	case s.User().Is(r.Broadcast.Starter()):
		return s.notApproved(r, outbox.ErrOwnRun)
	case !kept.filled(r):
		return &say.UsageError{
			What: fmt.Sprintf("broadcast %d is not prepared to its end, and lacks %s of its list; nothing was changed", r.ID, text.Count(kept.People-r.People, "row")),
			Hint: "who started it goes on: " + words.ResumeRun(r.ID, s.Shell(s.flags.Sandbox)),
		}
	}
	return nil
}

// notApproved puts into words why a broadcast cannot be approved.
func (s *sending) notApproved(r outbox.Run, err error) error {
	switch {
	case errors.Is(err, outbox.ErrOwnRun):
		e := &say.UsageError{
			What: fmt.Sprintf("broadcast %d was started by you, %s, and another person has to approve it; nothing was changed", r.ID, words.User(s.User())),
			Hint: "where several people have one login, " + who.EnvUser + " says who you are",
		}
		if s.User().Name == "" {
			e.What = fmt.Sprintf("telex does not know who you are, and who started broadcast %d cannot approve it; nothing was changed", r.ID)
			e.Hint = "set " + who.EnvUser + " to your name"
		}
		return e
	case errors.Is(err, outbox.ErrNoApproval) && !r.Approval.At.IsZero():
		return &say.UsageError{
			What: fmt.Sprintf("broadcast %d was approved by %s already; nothing was changed", r.ID, words.User(r.Approval.By)),
			Hint: words.NextForRun(r, s.Shell(s.flags.Sandbox)),
		}
	case errors.Is(err, outbox.ErrNoApproval):
		return &say.UsageError{
			What: fmt.Sprintf("broadcast %d wants no approval; nothing was changed", r.ID),
			Hint: words.NextForRun(r, s.Shell(s.flags.Sandbox)),
		}
	}
	return notThen(r, err, s.Shell(s.flags.Sandbox))
}

// agreeTo shows a broadcast that somebody else started, and asks whether it may go.
func (s *sending) agreeTo(ctx context.Context, r outbox.Run, yes bool) error {
	c, err := s.o.RunCounts(ctx, r.ID)
	if err != nil {
		return err
	}
	if err := s.toApprove(ctx, r, c); err != nil {
		return err
	}
	if yes {
		return nil
	}
	if why := s.Asks.Unasked(s.flags.asJSON); why != "" {
		return &say.UsageError{What: why + "; nothing was changed", Hint: "look at it by " + words.ShowRun(r.ID, s.Shell(s.flags.Sandbox)) + ", then add --yes"}
	}
	question := fmt.Sprintf("approve broadcast %d, %s, to %s?", r.ID, text.Clean(r.Name), text.People(c.Waiting))
	return typed(ctx, s.Asks, question, "approve it", c.Waiting)
}

// toApprove shows a broadcast to somebody who did not see its plan.
func (s *sending) toApprove(ctx context.Context, r outbox.Run, c outbox.RunCounts) error {
	kept, err := settingsOf(r)
	if err != nil {
		return err
	}
	b := r.Broadcast
	line := linesOf(s.Output)
	line("Broadcast", "%d, %s, started by %s %s", r.ID, r.Name, words.User(b.Starter()), words.Time(r.Created.In(s.Now().Location())))
	line("List", "%s", b.List.Name)
	line("People", "%s", words.RunCounts(r.State, c))
	for _, problem := range words.RunProblems(c) {
		line("", "%s", problem)
	}
	line("Planned", "%s", kept.Planned)
	line("From", "%s", strings.Join(b.Senders, ", "))
	line("Hours", "%s", kept.Hours)
	if len(b.Media) > 0 {
		line("Media", "%s", strings.Join(b.Media, ", "))
	}
	s.quote("Text", b.Text)
	return s.firstText(ctx, r, kept)
}

// firstText shows the text of the first one who gets it.
func (s *sending) firstText(ctx context.Context, r outbox.Run, kept settings) error {
	first, err := s.o.RunPeople(ctx, r.ID, outbox.PeopleFilter{State: outbox.Queued}, 0, 1)
	if err != nil || len(first) == 0 {
		return err
	}
	made, err := kept.made(r, nil)
	if err != nil {
		return err
	}
	p := first[0].Person
	m, _, _ := made.Make(p.Number, func(field string) (string, bool) { v, known := p.Fields[field]; return v, known })
	if m.Text != r.Broadcast.Text {
		s.quote("To "+p.Number, m.Text)
	}
	return nil
}

// quote shows a text whole.
func (s *sending) quote(name, body string) {
	s.Output.Say("%s", name)
	for l := range strings.Lines(text.CleanLines(body)) {
		s.Output.Say("  | %s", strings.TrimSuffix(l, "\n"))
	}
}

// typed asks for a yes that is a count.
func typed(ctx context.Context, asks ask.Terminal, question, yes string, count int) error {
	answer, err := asks.Line(ctx, fmt.Sprintf("%s Type %d to %s, anything else to leave it:", question, count, yes))
	if err != nil || answer == strconv.Itoa(count) {
		return err
	}
	return say.ErrCancelled
}
