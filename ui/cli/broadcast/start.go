package broadcast

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"telex/messaging/broadcast"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

func startCommand(o Options) *cobra.Command {
	f := startFlags{flags: asked()}
	cmd := &cobra.Command{
		Use:   "start FILE|@GROUP (--text TEXT | --text-file FILE | --template NAME)",
		Short: "Plan a broadcast, ask, and send it",
		Long: `Start reads a list of people, a CSV file in any form or a vCard file, or a group
of your contacts, and says what it would do: how many get a message, who is left
out and why, segments and their price by your figures, when it ends, and three
of the texts. Then it asks; from 20 people on, and always by a profile that is
marked as production, you type how many get it. --yes answers. Without a
terminal, and with --json, --yes is needed. --dry-run ends after the plan.

The id of the broadcast is printed first thing, to standard output. Who is left
out is in a file beside the list, LIST.rejects.csv.

While it runs, ctrl+c pauses it; a second ctrl+c ends telex at once, and what was
on its way then is unknown. If telex is killed, telex broadcast resume goes on.
Messages that may have been created are never sent again by themselves.

The hours are by everybody's own clock: by the list's column zone, timezone or
tz, else by the area code, of which the strictest place counts. Each message
expires at the end of its person's hours, so that nothing that waits at
Bandwidth arrives at night. Who had no turn by then goes on the next day; to send
those once more that were too late at Bandwidth, telex broadcast again.

What Bandwidth took cannot be recalled, neither by pause nor by cancel.

With --at it is planned as if it began then, kept, and begun at that time by telex
work, which has to be running on this computer; what nobody began within 15 minutes
is paused, and you decide. --their-time is by the clock of each person: nobody gets
it before, and it is the first day on which that is still to come for all.

By a profile with approve = true it is only prepared, and waits until another
person lets it go by telex broadcast approve.

The exit code is 0 if all were accepted, 2 if nothing was to be sent, 7 if it was
paused or cancelled, else that of the worst message: 3, 4, 5, 6 as telex send
has them.`,
		Example: `  telex broadcast start people.csv --text "Hi {{first name|there}}, no school."
  telex broadcast start people.csv --template reminder --dry-run
  telex broadcast start @parents --text-file text.txt --sample-to +12345678902
  telex broadcast start @parents --template reminder --at 09:00 --their-time
  telex broadcast start people.csv --template reminder --yes --json > run.json`,
		Args:              oneList,
		ValidArgsFunction: o.completeList(&f.Sandbox),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.list = args[0]
			if err := f.check(cmd.Flags(), o.Now()); err != nil {
				return err
			}
			return start(cmd.Context(), o, f)
		},
	}
	cmd.Flags().SortFlags = false
	f.registerMessage(o, cmd)
	f.register(o, cmd)
	return cmd
}

// completeList offers groups where an @ was typed, and files otherwise.
func (o Options) completeList(inSandbox *bool) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 0 && strings.HasPrefix(typed, "@") {
			return o.CompleteRecipients(inSandbox)(cmd, args, typed)
		}
		return who.CompleteFiles(1)(cmd, args, typed)
	}
}

// oneList demands the list of whom a broadcast goes to.
func oneList(_ *cobra.Command, args []string) error {
	if len(args) != 1 || args[0] == "" {
		return &say.UsageError{What: "telex broadcast start needs one list: a file, or @GROUP of your contacts", Hint: "see telex broadcast start --help"}
	}
	return nil
}

// start is telex broadcast start.
func start(ctx context.Context, with Options, f startFlags) error {
	id, err := with.Identify(f.sender())
	if err != nil {
		return err
	}
	b, err := f.compose(with, id)
	if err != nil {
		return err
	}
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	say.Unbroken()
	o, err := f.open(ctx, with)
	if err != nil {
		return err
	}
	defer func() { with.CloseOutbox(o) }()
	from, err := open(ctx, o, f, id.Region, with.Shell(f.Sandbox))
	if err != nil {
		return err
	}
	defer from.close()
	return f.begin(ctx, with, o, id, b, from)
}

// open opens the outbox: to read for a plan alone.
func (f startFlags) open(ctx context.Context, with Options) (*outbox.Outbox, error) {
	if f.dryRun {
		return with.OpenOutboxToRead(ctx, f.Sandbox)
	}
	o, err := with.OpenOutbox(ctx, f.Sandbox)
	return o, who.NothingSent(err)
}

// sender are the flags by which it is found out who sends.
func (f startFlags) sender() who.Flags {
	if len(f.from) > 0 {
		f.Settings.Numbers = f.from
	}
	return f.Flags
}

