package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The limits of a message. Characters are Unicode code points, as in the JSON
// schemas of the API's description, which gives maxText and maxMediaURL; maxTag
// and maxRecipients: https://dev.bandwidth.com/docs/messaging/createMessage/ and
// error 4435 of https://dev.bandwidth.com/docs/messaging/errors/.
const (
	maxText       = 2048
	maxTag        = 1024
	maxMediaURL   = 4096
	maxRecipients = 10
	maxSenderID   = 11
	minNumber     = 8 // digits of a sender's telephone number: +12345 is a mistaken short code
)

const (
	maxFieldErrors = 20 // in one refusal
	maxQuoted      = 64 // characters of a wrong value in its description
)

// parseMessage reads the body of a request to create a message. Without errors,
// the message is complete but for what keep gives it. Unknown fields are ignored
// and null is the same as absent.
func (s *Sandbox) parseMessage(body []byte, now time.Time) (*message, []fieldError) {
	f, err := readFields(body)
	if err != nil {
		return nil, []fieldError{{"body", err.Error()}}
	}
	m := &message{
		to:       f.recipients("to"),
		from:     f.text("from"),
		text:     f.text("text"),
		app:      f.text("applicationId"),
		media:    f.list("media"),
		tag:      f.text("tag"),
		priority: f.text("priority"),
		expiry:   f.text("expiration"),
		body:     body,
	}
	f.checkRecipients(m.to)
	s.checkFrom(f, m.from)
	s.checkApplication(f, m.app)
	f.checkContent(m)
	f.checkOptions(m, now)
	m.cut()
	return m, f.errs
}

// fields is a JSON object being read, and what is wrong with it so far.
type fields struct {
	raw  map[string]json.RawMessage
	errs []fieldError
}

func readFields(body []byte) (*fields, error) {
	if !utf8.Valid(body) {
		return nil, errors.New("must be encoded in UTF-8")
	}
	f := &fields{}
	if err := json.Unmarshal(body, &f.raw); err != nil || f.raw == nil {
		return nil, errors.New("must be one well-formed JSON object")
	}
	return f, nil
}

// fail notes what is wrong with a field.
func (f *fields) fail(name, format string, args ...any) {
	if len(f.errs) < maxFieldErrors {
		f.errs = append(f.errs, fieldError{name, fmt.Sprintf(format, args...)})
	}
}

// failed reports whether something is wrong with a field.
func (f *fields) failed(name string) bool {
	return slices.ContainsFunc(f.errs, func(e fieldError) bool { return e.FieldName == name })
}

// has reports whether a field is there and not null.
func (f *fields) has(name string) bool {
	raw, ok := f.raw[name]
	return ok && string(raw) != "null"
}

// text reads a string; absent is "".
func (f *fields) text(name string) string {
	var v string
	if f.has(name) && json.Unmarshal(f.raw[name], &v) != nil {
		f.fail(name, "must be a string")
	}
	return v
}

// list reads an array of strings; absent is nil.
func (f *fields) list(name string) []string {
	if !f.has(name) {
		return nil
	}
	var v []*string
	if json.Unmarshal(f.raw[name], &v) != nil || slices.Contains(v, nil) {
		f.fail(name, "must be an array of strings")
		return nil
	}
	values := make([]string, len(v))
	for i, p := range v {
		values[i] = *p
	}
	return values
}

// recipients reads an array of strings or one string.
func (f *fields) recipients(name string) []string {
	if strings.HasPrefix(string(f.raw[name]), `"`) {
		return []string{f.text(name)}
	}
	return f.list(name)
}

func (f *fields) checkRecipients(to []string) {
	switch {
	case f.failed("to"):
	case len(to) == 0:
		f.fail("to", "is required")
	case len(to) > maxRecipients:
		f.fail("to", "has %d recipients, and a message goes to at most %d", len(to), maxRecipients)
	default:
		for i, n := range to {
			if !isE164(n) {
				f.failE164("to", n)
			} else if slices.Contains(to[:i], n) {
				f.fail("to", "'%s' is given more than once", n)
			}
		}
	}
}

