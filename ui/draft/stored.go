package draft

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// A storedForm is a form as the outbox keeps it. Its keys are part of what older and
// newer versions of telex understand of each other's drafts.
type storedForm struct {
	messaging.Draft
	Expires  string   `json:"expires,omitempty"`
	NewTo    string   `json:"new_to,omitempty"`
	Pasting  int      `json:"-"` // whoever reads it later reads nothing of it
	Refused  []string `json:"refused,omitempty"`
	NewMedia string   `json:"new_media,omitempty"`
	ResendOf int64    `json:"resend_of,omitempty"`
	Template string   `json:"template,omitempty"`
	Files    []File   `json:"files,omitempty"`
	Reading  int      `json:"-"`
	Unread   string   `json:"unread,omitempty"`
}

// Encode is f as the outbox keeps it; see [Decode].
func (f *Form) Encode() ([]byte, error) {
	b, err := json.Marshal(storedForm(*f))
	if err != nil {
		return nil, fmt.Errorf("encode the draft: %w", err)
	}
	return b, nil
}

// Decode reads what encode wrote, by whatever version. Nothing in it can drive
// the terminal.
func Decode(b []byte) (Form, error) {
	var w storedForm
	if err := json.Unmarshal(b, &w); err != nil {
		return Form{}, fmt.Errorf("the draft cannot be read: %w", err)
	}
	f := Form(w)
	if f.Unread != "" { // nobody reads them any more
		f.NewMedia, f.Unread = strings.TrimSpace(f.Unread+" "+f.NewMedia), ""
	}
	for _, s := range []*string{&f.From, &f.Text, &f.Tag, &f.ApplicationID, &f.Expires, &f.NewTo, &f.NewMedia, &f.Template} {
		*s, _ = text.PlainText(*s)
	}
	for _, list := range [][]string{f.To, f.Refused, f.Media} {
		for i, s := range list {
			list[i], _ = text.PlainText(s)
		}
	}
	f.Files = f.OwnFiles()
	for i := range f.Files {
		f.Files[i].clean()
	}
	return f, nil
}

// Same reports whether two forms hold the same words.
func (f *Form) Same(g *Form) bool {
	return f.Text == g.Text && f.Tag == g.Tag && f.From == g.From && f.Priority == g.Priority &&
		f.Addressing == g.Addressing && f.Expires == g.Expires && f.NewTo == g.NewTo && f.NewMedia == g.NewMedia && f.Unread == g.Unread && f.Template == g.Template &&
		slices.Equal(f.Media, g.Media) && sameList(f.Refused, g.Refused) && sameList(f.To, g.To)
}

// sameList reports whether two lists of recipients are equal. What a form shares with its
// clone is not looked at.
func sameList(a, b []string) bool {
	return Shared(a, b) || slices.Equal(a, b)
}

// Shared reports whether two lists are one in memory.
func Shared(a, b []string) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// SameWords is same, whoever sends.
func (f *Form) SameWords(g *Form) bool {
	other := *g
	other.From = f.From
	return f.Same(&other)
}

// Clone copies f. The recipients, of which there may be thousands, are shared: nobody
// writes into that list.
func (f *Form) Clone() Form {
	g := *f
	g.Media, g.Files = slices.Clone(f.Media), slices.Clone(f.Files)
	return g
}

// FromEntry is a message as the form it could have come from.
func FromEntry(e outbox.Entry) Form {
	m := e.Message
	d := messaging.Draft{
		From: m.From, To: m.To, Text: m.Text, Media: m.Media, Tag: m.Tag, Priority: m.Priority, ApplicationID: m.ApplicationID,
	}
	if len(m.To) > 1 {
		d.Addressing = messaging.Group
	}
	f := Form{Draft: d.Clone(), ResendOf: e.ID}
	if b, err := f.Encode(); err == nil {
		if clean, err := Decode(b); err == nil {
			return clean
		}
	}
	return f
}