// begin plans a broadcast to the people of a source, asks, and sends it.
func (f startFlags) begin(ctx context.Context, with Options, o *outbox.Outbox, id who.Identity, b *broadcast.Broadcast, from *source) error {
	f.detach = f.detach || id.Profile.Approve // who approves it sends it
	by := outbox.By{Profile: id.Profile.Name, AccountID: id.AccountID, BaseURL: id.Address()}
	files, kept, err := f.attach(with, id, b)
	if err != nil {
		return err
	}
	for i, k := range from.files {
		if err := k.stays(from.again, files[i]); err != nil {
			return err
		}
	}
	p, err := f.plan(ctx, with, o, id, by, b, from)
	if err != nil {
		return err
	}
	p.files, p.settings.Files = files, kept
	if p.approve = id.Profile.Approve; p.approve {
		p.settings.Planned = p.comesTo()
	}
	if p.figures.Known() {
		p.settings.Reserve = who.Reserve{High: p.Price.High, Messages: p.Messages}
	}
	dear := f.tooDear(ctx, with, o, id, p)
	if f.dryRun {
		if dear != nil && f.asJSON { // it is one value
			return dear
		}
		if err := f.showPlan(with, p); err != nil {
			return err
		}
		return dear
	}
	p.print(with.Output)
	switch {
	case p.Messages == 0:
		return &say.UsageError{What: "nobody is left to text; nothing was sent"}
	case o.OmitsText():
		return &say.UsageError{What: "this outbox keeps no texts, and a broadcast needs its own until everybody has it; nothing was sent", Hint: "set text = true under [outbox] of config.toml"}
	case dear != nil:
		return dear
	}
	if err := f.agree(ctx, with, o, id, p); err != nil {
		return err
	}
	return f.send(ctx, &sending{Options: with, flags: f.flags, o: o, id: id, by: by}, p)
}

// send has a planned broadcast begin: its files are uploaded, and a sample of it is sent first.
func (f startFlags) send(ctx context.Context, s *sending, p planned) error {
	if !f.unattended() || f.sampleTo != "" || len(p.files) > 0 {
		if err := s.connect(ctx, "telex broadcast start"); err != nil {
			return err
		}
		defer s.link.Close()
		s.by.BaseURL = s.link.BaseURL()
	}
	if err := s.upload(ctx, &p); err != nil {
		return err
	}
	if f.sampleTo != "" {
		if err := f.sample(ctx, s, p); err != nil {
			return err
		}
	}
	return f.run(ctx, s, p)
}

// tooDear is why a broadcast may cost more than it may.
func (f startFlags) tooDear(ctx context.Context, with Options, o *outbox.Outbox, id who.Identity, p planned) error {
	if err := f.maxCost.Allows(id, p.Price); err != nil || p.Messages == 0 {
		return err
	}
	if said := with.ShortMemory(ctx, o, id.Profile); said != "" {
		with.Output.Say("warning: %s", said)
	}
	return with.WithinBudget(ctx, o, id, p.Price, f.spentAt(with, p))
}

// budget judges whether it may cost what it was planned to come to, when it is recorded.
func (f startFlags) budget(with Options, id who.Identity, p planned) outbox.Judge {
	return with.Budget(id, p.Price, f.spentAt(with, p))
}

// spentAt is the time whose month it is spent in.
func (f startFlags) spentAt(with Options, p planned) time.Time {
	if f.begins.later() {
		return p.settings.At.At
	}
	return with.Now()
}

// unattended reports whether another telex sends it.
func (f startFlags) unattended() bool { return f.detach || f.begins.later() }

// plan goes through the people, as if it began now if it begins later.
func (f startFlags) plan(ctx context.Context, with Options, o *outbox.Outbox, id who.Identity, by outbox.By, b *broadcast.Broadcast, from *source) (planned, error) {
	s, err := f.settings(with, id, b.Senders)
	if err != nil {
		return planned{}, err
	}
	clock, err := s.clock(with.Now().Location())
	if err != nil {
		return planned{}, say.Usagef("%s", say.Plain(err))
	}
	now := with.Now()
	if err := f.begins.put(&s, now, ofRows(from.rows), clock); err != nil {
		if failed := from.unread(); failed != nil {
			return planned{}, failed
		}
		return planned{}, err
	}
	if b.Begins, err = s.begins(clock); err != nil {
		return planned{}, err
	}
	b.Now = s.notBefore(now)
	b.Rows, b.Fields, b.Hours, b.Countries = from.rows, from.fields, clock, s.Countries
	b.Known = known(ctx, o, outbox.Broadcast{By: by, Again: from.again}, s.DailyCap)
	var unknown []string
	for _, bad := range b.Template.Check(from.fields) {
		if bad.Defaulted {
			with.Output.Say("warning: %s", bad.Error())
			continue
		}
		unknown = append(unknown, bad.Error())
	}
	if len(unknown) > 0 {
		return planned{}, &say.UsageError{What: "the list has no such column; nothing was sent:", More: unknown, Hint: "its columns are " + fieldWords(from.fields)}
	}
	planner := broadcast.NewPlanner(b, s.perSecond(b.Senders))
	for someone, err := range b.People() {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return planned{}, given(ctx, err)
		}
		planner.Add(someone)
	}
	if err := from.unread(); err != nil {
		return planned{}, err
	}
	plan := planner.Plan()
	s.People, s.List = plan.People, from.as
	return planned{Plan: plan, source: from, made: b, settings: s, now: now, figures: b.Figures}, nil
}

// given is an error, or that the user gave up.
func given(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return say.ErrCancelled
	}
	return err
}

// fieldWords are the fields of a list, for people.
func fieldWords(fields []string) string {
	const most = 12
	said := ""
	for i, name := range fields {
		switch {
		case i == most:
			return said + fmt.Sprintf(" and %d more", len(fields)-most)
		case i > 0:
			said += ", "
		}
		said += name
	}
	return said
}

// showPlan ends with the plan alone.
func (f startFlags) showPlan(with Options, p planned) error {
	if f.asJSON {
		if err := with.Output.Value(p.json()); err != nil {
			return err
		}
	} else {
		p.print(with.Output)
		with.Output.Say("nothing was sent, and nothing was written")
	}
	if p.Messages == 0 {
		return say.Told(say.ExitUsage)
	}
	return nil
}
