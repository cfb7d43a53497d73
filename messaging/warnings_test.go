package messaging

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestWarnings(t *testing.T) {
	const local, free, code, name = "+19195551212", "+18885551212", "12345", "TELEX"
	base := func(from string, a Addressing, to ...string) Draft {
		return Draft{From: from, Text: "Hi", To: to, Addressing: a, ApplicationID: "app"}
	}
	one, two := "+442079460018", "+442079460019"
	with := func(d Draft, change func(*Draft)) Draft { change(&d); return d }
	media := func(urls ...string) Draft {
		return with(base(local, Group, one), func(d *Draft) { d.Media = urls })
	}
	text := func(s string) Draft { return with(base(local, Group, one), func(d *Draft) { d.Text = s }) }
	high := func(from string, files ...string) Draft {
		return with(base(from, Group, one), func(d *Draft) { d.Priority, d.Media = PriorityHigh, files })
	}
	const picture = "https://example.com/a.png"
	for _, c := range []struct {
		name string
		d    Draft
		want string // "field[index]: part of the reason", joined by "; "
	}{
		{"nothing", base(local, Group, one, two), ""},
		{"a group from toll-free", base(free, Group, one, two), "from: group messages are impossible"},
		{"individual ones from toll-free", base(free, Individual, one, two), ""},
		{"undecided from toll-free", base(free, Undecided, one, two), ""},
		{"8885551212 of Mexico is not toll-free", base("+528885551212", Group, one, two), ""},
		{"a group from a sender id", base(name, Group, one, two), "from: group messages are impossible"},
		{"a sender id to +1", base(name, Individual, one, local), "from: US and Canada"},
		{"a sender id elsewhere", base(name, Group, one), ""},
		{"media from a sender id", with(base(name, Group, one), func(d *Draft) { d.Media = []string{picture} }), "from: SMS only"},
		{"to oneself", base(local, Individual, one, local), "to[1]: nobody can text themselves"},

		{"high, local SMS", high(local), ""},
		{"high, local MMS", high(local, picture), "priority: no effect on MMS"},
		{"high, toll-free SMS", high(free), ""},
		{"high, toll-free MMS", high(free, picture), "priority: no effect on MMS"},
		{"high, short code SMS", high(code), ""},
		{"high, short code MMS", high(code, picture), ""},
		{"high, sender id", high(name), "priority: no effect from a sender id"},

		{"a shortener", text("See https://bit.ly/abc."), "text: bit.ly"},
		{"a shortener without a scheme, in capitals", text("(TinyURL.com/x)"), "text: tinyurl.com"},
		{"no shortener", text("https://orbit.ly.example.com/abc rabbit.ly/x a@t.co/x bit.ly"), ""},
		{"a backslash and an n", text(`line1\nline2`), `text: holds \n as two characters`},
		{"a long text beside media", with(media(picture), func(d *Draft) { d.Text = strings.Repeat("é", 1001) }), "text: at most 1000 beside media"},
		{"1000 characters beside media", with(media(picture), func(d *Draft) { d.Text = strings.Repeat("é", 1000) }), ""},
		{"a long text alone", text(strings.Repeat("a", 1001)), ""},

		{"the same file twice", media(picture, picture), "media[1]: is listed twice"},
		{"localhost", media("http://localhost/a.png"), "media[0]: loopback"},
		{"127.0.0.1", media("https://127.0.0.1:8080/a.png"), "media[0]: loopback"},
		{"::1", media("https://[::1]/a.png"), "media[0]: loopback"},
		{"an IPv4 in IPv6", media("https://[::ffff:10.0.0.1]/a.png"), "media[0]: private"},
		{"10/8", media("https://10.0.0.1/a.png"), "media[0]: private"},
		{"192.168/16", media("https://192.168.1.5/a.png"), "media[0]: private"},
		{"fd00::", media("https://[fd00::1]/a.png"), "media[0]: private"},
		{"shared space", media("https://100.64.0.1/a.png"), "media[0]: private"},
		{"link-local", media("https://169.254.169.254/a.png"), "media[0]: link-local"},
		{"no host's", media("https://0.0.0.0/a.png"), "media[0]: no host"},
		{"a public address", media("https://93.184.216.34/a.png", "https://[2606:2800:220:1::1]/a.png"), ""},
		{"a single label", media("https://files/a.png"), "media[0]: without a domain"},
		{".local", media("https://nas.LOCAL./a.png"), "media[0]: .local"},
		{"a number for a host", media("https://2130706433/a.png", "https://127.1/a.png"), "media[0]: usual form; media[1]: usual form"},
		{"a fragment", media(picture + "#top"), "media[0]: #top"},
		{"beyond ASCII in the path", media("https://example.com/gr\u00e5.jpg"), "media[0]: write it as /gr%C3%A5.jpg"},
		{"beyond ASCII in the host", media("https://пример.рф/a.jpg"), "media[0]: Punycode"},
		{"a page of Drive", media("https://drive.google.com/file/d/1x/view?usp=sharing"), "media[0]: page of Google"},
		{"a file of Drive", media("https://drive.google.com/uc?export=download&id=1x"), ""},
		{"a page of Dropbox", media("https://www.dropbox.com/s/x/a.png?dl=0"), "media[0]: dl=1"},
		{"a file of Dropbox", media("https://www.dropbox.com/s/x/a.png?dl=1"), ""},
		{"what is a problem is not repeated", media("ftp://localhost/a.png"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var wants []string
			if c.want != "" {
				wants = strings.Split(c.want, "; ")
			}
			ws := c.d.Warnings()
			if len(ws) != len(wants) {
				t.Fatalf("got %d warnings %v, want %d: %s", len(ws), ws, len(wants), c.want)
			}
			for i, w := range wants {
				where, why, _ := strings.Cut(w, ": ")
				got := string(ws[i].Field)
				if ws[i].Index >= 0 {
					got = fmt.Sprintf("%s[%d]", ws[i].Field, ws[i].Index)
				}
				if got != where || !strings.Contains(ws[i].Why, why) {
					t.Errorf("got %s: %s, want %s: …%s…", got, ws[i].Why, where, why)
				}
				wantPrintable(t, ws[i].String())
			}
		})
	}
}

