package ui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite/sqlitetest"
	"telex/ui/draft"
	"telex/ui/page"
)

// withOutbox makes deps use one outbox, which several consoles can share.
func withOutbox(t *testing.T, deps Deps, o outbox.Options) (Deps, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "outbox.db")
	o.Now = testNow
	deps.OpenOutbox = func(ctx context.Context) (*outbox.Outbox, error) { return outbox.Open(ctx, sqlitetest.At(path), o) }
	return deps, path
}

// rows are all messages of an outbox.
func rowsOf(t testing.TB, o *outbox.Outbox) []outbox.Entry {
	t.Helper()
	entries, err := o.List(t.Context(), outbox.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// TestRecordedBeforeSent: the row is on the disk when the request leaves, and its
// outcome when it is shown; the draft is gone with the row's birth.
func TestRecordedBeforeSent(t *testing.T) {
	var d *driver
	var during []outbox.Entry
	s := &fakeSender{send: func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
		during, _ = d.a.store.List(ctx, outbox.Filter{})
		return accept(ctx, m)
	}}
	synctest.Test(t, func(t *testing.T) {
		d = start(t, testDeps(s))
		d.write("Hi", five[0])
		d.advance(time.Second)
		if d.a.keeper.ID() == 0 {
			t.Error("got no draft a second after the last key")
		}
		d.enterOnReview()
		d.see("Accepted", "message 1")
		if len(during) != 1 || during[0].State != outbox.Sending || during[0].Message.Text != "Hi" || during[0].By.AccountID != "9900000" {
			t.Errorf("while it was sent: got rows %+v, want one that is sending", during)
		}
		if got := rowsOf(t, d.a.store); len(got) != 1 || got[0].State != outbox.Accepted || got[0].MessageID == "" {
			t.Errorf("got rows %+v, want one that is accepted", got)
		}
		d.advance(time.Minute)
		if d.a.keeper.ID() != 0 {
			t.Errorf("got draft %d after the send, want none", d.a.keeper.ID())
		}
	})
}

// TestNothingWithoutOutbox: if it cannot be opened nothing is sent, and that is said.
func TestNothingWithoutOutbox(t *testing.T) {
	s := &fakeSender{send: accept}
	deps := testDeps(s)
	deps.OpenOutbox = func(context.Context) (*outbox.Outbox, error) {
		return nil, &outbox.Error{Op: "open the outbox", Path: "o\x1b[2J.db", Err: outbox.ErrFull, Hint: "free some space and try again"}
	}
	drive(t, deps, func(d *driver) {
		d.see("nothing can be sent", "the disk is full", "free some space")
		d.write("Hi", five[0])
		d.press("esc") // the notice, which says so too
		if d.a.page == page.Media {
			d.press("ctrl+n")
		}
		d.see("CANNOT BE SENT", "! nothing can be sent: ", "the disk is full")
		d.seeNot("READY TO SEND")
		d.seeNot("no problem found")
		d.enterOnReview()
		d.at("Review")
		d.see("nothing can be sent", "the disk is full")
		if s.calls() != 0 {
			t.Errorf("got %d sends, want none", s.calls())
		}
		if strings.Contains(d.a.View().Content, "\x1b[2J") {
			t.Error("got an escape sequence of a path on the screen")
		}
	})
}

// TestNotRecordedIsNotSent: the first commit fails, so nothing leaves.
func TestNotRecordedIsNotSent(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five[0])
		d.advance(time.Second)
		if err := d.a.store.Close(); err != nil {
			t.Fatal(err)
		}
		d.enterOnReview()
		d.at("Response")
		d.see("Not sent", "nothing is sent unrecorded", "nothing left this machine")
		if s.calls() != 0 {
			t.Errorf("got %d sends, want none", s.calls())
		}
	})
}

// TestDraftComesBack: what was being written when telex died is offered, taken up
// by a key, and gone once it is sent.
func TestDraftComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, path := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{})
		first := start(t, deps)
		first.typeText("Words that must not be lost")
		first.press("ctrl+n")
		first.typeText(five[0])
		first.press("enter")
		first.typeText("+1919")
		first.advance(time.Second)
		if first.a.keeper.ID() == 0 {
			t.Fatal("got no draft a second after the last key")
		}
		die(t, path)

		second := start(t, deps)
		second.see("Unfinished message from 00:00: f3 to continue")
		second.size(40, 12)
		second.see("f3: unfinished message from 00:00", "esc dismiss")
		second.size(80, 24)
		second.typeText("Another")
		second.press("f3")
		second.see("Unfinished messages", "Words that must not be lost", "to "+five[0])
		second.press("enter")
		second.at("Compose")
		second.see("Words that must not be lost")
		if f := second.a.form; f.NewTo != "+1919" || len(f.To) != 1 {
			t.Errorf("got form %+v, want all that was typed", f)
		}
		second.press("f3")
		second.see("Another") // what stood there is a draft of its own now
		second.press("x")
		second.see("Delete this draft?")
		second.yes()
		second.see("no unfinished messages")

		second.press("ctrl+n", "backspace", "backspace", "backspace", "backspace", "backspace", "ctrl+n", "ctrl+n")
		second.at("Review")
		second.enterOnReview()
		second.see("Accepted")
		if drafts, err := second.a.store.Drafts(t.Context()); err != nil || len(drafts) != 0 {
			t.Errorf("got drafts %v, %v after the send, want none", drafts, err)
		}
	})
}

