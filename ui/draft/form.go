package draft

import (
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
	Expires  string // as typed; Expiration is what could be read of it
	NewTo    string // typed in Recipients, not added yet
	NewMedia string // typed in Media, not added yet
	ResendOf int64  // the row of the outbox that this repeats; 0 for none
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

// Problems are those of the draft and of what was typed and not taken.
func (f *Form) Problems(now time.Time) messaging.Problems {
	var ps messaging.Problems
	ofDraft := f.Draft.Problems(now)
	expiresBad := strings.TrimSpace(f.Expires) != "" && f.Expiration.IsZero()
	for _, field := range messaging.Fields() {
		if field == messaging.FieldExpiration && expiresBad {
			ps = append(ps, problem(field, f.Expires, "is not a time; write "+momentForms))
		}
		if field == messaging.FieldTo && strings.TrimSpace(f.NewTo) != "" {
			ps = append(ps, problem(field, f.NewTo, "was typed but not added to the recipients"))
		}
		if field == messaging.FieldMedia && strings.TrimSpace(f.NewMedia) != "" {
			ps = append(ps, problem(field, f.NewMedia, "was typed but not added to the media"))
		}
		ps = append(ps, ofDraft.Of(field)...)
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

func problem(f messaging.Field, value, why string) messaging.Problem {
	return messaging.Problem{Field: f, Index: -1, Value: value, Why: why}
}

// IsEmpty reports whether nothing was typed that could be missed.
func (f *Form) IsEmpty() bool {
	return f.Text == "" && f.Tag == "" && len(f.To) == 0 && len(f.Media) == 0 &&
		f.Expires == "" && f.NewTo == "" && f.NewMedia == ""
}