func TestKindOfSender(t *testing.T) {
	for from, want := range map[string]SenderKind{
		"+19195551212": LocalNumber, "+442079460018": LocalNumber, "+18005551212": TollFree, "+18225551212": LocalNumber,
		"12345": ShortCode, "345678": ShortCode, "TELEX": Alphanumeric,
		"": NoSender, "+12345": NoSender, "1234": NoSender, "1234567": NoSender, "+1919555121": NoSender,
	} {
		if got := KindOfSender(from); got != want {
			t.Errorf("KindOfSender(%q): got %d, want %d", from, got, want)
		}
	}
}

// A user and a password in a media URL are in no error: it may be logged.
func TestMediaPasswordIsNotShown(t *testing.T) {
	for _, u := range []string{"https://user:hush@example.com/a.png", "https://hush@example.com", "https://user:h@hush@example.com/a?b"} {
		m := testMessage()
		m.Media = []string{u}
		ps := m.Problems(time.Time{})
		if len(ps) != 1 || strings.Contains(ps.Error(), "hush") || !strings.Contains(ps.Error(), "example.com") {
			t.Errorf("%s: got %v, want one problem without the password", u, ps)
		}
	}
}

// Several recipients of whom it is not said how they are served are no group yet.
func TestUndecidedIsNoGroup(t *testing.T) {
	d := testDraft(Undecided, numbers(11)...)
	ps := d.Problems(time.Time{}).Of(FieldTo)
	if len(ps) != 1 || !strings.Contains(ps[0].Why, "choose") {
		t.Errorf("got %v, want the choice alone", ps)
	}
	d.Media = nil
	if d.IsMMS() {
		t.Error("got an MMS before a group was chosen")
	}
	if d.Addressing = Group; !d.IsMMS() {
		t.Error("got no MMS for a group")
	}
}
