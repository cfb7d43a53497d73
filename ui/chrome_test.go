package ui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/page"
)

// TestHeader: who sends stays in it, with the number, however it is marked and however
// narrow the terminal.
func TestHeader(t *testing.T) {
	for name, set := range map[string]func(*Deps){
		"SANDBOX":    func(d *Deps) { d.Sandbox = true },
		"PRODUCTION": func(d *Deps) { d.Sandbox, d.Production, d.Profile = false, true, "prod" },
	} {
		deps := testDeps(&fakeSender{send: accept})
		set(&deps)
		drive(t, deps, func(d *driver) {
			for _, w := range []int{40, 64, 80, 200} {
				d.size(w, 24)
				first := d.lines()[0]
				if !strings.Contains(first, name) || !strings.Contains(first, "0100") || !strings.Contains(first, "[Compose]") {
					t.Errorf("%s in %d columns: got %q, want the step, the mark and the number", name, w, first)
				}
			}
		})
	}
}

// TestFooterStays: the keys that work everywhere have the same cells on every page, and the
// way out stands before them.
func TestFooterStays(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		const always = "f1 keys  f2 history"
		last := func() string { return d.lines()[23] }
		d.typeText("Hi")
		for _, to := range page.Steps[:page.Response] {
			d.at(to)
			if !strings.HasSuffix(last(), always) {
				t.Errorf("%s: got %q, want %q at its end", to, last(), always)
			}
			if back := strings.HasSuffix(last(), "esc back  "+always); back != (to != "Compose") {
				t.Errorf("%s: got %q, want the way back where there is one", to, last())
			}
			d.press("ctrl+n")
		}
		d.press("f2")
		if !strings.HasSuffix(last(), "esc back  f1 keys") {
			t.Errorf("History: got %q, want the way back at its end, and no way to History", last())
		}
		d.size(40, 12)
		if got := d.lines()[11]; !strings.HasSuffix(got, "enter open     esc back  f1 keys") && !strings.HasSuffix(got, "esc back  f1 keys") {
			t.Errorf("40 columns: got %q, want the way out and f1 at its end", got)
		}
		d.press("esc", "ctrl+p", "ctrl+p")
		if d.at("Recipients"); d.lines()[11] != "ctrl+n Media           esc back  f1 keys" {
			t.Errorf("40 columns: got %q, want the way on, the way out and f1", d.lines()[11])
		}
		d.press("esc")
		if d.at("Compose"); d.lines()[11] != "ctrl+n Recipients               f1 keys" && d.lines()[11] != "ctrl+n Recipients                f1 keys" {
			t.Errorf("40 columns: got %q, want no way out where there is none", d.lines()[11])
		}
	})
}

// TestFooterOnNarrow: in 40 columns the way out has its place beside a long first key, for
// which the keys leave their word.
func TestFooterOnNarrow(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.size(40, 12)
		d.press("ctrl+n", "ctrl+n", "ctrl+n")
		d.at("Review")
		if got, want := d.lines()[11], "enter go to the problem     esc back  f1"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestEnterOpensOneOfSeveral: as in every list; but not while messages are sent, for it may
// be one too many behind the one that sent them.
func TestEnterOpensOneOfSeveral(t *testing.T) {
	s := &fakeSender{send: hang}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five[0], five[1])
		d.press("esc", "esc", "i", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.press("enter")
		d.see("SENDING 2 texts")
		d.press("esc", "esc")
		d.size(40, 12)
		d.see("STOPPED", "enter open")
		d.press("enter")
		d.seeNot("STOPPED")
		d.see("esc close")
		d.press("esc")
		d.see("STOPPED")
	})
}

// TestCommands: a few letters of its name find what can be done, and enter does it as its
// key would; what cannot be done says why.
func TestCommands(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		find := func(words string) {
			d.t.Helper()
			d.press("ctrl+x")
			d.typeText(words)
		}
		d.typeText("Hi")
		find("histo")
		d.see("> History", "f2")
		d.press("enter")
		d.at("History")
		find("recip")
		d.press("esc", "esc")
		d.at("Compose")
		find("curl")
		d.see("curl (on Review)")
		d.press("enter")
		d.see("curl: on Review") // and it stays open
		d.press("ctrl+x")
		d.seeNot("on Review)")
		d.at("Compose")
		d.typeText(" there")
		if d.a.form.Text != "Hi there" {
			t.Errorf("got %q, want what was typed to find a command nowhere in the text", d.a.form.Text)
		}
		find("next step")
		d.press("backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace")
		d.typeText("recipients")
		d.press("enter")
		d.at("Recipients")
		find("nothing is called that")
		d.press("enter")
		d.see("no command has that name")
		d.press("esc")
		d.seeNot("no command has that name") // it is about what is closed now
		d.press("f1")
		d.press("ctrl+x")
		d.see("close help") // it is no field of its own
		d.press("esc")
		find("quit")
		d.press("enter")
		if !d.quit {
			t.Error("got no end, want that of ctrl+q")
		}
	})
}