// die makes the processes that use an outbox look dead, as the kernel does.
func die(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path + "-owners"); err != nil {
		t.Fatal(err)
	}
}

// TestUntold: a message whose telex died is told of once, in words.
func TestUntold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, path := withOutbox(t, testDeps(&fakeSender{send: hang}), outbox.Options{})
		first := start(t, deps)
		first.write("Hi", five[0])
		first.enterOnReview()
		first.see("Sending")
		die(t, path)

		second := start(t, deps)
		second.see("message 1 to "+five[0], "no clear answer came", "telex ended while it was being sent", "f2")
		second.press("ctrl+n")
		second.see("message 1 to " + five[0]) // it stays until esc
		second.press("esc")
		second.seeNot("message 1 to " + five[0])
		third := start(t, deps)
		third.seeNot("message 1 to " + five[0])
	})
}

// TestEndRecords: quitting in the middle of a send records the truth, keeps what
// stands behind it unsent, and reminds the next telex if nobody saw the end.
func TestEndRecords(t *testing.T) {
	for _, gone := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			deps, _ := withOutbox(t, testDeps(&fakeSender{send: hang}), outbox.Options{})
			d := start(t, deps)
			d.write("Hi", five[:3]...)
			d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
			d.enterOnReview()
			d.see("Sending")
			d.press("ctrl+q", "ctrl+q")
			lines := strings.Join(d.a.end(t.Context(), gone), "\n")
			d.a.store = nil
			for _, want := range []string{"message 1 to " + five[0], "telex show 1 --sandbox", "message 2 to " + five[1] + ": not sent"} {
				if !strings.Contains(lines, want) {
					t.Errorf("gone %v: got %q, want %q in it", gone, lines, want)
				}
			}
			o, err := deps.OpenOutbox(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = o.Close() }()
			got := rowsOf(t, o)
			if len(got) != 3 || got[2].State != outbox.Unknown || got[1].State != outbox.Unsent || got[0].State != outbox.Unsent {
				t.Errorf("gone %v: got rows %+v, want one unknown and two unsent", gone, got)
			}
			untold, err := o.Untold(t.Context())
			if err != nil || gone && len(untold) != 3 {
				t.Errorf("gone %v: got %d untold, %v, want all 3", gone, len(untold), err)
			}
		})
	}
}

// TestQuitKeepsWords: ctrl+q goes at once, for the words are on the disk.
func TestQuitKeepsWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{})
		d := start(t, deps)
		d.typeText("half a message")
		d.press("ctrl+q")
		if !d.quit {
			t.Fatal("got no end, want one: the draft can be kept")
		}
		lines := strings.Join(d.a.end(t.Context(), false), "\n")
		d.a.store = nil
		if !strings.Contains(lines, "is kept; the next telex offers it") {
			t.Errorf("got %q, want it to say that the words are kept", lines)
		}
		next := start(t, deps)
		next.see("f3 to continue", "“half")
		next.press("f3")
		next.see("half a message")
	})
}

// TestOutboxGone: the outbox is taken away under the console. Nothing is sent, the words
// stay on the screen, and what is said to be kept is offered by the next telex.
func TestOutboxGone(t *testing.T) {
	s := &fakeSender{send: accept}
	synctest.Test(t, func(t *testing.T) {
		deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
		folder := filepath.Join(t.TempDir(), "state")
		deps.OpenOutbox = func(ctx context.Context) (*outbox.Outbox, error) {
			return outbox.Open(ctx, sqlitetest.At(filepath.Join(folder, "outbox.db")), outbox.Options{Now: testNow})
		}
		d := start(t, deps)
		d.write("half a message", five[0])
		d.advance(time.Second)
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		d.enterOnReview()
		d.see("Not sent", "taken away", "nothing left this machine", "start telex again")
		if s.calls() != 0 {
			t.Errorf("got %d sends, want none", s.calls())
		}
		d.press("e")
		d.see("half a message")
		lines := strings.Join(d.a.end(t.Context(), false), "\n")
		d.a.store = nil
		if !strings.Contains(lines, "is kept; the next telex offers it") {
			t.Errorf("got %q, want it to say that the words are kept", lines)
		}
		next := start(t, deps)
		next.see("f3 to continue", "“half")
		next.press("f3")
		next.see("half a message")
	})
}

