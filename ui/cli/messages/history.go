package messages

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/words"
)

// How many rows telex history prints if it is not told.
const (
	rowsForPeople = 20
	rowsForJSON   = 100
)

// historyFlags are the flags of telex history.
type historyFlags struct {
	sandbox, asJSON bool
	state           string
	since, until    string
	limit           int // 0: all
	unsaid          bool
	before          int64
	by              string
	near            string // the command that SEARCH may have been meant for
}

// HistoryOptions are what telex history may touch.
type HistoryOptions struct {
	who.Home
	In  io.Reader // answers whether to delete
	Out io.Writer // the printer's: if it is a terminal, its width is the table's
}

// History is telex history, with prune.
func History(o HistoryOptions) *cobra.Command {
	var f historyFlags
	cmd := &cobra.Command{
		Use:   "history [SEARCH…]",
		Short: "List the messages of the outbox, newest first",
		Long: `History lists the recorded messages, newest first. SEARCH matches messages that
contain every word, in the text, the numbers or the tag; or it is one id,
telex's or the API's.

On a terminal the columns are cut to its width. Otherwise each message is a line
of five fields with tabs between them: id, time, state, recipients (of a
received one, who wrote it), and the first line of the text. The state of an MMS
that was handed over is delivered there, as in JSON.

With --json it is an array of objects with id, state, direction, created_at,
updated_at, profile, from, to, text, media, tag, priority, message_id,
http_status, segment_count, error_code, receipt, error and resend_of; what is
empty is absent. The receipt of a delivered message is carrier, handset or read;
or handed-over for an MMS, of which no more is known.
Of a received one, own is your number that it came to, and written_at when it
was written; missed says that nobody listened when it came, so that its text is
not known, and unproven that it came without credentials.

The states: queued and sending messages belong to a telex that is running.
Bandwidth accepted those that are accepted, sent, delivered, unconfirmed or
failed; for an unconfirmed one no receipt came, and it may have arrived.
rejected and unsent messages were not sent. unknown ones may have been: telex
status looks for them at Bandwidth. received ones somebody wrote to you: see
telex threads.`,
		Example: `  telex history
  telex history --state unknown
  telex history --since yesterday --until 2h "your code"
  telex history --by ana --since today
  telex history --limit 0 --json "build is green"
  telex history prune --before 90d`,
		RunE: func(cmd *cobra.Command, args []string) error {
			f.unsaid = !cmd.Flags().Changed("limit")
			search, err := say.Search(args)
			if err != nil {
				return err
			}
			if len(args) > 0 {
				f.near = say.Near(cmd, args[0])
			}
			return history(cmd.Context(), o, f, search)
		},
	}
	f.register(o, cmd)
	cmd.AddCommand(pruneCommand(o))
	return cmd
}

// register gives the command its flags.
func (f *historyFlags) register(o HistoryOptions, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.state, "state", "", "only messages in this `state`")
	flags.StringVar(&f.by, "by", "", "only messages that somebody of this `name` sent: ana, or\n'root at bastion' as telex show says it of a login")
	flags.StringVar(&f.since, "since", "", "only messages made on this `day` or later: today, fri,\n2026-01-31, 2026-01, a time in RFC 3339, or a span such\nas 7d before now")
	flags.StringVar(&f.until, "until", "", "only messages made on this `day` or earlier")
	who.RegisterLimit(cmd, &f.limit, 0, "how many at most, as a `number`; 0: all\n(default "+
		strconv.Itoa(rowsForPeople)+", or "+strconv.Itoa(rowsForJSON)+" with --json)")
	flags.Int64Var(&f.before, "before", 0, "only messages older than the one with this `id`")
	flags.BoolVar(&f.sandbox, "sandbox", false, "the messages that were sent with --sandbox")
	flags.BoolVar(&f.asJSON, "json", false, "one JSON value on standard output")
	cmd.ValidArgsFunction = who.CompleteNothing
	for _, flag := range []string{"before", "since", "until"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, who.CompleteNothing) // fails only for a flag that is not there
	}
	_ = cmd.RegisterFlagCompletionFunc("state", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words.States(), cobra.ShellCompDirectiveNoFileComp
	})
	_ = cmd.RegisterFlagCompletionFunc("by", o.CompleteMakers(&f.sandbox))
}

