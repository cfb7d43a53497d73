package ui

import (
	"context"
	"errors"
	"strings"
	"testing"

	"telex/messaging"
	"telex/ui/account"
)

// What may keep a message from arriving is on Review, above what is sent, and enter
// sends it all the same.
func TestReviewWarns(t *testing.T) {
	s := &fakeSender{send: accept}
	deps := testDeps(s)
	deps.Sandbox = false // which has numbers of its own
	drive(t, deps, func(d *driver) {
		d.write(`See bit.ly/abc\n`, "+12345678902", "+999123456")
		d.press("ctrl+p", "ctrl+p", "tab", "g", "ctrl+n", "ctrl+n")
		d.see("READY TO SEND · 3 warnings one group MMS to 2 recipients",
			"! Text: holds a link of the public shortener bit.ly", `! Text: holds \n as two characters`,
			"! To +999123456: no country is known to have such a number", "one group MMS, billed as 2")
		d.enterOnReview()
		if s.calls() != 1 {
			t.Errorf("got %d sends, want 1", s.calls())
		}
	})
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hello", "+19195551212")
		d.see("READY TO SEND one SMS")
		d.seeNot("warning", "! ")
	})
}

// The sandbox's own numbers are in no plan, and Recipients doubts them as little as Review.
func TestRecipientsOfSandbox(t *testing.T) {
	for _, sandbox := range []bool{true, false} {
		deps := testDeps(&fakeSender{send: accept})
		deps.Sandbox = sandbox
		drive(t, deps, func(d *driver) {
			d.write("Hello", "+19995550001")
			d.press("ctrl+p", "ctrl+p")
			if d.see("+19995550001"); sandbox == strings.Contains(d.screen(), "! check the number") {
				t.Errorf("sandbox %v: got\n%s", sandbox, d.screen())
			}
		})
	}
}

// What a look at the files found is on Review too, also when it ends there.
func TestReviewShowsWhatMediaAre(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.LookAtMedia = func(_ context.Context, url string) (messaging.MediaFacts, error) {
		switch {
		case strings.HasSuffix(url, "/gone.png"):
			return messaging.MediaFacts{Status: 404, Size: -1}, nil
		case strings.HasSuffix(url, "/far.png"):
			return messaging.MediaFacts{}, errors.New("connection refused")
		}
		return messaging.MediaFacts{Status: 200, Size: 1000, Type: "image/png"}, nil
	}
	drive(t, deps, func(d *driver) {
		d.size(200, 60)
		d.typeText("Hi")
		d.press("ctrl+n")
		d.typeText("+19195551212")
		d.press("ctrl+n")
		d.paste("https://example.com/gone.png https://example.com/far.png https://example.com/good.png http://127.0.0.1/far.png")
		d.press("ctrl+n")
		d.see("READY TO SEND · 3 warnings one MMS",
			"! Media https://example.com/gone.png: answers HTTP 404", "! Media https://example.com/far.png: not reachable from here",
			"! Media http://127.0.0.1/far.png: on a loopback address")
		d.seeNot("! Media https://example.com/good.png")
		d.a.Update(mediaLooked{url: "https://example.com/good.png", facts: messaging.MediaFacts{Status: 200, Size: 5_000_000, Type: "image/png"}})
		d.see("READY TO SEND · 4 warnings", "over Bandwidth's 3.5 MB for a file")
	})
}

// TestOwnMediaAtSandbox: of a file that the sandbox has, as of a message that is sent again, no
// warning says that nobody can fetch it.
func TestOwnMediaAtSandbox(t *testing.T) {
	for own, want := range map[bool]string{true: "READY TO SEND one MMS", false: "READY TO SEND · 1 warning"} {
		deps := testDeps(&fakeSender{send: accept})
		if own {
			deps.Link.Files = sandboxFiles{}
		}
		drive(t, deps, func(d *driver) {
			d.size(200, 60)
			d.typeText("Hi")
			d.press("ctrl+n")
			d.typeText("+19195551212")
			d.press("ctrl+n")
			d.paste("http://127.0.0.1:9/users/9900000/media/a.png")
			d.press("ctrl+n")
			d.see(want)
		})
	}
}

// sandboxFiles are those of the account at a sandbox.
type sandboxFiles struct{ account.Files }

func (sandboxFiles) MediaName(address string) (string, bool) {
	return strings.CutPrefix(address, "http://127.0.0.1:9/users/9900000/media/")
}

// A text of which nothing is seen is as good as none.
func TestBlankTextIsAProblem(t *testing.T) {
	for _, text := range []string{"   ", "\u00a0", "\n\n", "\u2003"} {
		drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
			d.paste(text)
			d.press("ctrl+n")
			d.typeText("+19195551212")
			d.press("ctrl+n", "ctrl+n")
			d.see("1 problem", "Text: ")
			d.seeNot("READY")
		})
	}
}

// An MMS has no encoding and no segments, and what forces UCS-2 does not matter to it.
func TestComposeCountsMMSOtherwise(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 12}} {
		drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
			d.size(size[0], size[1])
			d.typeText("“Hi”")
			d.see("ctrl+r makes room for 160")
			d.press("ctrl+n", "ctrl+n")
			d.typeText("https://example.com/a.png")
			d.press("ctrl+p", "ctrl+p")
			d.see("MMS", "4 of 2048")
			d.seeNot("Unicode", "1 segment", "segment 1", "ctrl+r")
		})
	}
}

// Characters that count twice say so, for the segments are not to be understood else.
func TestComposeTellsWhatCountsTwice(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("a]")
		d.see("1 character counts twice")
		d.paste(strings.Repeat("]", 152))
		d.see("153 characters count twice", "1 SMS, 3 segments")
	})
}

// Numbers copied from a sheet have tabs between them.
func TestPasteOfASheet(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("Hi")
		d.press("ctrl+n")
		d.paste("+49 30 901820\t919.555.0100\n(919) 555-0101\t\t+44 20 7946 0018")
		d.see("4 recipients", "+4930901820", "+19195550100", "+19195550101", "+442079460018")
	})
}

// A short code sends, typed in its bare digits.
func TestSendFromShortCode(t *testing.T) {
	var from string
	s := &fakeSender{send: func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
		from = m.From
		return accept(ctx, m)
	}}
	deps := testDeps(s)
	deps.Numbers = []string{"12345"}
	drive(t, deps, func(d *driver) {
		d.write("Hi", "+19195551212")
		d.see("READY TO SEND one SMS", "From        12345")
		d.enterOnReview()
		if from != "12345" {
			t.Errorf("got a message from %q, want it from 12345", from)
		}
	})
}

// An unknown time zone is said where it decides when a message expires.
func TestUnknownZoneIsSaid(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.Environ = append(deps.Environ, "TZ=Nowhere/Bad")
	drive(t, deps, func(d *driver) {
		d.write("Hi", "+19195551212")
		d.seeNot("Nowhere")
		d.press("ctrl+p", "ctrl+p", "ctrl+p", "tab", "tab", "tab")
		d.typeText("2999-12-01 10:00")
		d.press("ctrl+n", "ctrl+n", "ctrl+n")
		d.see("READY TO SEND · 1 warning one SMS", "! Give up: the time zone TZ=Nowhere/Bad is not known here")
	})
}
