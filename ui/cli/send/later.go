package send

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"telex/messaging"
	"telex/messaging/broadcast/hours"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/words"
)

// later is when telex send has a message sent, if that is not at once.
type later struct {
	at        string
	theirTime bool
	read      draft.Later
	zones     map[string]string // of contacts, by their numbers
}

// given reports whether it is later at all.
func (l *later) given() bool { return l.at != "" }

func (l *later) register(flags *pflag.FlagSet) {
	flags.StringVar(&l.at, "at", "", "send it at this `time`: 09:00, 'tomorrow 09:00',\n'2026-01-31 09:00 America/Chicago', or in 2h, say")
	flags.BoolVar(&l.theirTime, "their-time", false, "with --at: by the recipient's clock")
}

// check reads the time and refuses what does not go with it. Given says which flags were.
func (l *later) check(given func(flag string) bool, now time.Time) (err error) {
	if !given("at") {
		if l.theirTime {
			return &say.UsageError{What: "--their-time says by which clocks --at is; nothing was sent", Hint: "add --at with a time, such as --at 09:00"}
		}
		return nil
	}
	for _, flag := range []string{"wait", "require", "key", "fold", "alertmanager"} {
		if given(flag) {
			return say.Usagef("--%s is for what is sent now; it cannot be used with --at; nothing was sent", flag)
		}
	}
	if l.read, err = draft.ReadLater(l.at, now); err != nil {
		return say.Usagef("--at: %s; nothing was sent", err)
	}
	if l.theirTime && !l.read.IsClock() {
		return say.Usagef("--their-time is by the recipient's clock, and --at %s says already when that is; nothing was sent", say.Quoted(l.at))
	}
	return nil
}

// whens are when the messages are to leave: one time for all of them, or one for each; nil is
// now.
func (l *later) whens(ctx context.Context, with Options, opener *opener, id who.Identity, d composed) ([]outbox.When, error) {
	if !l.given() {
		return nil, nil
	}
	var all []outbox.When
	var err error
	if l.zones, err = contactZones(ctx, with, opener, id, d.Messages()); err != nil {
		return nil, err
	}
	if l.theirTime {
		if all, err = l.theirs(with, d.Messages()); err != nil {
			return nil, err
		}
		return all, l.judge(with, id, d, all)
	}
	w, err := l.read.When(draft.NamedZone(with.Now()), with.Now())
	if err != nil {
		return nil, say.Usagef("--at: %s; nothing was sent", err)
	}
	all = []outbox.When{w}
	return all, l.judge(with, id, d, all)
}

// judge refuses times at which the message would not leave.
func (l *later) judge(with Options, id who.Identity, d composed, whens []outbox.When) error {
	if err := keeps(d, whens, with.Now()); err != nil || id.Sandbox {
		return err
	}
	may := with.MayText()
	for i, m := range d.Messages() {
		w := whens[min(i, len(whens)-1)]
		if why := may(outbox.Entry{By: outbox.By{Profile: id.Profile.Name}, Message: m}, l.zones, w.At); why != "" {
			return &say.UsageError{What: "it would not be sent then: " + why + "; nothing was sent", Hint: "choose another time for --at, or change hours of the profile"}
		}
	}
	return nil
}

// theirs are the times by the clocks of those who get the messages.
func (l *later) theirs(with Options, messages []messaging.Message) ([]outbox.When, error) {
	var all []outbox.When
	var wrong []string
	for _, m := range messages {
		var of outbox.When
		for i, number := range m.To {
			w, err := l.read.Theirs(number, l.zones[number], with.Now())
			switch {
			case err != nil:
				wrong = append(wrong, "--their-time: "+err.Error())
			case i > 0 && !w.At.Equal(of.At):
				wrong = append(wrong, fmt.Sprintf("--their-time: %s and %s are by different clocks, and get one message together: add --individual", m.To[0], number))
			}
			of = w
		}
		all = append(all, of)
	}
	if len(wrong) > 0 {
		return nil, &say.UsageError{What: "it cannot be said when to send it; nothing was sent:", More: wrong}
	}
	return all, nil
}

// contactZones are the zones that contacts have, by their numbers.
func contactZones(ctx context.Context, with Options, opener *opener, id who.Identity, messages []messaging.Message) (map[string]string, error) {
	if !with.HasOutbox(id.Sandbox) {
		return nil, nil //nolint:nilnil // nobody has any
	}
	book, err := opener.open(ctx)
	if err != nil {
		return nil, err
	}
	numbers := []string{}
	for _, m := range messages {
		numbers = append(numbers, m.To...)
	}
	found, err := book.Contacts(ctx, outbox.ContactFilter{Numbers: numbers})
	zones := map[string]string{}
	for _, c := range found {
		zones[c.Number] = c.Zone
	}
	return zones, err
}

