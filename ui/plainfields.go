package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"telex/messaging"
	"telex/messaging/segment"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/terminal"
	"telex/ui/text"
	"telex/ui/words"
)

// plainFields are the fields in the order in which they are asked for.
func (p *plain) plainFields() []string {
	return []string{"from", "text", "to", "how", "media", "tag", "priority", "expires"}
}

// askAll asks for every field, and keeps each answer on the disk.
func (p *plain) askAll(ctx context.Context) error {
	p.asked = false
	for _, name := range p.plainFields() {
		if err := p.askField(ctx, name); err != nil {
			return err
		}
	}
	p.asked = true
	return nil
}

// askField asks for one field until what is there can be sent.
func (p *plain) askField(ctx context.Context, name string) error {
	asks := map[string]func() error{
		"from": p.askFrom, "text": func() error { return p.askText(ctx) }, "to": p.askTo, "how": p.askHow, "media": p.askMedia,
		"tag":      func() error { return p.askLine("Tag, which comes back in callbacks; no personal data", &p.form.Tag) },
		"priority": p.askPriority, "expires": p.askExpires,
	}
	fields := map[string]messaging.Field{
		"from": messaging.FieldFrom, "text": messaging.FieldText, "to": messaging.FieldTo, "media": messaging.FieldMedia,
		"tag": messaging.FieldTag, "priority": messaging.FieldPriority, "expires": messaging.FieldExpiration,
	}
	for {
		if err := asks[name](); err != nil {
			return err
		}
		if _, err := p.save(ctx); err != nil {
			p.say("Warning: " + err.Error())
		}
		field, ok := fields[name]
		if !ok {
			return nil
		}
		bad := p.form.Problems(p.now()).Of(field)
		if name == "text" && len(p.form.Text) == 0 || name == "to" && len(p.form.To) > 1 {
			return nil // media may make up for it; how is asked next
		}
		for _, b := range bad {
			p.say("Problem: " + words.Problem(b))
		}
		if len(bad) == 0 || !p.typed {
			return nil // nothing new was typed: the review says again what is wrong
		}
	}
}

// askLine asks for a value of one line; an empty answer keeps what is there, a
// single dash takes it away.
func (p *plain) askLine(prompt string, value *string) error {
	said, err := p.ask(prompt+" (- for none)", *value)
	if err != nil {
		return err
	}
	switch said = strings.TrimSpace(said); said {
	case "":
	case "-":
		*value = ""
	default:
		*value = said
	}
	return nil
}

func (p *plain) askFrom() error {
	if n := len(p.deps.Numbers); n > 1 {
		p.say("Your numbers: " + strings.Join(p.deps.Numbers, ", "))
	}
	for {
		said, err := p.ask("From", p.form.From)
		if err != nil {
			return err
		}
		if said = strings.TrimSpace(said); said == "" {
			return nil
		}
		switch why := draft.SenderDoubt(said, p.deps.Numbers, p.deps.Region); why {
		case draft.NoSender:
			p.say("Problem: From: " + string(why)) // so what was the default stays it
			continue
		case draft.OtherSender:
			p.say("Warning: From: " + string(why))
			if yes, err := p.yes("Send from " + text.Clean(said) + " anyway?"); err != nil {
				return err
			} else if !yes {
				continue
			}
		}
		p.form.From = draft.SettleSender(said, p.deps.Region)
		return nil
	}
}

