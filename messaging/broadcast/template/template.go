// Package template fills texts with what is known of each person: "Hi {{first
// name|there}}, your code is {{code}}".
//
// {{field}} stands for a value, and {{field|default}} for the default where there is
// no value. Names are compared by [Fold], so {{First_Name}} is {{first name}}. What is
// filled in is never read for fields again. There is nothing else: no conditions, no
// loops, no way to write two braces that are no field.
//
// The package keeps no state. A [Template] may be used concurrently, a [Tally] may not.
package template

import (
	"slices"
	"strings"

	"telex/messaging/blank"
)

// The marks around a field, and before its default.
const (
	opening   = "{{"
	closing   = "}}"
	separator = "|"
)

// A Template is a text with open fields. The zero value is an empty text.
type Template struct {
	text   string
	parts  []part
	fields []string
}

// A part is a piece of text, or a field if that has a name.
type part struct {
	text       string // of a piece; of a field its default
	field      string // folded; "" for a piece
	hasDefault bool
}

// Parse reads a text. The error is a [*SyntaxError].
func Parse(text string) (*Template, error) {
	t := &Template{text: text}
	for at := 0; at < len(text); {
		open := strings.Index(text[at:], opening)
		if open < 0 {
			open = len(text) - at
		}
		piece := text[at : at+open]
		if i := strings.Index(piece, closing); i >= 0 {
			return nil, syntaxError(text, at+i, closing+" closes nothing; a field is written {{name}}")
		}
		if piece != "" {
			t.parts = append(t.parts, part{text: piece})
		}
		if at += open; at == len(text) {
			break
		}
		end := strings.Index(text[at:], closing)
		if end < 0 {
			return nil, syntaxError(text, at, "the field that begins here is not closed by "+closing)
		}
		p, why := readField(text[at+len(opening) : at+end])
		if why != "" {
			return nil, syntaxError(text, at, why)
		}
		t.add(p)
		at += end + len(closing)
	}
	return t, nil
}

// add adds a field.
func (t *Template) add(p part) {
	t.parts = append(t.parts, p)
	if !slices.Contains(t.fields, p.field) {
		t.fields = append(t.fields, p.field)
	}
}

// readField reads what stands between the marks. Why says what is wrong with it.
func readField(inside string) (p part, why string) {
	name, fallback, has := strings.Cut(inside, separator)
	p = part{text: strings.TrimSpace(fallback), field: Fold(name), hasDefault: has}
	switch {
	case strings.Contains(inside, opening), strings.HasPrefix(inside, "{"):
		return p, "there are braces within the field that begins here; a field is written {{name}}, with two of them"
	case strings.ContainsAny(name, "\r\n"):
		return p, "the field that begins here goes over the end of the line; is its " + closing + " missing?"
	case strings.ContainsAny(name, "{}"):
		return p, "a brace cannot be in the name of a field"
	case p.field == "":
		return p, "the field that begins here has no name"
	}
	return p, ""
}

// String is the text that the template was read from.
func (t *Template) String() string { return t.text }

// Fields are the folded names of the fields, each once, in the order in which they first
// stand in the text. The slice is the caller's.
func (t *Template) Fields() []string { return slices.Clone(t.fields) }

// Default is the first default that a field has in the text; ok is false if it has none.
func (t *Template) Default(field string) (fallback string, ok bool) {
	for _, p := range t.parts {
		if p.field == field && p.hasDefault {
			return p.text, true
		}
	}
	return "", false
}

// needs reports whether somewhere in the text the field has no default.
func (t *Template) needs(field string) bool {
	return slices.ContainsFunc(t.parts, func(p part) bool { return p.field == field && !p.hasDefault })
}

// Fill puts in the values, which value gives for folded names; ok is false for a name that
// it does not know. A value of which nothing is seen, such as a space, counts as empty, and
// takes the default. Values go in as they are, and fields in them are not filled in.
//
// Bad are the fields that have neither value nor default, each once, in their order; then
// text has nothing in their place, and is not fit to be sent.
func (t *Template) Fill(value func(field string) (v string, ok bool)) (text string, bad []Bad) {
	var b strings.Builder
	b.Grow(len(t.text))
	for _, p := range t.parts {
		if p.field == "" {
			b.WriteString(p.text)
			continue
		}
		v, known := value(p.field)
		switch {
		case known && !blank.All(v):
			b.WriteString(v)
		case p.hasDefault:
			b.WriteString(p.text)
		case !slices.ContainsFunc(bad, func(o Bad) bool { return o.Field == p.field }):
			bad = append(bad, Bad{Field: p.field, Unknown: !known})
		}
	}
	return b.String(), bad
}

// Check holds the fields against the names that will have values, in any spelling. Bad are
// those that are none of them, with the most similar name that is. For a field with a
// default everywhere it is a doubt and no hindrance: Defaulted says so.
func (t *Template) Check(known []string) (bad []Bad) {
	folded := make([]string, len(known))
	for i, name := range known {
		folded[i] = Fold(name)
	}
	for _, field := range t.fields {
		if !slices.Contains(folded, field) {
			bad = append(bad, Bad{Field: field, Unknown: true, Defaulted: !t.needs(field), Near: Near(field, folded)})
		}
	}
	return bad
}

// Bad is a field that cannot be filled.
type Bad struct {
	Field     string // folded
	Unknown   bool   // there is no such name; else its value is empty
	Defaulted bool   // it has a default, which everybody would get
	Near      string // the known name that is most like it, folded; "" for none
}

// Error says what is wrong: "{{frist name}} is unknown; did you mean {{first name}}?" The
// name may hold anything: clean it before showing it on a terminal.
func (b Bad) Error() string {
	why := " is empty"
	if b.Unknown {
		why = " is unknown"
	}
	if b.Defaulted {
		why += ", so everybody gets its default"
	}
	if b.Near != "" {
		why += "; did you mean " + Mark(b.Near) + "?"
	}
	return Mark(b.Field) + why
}

// Mark is a field as it stands in a text.
func Mark(field string) string { return opening + field + closing }
