// Package send is telex send: a message is read from flags, checked, recorded, sent,
// recorded again and told of.
package send

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
)

// Options are what telex send may touch.
type Options struct {
	*who.World
	In io.Reader // gives the text, with --text-file -
	// After is how time goes by while it waits; nil is time.After.
	After func(time.Duration) <-chan time.Time
}

// explained is what the help says of it.
const explained = `Send records a message in the outbox, sends it, and records and prints what
became of it. If it cannot be recorded, it is not sent. Standard output gets the
id of the accepted message and nothing else; the rest goes to standard error.

A contact can be named in place of a number, and @GROUP stands for everybody in
a group: see telex contacts. A name must be exactly one contact's.

Several recipients get one group message, in which everybody sees everybody's
number. With --individual each gets their own message; standard output then has
a line for each accepted one, in their order: number, tab, id. The exit code is
the worst of all (from worst: 6, 1, 4, 5, 3, 7, 8, 2, 0). The first message goes
alone until it is answered, then up to --parallel at once; as long as none is
answered, one more goes every 5 seconds. If the credentials are refused, there is
no connection, or the API still accepts no more (429) after the waiting it asked
for, the remaining messages are not tried. If telex is killed, those that were
on their way then are unknown.

With --json standard output is one JSON value: the API's answer as it came, or
an object with error, outcome, exit_code, id, and http_status and response if
the API answered. With --individual it is an array of objects with to, outcome,
exit_code and the others. The number id is the message's in the outbox.

Nobody gets the same text and media twice within ten minutes, nor ever if they
may have got it before: nothing is sent, and the exit code is 2. With --yes it
is sent anyway. There is a warning if the last message to a number failed
because the number cannot get messages.

Nothing is sent to who opted out or is held, see telex optouts: if one of the
recipients is, nobody gets anything, and the exit code is 2. --yes does not
change that.

A profile marked as production asks before it sends, on the terminal. Without a
terminal, or with --json, it has to be named with --profile. --yes skips the
question.

With --opt-in the text asks for YES, as "Reply YES to get texts": who writes
that within 24 hours, in a callback with credentials, gets texts again, as after
START. It does not let anything go to who opted out.

A picture of yours that --media names by its path is made to fit: turned
upright, small enough for most phones, and without what it tells of who took it
and where; telex says what became of it. Then it is uploaded to your account,
where it stays for 48 hours. With --media-as-is it is sent as it is. Only jpeg
and png are ever changed.

With --template the text, and media and tag where no flag gives them, are those
of a template of config.toml; telex templates lists them. Each {{field}} in it
is given by --set field=value, and {{field|default}} need not be. A field
without a value is named, and nothing is sent.

With --max-cost nothing is sent if it may come to more than that by the figures
of the profile, or if they do not cover a recipient: [profiles.NAME.price] in
config.toml, with sms = 0.004 for each segment and mms = 0.015, say. telex knows
no price list.

With --key an alert goes once in the time that --fold says, to the same
recipients: one with the same key is not sent then, is counted, and the exit code
is 0. The next one that goes ends with how many those were, "(and 14 more)". One
that failed to go holds none back. It counts over all processes that use the
outbox, and takes the place of the guard against sending the same twice. With
--json a message that is not sent has the outcome folded, and folded is how many
there are; it is also in the answer of one that tells of some. With
--alertmanager the text is made of what Prometheus Alertmanager posts, in 2
segments if --max-segments says nothing else, and --fold is 4m if nothing is
said. docs/alerts.md has recipes.

With --max-segments the text is shortened at a word, ends with "...", and standard
error has what was cut.

With --resend-of a message of the outbox is sent again, as a new one. It has the
recipients, text, media, tag, priority, sender and application of the old one,
unless flags say otherwise. If it may have reached somebody, add --yes.

With --at it is not sent now: it is recorded as scheduled, standard output gets
its id in the outbox, and the exit code is 0. Bandwidth has no scheduling, so
something of yours has to run then: telex work, or a console that is open. It is
a time of day, with "tomorrow", a day of the week or a date before it and a zone
behind it if you like; a span, such as 2h; or RFC 3339. A time of day stays that
if clocks are changed before. One that no clock shows, for they are set forward
over it, is when that happens; of one that they show twice it is the first. With
--their-time it is by the recipient's clock: that of the contact's zone, or of
the number's place; of several places the one where it comes last.
Whether somebody opted out or got this text is asked again when it leaves. What
nothing sent within 15 minutes of its time is missed: telex says so, and does not
send it by itself. See telex scheduled. With --json the object has due_at,
due_local and due_zone.

With --wait telex waits until each message is delivered, or as far as --require
says, and tells what becomes of it. The exit code is 0 if it got there, 3 if it
failed in delivery, and 8 if it is still open at the end, or its receipt is
late; then nothing is to be sent again. Ctrl+c ends the waiting. With --json the
object gets a field delivery.

Accepted is not delivered yet. An unknown outcome means that the message may
have been created: check with telex status before you send it again.`