// askText reads lines up to one with a single full stop, as mail programs did.
func (p *plain) askText(ctx context.Context) error {
	if p.form.Text != "" {
		for _, l := range page.Rows([]words.Fact{{Label: "Text", Value: text.CleanLines(p.form.Text)}}, plainWidth) {
			p.say(l)
		}
	}
	templates := ""
	if p.deps.Templates != nil {
		templates = ", just ! for templates"
	}
	p.say("Text; end it with a line that is just a full stop (just - for none, just ? for recent ones" + templates + "):")
	var lines []string
	from := "" // the template that they are of
	for {
		said, err := p.ask("", "")
		if err != nil {
			if len(lines) > 0 {
				p.form.Text = strings.Join(lines, "\n") // half a text is kept, too
			}
			return err
		}
		if said == "." || said == "-" && len(lines) == 0 {
			break
		}
		if offer := p.offerOf(said); offer != nil && len(lines) == 0 {
			template, chosen, err := offer(ctx)
			if err != nil {
				return err
			}
			if chosen == "" {
				return p.askText(ctx)
			}
			lines, from = []string{chosen}, template
			break
		}
		lines = append(lines, said)
	}
	if len(lines) > 0 {
		p.form.Text, p.form.Template = strings.Join(lines, "\n"), from
	}
	c := segment.Of(p.form.Text)
	if p.form.IsMMS() {
		p.say("An MMS, " + text.Count(c.Characters, "character"))
		return nil
	}
	count := fmt.Sprintf("Encoding: %s, %s, %s", words.Encoding(c.Encoding), text.Count(c.Characters, "character"), text.Count(c.Segments, "segment"))
	if twice := words.Twice(c); twice != "" {
		count += "; " + twice
	}
	p.say(count)
	if c.Encoding == segment.UCS2 {
		p.say("Unicode because of: " + words.Forcing(segment.Forcing(p.form.Text), mostForcing))
	}
	return nil
}

// offerOf is what a single sign in place of a text offers; nil for none. What it gives is a
// text, "" for none, and the name of its template.
func (p *plain) offerOf(said string) func(context.Context) (template, chosen string, err error) {
	switch {
	case said == "?":
		return p.askRecent
	case said == "!" && p.deps.Templates != nil:
		return p.askTemplate
	}
	return nil
}

func (p *plain) askTo() error {
	said, err := p.ask("To, one number or several with commas (- to start over)", strings.Join(p.form.To, ", "))
	if err != nil {
		return err
	}
	switch said = strings.TrimSpace(said); said {
	case "":
		return nil
	case "-":
		p.form.To, p.form.Refused, p.form.NewTo, p.form.Addressing = nil, nil, "", messaging.Undecided
		return nil
	}
	read := draft.ReadRecipients(said, p.deps.Region, func(n string) bool { return slices.Contains(p.form.To, n) })
	p.form.Add(read.E164()...)
	for _, why := range read.Why {
		p.say("Problem: " + why) // it stands on the terminal, to be typed again
	}
	p.form.NewTo, p.form.Refused = "", nil
	if len(p.form.To) < 2 {
		p.form.Addressing = messaging.Undecided
	}
	p.say("Recipients: " + words.Recipients(p.form.To))
	return nil
}

func (p *plain) askHow() error {
	if len(p.form.To) < 2 {
		return nil
	}
	if why := p.form.WhyNoGroup(); why != "" {
		p.form.Addressing = messaging.Individual
		p.say("No group message: " + why + ". Each of them gets an individual one.")
		return nil
	}
	said, err := p.choose("One group message that all share, or individual ones? (group/individual)", []string{"group", "individual"})
	if err != nil {
		return err
	}
	p.form.Addressing = addressingOf(said[:1])
	return nil
}

func (p *plain) askMedia() error {
	for {
		what := "Media URL"
		if p.deps.Attach != nil {
			what = "Media, a path or a URL"
		}
		said, err := p.ask(what+", empty when done (- removes all)", strings.Join(p.form.Media, ", "))
		if err != nil {
			return err
		}
		switch said = strings.TrimSpace(said); said {
		case "":
			return nil
		case "-":
			p.form.Media = nil
		default:
			p.addMedia(splitPaths(said))
		}
	}
}

func (p *plain) askPriority() error {
	value := string(p.form.Priority)
	if err := p.askLine("Priority, normal or high", &value); err != nil {
		return err
	}
	if value == "normal" {
		value = "" // Bandwidth's own word for it is what it takes when none is given
	}
	p.form.Priority = messaging.Priority(value)
	return nil
}

func (p *plain) askExpires() error {
	if err := p.askLine("Give up after 2h or 1d, or at 15:04", &p.form.Expires); err != nil {
		return err
	}
	at, err := draft.ReadExpiration(p.form.Expires, p.now())
	if err != nil {
		p.say("Problem: " + err.Error())
	}
	p.form.Expiration = at
	if doubt := draft.ZoneDoubt(terminal.Env(p.deps.Environ, "TZ")); doubt != "" && draft.ExpiresLocally(p.form.Expires, p.now()) {
		p.say("Warning: " + doubt)
	}
	return nil
}
