package messaging

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// numbers returns n different valid numbers.
func numbers(n int) []string {
	to := make([]string, n)
	for i := range to {
		to[i] = fmt.Sprintf("+1919555%04d", i)
	}
	return to
}

func mediaURLs(n int) []string {
	urls := make([]string, n)
	for i := range urls {
		urls[i] = fmt.Sprintf("https://example.com/%d.jpg", i)
	}
	return urls
}

// urlOf is a media URL of exactly n characters.
func urlOf(n int) string {
	const start = "https://example.com/"
	return start + strings.Repeat("a", n-len(start))
}

type problemCase struct {
	name   string
	change func(*Message)
	want   string // "field[index]: part of the reason", joined by "; "
}

func TestProblems(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for _, cases := range [][]problemCase{fromCases(), textCases(), otherCases(now), toCases(), mediaCases()} {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				m := testMessage()
				c.change(&m)
				ps := m.Problems(now)
				var wants []string
				if c.want != "" {
					wants = strings.Split(c.want, "; ")
				}
				if len(ps) != len(wants) {
					t.Fatalf("got %d problems %v, want %d: %s", len(ps), ps, len(wants), c.want)
				}
				for i, w := range wants {
					where, why, _ := strings.Cut(w, ": ")
					got := string(ps[i].Field)
					if ps[i].Index >= 0 {
						got = fmt.Sprintf("%s[%d]", ps[i].Field, ps[i].Index)
					}
					if got != where || !strings.Contains(ps[i].Why, why) {
						t.Errorf("got %s: %s, want %s: …%s…", got, ps[i].Why, where, why)
					}
					wantPrintable(t, ps[i].Error())
				}
			})
		}
	}
}

func fromCases() []problemCase {
	from := func(s string) func(*Message) { return func(m *Message) { m.From = s } }
	return []problemCase{
		{"valid", func(*Message) {}, ""},
		{"no from", from(""), "from: is missing"},
		{"from without plus", from("19195551212"), "from: not a number to send from"},
		{"from with spaces", from("+1 919 555 1212"), "from: not a number to send from"},
		{"from of 15 digits", from("+443456789012345"), ""},
		{"from of 16 digits", from("+4434567890123456"), "from: not a number to send from"},
		{"from of 7 digits", from("+4434567"), "from: short codes are 5 or 6 digits without +"},
		{"from of 8 digits", from("+44345678"), ""},
		{"short code with a plus", from("+12345"), "from: short codes are 5 or 6 digits without +"},
		{"from of +1 with nine digits", from("+1919555121"), "from: cannot exist"},
		{"short code of 5", from("12345"), ""},
		{"short code of 6", from("345678"), ""},
		{"digits, 4", from("1234"), "from: not a number to send from"},
		{"digits, 7", from("1234567"), "from: not a number to send from"},
		{"short code with a zero first", from("012345"), "from: not a number to send from"},
		{"from of 1 digit", from("+1"), "from: not a number"},
		{"from starting with zero", from("+0195551212"), "from: not a number"},
		{"from with a line feed", from("+19195551212\n"), "from: not a number"},
		{"from in other digits", from("+١٩١٩٥٥٥١٢١٢"), "from: not a number"},
		{"sender id", from("TELEX"), ""},
		{"sender id of every kind", from("a 1-+_&B"), ""},
		{"sender id of 11", from("ABCDEFGHIJK"), ""},
		{"sender id of 12", from("ABCDEFGHIJKL"), "from: at most 11 of A-Z"},
		{"sender id without letter", from("123 456"), "from: not a number to send from"},
		{"sender id with umlaut", from("MÜLLER"), "from: not a sender id"},
		{"sender id with an escape", from("A\x1b[31m"), "from: not a sender id"},
		{"sender id with a dot", from("telex.io"), "from: not a sender id"},
	}
}

