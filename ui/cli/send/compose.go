package send

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"telex/messaging"
	"telex/messaging/number"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/draft"
)

// compose makes a draft of flags and settings, which hold a number to send from
// and an application. Everything that is wrong with it
// is in one [say.UsageError], named by the flags that would mend it.
//
// Files of this machine stand in it by the address that they will have; they are read, and
// not uploaded yet.
func compose(with Options, f flags, s who.Identity) (composed, error) {
	d := composed{}
	d.Draft = messaging.Draft{
		ApplicationID: s.ApplicationID, Tag: f.tag,
		Priority: messaging.Priority(f.priority), Addressing: messaging.Group,
	}
	if f.individual {
		d.Addressing = messaging.Individual
	}
	var wrong []string
	unread := map[messaging.Field]bool{} // what cannot be read is not judged for being absent
	note := func(field messaging.Field, errs ...error) {
		for _, err := range errs {
			if err != nil {
				wrong = append(wrong, err.Error())
				unread[field] = true
			}
		}
	}
	var err error
	d.From, err = with.Sender(s, s.Numbers[0])
	note(messaging.FieldFrom, err)
	note(messaging.FieldMedia, d.attach(with, f, s)...)
	d.full, err = textOf(with, f)
	d.Text, _ = f.alert.short(d.full, 0)
	note(messaging.FieldText, append(f.unfilled, err)...)
	d.Expiration, err = draft.ReadExpiration(f.expiration, with.Now())
	if err != nil {
		note(messaging.FieldExpiration, fmt.Errorf("--expiration: %w", err))
	}
	var errs []error
	d.To, errs = recipients(with, s, f)
	note(messaging.FieldTo, errs...)
	for _, p := range d.Problems(with.Now()) {
		if !unread[p.Field] {
			p.Field = messaging.Field(f.flagFor(p.Field))
			wrong = append(wrong, p.Error())
		}
	}
	if len(wrong) > 0 {
		e := &say.UsageError{What: "the message needs correcting; nothing was sent:", More: wrong}
		switch {
		case d.Text == "" && !f.textGiven && f.textFile == "" && !f.stdin && piped(with.In):
			e.Hint = "a text on standard input is read with --text-file -"
		case !f.individual && len(d.To) > messaging.MaxRecipients:
			e.Hint = "add --individual to send one message to each, or see telex broadcast start --help for a list"
		}
		return composed{}, e
	}
	warn(with, d, f)
	if d.Messages()[0].IsGroup() {
		with.Output.Say("one group message: its %d recipients see each other's numbers (--individual sends one message each)", len(d.To))
	}
	return d, nil
}

// warn says what may keep a message that can be sent from arriving, or from being what
// was meant.
func warn(with Options, d composed, f flags) {
	for _, w := range d.Warnings() {
		if w.Field == messaging.FieldMedia && d.isFile(w.Index) {
			continue // whose address nobody has to look at
		}
		if w.Field == messaging.FieldText && f.textGiven && f.template == "" && !f.alert.alertmanager && strings.Contains(w.Why, `\n`) {
			w.Why += "; for one use --text-file, or $'…' in bash and zsh"
		}
		w.Field = messaging.Field(f.flagFor(w.Field))
		with.Output.Say("warning: %s", w)
	}
	if why := draft.UnfilledDoubt(d.Text); why != "" && f.template == "" {
		with.Output.Say("warning: %s: %s", f.flagFor(messaging.FieldText), why)
	}
	if draft.ExpiresLocally(f.expiration, with.Now()) {
		with.Output.Say("--expiration %s is %s, by local time", say.Quoted(f.expiration), d.Expiration.Format("2006-01-02 15:04:05 MST"))
		with.WarnOfZone()
	}
}

// flagFor names the flag that set a field of the message, the text's with the file that
// it was read from.
func (f flags) flagFor(field messaging.Field) string {
	switch {
	case field == messaging.FieldText && f.alert.alertmanager:
		return "--alertmanager"
	case field == messaging.FieldText && f.template != "":
		return "--template " + say.Quoted(f.template)
	case field != messaging.FieldText || f.textFile == "" && !f.stdin:
		return flagOf(field)
	case f.stdin, f.textFile == "-":
		return "--text-file -"
	}
	return "--text-file " + say.Quoted(f.textFile)
}

// flagOf names the flag that sets a field of a message.
func flagOf(f messaging.Field) string {
	switch f {
	case messaging.FieldApplicationID:
		return "--application-id"
	case messaging.FieldFrom, messaging.FieldTo, messaging.FieldText, messaging.FieldMedia,
		messaging.FieldTag, messaging.FieldPriority, messaging.FieldExpiration:
	}
	return "--" + string(f)
}

// recipients reads the numbers that id is to send to, each once, in their order. Errors
// name those that cannot be read.
func recipients(with Options, id who.Identity, f flags) (to []string, unread []error) {
	for _, value := range f.to {
		for _, item := range number.Split(value) {
			n, err := number.Parse(item, id.Region)
			switch {
			case f.unknown[item] != nil:
				unread = append(unread, fmt.Errorf("--to: %w", f.unknown[item]))
			case err != nil:
				unread = append(unread, fmt.Errorf("--to: %w", err))
			case slices.Contains(to, n.E164):
				with.Output.Say("--to %s is given twice; it is used once", n.E164)
			default:
				with.Remark(id, "--to", item, n)
				to = append(to, n.E164)
			}
		}
	}
	return to, unread
}

// textOf is the message's text, from the one flag that gives it.
func textOf(with Options, f flags) (string, error) {
	given := 0
	for _, is := range []bool{f.textGiven, f.textFile != "", f.stdin} {
		if is {
			given++
		}
	}
	if given > 1 {
		if f.stdin {
			return "", errors.New("--stdin means --text-file -; it cannot be used with --text or --text-file")
		}
		return "", errors.New("--text and --text-file cannot be used together")
	}
	if f.stdin {
		f.textFile = "-"
	}
	if f.textFile == "" {
		return f.text, nil
	}
	return with.ReadTextFile(with.In, f.textFile)
}