// history is telex history.
func history(ctx context.Context, with HistoryOptions, f historyFlags, search string) error {
	state, err := readState(f.state)
	if err != nil {
		return err
	}
	switch {
	case f.before < 0:
		return say.Usagef("--before %d is not the id of a message", f.before)
	case f.unsaid && f.asJSON:
		f.limit = rowsForJSON
	case f.unsaid:
		f.limit = rowsForPeople
	}
	filter, last := outbox.Filter{State: state, By: f.by, Search: search, Before: f.before}, int64(0)
	local, err := within(&filter, f.since, f.until, with.Now())
	if err != nil {
		return err
	}
	if local {
		with.WarnOfZone()
	}
	o, err := with.OpenOutboxToRead(ctx, f.sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	t := newTable(with.Home, with.Out, f.asJSON)
	err = who.Pages(ctx, o, filter, f.limit, func(entries []outbox.Entry) error {
		if len(entries) > 0 {
			last = entries[len(entries)-1].ID
		}
		return t.add(entries)
	})
	if err != nil {
		return t.broken(err)
	}
	cut := f.limit > 0 && t.rows == f.limit
	if cut {
		if err := addNamed(ctx, o, t, filter, last); err != nil {
			return t.broken(err)
		}
	}
	if f.unsaid && cut {
		filter.Before, filter.Limit = last, 1
		if older, err := o.List(ctx, filter); err == nil && len(older) > 0 { // the rows are out: nothing hangs on it
			with.Output.Say("these are the latest %d; --limit 0 shows all, --before %d the older ones", f.limit, last)
		}
	}
	if t.rows == 0 {
		f.sayNothing(with, o.Path(), search)
	}
	return t.end()
}

// sayNothing says that there are no messages, or none such.
func (f historyFlags) sayNothing(with HistoryOptions, path, search string) {
	what := "no messages yet in"
	if f.state != "" || search != "" || f.before != 0 || f.by != "" || f.since != "" || f.until != "" {
		what = "no matching messages in"
	}
	with.Output.Say("%s %s", what, path)
	if f.near != "" {
		with.Output.Say("  %s", f.near)
	}
	if !f.sandbox && with.HasOutbox(true) {
		with.Output.Say("  for those sent in the sandbox add --sandbox")
	}
}

// addNamed adds the message whose id is searched for, if it is older than the last one that
// there was room for. Most ids are in some number, too.
func addNamed(ctx context.Context, o *outbox.Outbox, t *table, f outbox.Filter, last int64) error {
	if len(strings.Fields(f.Search)) != 1 {
		return nil
	}
	id, err := o.Find(ctx, strings.TrimPrefix(strings.TrimSpace(f.Search), "#"))
	if errors.Is(err, outbox.ErrNotFound) || err == nil && id >= last {
		return nil
	}
	if err != nil {
		return err
	}
	f.Before, f.After, f.Limit = id+1, id-1, 1
	named, err := o.List(ctx, f)
	if err != nil || len(named) == 0 {
		return err
	}
	if err := t.add(named); err != nil {
		return err
	}
	t.home.Output.Say("the last one is message %d, as it is called; the others have that in a text or a number", id)
	return nil
}

// broken is the error for rows that ended too early. Once some are on standard
// output there must be no second JSON value after them: their array stays open,
// so that nobody takes it for all there is.
func (t *table) broken(err error) error {
	if t.rows == 0 || !t.asJSON {
		return err
	}
	t.home.Output.Error(err)
	return say.Told(say.CodeOf(err))
}
