package broadcast

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"telex/messaging"
	"telex/messaging/broadcast"
	"telex/messaging/broadcast/list"
	"telex/messaging/broadcast/template"
	"telex/messaging/outbox"
	"telex/ui/cli/ask"
	"telex/ui/cli/rejects"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/words"
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

The exit code is 0 if all were accepted, 2 if nothing was to be sent, 7 if it was
paused or cancelled, else that of the worst message: 3, 4, 5, 6 as telex send
has them.`,
		Example: `  telex broadcast start people.csv --text "Hi {{first name|there}}, we are closed today."
  telex broadcast start people.csv --template reminder --dry-run
  telex broadcast start @parents --text-file text.txt --rate 5/s --sample-to +12345678902
  telex broadcast start people.csv --template reminder --yes --json > result.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return &say.UsageError{What: "telex broadcast start needs one list: a file, or @GROUP of your contacts", Hint: "see telex broadcast start --help"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			f.list = args[0]
			if err := f.check(cmd.Flags()); err != nil {
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
	o, err := f.open(ctx, with)
	if err != nil {
		return err
	}
	defer func() { with.CloseOutbox(o) }()
	from, err := open(ctx, o, f, id.Region)
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
	return with.OpenOutbox(ctx, f.Sandbox)
}

// sender are the flags by which it is found out who sends.
func (f startFlags) sender() who.Flags {
	if len(f.from) > 0 {
		f.Settings.Numbers = f.from
	}
	return f.Flags
}

// compose is the broadcast as flags and profile have it, without its people.
func (f startFlags) compose(with Options, id who.Identity) (*broadcast.Broadcast, error) {
	if missing := who.MissingSettings(id.Settings, "telex send"); len(missing) > 0 {
		return nil, id.Incomplete("telex broadcast start", missing)
	}
	b := &broadcast.Broadcast{Now: with.Now(), Figures: id.Figures()}
	b.Message = messaging.Message{ApplicationID: id.ApplicationID, Media: f.media, Tag: f.tag}
	senders := id.Numbers[:1]
	if len(f.from) > 0 {
		senders = id.Numbers
	}
	for _, typed := range senders {
		from, err := with.Sender(id, typed)
		if err != nil {
			return nil, say.Usagef("%s; nothing was sent", say.Plain(err))
		}
		b.Senders = append(b.Senders, from)
	}
	if err := f.words(with, b); err != nil {
		return nil, err
	}
	return b, f.checkMessage(with, b)
}

// words gives the broadcast its text, and what a template has besides.
func (f startFlags) words(with Options, b *broadcast.Broadcast) error {
	given := 0
	for _, is := range []bool{f.textGiven, f.textFile != "", f.template != ""} {
		if is {
			given++
		}
	}
	switch {
	case given > 1:
		return say.Usagef("--text, --text-file and --template each give the text: use one; nothing was sent")
	case given == 0 && len(f.media) == 0:
		return &say.UsageError{What: "there is no text; nothing was sent", Hint: "give one by --text, --text-file or --template"}
	case f.template != "":
		t, err := with.Template(f.template)
		if err != nil {
			return err
		}
		b.Template = t.Parsed
		if len(b.Message.Media) == 0 {
			b.Message.Media = t.Media
		}
		if b.Message.Tag == "" {
			b.Message.Tag = t.Tag
		}
		return nil
	}
	body := f.text
	if f.textFile != "" {
		var err error
		if body, err = f.readText(with); err != nil {
			return err
		}
	}
	t, err := template.Parse(body)
	if err != nil {
		return say.Usagef("the text cannot be filled: %s; nothing was sent", say.Plain(err))
	}
	b.Template = t
	return nil
}

// readText reads the file of --text-file.
func (f startFlags) readText(with Options) (string, error) {
	in, name := with.In, "-"
	if f.textFile == "-" {
		if say.IsTerminal(in) {
			with.Output.Say("reading the text; end it with ctrl+d on a line of its own")
		}
	} else {
		file, err := os.Open(f.textFile)
		if err != nil {
			return "", say.Usagef("--text-file: %s; nothing was sent", say.Plain(err))
		}
		defer func() { _ = file.Close() }()
		in, name = file, say.Quoted(f.textFile)
	}
	body, as, err := draft.ReadText(in)
	if err != nil {
		return "", say.Usagef("--text-file %s: %s; nothing was sent", name, say.Plain(err))
	}
	if as != "" {
		with.Output.Say("reading --text-file %s as %s", name, as)
	}
	return body, nil
}

// checkMessage refuses what is wrong with every message alike.
func (f startFlags) checkMessage(with Options, b *broadcast.Broadcast) error {
	var wrong []string
	for i, from := range b.Senders {
		m := b.Message
		m.From, m.To, m.Text = from, []string{"+19195550100"}, b.Bare()
		m.Media = nil
		for _, address := range b.Message.Media {
			if !who.IsFile(address) { // what is one is looked at when it is made to fit
				m.Media = append(m.Media, address)
			}
		}
		if len(m.Media) < len(b.Message.Media) && m.Text == "" {
			m.Text = "a file goes with it"
		}
		for _, p := range m.Problems(with.Now()) {
			if p.Field == messaging.FieldFrom || i == 0 && p.Field != messaging.FieldTo && p.Field != messaging.FieldText {
				wrong = append(wrong, p.Error())
			}
		}
	}
	if len(wrong) > 0 {
		return &say.UsageError{What: "the message needs correcting; nothing was sent:", More: wrong}
	}
	return nil
}

// begin plans a broadcast to the people of a source, asks, and sends it.
func (f startFlags) begin(ctx context.Context, with Options, o *outbox.Outbox, id who.Identity, b *broadcast.Broadcast, from *source) error {
	by := outbox.By{Profile: id.Profile.Name, AccountID: id.AccountID, BaseURL: id.Address()}
	files, kept, err := f.attach(with, id, b)
	if err != nil {
		return err
	}
	p, err := f.plan(ctx, with, o, id, by, b, from)
	if err != nil {
		return err
	}
	p.files, p.settings.Files = files, kept
	if f.dryRun {
		return f.showPlan(with, p)
	}
	p.print(with.Output)
	switch {
	case p.Messages == 0:
		return &say.UsageError{What: "nobody is left to text; nothing was sent"}
	case o.OmitsText():
		return &say.UsageError{What: "this outbox keeps no texts, and a broadcast needs its own until everybody has it; nothing was sent", Hint: "set text = true under [outbox] of config.toml"}
	}
	if err := f.maxCost.Allows(id, p.Price); err != nil {
		return err
	}
	if err := f.agree(ctx, with, o, id, p); err != nil {
		return err
	}
	s := &sending{Options: with, flags: f.flags, o: o, id: id, by: by}
	if !f.detach || f.sampleTo != "" || len(files) > 0 {
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

// plan goes through the people once.
func (f startFlags) plan(ctx context.Context, with Options, o *outbox.Outbox, id who.Identity, by outbox.By, b *broadcast.Broadcast, from *source) (planned, error) {
	s, err := f.settings(with, id)
	if err != nil {
		return planned{}, err
	}
	clock, err := s.clock(with.Now().Location())
	if err != nil {
		return planned{}, say.Usagef("%s", say.Plain(err))
	}
	b.Rows, b.Fields, b.Hours, b.Countries = from.rows, from.fields, clock, s.Countries
	b.Known = known(ctx, o, by, s.DailyCap)
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
	planner := broadcast.NewPlanner(b, s.perSecond())
	for someone, err := range b.People() {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return planned{}, given(ctx, err)
		}
		planner.Add(someone)
	}
	if err := from.err(); err != nil {
		return planned{}, say.Usagef("the list cannot be read to its end: %s; nothing was sent", say.Plain(err))
	}
	plan := planner.Plan()
	s.People = plan.People
	return planned{Plan: plan, source: from, made: b, settings: s, now: with.Now(), figures: b.Figures}, nil
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

// typedFrom is from how many people on the count has to be typed. Fewer are easily read
// through.
const typedFrom = 20

// agree asks whether a plan is to be sent, and twice what was sent before.
func (f startFlags) agree(ctx context.Context, with Options, o *outbox.Outbox, id who.Identity, p planned) error {
	similar, before, err := o.SimilarRun(ctx, p.source.sum, p.made.Template.String(), p.made.Message.Media)
	if err != nil {
		return err
	}
	before = before && p.source.again == 0
	again := ""
	if before {
		again = fmt.Sprintf("the same text was sent to the same list before: broadcast %d, %s, is %s", similar.ID, words.Day(similar.Created, with.Now()), similar.State)
		with.Output.Say("warning: %s", again)
	}
	if f.yes {
		return nil
	}
	if why := ask.NotWithJSON(f.asJSON); why != "" || !with.Asks.CanAsk() {
		if why == "" {
			why = "there is no terminal to ask on"
		}
		return &say.UsageError{What: why + "; nothing was sent", Hint: "look at the plan by --dry-run, then add --yes"}
	}
	question := fmt.Sprintf("send %s?", text.Count(p.Messages, "message"))
	if before {
		question = "send it once more? " + question
	}
	if id.Profile.Production {
		question = "profile " + id.Profile.Name + " is marked as production; " + question
	}
	if p.Messages < typedFrom && !id.Profile.Production {
		sure, err := with.Asks.Confirm(ctx, question)
		if err != nil || sure {
			return err
		}
		return say.ErrCancelled
	}
	typed, err := with.Asks.Line(ctx, fmt.Sprintf("%s Type %d to send them, anything else to leave it:", question, p.Messages))
	if err != nil || typed == strconv.Itoa(p.Messages) {
		return err
	}
	return say.ErrCancelled
}

// run keeps the broadcast and its people, and sends it.
func (f startFlags) run(ctx context.Context, s *sending, p planned) error {
	options, err := json.Marshal(p.settings)
	if err != nil {
		return fmt.Errorf("keep how it is sent: %w", err)
	}
	stopAt, err := f.stopPercent()
	if err != nil {
		return err
	}
	name := f.name
	if name == "" {
		name = filepath.Base(p.source.name)
	}
	m := p.made.Message
	r, err := s.o.NewBroadcast(ctx, outbox.Broadcast{
		Name: name, By: s.by, ApplicationID: m.ApplicationID, Senders: p.made.Senders, Text: p.made.Template.String(), Media: m.Media, Tag: m.Tag,
		List: outbox.List{Name: p.source.name, Sum: p.source.sum}, StopAt: stopAt, Options: options, StartedBy: userName(), Host: hostName(), Again: p.source.again,
	})
	if err != nil {
		return given(ctx, err)
	}
	if !f.asJSON {
		if err := s.Output.Line("%d", r.ID); err != nil {
			return err
		}
	}
	s.Output.Say("broadcast %d: keeping %s", r.ID, text.Count(p.People, "row"))
	if err := s.fill(ctx, r, p); err != nil {
		return err
	}
	if f.detach {
		s.Output.Say("broadcast %d is prepared", r.ID)
		return s.report(ctx, r.ID)
	}
	if err := s.o.StartRun(ctx, r.ID); err != nil {
		return given(ctx, err)
	}
	return s.drain(ctx, r.ID)
}

// fill adds the people to a run, and writes those who get nothing into a file beside the
// list. If it cannot be done to the end the run is cancelled.
func (s *sending) fill(ctx context.Context, r outbox.Run, p planned) error {
	left := rejects.For(p.source.path, p.source.fields)
	var unkept error
	p.made.Now = s.Now() // the question may have stood there for long
	var failed error
	added, err := s.o.AddPeople(ctx, r.ID, func(yield func(outbox.Person) bool) {
		for someone, err := range p.made.People() {
			if err != nil {
				failed = err
				return
			}
			if someone.Skip != "" && p.source.path != "" && unkept == nil {
				unkept = left.Add(rejected(someone))
			}
			if !yield(personOf(p.made, someone)) {
				return
			}
		}
		failed = p.source.err()
	})
	err = errors.Join(err, failed, ctx.Err())
	if err == nil && added != p.People {
		err = errors.New("the list has other people now than when it was planned")
	}
	if err != nil {
		if name, _, _ := left.Close(); name != "" {
			_ = os.Remove(name) // it would be told of nowhere
		}
		why := outbox.Reason{Kind: outbox.ReasonPerson, Note: "it could not be filled"}
		if ended := s.o.CancelRun(context.WithoutCancel(ctx), r.ID, why); ended != nil {
			s.Output.Say("warning: %s", say.Plain(ended))
		}
		if ctx.Err() != nil {
			return say.ErrCancelled
		}
		return fmt.Errorf("nothing was sent, and broadcast %d is cancelled: %w", r.ID, err)
	}
	name, n, err := left.Close()
	if err = errors.Join(unkept, err); err != nil {
		s.Output.Say("warning: who is left out cannot be written into a file: %s; telex broadcast report %d has them", say.Plain(err), r.ID)
	} else if name != "" {
		s.Output.Say("%s left out, and why: %s", text.Count(n, "row"), name)
	}
	return nil
}

// rejected is the row of somebody who gets nothing, and why.
func rejected(p *broadcast.Person) (row list.Row, reason string) {
	reason = string(p.Skip) + ": " + words.LeftOut(outbox.Skip(p.Skip), p.Why)
	return list.Row{Line: p.Line, Value: p.Number, Values: p.Values}, reason
}

// userName and hostName say who started a broadcast, for those who look at it later.
func userName() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

func hostName() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}
