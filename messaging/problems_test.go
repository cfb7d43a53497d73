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
		{"from without plus", from("19195551212"), "from: neither"},
		{"from with spaces", from("+1 919 555 1212"), "from: neither"},
		{"from of 15 digits", from("+123456789012345"), ""},
		{"from of 16 digits", from("+1234567890123456"), "from: neither"},
		{"from of 2 digits", from("+12"), ""},
		{"from of 1 digit", from("+1"), "from: neither"},
		{"from starting with zero", from("+0195551212"), "from: neither"},
		{"from with a line feed", from("+19195551212\n"), "from: neither"},
		{"from in other digits", from("+١٩١٩٥٥٥١٢١٢"), "from: neither"},
		{"sender id", from("TELEX"), ""},
		{"sender id of every kind", from("a 1-+_&B"), ""},
		{"sender id of 11", from("ABCDEFGHIJK"), ""},
		{"sender id of 12", from("ABCDEFGHIJKL"), "from: neither"},
		{"sender id without letter", from("123 456"), "from: neither"},
		{"sender id with umlaut", from("MÜLLER"), "from: neither"},
		{"sender id with an escape", from("A\x1b[31m"), "from: neither"},
		{"sender id with a dot", from("telex.io"), "from: neither"},
	}
}

func textCases() []problemCase {
	text := func(s string) func(*Message) { return func(m *Message) { m.Text = s } }
	return []problemCase{
		{"no text, no media", text(""), "text: is empty"},
		{"no text but media", func(m *Message) { m.Text, m.Media = "", mediaURLs(1) }, ""},
		{"text and media", func(m *Message) { m.Media = mediaURLs(1) }, ""},
		{"only a space", text(" "), ""},
		{"text of 2048", text(strings.Repeat("a", 2048)), ""},
		{"text of 2048 of several bytes", text(strings.Repeat("€", 2048)), ""},
		{"text of 2049", text(strings.Repeat("a", 2049)), "text: has 2049 characters, 1 more than the 2048"},
		{"text of 2049, with media", func(m *Message) { m.Text, m.Media = strings.Repeat("a", 2049), mediaURLs(1) }, "text: has 2049"},
		{"text not UTF-8", text("a\xffb"), "text: not valid UTF-8"},
		{"text with every control", text("a\x00\x1b\n"), ""},
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
		{"application not UTF-8", app("abc\xff"), "applicationId: no id has"},
		{"application with an escape", app("abc\x1b[2J"), "applicationId: no id has"},
	}
}

func toCases() []problemCase {
	to := func(s ...string) func(*Message) { return func(m *Message) { m.To = s } }
	return []problemCase{
		{"no recipient", to(), "to: has no recipient"},
		{"10 recipients", to(numbers(10)...), ""},
		{"11 recipients", to(numbers(11)...), "to: 11 recipients, but a group message takes at most 10"},
		{"a recipient twice", to("+19195551212", "+19195551213", "+19195551212"), "to[2]: is there twice"},
		{"a bad recipient twice", to("555", "555"), "to[0]: not in E.164; to[1]: not in E.164"},
		{"an empty recipient", to(""), "to[0]: not in E.164"},
		{"a sender id as recipient", to("TELEX"), "to[0]: not in E.164"},
		{"bad ones among good", to("+19195551212", "(919) 555-1213"), "to[1]: not in E.164"},
		{"hostile recipient", to("\x1b]0;x\a\u202e"), "to[0]: not in E.164"},
		{
			"everything wrong, in order",
			func(m *Message) { *m = Message{Priority: "x", Media: []string{"x"}} },
			"from: is missing; priority: is unknown; to: has no recipient; media[0]: absolute; applicationId: is missing",
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
		{"ftp", media("ftp://example.com/a.png"), "media[0]: absolute http or https"},
		{"relative", media("/a.png"), "media[0]: absolute http or https"},
		{"empty", media(""), "media[0]: absolute http or https"},
		{"no host", media("https:///a.png"), "media[0]: names no host"},
		{"port only", media("https://:443/a.png"), "media[0]: names no host"},
		{"opaque", media("https:a.png"), "media[0]: names no host"},
		{"a space", media("https://example.com/a b.png"), "media[0]: holds a space"},
		{"a line feed", media("https://example.com/a.png\n"), "media[0]: holds a space"},
		{"a bad escape", media("https://example.com/%zz"), "media[0]: is not a URL"},
		{"not UTF-8", media("https://example.com/\xff"), "media[0]: not valid UTF-8"},
		{"second one bad", media("https://example.com/a", "javascript:alert(1)"), "media[1]: absolute http or https"},
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