// TestTextOmitted: with texts kept out no draft is written, and ctrl+q asks.
func TestTextOmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{OmitText: true})
		d := start(t, deps)
		d.typeText("half a message")
		d.advance(time.Minute)
		if d.a.keeper.ID() != 0 {
			t.Error("got a draft, want none")
		}
		d.press("ctrl+q")
		d.see("what you wrote is not kept")
	})
}

// TestRepeatOfAnotherTelex: what a telex elsewhere sent counts, also if it did so
// after Review had looked.
func TestRepeatOfAnotherTelex(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
		deps.Notify = "osc9"
		here := start(t, deps)
		there := start(t, deps)
		here.write("Hi", five[0])
		there.write("Hi", five[0])
		there.enterOnReview()
		there.at("Response")
		here.send(tea.BlurMsg{})
		here.enterOnReview()
		if here.raw != "" {
			t.Errorf("the user is called by %q, though nothing was sent", here.raw)
		}
		here.send(tea.FocusMsg{})
		here.at("Review")
		here.see("Send it again?", five[0]+" was sent this", "message 1, accepted")
		here.advance(time.Second)
		here.press("enter")
		here.at("Response")
		here.see("Accepted", "message 2")
		if s.calls() != 2 {
			t.Errorf("got %d sends, want 2", s.calls())
		}
	})
}

// TestResendPointsBack: sending again after an unknown outcome names the row that
// it repeats.
func TestResendPointsBack(t *testing.T) {
	s := &fakeSender{send: func(context.Context, messaging.Message) (*messaging.Receipt, error) {
		return nil, &messaging.Error{Op: "send message", Outcome: messaging.Unknown, Err: errors.New("cut")}
	}}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.see("We don't know yet")
		d.press("e", "ctrl+n", "ctrl+n", "ctrl+n")
		d.at("Review")
		d.enterOnReview()
		d.see("Send it again?")
		d.advance(time.Second)
		d.press("enter")
		d.at("Response")
		got := rowsOf(d.t, d.a.store)
		if len(got) != 2 || got[0].ResendOf != got[1].ID {
			t.Errorf("got rows %+v, want the second to point at the first", got)
		}
	})
}

// TestFormEncoding: a draft comes back as it was typed, and a hostile one harmless.
func TestFormEncoding(t *testing.T) {
	f := draft.Form{Draft: messaging.Draft{
		From: "+1", Text: "a\nb", Tag: "t", Priority: messaging.PriorityHigh, To: []string{"+12", "+13"},
		Addressing: messaging.Individual, Media: []string{"https://x/y"}, ApplicationID: "id",
	}, Expires: "2h", NewTo: "+14", NewMedia: "htt", ResendOf: 7}
	b, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := draft.Decode(b)
	if err != nil || !got.Same(&f) || got.ResendOf != 7 || got.ApplicationID != "id" {
		t.Errorf("got %+v, %v, want %+v", got, err, f)
	}
	hostile, err := draft.Decode([]byte(`{"text":"a\u001b[2Jb","to":["+1\u001b]0;x\u0007"],"new_to":"\u009b2J","unheard_of":1}`))
	if err != nil || strings.ContainsAny(hostile.Text+hostile.NewTo+strings.Join(hostile.To, ""), "\x1b\x07\u009b") {
		t.Errorf("got %q, %v, want no control characters", hostile.Text, err)
	}
	if _, err := draft.Decode([]byte("{half")); err == nil {
		t.Error("half a draft: got no error")
	}
}

// TestNobodyToAsk: nobody is sent to ask about a message of a sandbox that is gone.
func TestNobodyToAsk(t *testing.T) {
	unknown := []outbox.Entry{{ID: 1, State: outbox.Unknown, Message: messageOf("Hi", five[0])}}
	for _, sandbox := range []bool{false, true} {
		said := strings.Join(untoldWords(unknown, time.UTC, "History", Sender{Sandbox: sandbox}.askedBy("History")), "\n")
		if asks := strings.Contains(said, "at Bandwidth"); asks == sandbox || !strings.Contains(said, "message 1") {
			t.Errorf("sandbox %v: got %q", sandbox, said)
		}
	}
}