// failE164 notes a telephone number that is none, in the words of the API, which
// Bandwidth's SDKs test for.
func (f *fields) failE164(name, number string) {
	f.fail(name, "'%s' must be replaced with a valid E164 formatted telephone number", shorten(number))
}

func (s *Sandbox) checkFrom(f *fields, from string) {
	switch {
	case f.failed("from"):
	case from == "":
		f.fail("from", "is required")
	case isSenderID(from):
	case !isNumber(from):
		f.failE164("from", from)
	case !slices.Contains(s.numbers, from):
		f.fail("from", "'%s' is not a number of this account", from)
	}
}

func (s *Sandbox) checkApplication(f *fields, app string) {
	switch {
	case f.failed("applicationId"):
	case app == "":
		f.fail("applicationId", "is required")
	case app != s.application:
		f.fail("applicationId", "'%s' is not an application of this account", shorten(app))
	}
}

func (f *fields) checkContent(m *message) {
	if n := utf8.RuneCountInString(m.text); n > maxText {
		f.fail("text", "has %d characters, and the limit is %d", n, maxText)
	}
	for _, u := range m.media {
		if n := utf8.RuneCountInString(u); n > maxMediaURL {
			f.fail("media", "has a URL of %d characters, and the limit is %d", n, maxMediaURL)
		} else if !isWebURL(u) {
			f.fail("media", "'%s' must be an absolute http or https URL", shorten(u))
		}
	}
	if m.text == "" && len(m.media) == 0 && !f.failed("text") && !f.failed("media") {
		f.fail("text", "is required when there is no media")
	}
}

func (f *fields) checkOptions(m *message, now time.Time) {
	if n := utf8.RuneCountInString(m.tag); n > maxTag {
		f.fail("tag", "has %d characters, and the limit is %d", n, maxTag)
	}
	if f.has("priority") && !f.failed("priority") && m.priority != "default" && m.priority != "high" {
		f.fail("priority", "'%s' must be 'default' or 'high'", shorten(m.priority))
	}
	if !f.has("expiration") || f.failed("expiration") {
		return
	}
	at, err := time.Parse(time.RFC3339, m.expiry)
	if err != nil {
		f.fail("expiration", "'%s' must be an RFC-3339 date-time", shorten(m.expiry))
	} else if !at.After(now) {
		f.fail("expiration", "'%s' must be in the future", m.expiry)
	}
	m.expires = at
}

// isE164 reports whether n is a telephone number in the international form of
// ITU-T E.164: a plus, a country code that does not begin with 0, at most 15
// digits in all.
func isE164(n string) bool {
	digits, ok := strings.CutPrefix(n, "+")
	if !ok || len(digits) < 2 || len(digits) > 15 || digits[0] == '0' {
		return false
	}
	return strings.Trim(digits, "0123456789") == ""
}

// isShortCode reports whether n is a short code, five or six bare digits.
func isShortCode(n string) bool {
	return (len(n) == 5 || len(n) == 6) && n[0] != '0' && strings.Trim(n, "0123456789") == ""
}

// isNumber reports whether n can be a number of an account: a telephone number,
// none of which is shorter than minNumber digits, or a short code.
func isNumber(n string) bool {
	return isShortCode(n) || isE164(n) && len(n) > minNumber
}

// isSenderID reports whether from is an alphanumeric sender id: at most 11 of
// A-Z a-z 0-9 space - + _ &, with a letter among them.
func isSenderID(from string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return len(from) <= maxSenderID &&
		strings.ContainsAny(from, letters) &&
		strings.Trim(from, letters+"0123456789 -+_&") == ""
}

func isWebURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// shorten cuts a value that a description repeats.
func shorten(value string) string {
	r := []rune(value)
	if len(r) <= maxQuoted {
		return value
	}
	return string(r[:maxQuoted]) + "…"
}