// TestCommandsByOtherNames: steps are found by their names, from wherever, and pages by what
// people call what they have.
func TestCommandsByOtherNames(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		otherDraft(d)
		for _, c := range []struct{ from, words, at string }{
			{"f2", "compose", "Compose"},
			{"", "review", "Review"},
			{"", "media", "Media"},
			{"f7", "recipients", "Recipients"},
			{"", "replies", "Conversations"},
			{"", "contacts", "People"},
			{"", "statistics", "Figures"},
			{"", "compose", "Compose"},
		} {
			if c.from != "" {
				d.press(c.from)
			}
			d.press("ctrl+x")
			d.typeText(c.words)
			d.press("enter")
			d.at(c.at)
		}
		d.press("ctrl+x")
		d.typeText("response")
		d.press("enter")
		d.see("Response: nothing was sent yet")
		d.press("esc", "ctrl+x")
		d.typeText("draft")
		d.press("enter")
		d.see("Unfinished messages", "Only for you")
	})
}

// TestPlainCharactersByName: what ctrl+r can do, its name can too, also where it saves nothing.
func TestPlainCharactersByName(t *testing.T) {
	for _, by := range []string{"ctrl+r", "plain"} {
		drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
			d.typeText("“Hi” 你")
			if by == "plain" {
				d.press("ctrl+x")
				d.typeText(by)
				d.press("enter")
			} else {
				d.press(by)
			}
			d.see("Use plain characters?")
			d.press("enter")
			if got := d.a.form.Text; got != `"Hi" 你` {
				t.Errorf("%s: got %q", by, got)
			}
		})
	}
}

// TestCommandsOfOneName: of several of the same name the one that can be done stands first.
func TestCommandsOfOneName(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("Hi")
		d.press("ctrl+x")
		d.typeText("undo")
		d.press("enter")
		d.at("Compose")
		if got := d.a.form.Text; got != "" {
			t.Errorf("got %q, want what was typed undone", got)
		}
	})
}

// TestCommandsOnAQuestion: what answers it can be found too, and nothing of the page.
func TestCommandsOnAQuestion(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("“Hi”")
		d.press("ctrl+r", "ctrl+x")
		d.see("replace", "cancel")
		d.seeNot("next field")
		d.typeText("repl")
		d.press("enter")
		if d.a.form.Text != `"Hi"` {
			t.Errorf("got %q, want plain quotes", d.a.form.Text)
		}
	})
}

// TestHelpOverDrafts: f1 works in front of the list of drafts, and esc leads back to it.
func TestHelpOverDrafts(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.send(draftsFound{drafts: []outbox.Draft{{ID: 1, Body: []byte(`{"text":"kept"}`), Updated: d.a.now()}}})
		d.see("Unfinished messages", "enter continue", "x delete")
		d.press("f1")
		d.see("close help", "continue")
		d.press("esc")
		d.see("Unfinished messages")
	})
}

// TestHelpColumns: two of them where there is room, and all keys in both forms.
func TestHelpColumns(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.press("f1")
		d.see("suspend to the shell")
		if got := d.lines()[2]; !strings.Contains(got, "Now") || !strings.Contains(got, "Everywhere") {
			t.Errorf("got %q, want two columns", got)
		}
		for what, want := range map[string]int{"open $EDITOR": 1, "use plain characters": 1, "choose": 1} {
			if got := strings.Count(d.screen(), what); got != want {
				t.Errorf("%q is there %d times, want %d", what, got, want)
			}
		}
		d.size(75, 24)
		d.seeNot("suspend to the shell")
		d.press("end")
		d.see("By name")
	})
}

