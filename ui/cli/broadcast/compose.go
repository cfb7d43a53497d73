package broadcast

import (
	"telex/messaging"
	"telex/messaging/broadcast"
	"telex/messaging/broadcast/template"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

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
		if body, err = with.ReadTextFile(with.In, f.textFile); err != nil {
			return say.Usagef("%s; nothing was sent", say.Plain(err))
		}
	}
	t, err := template.Parse(body)
	if err != nil {
		return say.Usagef("the text cannot be filled: %s; nothing was sent", say.Plain(err))
	}
	b.Template = t
	return nil
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
