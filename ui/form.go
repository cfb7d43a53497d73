package ui

import (
	"strings"
	"time"

	"telex/messaging"
	"telex/ui/text"
)

// A form is everything that the user typed: the draft, and what could not become
// part of it yet. The app owns the only one; screens write their fields back into
// it after each key. Nothing else holds what was typed.
type form struct {
	messaging.Draft
	expires  string // as typed; Expiration is what could be read of it
	newTo    string // typed in Recipients, not added yet
	newMedia string // typed in Media, not added yet
	resendOf int64  // the row of the outbox that this repeats; 0 for none
}

// newForm is an empty message with the profile's own values.
func newForm(d Deps) form {
	var f form
	if len(d.Numbers) > 0 {
		f.From, _ = text.PlainText(d.Numbers[0])
	}
	f.ApplicationID = d.ApplicationID
	return f
}

// problems are those of the draft and of what was typed and not taken.
func (f *form) problems(now time.Time) messaging.Problems {
	var ps messaging.Problems
	expiresBad := strings.TrimSpace(f.expires) != "" && f.Expiration.IsZero()
	for _, field := range messaging.Fields() {
		if field == messaging.FieldExpiration && expiresBad {
			ps = append(ps, problem(field, f.expires, "is not a time; write "+momentForms))
		}
		if field == messaging.FieldTo && strings.TrimSpace(f.newTo) != "" {
			ps = append(ps, problem(field, f.newTo, "was typed but not added to the recipients"))
		}
		if field == messaging.FieldMedia && strings.TrimSpace(f.newMedia) != "" {
			ps = append(ps, problem(field, f.newMedia, "was typed but not added to the media"))
		}
		ps = append(ps, f.Draft.Problems(now).Of(field)...)
	}
	return ps
}

func problem(f messaging.Field, value, why string) messaging.Problem {
	return messaging.Problem{Field: f, Index: -1, Value: value, Why: why}
}

// isEmpty reports whether nothing was typed that could be missed.
func (f *form) isEmpty() bool {
	return f.Text == "" && f.Tag == "" && len(f.To) == 0 && len(f.Media) == 0 &&
		f.expires == "" && f.newTo == "" && f.newMedia == ""
}

// fieldName is what the screens call a field of the API.
func fieldName(f messaging.Field) string {
	switch f {
	case messaging.FieldFrom:
		return "From"
	case messaging.FieldText:
		return "Text"
	case messaging.FieldTag:
		return "Tag"
	case messaging.FieldPriority:
		return "Priority"
	case messaging.FieldExpiration:
		return "Expires"
	case messaging.FieldTo:
		return "To"
	case messaging.FieldMedia:
		return "Media"
	case messaging.FieldApplicationID:
		return "Application"
	}
	return text.Clean(string(f))
}

// pageOf is the screen on which a field is filled in.
func pageOf(f messaging.Field) page {
	switch f {
	case messaging.FieldTo:
		return recipientsPage
	case messaging.FieldMedia:
		return mediaPage
	case messaging.FieldFrom, messaging.FieldText, messaging.FieldTag, messaging.FieldPriority,
		messaging.FieldExpiration, messaging.FieldApplicationID:
	}
	return composePage
}
