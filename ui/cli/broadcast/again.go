package broadcast

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"telex/messaging"
	"telex/messaging/broadcast"
	"telex/messaging/broadcast/list"
	"telex/messaging/broadcast/template"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/words"
)

// onlys are whom telex broadcast again may be about, by what their messages' codes ask for.
var onlys = map[string][]messaging.Reaction{
	"later":   {messaging.ReactLater, messaging.ReactHoldUntilMidnight},
	"service": {messaging.ReactOnceMore, messaging.ReactSlowDown},
	"late":    {messaging.ReactTooLate},
}

func onlyNames() []string { return []string{"later", "service", "late"} }

// isAgain reports whether somebody of a broadcast is to get it once more: only whose message
// failed and certainly did not arrive, or had no time left.
func isAgain(only string, t outbox.Told) bool {
	if t.Skip != "" {
		return only == "late" && t.Skip == outbox.SkipTimeIsOver
	}
	if t.Entry.ID == 0 || t.Entry.State != outbox.Failed || t.Entry.Doubt {
		return false
	}
	code, _ := messaging.ExplainCode(t.Entry.ErrorCode)
	return slices.Contains(onlys[only], code.Reaction)
}

func againCommand(o Options) *cobra.Command {
	f := startFlags{flags: asked()}
	var only string
	cmd := &cobra.Command{
		Use:   "again ID --only later|service|late",
		Short: "Send a broadcast once more, to those who did not get it for a while",
		Long: `Again makes a new broadcast of those people of an old one to whom the text
certainly did not get, for a reason that may be over now. --only says which:

  later    who could not be reached then, such as a phone that was off
  service  whose message failed by a fault of Bandwidth or a carrier
  late     whose message was not sent in time, such as within their hours

Text, files and senders are those of the old one. Nobody is among them of whom
it is not known whether they got it. The plan is shown and asked for, as by
telex broadcast start.`,
		Example: "  telex broadcast again 12 --only later --dry-run\n  telex broadcast again 12 --only late",
		Args:    oneID,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(cmd.Flags(), o.Now()); err != nil {
				return err
			}
			return again(cmd.Context(), o, f, only, args[0])
		},
		ValidArgsFunction: o.completeIDs(outbox.RunDone, outbox.RunCancelled),
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&only, "only", "", "`whom`: later, service or late")
	_ = cmd.RegisterFlagCompletionFunc("only", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return onlyNames(), cobra.ShellCompDirectiveNoFileComp
	})
	cmd.Flags().StringVar(&f.name, "name", "", "what you call the new one; else the old one's `name`")
	_ = cmd.RegisterFlagCompletionFunc("name", who.CompleteNothing) // fails only for a flag that is not there
	f.register(o, cmd)
	return cmd
}

// again is telex broadcast again.
func again(ctx context.Context, with Options, f startFlags, only, name string) error {
	if onlys[only] == nil {
		return &say.UsageError{What: "--only says who gets it again; nothing was sent", Hint: "give one of " + strings.Join(onlyNames(), ", ")}
	}
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	say.Unbroken()
	o, err := f.open(ctx, with)
	if err != nil {
		return err
	}
	defer func() { with.CloseOutbox(o) }()
	r, err := find(ctx, o, f.Sandbox, name)
	if err != nil {
		return given(ctx, err)
	}
	if isOpen(r) || r.State == outbox.RunPaused {
		return &say.UsageError{What: fmt.Sprintf("broadcast %d is %s: those who wait may get it yet; nothing was sent", r.ID, r.State), Hint: "when it is done, or cancelled, it can be sent again"}
	}
	s := &sending{Options: with, flags: f.flags, o: o}
	id, err := s.identify(r)
	if err != nil {
		return err
	}
	t, err := template.Parse(r.Broadcast.Text)
	if err != nil {
		return say.Usagef("the text of broadcast %d cannot be filled: %s", r.ID, say.Plain(err))
	}
	old, err := settingsOf(r)
	if err != nil {
		return err
	}
	b := &broadcast.Broadcast{Now: with.Now(), Figures: id.Figures(), Senders: r.Broadcast.Senders, Template: t}
	b.Message = messaging.Message{ApplicationID: r.Broadcast.ApplicationID, Media: slices.Clone(r.Broadcast.Media), Tag: r.Broadcast.Tag}
	for _, file := range old.Files { // Bandwidth may have them no more
		b.Message.Media[file.At] = file.Path
	}
	if f.name == "" {
		f.name = r.Name
	}
	from, err := s.peopleOf(ctx, r, only)
	if err != nil {
		return given(ctx, err)
	}
	from.files = old.Files
	return f.begin(ctx, with, o, id, b, from)
}

// errEnough ends the reading of people of whom the others are not wanted.
var errEnough = errors.New("enough")

// peopleOf are those of a broadcast who are to get it once more.
func (s *sending) peopleOf(ctx context.Context, r outbox.Run, only string) (*source, error) {
	from := &source{name: fmt.Sprintf("broadcast %d, only %s", r.ID, only), as: reading{Only: only}, close: func() {}, again: r.ID}
	names, people, sum := map[string]bool{}, 0, sha256.New()
	err := everybody(ctx, s.o, r.ID, func(t outbox.Told) error {
		if isAgain(only, t) {
			people++
			_, _ = fmt.Fprintln(sum, t.N, t.Number) // a hash takes everything
			for name := range t.Fields {
				names[name] = true
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if people == 0 {
		return nil, &say.UsageError{
			What: fmt.Sprintf("of broadcast %d there is nobody to send it to again for --only %s; nothing was sent", r.ID, only),
			Hint: "what became of each: " + words.ReportRun(r.ID, s.Shell(s.flags.Sandbox)),
		}
	}
	from.sum = hex.EncodeToString(sum.Sum(nil))
	for name := range names {
		from.fields = append(from.fields, name)
	}
	slices.Sort(from.fields)
	var failed error
	from.err = func() error { return failed }
	from.rows = func(yield func(list.Row) bool) {
		err := everybody(ctx, s.o, r.ID, func(t outbox.Told) error {
			if !isAgain(only, t) {
				return nil
			}
			row := list.Row{Line: t.N, Number: t.Number, Name: t.Name, Zone: t.Zone}
			for _, name := range from.fields {
				row.Values = append(row.Values, t.Fields[name])
			}
			if !yield(row) {
				return errEnough
			}
			return nil
		})
		if failed = err; errors.Is(err, errEnough) {
			failed = nil
		}
	}
	return from, nil
}