// TestNotices: the most important stands first, has one row after a key, and is whole on
// the page of keys.
func TestNotices(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		long := "something is wrong, and it takes more words to say what it is than there are cells in a row of eighty columns"
		d.a.add(notice{text: "give the passphrase", rank: aboutLater})
		d.a.add(notice{text: "Unfinished message from 16:45: f3 to continue.", drafts: true, rank: aboutDrafts})
		d.see("Unfinished message from 16:45: f3 to continue.", "1 of 2", "esc dismiss")
		d.a.notify(long)
		d.see(long, "1 of 3", "esc dismiss")
		d.typeText("H")
		if got := d.lines(); !strings.Contains(got[22], "something is wrong") || !strings.HasSuffix(got[22], "1 of 3") || strings.Contains(got[21], "wrong") {
			t.Errorf("got %q after a key, want one row", got[20:])
		}
		d.press("f1")
		d.see(long)
		d.press("esc", "esc")
		d.see("Unfinished message", "1 of 2")
		d.press("f3")
		d.typeText("i")
		d.seeNot("Unfinished message from")
		d.see("give the passphrase", "esc dismiss")
		d.size(40, 12)
		d.see("give the passphrase", "esc dismiss")
	})
}

// TestUnknownStandsFirst: a message that may be on its way is told of before a draft is
// offered, and by name before others whose outcome is known.
func TestUnknownStandsFirst(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		var untold []outbox.Entry
		for i := range 5 {
			e := outbox.Entry{ID: int64(i + 1), State: outbox.Unsent, Message: messaging.Message{To: five[:1]}}
			if i == 4 {
				e.State = outbox.Unknown
			}
			untold = append(untold, e)
		}
		d.a.add(notice{text: "Unfinished message from 16:45: f3 to continue.", drafts: true, rank: aboutDrafts})
		d.a.add(untoldNotices(untold, time.UTC, "History", "History")...)
		var got []string
		for _, n := range d.a.notices {
			got = append(got, strings.Join(strings.Fields(n.text)[:2], " "))
		}
		if want := []string{"message 5", "Unfinished message", "message 1", "message 2", "and 2"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		d.see("message 5 to", "1 of 5")
	})
}

// TestNewsIsSeenInHistory: what became of messages is not told again once History was in
// front, in this session or the next.
func TestNewsIsSeenInHistory(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		rows := rowsOf(d.t, d.a.store)
		if err := d.a.store.Remind(d.t.Context(), []int64{rows[0].ID}); err != nil {
			d.t.Fatal(err)
		}
		d.a.add(untoldNotices(rows[:1], time.UTC, "History", "")...)
		d.see("message 1 to")
		d.press("f2")
		d.seeNot("message 1 to")
		left, err := d.a.store.Untold(d.t.Context())
		if err != nil || len(left) != 0 {
			t.Errorf("got %v, %v, want nothing left to tell", left, err)
		}
	})
}

// TestPanesAreHidden: ctrl+t takes the second pane from every page and gives it back, and
// the configuration begins without.
func TestPanesAreHidden(t *testing.T) {
	deps := viewDeps(accept)
	deps.OnePane = true
	drive(t, deps, func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.press("f2")
		d.advance(time.Second)
		d.seeNot("API's id")
		d.press("ctrl+t")
		d.advance(time.Second)
		d.see("API's id", "panes are shown; ctrl+t hides them")
		d.press("ctrl+t")
		d.seeNot("API's id")
		d.see("panes are hidden; ctrl+t shows them")
		d.size(60, 20)
		d.press("ctrl+t")
		d.see("panes need 76 columns; there are 60")
	})
}

// TestUnlockSaysWhatIsNext: the input has a label, the button its verb, and when it was
// right the user is told how to go on.
func TestUnlockSaysWhatIsNext(t *testing.T) {
	s := &fakeSender{send: accept}
	deps := testDeps(s)
	deps.Connect = func(_ context.Context, typed account.Typed) (account.Link, error) {
		if typed == nil || typed() != "sesame" {
			return account.Link{}, &account.AskError{What: "the passphrase of credentials.age"}
		}
		return account.Link{Sender: s}, nil
	}
	drive(t, deps, func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.see("Unlock with", "enter unlock", "esc cancel", "╭")
		d.size(60, 20)
		d.see("Unlock with")
		d.seeNot("╭")
		d.size(80, 24)
		d.typeText("sesame")
		d.press("enter")
		d.at("Review")
		d.see("Unlocked. Press enter to send")
		if s.calls() != 0 {
			t.Error("got a send, want none before enter")
		}
		d.enterOnReview()
		if s.calls() != 1 {
			t.Errorf("got %d sends, want one", s.calls())
		}
	})
}
