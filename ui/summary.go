package ui

import (
	"fmt"
	"strings"

	"telex/messaging"
	"telex/messaging/segment"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// readyWords says in one line what enter will do.
func (r *review) readyWords(f *draft.Form) string {
	kind := kindWords(f)
	switch n := len(f.To); {
	case f.Addressing == messaging.Group && n > 1:
		return fmt.Sprintf("one group %s to %s", kind, text.Count(n, "recipient"))
	case n > 1:
		return fmt.Sprintf("%d %s, one to each recipient", n, kind)
	}
	return "one " + kind
}

func kindWords(f *draft.Form) string {
	if f.IsMMS() {
		return "MMS"
	}
	return "SMS"
}

// summary is the message as it will be sent, in words.
func (r *review) summary(f *draft.Form) []string {
	out := r.warningRows(f)
	add := func(label, value string) { out = append(out, widget.Rows(label, value, r.w)...) }
	who := "account " + text.Clean(r.deps.AccountID)
	if r.deps.Profile != "" {
		who = text.Clean(r.deps.Profile) + ", " + who
	}
	if r.deps.Sandbox {
		who = "the SANDBOX: nothing is really sent; " + who
	}
	add("Through", who)
	if base := r.deps.link().BaseURL; base != "" && !r.deps.Sandbox {
		add("API", text.Clean(base))
	}
	add("From", text.OrNone(text.Clean(f.From)))
	add("To", recipientWords(f))
	add("Kind", r.costWords(f))
	out = append(out, textRows(f.Text, r.w)...)
	for i, m := range f.Media {
		add(fmt.Sprintf("Media %d", i+1), text.Clean(m))
	}
	if f.Tag != "" {
		add("Tag", text.Clean(f.Tag))
	}
	if f.Priority != "" {
		add("Priority", string(f.Priority))
	}
	if !f.Expiration.IsZero() {
		add("Expires", words.Time(f.Expiration))
	}
	add("Application", text.OrNone(text.Clean(f.ApplicationID)))
	return out
}

func recipientWords(f *draft.Form) string {
	const most = 20
	if len(f.To) == 0 {
		return "(none)"
	}
	shown := make([]string, 0, most)
	for _, n := range f.To[:min(len(f.To), most)] {
		shown = append(shown, text.Clean(n))
	}
	words := strings.Join(shown, ", ")
	if n := len(f.To) - len(shown); n > 0 {
		words += fmt.Sprintf(" and %d more", n)
	}
	return words
}

// costWords is what will be billed for, as far as the text tells.
func (r *review) costWords(f *draft.Form) string {
	if n := len(f.To); n > 1 && f.Addressing == messaging.Undecided {
		return fmt.Sprintf("not chosen: one group message (MMS), or %d individual ones", n)
	}
	c := segment.Of(f.Text)
	if kindWords(f) == "MMS" {
		n := max(len(f.To), 1)
		words := fmt.Sprintf("MMS, %s", text.Count(n, "recipient"))
		if n > 1 {
			words += fmt.Sprintf(" = %d MMS", n)
		}
		if f.Addressing == messaging.Group && n > 1 {
			words += "; everybody sees everybody's number"
		}
		return words
	}
	n := max(len(f.To), 1)
	said := fmt.Sprintf("SMS, %s, %s", c.Encoding, text.Count(c.Segments, "segment"))
	if n > 1 {
		said += fmt.Sprintf(" x %s = %s", text.Count(n, "recipient"), text.Count(c.Segments*n, "segment"))
	}
	if twice := words.Twice(c); twice != "" {
		said += "; " + twice
	}
	return said
}

// textRows shows a text as it stands, line by line.
func textRows(body string, w int) []string {
	if body == "" {
		return []string{widget.Row("Text", "(none)")}
	}
	var out []string
	label := "Text"
	for _, l := range strings.Split(text.CleanLines(body), "\n") {
		out = append(out, widget.Rows(label, l, w)...)
		label = ""
	}
	return out
}
