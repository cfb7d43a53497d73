package threads

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"telex/messaging"
	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// threadFlags are the flags of telex thread.
type threadFlags struct {
	who.Flags
	from             string
	limit            int
	before           int64
	markRead, asJSON bool
}

// Thread is telex thread.
func Thread(o Options) *cobra.Command {
	f := threadFlags{Flags: who.Flags{Timeout: messaging.DefaultTimeLimit}} // nobody is asked
	cmd := &cobra.Command{
		Use:   "thread NUMBER|NAME|@GROUP…",
		Short: "Show one conversation, oldest first",
		Long: `Thread prints what was said between your numbers and this one, oldest first;
with several numbers, or a group of your contacts, what was said in the group of
them. It changes nothing: what is unread stays so, unless --mark-read is given.

With --json it is an array of the objects of telex history. Those with direction
in came in: from is who wrote, own the number of yours that it came to, and
written_at when it was written. If missed is true nobody listened when it came,
and Bandwidth keeps no texts. If unproven is true it came without credentials,
so that anybody can have made it up.`,
		Example: "  telex thread +19195551212\n  telex thread \"Ana Ruiz\" --limit 5 --json",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &say.UsageError{What: "telex thread needs a number, or the name of a contact", Hint: "telex threads lists the conversations"}
			}
			return nil
		},
		ValidArgsFunction: o.CompletePeer(&f.Sandbox),
		RunE:              func(cmd *cobra.Command, args []string) error { return thread(cmd.Context(), o, f, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.from, "from", "", "only with this `number` of yours")
	who.RegisterLimit(cmd, &f.limit, 100, "at most this `number` of messages, the newest; 0: all")
	flags.Int64Var(&f.before, "before", 0, "only messages older than the one with this `id`")
	flags.BoolVar(&f.markRead, "mark-read", false, "count all of it as read from now on")
	who.RegisterProfile(flags, &f.Profile)
	flags.BoolVar(&f.Sandbox, "sandbox", false, "a conversation of --sandbox")
	flags.BoolVar(&f.asJSON, "json", false, "one JSON value on standard output")
	for _, flag := range []string{"from", "before"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, who.CompleteNothing) // fails only for a flag that is not there
	}
	o.CompleteProfile(cmd)
	return cmd
}

// thread is telex thread.
func thread(ctx context.Context, with Options, f threadFlags, typed []string) error {
	if f.before < 0 {
		return say.Usagef("--before %d is not the id of a message", f.before)
	}
	id, err := with.Identify(f.Flags)
	if err != nil {
		return err
	}
	filter, err := among(ctx, with.Home, f.Flags, typed, f.from, id.Region)
	if err != nil {
		return err
	}
	open := with.OpenOutboxToRead
	if f.markRead {
		open = with.OpenOutbox
	}
	o, err := open(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	found, err := o.Threads(ctx, filter)
	if err != nil {
		return err
	}
	said, err := saidIn(ctx, o, found, f)
	if err != nil {
		return err
	}
	if f.asJSON {
		err = with.Output.Value(rowsOf(said))
	} else {
		err = with.Output.Text(talkOf(said, with.Now().Location()))
	}
	if err != nil {
		return err
	}
	switch {
	case len(found) == 0:
		with.Output.Say("nothing was said with %s in %s", strings.Join(filter.With, ", "), o.Path())
		if slices.ContainsFunc(filter.With, hasLetters) {
			with.Output.Say("  and no contact is called so; %s lists them", with.Shell(f.Sandbox).Command("contacts"))
		}
	case len(said) == f.limit && len(said) > 0 && !f.asJSON:
		with.Output.Say("these are %d; --before %d shows older ones", len(said), said[0].ID)
	}
	return markRead(ctx, o, f, found)
}

// saidIn is what was said in conversations, oldest first.
func saidIn(ctx context.Context, o *outbox.Outbox, in []outbox.Thread, f threadFlags) (said []outbox.Entry, err error) {
	if len(in) == 0 {
		return nil, nil
	}
	filter := outbox.TalkFilter{Threads: idsOf(in), Before: f.before}
	err = who.Paged(f.limit, func(most int) ([]outbox.Entry, error) {
		filter.Limit = most
		page, err := o.Talk(ctx, filter)
		if len(page) > 0 {
			filter.Before = page[0].ID
		}
		return page, err
	}, func(page []outbox.Entry) error {
		said = slices.Concat(page, said)
		return nil
	})
	return said, err
}

// markRead marks conversations as read up to what they were when they were read, if that
// is wanted.
func markRead(ctx context.Context, o *outbox.Outbox, f threadFlags, found []outbox.Thread) error {
	if !f.markRead {
		return nil
	}
	for _, t := range found {
		if err := o.MarkRead(ctx, t.ID, t.Last.ID); err != nil {
			return err
		}
	}
	return nil
}

// among selects the conversations with those whom somebody typed, and with one of ours if
// from names it.
func among(ctx context.Context, h who.Home, flags who.Flags, typed []string, from, region string) (f outbox.ThreadFilter, err error) {
	read := func(item, region string) (string, error) {
		n, _, err := number.ParseSender(item, region) // who wrote may be a short code or a name
		return n, err
	}
	if f.With, err = h.Whom(ctx, flags, region, typed, read); err != nil {
		return f, who.NotWhom(err, "")
	}
	if from != "" {
		if f.Own, err = read(from, region); err != nil {
			return f, say.Usagef("--from: %s", say.Plain(err))
		}
	}
	return f, nil
}

// hasLetters says that something is the name of a sender, and not a number.
func hasLetters(sender string) bool { return strings.ContainsFunc(sender, unicode.IsLetter) }

func idsOf(found []outbox.Thread) []int64 {
	ids := make([]int64, len(found))
	for i, t := range found {
		ids[i] = t.ID
	}
	return ids
}

// talkOf is what was said, for people: when, by whom, and all of it.
func talkOf(said []outbox.Entry, zone *time.Location) string {
	var b strings.Builder
	for _, e := range said {
		by := "you"
		if e.Direction == outbox.In {
			by = words.Correspondent(e, nil)
		} else if e.Answers != 0 {
			by = "you (automatic)"
		}
		body := text.CleanLines(e.Message.Text)
		if body == "" {
			body = words.Gist(e)
		}
		for _, m := range e.Message.Media {
			body += "\n" + text.Clean(m)
		}
		if e.In.Unproven {
			body += "\n(not proven: it came without credentials)"
		}
		head := fmt.Sprintf("%s %s %s: ", e.When().In(zone).Format("2006-01-02 15:04"), words.Sign(e), by)
		for line := range strings.SplitSeq(body, "\n") {
			b.WriteString(head + line + "\n")
			head = strings.Repeat(" ", text.Width(head))
		}
	}
	return b.String()
}