func textCases() []problemCase {
	text := func(s string) func(*Message) { return func(m *Message) { m.Text = s } }
	return []problemCase{
		{"no text, no media", text(""), "text: is empty"},
		{"no text but media", func(m *Message) { m.Text, m.Media = "", mediaURLs(1) }, ""},
		{"text and media", func(m *Message) { m.Media = mediaURLs(1) }, ""},
		{"only a space", text(" "), "text: shows nothing"},
		{"only line ends", text("\n\n"), "text: shows nothing"},
		{"only a no-break space", text("\u00a0"), "text: shows nothing"},
		{"only zero-width, Braille and Hangul blanks", text("\u200b\u2800\u3164"), "text: shows nothing"},
		{"only a space, but media", func(m *Message) { m.Text, m.Media = " ", mediaURLs(1) }, ""},
		{"text of 2048", text(strings.Repeat("a", 2048)), ""},
		{"text of 2048 of several bytes", text(strings.Repeat("€", 2048)), ""},
		{"text of 2049", text(strings.Repeat("a", 2049)), "text: has 2049 characters, 1 more than the 2048"},
		{"text of 2049, with media", func(m *Message) { m.Text, m.Media = strings.Repeat("a", 2049), mediaURLs(1) }, "text: has 2049"},
		{"text not UTF-8", text("a\xffb"), "text: not valid UTF-8: byte 0xFF is character 2"},
		{"text with what phones know", text("a\n\r\t\fb"), ""},
		{"text with a NUL", text("a\x00b"), "text: U+0000 (NUL), at character 2"},
		{"text of a terminal", text("\x1b[32mPASS\x1b[0m"), "text: U+001B (ESC), at character 1 and 1 more"},
		{"text with BEL on a later line", text("one\ntwo\a"), "text: U+0007 (BEL), at line 2, character 4"},
		{"text with DEL", text("50%\x7f"), "text: U+007F (DEL)"},
		{"text with C1", text("a\u009b"), "text: U+009B"},
		{"text of UTF-16 read as UTF-8", text("H\x00i\x00"), "text: it looks like UTF-16"},
	}
}

func otherCases(now time.Time) []problemCase {
	tag := func(s string) func(*Message) { return func(m *Message) { m.Tag = s } }
	priority := func(p Priority) func(*Message) { return func(m *Message) { m.Priority = p } }
	until := func(at time.Time) func(*Message) { return func(m *Message) { m.Expiration = at } }
	app := func(s string) func(*Message) { return func(m *Message) { m.ApplicationID = s } }
	return []problemCase{
		{"no tag", tag(""), ""},
		{"tag of 1024", tag(strings.Repeat("ü", 1024)), ""},
		{"tag of 1025", tag(strings.Repeat("ü", 1025)), "tag: has 1025 characters, 1 more than the 1024"},
		{"tag not UTF-8", tag("\xc3"), "tag: not valid UTF-8"},
		{"priority default", priority(PriorityDefault), ""},
		{"priority high", priority(PriorityHigh), ""},
		{"priority in capitals", priority("HIGH"), "priority: is unknown"},
		{"expiration now", until(now), "expiration: in the past"},
		{"expiration just past", until(now.Add(-time.Nanosecond)), "expiration: in the past"},
		{"expiration just ahead", until(now.Add(time.Nanosecond)), ""},
		{"expiration elsewhere, ahead", until(now.Add(time.Hour).In(time.FixedZone("", -11*3600))), ""},
		{"expiration elsewhere, past", until(now.Add(-time.Hour).In(time.FixedZone("", 11*3600))), "expiration: in the past"},
		{"expiration in year 10000", until(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)), "expiration: past 9999"},
		{"no application", app(""), "applicationId: is missing"},
		{"blank application", app(" \t"), "applicationId: is missing"},
		{"application not UTF-8", app("abc\xff"), "applicationId: ids never have"},
		{"application with an escape", app("abc\x1b[2J"), "applicationId: ids never have"},
	}
}

func toCases() []problemCase {
	to := func(s ...string) func(*Message) { return func(m *Message) { m.To = s } }
	return []problemCase{
		{"no recipient", to(), "to: has no recipient"},
		{"10 recipients", to(numbers(10)...), ""},
		{"11 recipients", to(numbers(11)...), "to: 11 recipients, but a group message takes at most 10: send individual messages"},
		{"a recipient twice", to("+19195551212", "+19195551213", "+19195551212"), "to[2]: is listed twice"},
		{"a short code", to("12345"), "to[0]: short codes and emergency numbers cannot be texted"},
		{"an emergency number", to("911"), "to[0]: short codes and emergency numbers cannot be texted"},
		{"+1 and too few digits", to("+15551212"), "to[0]: cannot exist"},
		{"+1 and too many digits", to("+15144990159107"), "to[0]: cannot exist"},
		{"+1 and an area code of 1", to("+11195551212"), "to[0]: cannot exist"},
		{"a short number of another country", to("+6834002"), ""},
		{"a bad recipient twice", to("555 5", "555 5"), "to[0]: not in E.164; to[1]: not in E.164"},
		{"an empty recipient", to(""), "to[0]: not in E.164"},
		{"a sender id as recipient", to("TELEX"), "to[0]: not in E.164"},
		{"bad ones among good", to("+19195551212", "(919) 555-1213"), "to[1]: not in E.164"},
		{"hostile recipient", to("\x1b]0;x\a\u202e"), "to[0]: not in E.164"},
		{
			"everything wrong, in order",
			func(m *Message) { *m = Message{Priority: "x", Media: []string{"x"}} },
			"from: is missing; priority: is unknown; to: has no recipient; media[0]: a link; applicationId: is missing",
		},
	}
}