// keeps refuses what would leave when the files that are uploaded now are gone, or when the
// message has expired.
func keeps(d composed, whens []outbox.When, now time.Time) error {
	for _, w := range whens {
		if !d.Expiration.IsZero() && !d.Expiration.After(w.At) {
			return say.Usagef("--expiration is %s, and --at is not before that: it would never be sent; nothing was sent", words.Time(d.Expiration.In(now.Location())))
		}
		if len(d.files) > 0 && w.At.Sub(now) > draft.FilesLast {
			return &say.UsageError{
				What: fmt.Sprintf("--media %s: what is uploaded now is gone after %d hours, before the message leaves; nothing was sent", d.files[0].Path, int(messaging.MediaLife.Hours())),
				Hint: "give the URL of a file that stays, or send it sooner",
			}
		}
	}
	return nil
}

// schedule records messages that are to be sent later, and says when, and by what.
func schedule(ctx context.Context, with Options, opener *opener, f flags, by outbox.By, draft composed, whens []outbox.When, may outbox.Judge) error {
	messages := draft.Messages()
	o, err := opener.open(ctx)
	if err != nil {
		return notPlanned(err, with.Shell(f.Sandbox), with.Now())
	}
	warnOfTrouble(ctx, with, o, draft.To)
	if f.Sandbox {
		by.BaseURL = "" // each has its own
	}
	ids, err := o.Schedule(ctx, outbox.Plan{By: by, Messages: messages, Files: draft.sent(), ResendOf: f.resends, Yes: f.yes, OptIn: f.optIn, May: may}, whens...)
	if err != nil {
		return notPlanned(err, with.Shell(f.Sandbox), with.Now())
	}
	tellWhens(with, messages, whens)
	tellByWhom(ctx, with, o, ids, f.Sandbox)
	if o.OmitsText() {
		with.Output.Say("its text is kept until then, and not after that")
	}
	return printScheduled(with.Output, f, messages, ids, whens)
}

// toldWhens is of how many messages it is said when they leave.
const toldWhens = 5

// tellWhens says when messages are to leave.
func tellWhens(with Options, messages []messaging.Message, whens []outbox.When) {
	now := with.Now()
	each := ""
	if len(messages) > 1 {
		each = text.Count(len(messages), "message") + ", each: "
	}
	if len(whens) == 1 || len(messages) == 1 {
		with.Output.Say("not sent yet: %s%s is to be sent %s, in %s", each, describeMessage(messages[0]), words.When(whens[0], now.Location()), words.Age(whens[0].At.Sub(now)))
	} else {
		with.Output.Say("not sent yet: %s, each by the recipient's clock:", text.Count(len(messages), "message"))
		for i, w := range whens {
			if i == toldWhens {
				with.Output.Say("  and %d more", len(whens)-toldWhens)
				break
			}
			with.Output.Say("  %s: %s", words.AllRecipients(messages[i]), words.When(w, now.Location()))
		}
	}
	said := map[string]bool{}
	for _, w := range whens {
		if note := words.ClockNote(w, hours.Location(w.Zone)); note != "" && !said[note] {
			said[note] = true
			with.Output.Say("  %s", note)
		}
	}
	with.WarnOfZone()
}

// tellByWhom says what sends it then, and how to keep that from happening.
func tellByWhom(ctx context.Context, with Options, o *outbox.Outbox, ids []int64, sandbox bool) {
	if working, err := o.Working(ctx); err == nil {
		with.Output.Say("  %s; %d minutes after that it is missed, and never sent by itself", words.ByWhom(with.Shell(sandbox), working, false), int(outbox.Grace.Minutes()))
	}
	cancel := []string{"scheduled", "cancel"}
	for _, id := range ids[:min(len(ids), toldWhens)] {
		cancel = append(cancel, fmt.Sprint(id))
	}
	how := with.Shell(sandbox).Command(cancel...)
	if len(ids) > toldWhens {
		how += ", and so on"
	}
	with.Output.Say("  to keep it from being sent: %s", how)
}

// A scheduledEnding is what --json prints of a message that is to be sent later.
type scheduledEnding struct {
	say.Ending
	say.Due
}

// printScheduled prints what was recorded: the ids of the rows, or JSON.
func printScheduled(out *say.Printer, f flags, messages []messaging.Message, ids []int64, whens []outbox.When) error {
	var all []scheduledEnding
	var lines strings.Builder
	for i, id := range ids {
		e := scheduledEnding{say.Ending{ID: id, Outcome: string(outbox.Scheduled), ExitCode: say.ExitOK}, say.DueOf(whens[min(i, len(whens)-1)])}
		if f.individual {
			e.To = words.AllRecipients(messages[i])
			fmt.Fprintf(&lines, "%s\t", text.Clean(e.To))
		}
		fmt.Fprintf(&lines, "%d\n", id)
		all = append(all, e)
	}
	switch {
	case f.asJSON && f.individual:
		return out.Value(all)
	case f.asJSON:
		return out.Value(all[0])
	}
	return out.Text(lines.String())
}
