package ui

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/text/texttest"
)

// hears records what somebody wrote, as a listener in another process does.
func hears(d *driver, text, from string, to ...string) {
	d.t.Helper()
	hearsEvent(d, callback.Event{Trust: callback.Trusted, Message: callback.Message{From: from, To: to, Text: text}})
}

func hearsEvent(d *driver, v callback.Event) {
	d.t.Helper()
	v.Type, v.Time = callback.MessageReceived, testNow()
	if len(v.Message.To) == 0 {
		v.Message.To = []string{"+19195550100"}
	}
	v.To, v.Message.Owner, v.Message.Time, v.Message.Direction = v.Message.To[0], v.Message.To[0], testNow(), "in"
	if v.Message.ID == "" {
		v.Message.ID = fmt.Sprintf("in-%d", testNow().UnixNano())
	}
	by := outbox.By{Profile: "sandbox", AccountID: "9900000"}
	if _, err := d.a.store.Receive(d.t.Context(), by, []callback.Event{v}); err != nil {
		d.t.Fatal(err)
	}
	d.advance(time.Millisecond) // the next one has another id
}

// TestUnread: what another process heard is in the header of every page within a moment,
// and is read once its conversation was opened.
func TestUnread(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		hears(d, "Thanks!", five[0])
		hears(d, "Where?", five[1])
		d.advance(newsEvery)
		d.see("f5 2 new")
		d.press("ctrl+n")
		d.see("f5 2 new")
		d.press("f5")
		d.at("Conversations")
		d.see("*1", "◂ Thanks!", "◂ Where?")
		d.advance(time.Second)
		d.see("2 new") // nothing was opened
		d.press("enter")
		d.see("1 new", "Where?", "Reply")
		hears(d, "Are you there?", five[1])
		d.advance(newsEvery)
		d.see("2 new", "Are you there?") // nobody pressed a key since
		d.press("up")
		d.see("1 new")
		d.press("esc", "esc", "down", "enter")
		d.seeNot("new")
		if n, err := d.a.store.Unread(d.t.Context()); n != 0 || err != nil {
			t.Errorf("got %d unread, %v, want none", n, err)
		}
	})
}

// TestNewsTold: where the system tells of writes nobody looks before it does, and everybody
// does each second when it does not any more.
func TestNewsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		changes := make(chan struct{}, 1)
		deps := testDeps(&fakeSender{send: accept})
		asked := 0
		deps.Changes = func(context.Context) <-chan struct{} {
			asked++
			return changes
		}
		d := start(t, deps)
		d.advance(3 * newsEvery)
		hears(d, "One", five[0])
		d.advance(3 * newsEvery)
		d.seeNot("1 new")
		changes <- struct{}{}
		d.advance(newsAfter)
		d.see("1 new")
		d.advance(3 * newsEvery)
		changes <- struct{}{} // of what takes its time to be there
		d.advance(newsAfter)
		hears(d, "Two", five[0])
		d.advance(newsEvery)
		d.see("2 new")
		d.advance(3 * newsEvery)
		hears(d, "Three", five[0])
		d.advance(newsSeldom)
		d.see("3 new")
		d.advance(3 * newsEvery)
		close(changes)
		d.advance(newsEvery)
		hears(d, "Four", five[0])
		d.advance(newsEvery)
		d.see("4 new")
		if asked != 1 {
			t.Errorf("it was asked %d times to be told, want once: over a database each is a connection", asked)
		}
	})
}

// TestNewsCalls: who wants it is called when somebody wrote, once, unless the conversations
// are looked at.
func TestNewsCalls(t *testing.T) {
	for way, want := range map[string]string{"": "", "bell": "\a", "osc9": "\x1b]9;telex: 1 new message\a"} {
		deps := testDeps(&fakeSender{send: accept})
		deps.Notify = way
		drive(t, deps, func(d *driver) {
			d.advance(newsEvery)
			hears(d, "Hello "+hostile, five[0])
			d.advance(3 * newsEvery)
			if d.raw != want {
				t.Errorf("%q: got %q, want %q", way, d.raw, want)
			}
			d.press("f5")
			hears(d, "Hello?", five[0])
			d.advance(3 * newsEvery)
			if d.raw != want {
				t.Errorf("%q: got %q while the conversations are in front, want no other call", way, d.raw)
			}
		})
	}
}