func mediaCases() []problemCase {
	media := func(s ...string) func(*Message) { return func(m *Message) { m.Media = s } }
	return []problemCase{
		{"10 files", media(mediaURLs(10)...), ""},
		{"11 files", media(mediaURLs(11)...), "media: has 11 files"},
		{"URL of 4096", media(urlOf(4096)), ""},
		{"URL of 4097", media(urlOf(4097)), "media[0]: has 4097 characters, 1 more than the 4096"},
		{"http", media("HTTP://example.com/a.png?x=1#y"), ""},
		{"ftp", media("ftp://example.com/a.png"), "media[0]: a link starting with https"},
		{"relative", media("/a.png"), "media[0]: a link starting with https"},
		{"empty", media(""), "media[0]: a link starting with https"},
		{"no host", media("https:///a.png"), "media[0]: names no host"},
		{"port only", media("https://:443/a.png"), "media[0]: names no host"},
		{"opaque", media("https:a.png"), "media[0]: names no host"},
		{"a space", media("https://example.com/a b.png"), "media[0]: holds a space"},
		{"a line feed", media("https://example.com/a.png\n"), "media[0]: holds a space"},
		{"a bad escape", media("https://example.com/%zz"), "media[0]: is not a URL"},
		{"not UTF-8", media("https://example.com/\xff"), "media[0]: not valid UTF-8"},
		{"a user", media("https://u:secret@example.com/a"), "media[0]: holds a user name or password"},
		{"a port out of range", media("https://example.com:99999/a"), "media[0]: has port 99999"},
		{"a carriage return", media("https://example.com/a\r"), "media[0]: lists from Windows"},
		{"second one bad", media("https://example.com/a", "javascript:alert(1)"), "media[1]: a link starting with https"},
	}
}

func TestProblemsAreErrors(t *testing.T) {
	ps := Message{}.Problems(time.Now())
	if !errors.Is(ps, ErrInvalid) {
		t.Errorf("got errors.Is(%v, ErrInvalid) false, want true", ps)
	}
	if errors.Is(ps, ErrRateLimited) {
		t.Errorf("got errors.Is(%v, ErrRateLimited) true, want false", ps)
	}
	if got := len(ps.Of(FieldFrom)); got != 1 {
		t.Errorf("got %d problems of from, want 1: %v", got, ps)
	}
	if got := ps.Of(FieldMedia); got != nil {
		t.Errorf("got problems of media %v, want none", got)
	}
	long := Problem{FieldTo, 0, strings.Repeat("\u202e", 500), "is odd"}.Error()
	wantPrintable(t, long)
	if n := len([]rune(long)); n > 700 {
		t.Errorf("got an error of %d characters, want the value shortened", n)
	}
}

func TestFieldOf(t *testing.T) {
	for _, c := range []struct {
		name  string
		field Field
		index int
		ok    bool
	}{
		{"to", FieldTo, -1, true},
		{"to[3]", FieldTo, 3, true},
		{"Media[0]", FieldMedia, 0, true},
		{"APPLICATIONID", FieldApplicationID, -1, true},
		{"to[-1]", FieldTo, -1, true},
		{"to[x]", FieldTo, -1, true},
		{"to[99999999999999999999]", FieldTo, -1, true},
		{"to[", FieldTo, -1, true},
		{"[0]", "", -1, false},
		{"", "", -1, false},
		{"subject[1]", "", -1, false},
	} {
		f, i, ok := FieldOf(c.name)
		if f != c.field || i != c.index || ok != c.ok {
			t.Errorf("FieldOf(%q): got %q, %d, %v, want %q, %d, %v", c.name, f, i, ok, c.field, c.index, c.ok)
		}
	}
	if fs := Fields(); len(fs) != 8 || slices.Index(fs, FieldFrom) != 0 {
		t.Errorf("got fields %v, want the 8 of a message, from first", fs)
	}
}
