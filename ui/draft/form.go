package draft

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"telex/messaging"
	"telex/ui/text"
)

// A Form is everything that the user typed: the draft, and what could not become
// part of it yet. The app owns the only one; screens write their fields back into
// it after each key. Nothing else holds what was typed. The list of recipients is
// never written into: who changes it makes another, with [Form.Add] or [Form.Remove].
type Form struct {
	messaging.Draft
	Expires  string   // as typed; Expiration is what could be read of it
	NewTo    string   // typed in Recipients, not added yet
	Pasting  int      // how many entries of a paste are not read yet
	Refused  []string // typed or pasted in Recipients among others, and no numbers
	NewMedia string   // typed in Media, not added yet
	ResendOf int64    // the row of the outbox that this repeats; 0 for none
	Template string   // the name of the template that the text was made of; "" for none
	Files    []File   // those of the media that are files of this machine, and others that were
	Reading  int      // how many files of this machine are being read, to be added to the media
	Unread   string   // the paths of these, as they were typed in Media
}

// New is an empty message from the first of numbers, which may be none.
func New(numbers []string, application string) Form {
	var f Form
	if len(numbers) > 0 {
		f.From, _ = text.PlainText(numbers[0])
	}
	f.ApplicationID = application
	return f
}

// Indexes of problems with recipients that are about none of them: see [Form.Problems].
const (
	AtChoice  = -2 // about how several of them are served
	AtRefused = -3 // about what was refused
)

// Problems are those of the draft and of what was typed and not taken. The index of one
// with the recipients is [AtChoice] or [AtRefused] where it is about these.
func (f *Form) Problems(now time.Time) messaging.Problems {
	var ps messaging.Problems
	ofDraft := f.Draft.Problems(now)
	expiresBad := strings.TrimSpace(f.Expires) != "" && f.Expiration.IsZero()
	for _, field := range messaging.Fields() {
		if field == messaging.FieldExpiration && expiresBad {
			ps = append(ps, problem(field, f.Expires, "is not a time; write "+momentForms))
		}
		if field == messaging.FieldTo && strings.TrimSpace(f.NewTo) != "" {
			ps = append(ps, problem(field, "", notAdded(f.NewTo, "Recipients")))
		}
		if field == messaging.FieldTo && f.Pasting > 0 {
			ps = append(ps, problem(field, "", fmt.Sprintf("a paste is being read, %d entries to go", f.Pasting)))
		}
		if field == messaging.FieldTo && len(f.Refused) > 0 {
			p := problem(field, f.Refused[0], "is not a phone number: correct or drop it")
			if n := len(f.Refused); n > 1 {
				p = problem(field, "", fmt.Sprintf("%d entries are not phone numbers: correct or drop them", n))
			}
			p.Index = AtRefused
			ps = append(ps, p)
		}
		if field == messaging.FieldMedia && f.Reading > 0 {
			ps = append(ps, problem(field, "", text.Count(f.Reading, "file")+" of yours being read: wait for that"))
		}
		if field == messaging.FieldMedia && strings.TrimSpace(f.NewMedia) != "" {
			ps = append(ps, problem(field, "", notAdded(f.NewMedia, "Media")))
		}
		if field == messaging.FieldText && f.Template != "" {
			ps = append(ps, unfilled(f.Text)...)
		}
		for _, p := range ofDraft.Of(field) {
			if field == messaging.FieldTo && p.Index < 0 && len(f.To) > 1 {
				p.Index = AtChoice
			}
			ps = append(ps, p)
		}
	}
	return ps
}

// Count is how many messages f makes.
func (f *Form) Count() int {
	if f.Addressing == messaging.Individual {
		return max(len(f.To), 1)
	}
	return 1
}

// Message is one of the messages that f makes, or the last of them if there is no i-th.
func (f *Form) Message(i int) messaging.Message {
	one := f.Draft
	if n := f.Count(); n > 1 {
		i = min(i, n-1)
		one.To = f.To[i : i+1]
	}
	return one.Messages()[0]
}

// Add puts numbers behind the recipients.
func (f *Form) Add(numbers ...string) { f.To = append(slices.Clip(f.To), numbers...) }

// Remove takes the i-th recipient away.
func (f *Form) Remove(i int) { f.To = slices.Concat(f.To[:i], f.To[i+1:]) }

// Refuse puts what is no number behind what was refused before.
func (f *Form) Refuse(typed ...string) { f.Refused = append(slices.Clip(f.Refused), typed...) }

// Drop takes the i-th of what was refused away.
func (f *Form) Drop(i int) { f.Refused = slices.Concat(f.Refused[:i], f.Refused[i+1:]) }

// notAdded says that something stands in the field of a page.
func notAdded(typed, page string) string {
	const most = 40
	return fmt.Sprintf(`you typed "%s" under %s but did not add it`, text.Truncate(text.Clean(strings.TrimSpace(typed)), most), page)
}

func problem(f messaging.Field, value, why string) messaging.Problem {
	return messaging.Problem{Field: f, Index: -1, Value: value, Why: why}
}

// IsEmpty reports whether nothing was typed that could be missed.
func (f *Form) IsEmpty() bool {
	return f.Text == "" && f.Tag == "" && len(f.To) == 0 && len(f.Media) == 0 &&
		f.Expires == "" && f.NewTo == "" && f.NewMedia == "" && f.Unread == "" && len(f.Refused) == 0
}