// TestMouseInConversations: a click selects, as in other lists.
func TestMouseInConversations(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.Mouse = true
	drive(t, deps, func(d *driver) {
		hears(d, "One", five[0])
		hears(d, "Two", five[1], "+19195550101")
		d.press("f5")
		d.see("> *1", "…0100 ◂ One", "…0101 ◂ Two") // to which number of ours
		row := d.a.layout.BodyTop + 2
		d.send(tea.MouseClickMsg{X: 4, Y: row, Button: tea.MouseLeft})
		if l := d.lines()[row]; !strings.HasPrefix(l, "> *1") || !strings.Contains(l, "One") {
			t.Errorf("got %q where it was clicked, want the cursor there", l)
		}
		d.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
		if l := d.lines()[row-1]; !strings.HasPrefix(l, "> *1") {
			t.Errorf("got %q, want the cursor a row up", l)
		}
	})
}

// TestFind: numbers are found however they are written, and words of the newest text.
func TestFind(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		hears(d, "Apples", "+19195551212")
		hears(d, "100% sure_", "+14155550123")
		for typed, want := range map[string]string{"(919) 555-12": "Apples", "APPL": "Apples", "0% s": "100% sure_", "e_": "100% sure_"} {
			d.press("f5", "/")
			d.typeText(typed)
			d.advance(time.Second)
			if got := len(d.a.conversations.Listed()); got != 1 {
				t.Errorf("%q: got %d conversations, want one", typed, got)
			}
			d.see(want)
			d.press("esc", "esc", "esc")
		}
	})
}

// TestHostileConversation: nothing that others write drives the terminal or hides.
func TestHostileConversation(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {120, 30}} {
		drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
			d.size(size[0], size[1])
			hearsEvent(d, callback.Event{Message: callback.Message{From: hostile, To: []string{"+19195550100", hostile + "2"}, Text: hostile, Media: []string{hostile}}})
			d.press("f5")
			d.advance(time.Second)
			checkTerminal(t, "list", d.a.View().Content, texttest.Dangerous)
			checkFits(t, d, size[0], size[1])
			d.press("enter", "up", "esc")
			checkTerminal(t, "conversation", d.a.View().Content, texttest.Dangerous)
			checkFits(t, d, size[0], size[1])
			if size[0] > 40 {
				d.see("not proven")
			}
		})
	}
}

// talks is a conversation of every kind.
func talks(d *driver) {
	ctx := d.t.Context()
	by := outbox.By{Profile: "sandbox", AccountID: "9900000"}
	_, err := d.a.store.Missed(ctx, by, []messaging.Record{{
		MessageID: "missed", Source: five[0], Destination: "+19195550100", Direction: "INBOUND", ReceiveTime: testNow().Add(-26 * time.Hour).Format(time.RFC3339), SegmentCount: 1,
	}})
	if err != nil {
		d.t.Fatal(err)
	}
	d.write("Your order has shipped and arrives on Tuesday. Reply STOP to end.", five[0])
	d.enterOnReview()
	d.advance(time.Hour)
	d.press("n")
	hears(d, "Two of us", five[2], "+19195550100", five[3])
	hearsEvent(d, callback.Event{Message: callback.Message{From: "+14155550123", Text: "Win a prize"}})
	hearsEvent(d, callback.Event{Trust: callback.Trusted, Message: callback.Message{From: five[0], Text: "Thanks!\nA picture of it:", Media: []string{"https://messaging.bandwidth.com/api/v2/users/9900000/media/in-1/0/cat.jpg"}}})
	d.advance(time.Second)
	d.press("f5")
	d.advance(time.Second)
}

// TestUnkeptText: a text that Bandwidth did not keep is said to be that.
func TestUnkeptText(t *testing.T) {
	drive(t, viewDeps(accept), func(d *driver) {
		d.size(200, 60)
		talks(d)
		d.see(five[0]+" wrote at 22:00 (1 segment, text not kept by Bandwidth)", "── today ──", "✓ delivered", "file 1")
	})
}

