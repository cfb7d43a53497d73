package draft

import (
	"strings"

	"telex/messaging"
	"telex/messaging/broadcast/template"
)

// Fill puts values into a template for one message, as far as there are any: value gives
// what was typed for a folded name. What is left open and has no default stays a field, in
// its braces.
func Fill(t *template.Template, value func(field string) string) string {
	filled, _ := t.Fill(func(field string) (string, bool) {
		v := value(field)
		if fallback, has := t.Default(field); strings.TrimSpace(v) == "" && has {
			return fallback, true
		}
		if strings.TrimSpace(v) == "" {
			v = template.Mark(field)
		}
		return v, true
	})
	return filled
}

// unfilled are the problems of a text that was made of a template: each field that is open
// still, or what is left of one.
func unfilled(text string) messaging.Problems {
	t, err := template.Parse(text)
	if err != nil {
		return messaging.Problems{problem(messaging.FieldText, "", err.Error())}
	}
	var ps messaging.Problems
	for _, field := range t.Fields() {
		ps = append(ps, problem(messaging.FieldText, template.Mark(field), "is not filled in: write a value in its place"))
	}
	return ps
}

// Unfilled are the fields that are open in a text, as they stand in it in folded letters.
func Unfilled(text string) []string {
	var open []string
	for _, p := range unfilled(text) {
		if p.Value != "" {
			open = append(open, p.Value)
		}
	}
	return open
}

// UnfilledDoubt is why a text that was made of no template may not be what was meant: it
// holds what looks like a field of one. "" is no doubt. It need not be clean.
func UnfilledDoubt(text string) string {
	if !strings.Contains(text, "{{") {
		return ""
	}
	t, err := template.Parse(text)
	if err != nil || len(t.Fields()) == 0 {
		return ""
	}
	return "holds " + template.Mark(t.Fields()[0]) + ", which goes out as it stands: only a template is filled in"
}
