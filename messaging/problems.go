package messaging

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// A Field is an input of a message, by the name the API has for it.
type Field string

// The fields of a message, in the order in which a person fills them in.
const (
	FieldFrom          Field = "from"
	FieldText          Field = "text"
	FieldTag           Field = "tag"
	FieldPriority      Field = "priority"
	FieldExpiration    Field = "expiration"
	FieldTo            Field = "to"
	FieldMedia         Field = "media"
	FieldApplicationID Field = "applicationId"
)

// Fields lists all fields in that order.
func Fields() []Field {
	return []Field{
		FieldFrom, FieldText, FieldTag, FieldPriority, FieldExpiration,
		FieldTo, FieldMedia, FieldApplicationID,
	}
}

// FieldOf reads a field name as the API gives it in its field errors: "to",
// "to[3]", "media[0]", in any case. Index is -1 if the name has none.
// It reports false for a name that is no field of a message.
func FieldOf(name string) (f Field, index int, ok bool) {
	index = -1
	if i := strings.IndexByte(name, '['); i > 0 {
		if _, err := fmt.Sscanf(name[i:], "[%d]", &index); err != nil || index < 0 {
			index = -1
		}
		name = name[:i]
	}
	for _, f := range Fields() {
		if strings.EqualFold(name, string(f)) {
			return f, index, true
		}
	}
	return "", -1, false
}

// A Problem is one reason why a message cannot be sent as it is.
type Problem struct {
	Field Field
	Index int    // which element of To or Media; -1 for the field as a whole
	Value string // the offending value as given; may hold anything a person typed
	Why   string // what is wrong and what would be right: lower case, no full stop
}

// Error quotes the value, so it is safe to print.
func (p Problem) Error() string {
	if p.Value == "" {
		return fmt.Sprintf("%s: %s", p.Field, p.Why)
	}
	return fmt.Sprintf("%s %s: %s", p.Field, quoteShort(p.Value), p.Why)
}

// Problems are all problems of a message, in the order of [Fields].
// The empty list means that the message is valid.
type Problems []Problem

// Of returns the problems of one field.
func (ps Problems) Of(f Field) Problems {
	var of Problems
	for _, p := range ps {
		if p.Field == f {
			of = append(of, p)
		}
	}
	return of
}

// Error joins all problems with "; ".
func (ps Problems) Error() string {
	s := make([]string, len(ps))
	for i, p := range ps {
		s[i] = p.Error()
	}
	return strings.Join(s, "; ")
}

// Is makes errors.Is(err, ErrInvalid) true for every list of problems.
func (ps Problems) Is(target error) bool { return target == ErrInvalid }

// Problems says what the API would refuse in m, without asking it. It is pure:
// the same m and now give the same answer. It checks form, not whether a number
// exists or an application may use it.
func (m Message) Problems(now time.Time) Problems {
	ps := m.contentProblems(now)
	ps = append(ps, recipientProblems(m.To)...)
	if len(m.To) > MaxRecipients {
		ps = append(ps, Problem{FieldTo, -1, "", fmt.Sprintf(
			"%d recipients, but a group message takes at most %d: send individual messages", len(m.To), MaxRecipients)})
	}
	ps = append(ps, mediaProblems(m.Media)...)
	switch id := m.ApplicationID; {
	case strings.TrimSpace(id) == "":
		ps = append(ps, Problem{FieldApplicationID, -1, "", "is missing; it is the id of the application that the from number belongs to in Bandwidth's dashboard"})
	case !isPrintable(id):
		ps = append(ps, Problem{FieldApplicationID, -1, id, "holds a character that ids never have"})
	}
	return ps
}

// contentProblems covers what does not depend on recipients or media files.
func (m Message) contentProblems(now time.Time) Problems {
	var ps Problems
	add := func(f Field, value, why string) { ps = append(ps, Problem{f, -1, value, why}) }
	if m.From == "" {
		add(FieldFrom, "", "is missing; give one of the account's numbers, like +19195551212")
	} else if why := senderProblem(m.From); why != "" {
		add(FieldFrom, m.From, why)
	}
	if why := textProblem(m.Text, len(m.Media) > 0); why != "" {
		add(FieldText, "", why)
	}
	if n := utf8.RuneCountInString(m.Tag); n > MaxTagChars {
		add(FieldTag, "", fmt.Sprintf("has %d characters, %d more than the %d allowed", n, n-MaxTagChars, MaxTagChars))
	} else if !utf8.ValidString(m.Tag) {
		add(FieldTag, "", "is not valid UTF-8")
	}
	switch m.Priority {
	case "", PriorityDefault, PriorityHigh:
	default:
		add(FieldPriority, string(m.Priority), `is unknown; use "default" or "high"`)
	}
	switch {
	case m.Expiration.IsZero():
	case m.Expiration.Year() > 9999:
		add(FieldExpiration, "", "has a year past 9999")
	case !m.Expiration.After(now):
		add(FieldExpiration, m.Expiration.Format(time.RFC3339), "is in the past; it must be a time still to come")
	}
	return ps
}

// recipientProblems checks each number; it does not limit how many there are.
func recipientProblems(to []string) Problems {
	if len(to) == 0 {
		return Problems{{FieldTo, -1, "", "has no recipient; give a number like +19195551212"}}
	}
	var ps Problems
	seen := make(map[string]bool, len(to))
	for i, n := range to {
		switch {
		case isDialledShort(n):
			ps = append(ps, Problem{FieldTo, i, n, "is too short for a phone number; " + whyShort})
		case !IsE164(n):
			ps = append(ps, Problem{FieldTo, i, n, "is not in E.164 form: + and country code, then the number, at most 15 digits, like +19195551212"})
		case IsImpossible(n):
			ps = append(ps, Problem{FieldTo, i, n, whyImpossible})
		case seen[n]:
			ps = append(ps, Problem{FieldTo, i, n, "is listed twice"})
		}
		seen[n] = true
	}
	return ps
}