// TestLateText: a text that comes after its conversation was read is news, and read with
// the next key.
func TestLateText(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		hears(d, "Hello", five[0])
		by := outbox.By{Profile: "sandbox", AccountID: "9900000"}
		_, err := d.a.store.Missed(d.t.Context(), by, []messaging.Record{{
			MessageID: "late", Source: five[0], Destination: "+19195550100", Direction: "INBOUND", ReceiveTime: testNow().Format(time.RFC3339), SegmentCount: 1,
		}})
		if err != nil {
			t.Fatal(err)
		}
		d.advance(newsEvery)
		d.press("f5", "enter")
		d.seeNot("new")
		hearsEvent(d, callback.Event{Trust: callback.Trusted, Message: callback.Message{ID: "late", From: five[0], Text: "Here at last"}})
		d.advance(newsEvery)
		d.see("1 new", "Here at last")
		d.press("up")
		d.seeNot("new")
	})
}

// TestSaveFile: s saves what came with the message in sight, once nothing is typed.
func TestSaveFile(t *testing.T) {
	t.Chdir(t.TempDir())
	deps := testDeps(&fakeSender{send: accept})
	deps.Link.Files = oneFile{}
	drive(t, deps, func(d *driver) {
		d.size(100, 40)
		hearsEvent(d, callback.Event{Trust: callback.Trusted, Message: callback.Message{From: five[0], Media: []string{"https://ours/cat.exe", "https://theirs/dog.jpg"}}})
		d.press("f5", "enter", "esc")
		d.see("s save files", "file 2 https://theirs/dog.jpg")
		d.press("s")
		d.see("telex-1-1.jpg", "1 file not fetched: the address is not one of your account at Bandwidth")
		d.press("s")
		d.see("is there already, and stays as it is")
	})
}

// oneFile is a file of the account.
type oneFile struct{}

func (oneFile) MediaName(address string) (string, bool) {
	return strings.CutPrefix(address, "https://ours/")
}

func (oneFile) Download(_ context.Context, _ string, w io.Writer) (string, error) {
	_, err := io.WriteString(w, "\xff\xd8\xff\xe0")
	return "image/jpeg", err
}

// TestManyConversations: a key costs the same with two thousand conversations, all of which
// can be reached.
func TestManyConversations(t *testing.T) {
	sample.Long(t)
	const n = 2_000
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		var events []callback.Event
		for i := range n {
			from := fmt.Sprintf("+1919%07d", i)
			events = append(events, callback.Event{
				Type: callback.MessageReceived, Trust: callback.Trusted, Time: testNow(), To: "+19195550100",
				Message: callback.Message{ID: from, From: from, To: []string{"+19195550100"}, Text: "Hi", Time: testNow()},
			})
		}
		for some := range slices.Chunk(events, 500) {
			if _, err := d.a.store.Receive(context.Background(), outbox.By{AccountID: "9900000"}, some); err != nil {
				t.Fatal(err)
			}
		}
		cost := func() float64 {
			down, up := keyOf(t, "down"), keyOf(t, "up")
			return testing.AllocsPerRun(20, func() {
				d.a.Update(up)
				_ = d.a.View()
				d.a.Update(down)
				_ = d.a.View()
			})
		}
		d.press("f5", "down", "down")
		few := cost()
		d.press("end", "end")
		d.advance(time.Second)
		if got := len(d.a.conversations.Listed()); got != n {
			t.Errorf("got %d conversations, want all", got)
		}
		d.press("end")
		d.see("+19190000000")
		if many := cost(); many > few*1.2+20 {
			t.Errorf("got %.0f allocations a key at the last of %d conversations, and %.0f among a hundred; want about the same", many, n, few)
		}
		if s := d.screen(); !strings.Contains(s, "99 new") && !strings.Contains(s, fmt.Sprint(n, " new")) {
			t.Errorf("got no count of what is unread:\n%s", s)
		}
	})
}

// TestGroupFailsForSome: in a conversation with several a message that did not reach one of
// them says how many, and is not called failed.
func TestGroupFailsForSome(t *testing.T) {
	driveSandbox(t, func(d *driver) {
		d.typeText("Hi all")
		d.press("ctrl+n")
		d.paste("+12345678902\n+12345678903\n+19995554720")
		d.press("tab", "g", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.advance(time.Minute)
		d.see("Not delivered to 1 of 3")
		d.press("f5", "enter")
		d.see("✗ not delivered to 1 of 3 – 4720 number not valid")
		d.seeNot("✗ failed")
	})
}