// Command is telex send.
func Command(with Options) *cobra.Command {
	var f flags
	cmd := &cobra.Command{
		Use:   "send --to NUMBER… --text TEXT",
		Short: "Send one message, or one to each recipient",
		Long:  explained,
		Example: `  telex send --to +12345678902 --text "Hey, check this out"
  echo "The build is green" | telex send --to "(919) 555-1212" --text-file -
  telex send --to +12345678902,+12345678903 --media https://example.org/a.png
  telex send --to +12345678902 --text "The menu" --media ./menu.jpg
  telex send -t +12345678902 -m Hello || echo "not accepted"
  telex send -t +12345678902 --template reminder --set time=15:30
  telex send --resend-of 12
  telex send -t +12345678902 -m "Server down" --wait=2m || echo "not delivered"
  telex send -t +12345678902 -m "Disk full on db1" --key disk-db1 --fold 30m
  telex send --to @choir --individual --text "No rehearsal today"
  telex send -t +12345678902 -m "Doors open at 7" --at "tomorrow 18:00"`,
		Args: noArguments,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.registerMessage(flags)
	f.registerSending(flags)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		f.textGiven = flags.Changed("text")
		if err := f.waiting.check(flags.Changed("wait")); err != nil {
			return err
		}
		if err := f.alert.check(flags.Changed, f.resendOf != ""); err != nil {
			return err
		}
		if err := f.later.check(flags.Changed, with.Now()); err != nil {
			return err
		}
		if f.parallel < 1 || f.parallel > outbox.MostParallel {
			return &say.UsageError{
				What: fmt.Sprintf("--parallel %d: give a number from 1 to %d", f.parallel, outbox.MostParallel),
				Hint: "nothing was sent",
			}
		}
		return send(cmd.Context(), with, f)
	}
	completeSend(with, cmd, &f)
	return cmd
}

// send is telex send: read, check, record, send, record, tell.
func send(ctx context.Context, with Options, f flags) error {
	f, err := f.notified(with.In).filled(with)
	if err != nil {
		return err
	}
	opener := &opener{with: with, sandbox: f.Sandbox}
	defer opener.close()
	if f.resendOf != "" {
		o, err := opener.open(ctx)
		if err != nil {
			return err
		}
		if f, err = again(ctx, with, o, f); err != nil {
			return err
		}
	}
	if f.from != "" {
		f.Settings.Numbers = []string{f.from}
	}
	id, err := with.Identify(f.Flags)
	if err != nil {
		return err
	}
	if err := f.foreignSender(id); err != nil {
		return err
	}
	f.unknown = map[string]error{}
	if err := f.name(ctx, with, opener, id.Region); err != nil {
		return err
	}
	if f.dryRun {
		return dryRun(ctx, with, opener, f, id)
	}
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	say.Unbroken()
	draft, err := prepare(ctx, with, f, &id)
	if err != nil {
		return err
	}
	return leave(ctx, with, opener, f, id, draft)
}

// leave records a message that is ready, and sends it now or has it sent later.
func leave(ctx context.Context, with Options, opener *opener, f flags, id who.Identity, draft composed) error {
	whens, err := f.later.whens(ctx, with, opener, id, draft)
	if err != nil {
		return err
	}
	if err := withinBudget(ctx, with, opener.open, id, draft, whens); err != nil {
		return err
	}
	l, err := with.Connect(ctx, id)
	if err != nil {
		return err
	}
	defer l.Close()
	if whens == nil && f.alert.key == "" { // most alerts of a storm need no connection
		l.Prepare(ctx) // while the outbox opens
	}
	by := outbox.By{Profile: id.Profile.Name, AccountID: id.AccountID, BaseURL: l.BaseURL()}
	if err := draft.upload(ctx, with, f, l); err != nil {
		return err
	}
	may := with.Budget(id, priceOf(id, draft.Draft), spentAt(with, whens))
	if whens != nil {
		return schedule(ctx, with, opener, f, by, draft, whens, may)
	}
	t, err := planned(ctx, with, opener, f, l, by, draft, may)
	if err != nil {
		return err
	}
	return transmit(ctx, with, t)
}

