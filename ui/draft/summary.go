package draft

import (
	"bytes"
	"encoding/json"
	"fmt"

	"telex/messaging"
	"telex/messaging/broadcast/price"
	"telex/messaging/segment"
	"telex/ui/text"
	"telex/ui/words"
)

// Through is who a message goes through, as a summary names it. It need not be clean.
type Through struct {
	Profile   string
	AccountID string
	BaseURL   string
	Sandbox   bool
	Figures   price.Figures // what messages cost, as the user says
	// Names are those of recipients who are contacts, as far as they are known.
	Names map[string]string
	All   string // how all recipients are shown where they are too many for the summary; "" for not at all
}

// Summary is the message as it will be sent, in rows that are clean.
func (f *Form) Summary(t Through) []words.Fact {
	var rows []words.Fact
	add := func(label, value string) { rows = append(rows, words.Fact{Label: label, Value: value}) }
	who := "account " + text.Clean(t.AccountID)
	if t.Profile != "" {
		who = text.Clean(t.Profile) + ", " + who
	}
	if t.Sandbox {
		who = "the SANDBOX: nothing is really sent; " + who
	}
	add("Account", who)
	if t.BaseURL != "" && !t.Sandbox {
		add("API", text.Clean(t.BaseURL))
	}
	add("From", text.OrNone(text.Clean(f.From)))
	add("To", t.recipients(f.To))
	add("Message", f.Bill())
	if said := f.Price(t.Figures); said != "" {
		add("Price", said+f.asMMS(t.Figures))
	}
	add("Text", text.OrNone(text.CleanLines(f.Text)))
	for i, m := range f.Media {
		said := text.Clean(m)
		if own, ok := f.OwnFile(m); ok {
			said = text.Clean(own.Name() + ": " + own.Said)
		}
		add(fmt.Sprintf("Media %d", i+1), said)
	}
	if f.Tag != "" {
		add("Tag", text.Clean(f.Tag))
	}
	if f.Priority != "" {
		add("Priority", text.Clean(string(f.Priority)))
	}
	if !f.Expiration.IsZero() {
		add(words.Field(messaging.FieldExpiration), words.Time(f.Expiration))
	}
	add("Application", text.OrNone(text.Clean(f.ApplicationID)))
	return rows
}

// recipients are those of a message, by their names where these are known.
func (t Through) recipients(to []string) string {
	shown := words.NamedRecipients(to, t.Names)
	if t.All != "" && len(to) > messaging.MaxRecipients {
		shown += " (" + t.All + ")"
	}
	return shown
}

// Kind is what it goes as: "SMS" or "MMS".
func (f *Form) Kind() string {
	if f.IsMMS() {
		return "MMS"
	}
	return "SMS"
}

// Sends says in one line what sending it does.
func (f *Form) Sends() string {
	switch n := len(f.To); {
	case f.Addressing == messaging.Group && n > 1:
		return fmt.Sprintf("one group %s to %s", f.Kind(), text.Count(n, "recipient"))
	case n > 1:
		return fmt.Sprintf("%d %s, one to each recipient", n, f.Kind())
	}
	return "one " + f.Kind()
}

// Bill is what will be billed for, as far as the text tells.
func (f *Form) Bill() string {
	if n := len(f.To); n > 1 && f.Addressing == messaging.Undecided {
		return fmt.Sprintf("not chosen: one group text (MMS), or %d separate texts", n)
	}
	n := max(len(f.To), 1)
	if f.IsMMS() {
		switch {
		case n == 1:
			return "MMS"
		case f.Addressing == messaging.Group:
			return fmt.Sprintf("one group MMS, billed as %d; everybody sees everybody's number", n)
		}
		return fmt.Sprintf("MMS x %s = %d MMS", text.Count(n, "recipient"), n)
	}
	c := segment.Of(f.Text)
	bill := fmt.Sprintf("SMS, %s, %s", words.Encoding(c.Encoding), text.Count(c.Segments, "segment"))
	if n > 1 {
		bill += fmt.Sprintf(" x %s = %s", text.Count(n, "recipient"), text.Count(c.Segments*n, "segment"))
	}
	if twice := words.Twice(c); twice != "" {
		bill += "; " + twice
	}
	return bill
}

// Price is what it comes to by figures, in words; "" where there are none, and while nobody
// is to get it or nobody can say how.
func (f *Form) Price(figures price.Figures) string {
	if !f.priced(figures) {
		return ""
	}
	m := f.Message(0)
	if f.Count() > 1 {
		return words.Price(figures.OfEach(m, f.To, 0))
	}
	return words.Price(figures.Of(m, 0))
}

// priced reports whether it can be said what it comes to.
func (f *Form) priced(figures price.Figures) bool {
	return figures.Known() && len(f.To) > 0 && (len(f.To) == 1 || f.Addressing != messaging.Undecided)
}

// asMMS says behind the price what it would be as MMS, if that is less; "" else.
func (f *Form) asMMS(figures price.Figures) string {
	m := f.Message(0)
	if m.IsMMS() || !f.priced(figures) {
		return ""
	}
	var instead price.Instead
	instead.Add(figures, m, f.To, 0)
	if r, ok := instead.MMS(); ok {
		return words.AsMMS(r)
	}
	return ""
}

// Totals is how many messages and segments sending it makes: "204 texts, 204 segments".
func (f *Form) Totals() string {
	n := f.Count()
	if f.IsMMS() {
		return fmt.Sprintf("%d MMS", n)
	}
	return text.Count(n, "text") + ", " + text.Count(n*segment.Of(f.Text).Segments, "segment")
}

// Saves says how many segments plain characters in place of those that only Unicode has
// would save; "" if none.
func (f *Form) Saves() string {
	if f.IsMMS() {
		return ""
	}
	now, then := segment.Of(f.Text), segment.Of(segment.Replace(f.Text))
	if then.Segments >= now.Segments {
		return ""
	}
	n := f.Count()
	return fmt.Sprintf("Unicode costs %s, plain characters %d: ctrl+r on Compose replaces them", text.Count(n*now.Segments, "segment"), n*then.Segments)
}

// JSON is what is sent for the i-th message, laid out to be read, or why there is none.
func (f *Form) JSON(i int) string {
	body, err := f.Message(i).Body()
	if err != nil {
		return err.Error()
	}
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", "  "); err != nil {
		return err.Error()
	}
	return messaging.EscapeJSON(b.Bytes())
}
