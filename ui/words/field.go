package words

import (
	"strconv"
	"strings"

	"telex/messaging"
	"telex/ui/text"
)

// Field is what the screens call a field of the API.
func Field(f messaging.Field) string {
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
		return "Give up"
	case messaging.FieldTo:
		return "To"
	case messaging.FieldMedia:
		return "Media"
	case messaging.FieldApplicationID:
		return "Application"
	}
	return text.Clean(string(f))
}

// Problem is what is wrong with a field of a message: "To 12: too short". It is clean.
// Reasons are made to follow what they are about; behind a colon they need no "is" or "has".
func Problem(p messaging.Problem) string {
	words := Field(p.Field)
	if p.Value != "" {
		words += " " + text.Truncate(text.Clean(p.Value), 40)
	}
	why := strings.TrimPrefix(strings.TrimPrefix(p.Why, "is "), "has ")
	return words + ": " + text.Clean(why)
}

// FieldError is what the API refused of a message, and why: "Media 2: cannot be read". A
// field that is none of the screens' keeps the API's name. It is clean.
func FieldError(e messaging.FieldError) string {
	label := text.Clean(e.Name)
	if f, index, ok := messaging.FieldOf(e.Name); ok {
		if label = Field(f); index >= 0 {
			label += " " + strconv.Itoa(index+1)
		}
	}
	return label + ": " + text.Clean(e.Description)
}