// withinBudget refuses what would go over the profile's budget.
func withinBudget(ctx context.Context, with Options, open func(context.Context) (*outbox.Outbox, error), id who.Identity, draft composed, whens []outbox.When) error {
	if id.Profile.Budget.Month == nil {
		return nil
	}
	o, err := open(ctx)
	if err != nil {
		return notPlanned(err, with.Shell(id.Sandbox), with.Now())
	}
	if said := with.ShortMemory(ctx, o, id.Profile); said != "" {
		with.Output.Say("warning: %s", said)
	}
	return with.WithinBudget(ctx, o, id, priceOf(id, draft.Draft), spentAt(with, whens))
}

// spentAt is the time whose month the messages are spent in.
func spentAt(with Options, whens []outbox.When) time.Time {
	if len(whens) > 0 {
		return whens[0].At
	}
	return with.Now()
}

// planned records what is about to be sent, and says what becomes of it. If the user gave up
// meanwhile there is no batch.
func planned(ctx context.Context, with Options, opener *opener, f flags, l who.Link, by outbox.By, draft composed, may outbox.Judge) (transmission, error) {
	t := transmission{flags: f, messages: draft.Messages(), by: by, shell: with.Shell(f.Sandbox)}
	o, err := opener.open(ctx)
	if err == nil {
		warnOfTrouble(ctx, with, o, draft.To)
		t.outbox = o
		t.batch, err = o.Plan(ctx, l, outbox.Plan{
			By:       by,
			Messages: t.messages, Files: draft.sent(), ResendOf: f.resends, Yes: f.yes, OptIn: f.optIn, Alert: f.alert.plan(draft.full), May: may,
		})
	}
	if err != nil && ctx.Err() == nil {
		return t, notPlanned(err, t.shell, with.Now())
	}
	if t.batch != nil {
		t.fold()
		tellCut(with.Output, f, draft.full, t.batch.Foldings())
		tellFoldings(with.Output, f, t.batch.Foldings())
	}
	if f.waiting.limit > 0 {
		t.wait = &wait{waiting: f.waiting, Options: with, outbox: o, link: l, by: by, sandbox: f.Sandbox}
	}
	return t, nil
}

// prepare reads and checks the message, and gets from the user what sending it takes:
// a yes where that is needed, and secrets that are kept nowhere. Nobody is asked for
// anything as long as something is missing or wrong.
func prepare(ctx context.Context, with Options, f flags, id *who.Identity) (composed, error) {
	const command = "telex send"
	ask := with.Asks.Asker(ask.NotWithJSON(f.asJSON))
	if len(id.Missing(command)) > 0 {
		return composed{}, with.Authorise(ctx, id, command, ask)
	}
	draft, err := compose(with, f, *id)
	if err != nil {
		return draft, err
	}
	if err := f.maxCost.Allows(*id, priceOf(*id, draft.Draft)); err != nil {
		return draft, err
	}
	for _, said := range id.Warnings() {
		with.Output.Say("warning: %s", said)
	}
	if f.optIn && !asksForYes(draft.Text) {
		with.Output.Say("warning: --opt-in: the text does not say YES, so nobody knows to answer that")
	}
	if err := confirmProduction(ctx, with, f, *id, draft.Messages()); err != nil {
		return draft, err
	}
	if id.Sandbox {
		with.Output.Say("sandbox: nothing is really sent")
	}
	return draft, with.Authorise(ctx, id, command, ask)
}

// asksForYes reports whether YES stands in a text.
func asksForYes(text string) bool {
	return slices.Contains(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }), "yes")
}

// confirmProduction asks once more before something is sent by a profile that is marked
// as production. Where nobody can be asked, it must have been named in the command, so
// that it is not the default, or a leftover of the environment, by accident.
func confirmProduction(ctx context.Context, with Options, f flags, id who.Identity, messages []messaging.Message) error {
	if !id.Profile.Production || f.yes {
		return nil
	}
	marked := "profile " + id.Profile.Name + " is marked as production"
	if why := with.Asks.Unasked(f.asJSON); why != "" {
		if f.Profile != "" {
			return nil
		}
		return &say.UsageError{
			What: marked + ", and " + why + "; nothing was sent",
			Hint: "name it, by --profile " + id.Profile.Name + ", or add --yes",
		}
	}
	what := describeMessage(messages[0])
	if len(messages) > 1 {
		what = text.Count(len(messages), "message")
	}
	sure, err := with.Asks.Confirm(ctx, marked+"; send "+what+" from "+messages[0].From+"?")
	switch {
	case err != nil:
		return err
	case !sure:
		return &say.UsageError{What: "cancelled; nothing was sent"}
	}
	return nil
}
