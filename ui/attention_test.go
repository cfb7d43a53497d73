package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestCalls: the user who looks elsewhere is called when a run ends and when a message
// fails, if they want that, and else nothing is asked of the terminal.
func TestCalls(t *testing.T) {
	for way, want := range map[string]string{"": "", "off": "", "bell": "\a", "osc9": "\x1b]9;telex: the sending of 1 message has ended\a", "auto": ""} {
		deps := testDeps(&fakeSender{send: accept})
		deps.Notify = way
		drive(t, deps, func(d *driver) {
			if got := d.a.View().ReportFocus; got != (want != "") {
				t.Errorf("%q: got focus reports %v", way, got)
			}
			d.write("Hi", five[0])
			d.enterOnReview()
			if d.raw != "" {
				t.Errorf("%q: got %q while the user looks, want nothing", way, d.raw)
			}
			d.press("n")
			d.write("Ho", five[1])
			d.send(tea.BlurMsg{})
			d.enterOnReview()
			if d.raw != want {
				t.Errorf("%q: got %q, want %q", way, d.raw, want)
			}
			d.send(tea.FocusMsg{})
		})
	}
}

// TestCallsForTrouble: whoever sent several is told how many they have to look at.
func TestCallsForTrouble(t *testing.T) {
	deps := testDeps(&fakeSender{send: refuse()})
	deps.Notify = "osc777"
	drive(t, deps, func(d *driver) {
		d.writeMany("Hi", 2)
		d.send(tea.BlurMsg{})
		d.enterOnReview()
		d.advance(2 * callsApart) // it is no broadcast that is done
		if want := "\x1b]777;notify;telex;the sending of 2 messages has ended; 2 to look at\a"; d.raw != want {
			t.Errorf("got %q, want %q", d.raw, want)
		}
	})
}

// TestCallsByName: who leaves the way to the terminal is called when that has said what it
// is, for what happens from then on, and not at all if it is unknown.
func TestCallsByName(t *testing.T) {
	for name, want := range map[string]string{"WezTerm 20240203": "\x1b]9;telex: 2 new messages\a", "XTerm(390)": "\a", "Somebody's": ""} {
		deps := testDeps(&fakeSender{send: accept})
		deps.Notify = "auto"
		drive(t, deps, func(d *driver) {
			hears(d, "One", five[0])
			d.advance(2 * newsEvery)
			if d.raw != "" || d.a.View().ReportFocus {
				t.Errorf("got %q before the terminal said anything", d.raw)
			}
			d.send(tea.TerminalVersionMsg{Name: name})
			if got := d.a.View().ReportFocus; got != (want != "") {
				t.Errorf("%s: got focus reports %v", name, got)
			}
			hears(d, "Two", five[0])
			d.advance(2 * newsEvery)
			if d.raw != want {
				t.Errorf("%s: got %q, want %q", name, d.raw, want)
			}
		})
	}
}

// TestCallsApart: a storm calls once, and once more a minute later, unless the user came
// to look; who reads is called anew for what comes then.
func TestCallsApart(t *testing.T) {
	sample.Whole(t)
	for _, looks := range []bool{false, true} {
		deps := testDeps(&fakeSender{send: accept})
		deps.Notify = "osc9"
		drive(t, deps, func(d *driver) {
			d.advance(newsEvery)
			d.send(tea.BlurMsg{})
			for range 20 {
				hears(d, "Hello "+hostile, five[0])
				d.advance(newsEvery)
			}
			first := "\x1b]9;telex: 1 new message\a"
			if d.raw != first {
				t.Errorf("got %q at once, want %q", d.raw, first)
			}
			want := first + "\x1b]9;telex: 20 new messages\a"
			if looks {
				d.send(tea.FocusMsg{})
				d.send(tea.BlurMsg{})
				want = first
			}
			d.advance(2 * callsApart)
			if d.raw != want {
				t.Errorf("the user looked %v: got %q, want %q", looks, d.raw, want)
			}
			read := func() {
				d.press("f5", "enter")
				d.advance(newsEvery)
				d.press("esc", "esc", "esc")
			}
			read()
			hears(d, "Hello?", five[0])
			d.advance(newsEvery)
			read() // amid the rest after the call
			hears(d, "please take me off your list "+hostile, five[0])
			d.advance(2 * callsApart)
			if want += "\x1b]9;telex: 1 new message\a\x1b]9;telex: 1 new message; 1 number to decide about\a"; d.raw != want {
				t.Errorf("after they were read got %q, want %q", d.raw, want)
			}
		})
	}
}

// TestCallsForABroadcast: one that another telex sends calls when it is paused and nobody
// did that.
func TestCallsForABroadcast(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.Notify = "osc9"
	drive(t, deps, func(d *driver) {
		id := broadcastOf(d, "people "+hostile, 8)
		pause := func(why outbox.Reason) {
			if err := d.a.store.PauseRun(d.t.Context(), id, why); err != nil {
				t.Fatal(err)
			}
			d.advance(2 * callsApart)
		}
		d.advance(newsEvery)
		pause(outbox.Reason{Kind: outbox.ReasonPerson, Note: hostile})
		if d.raw != "" {
			t.Errorf("got %q, want no call for what somebody did", d.raw)
		}
		if err := d.a.store.StartRun(d.t.Context(), id); err != nil {
			t.Fatal(err)
		}
		d.advance(2 * newsEvery)
		pause(outbox.Reason{Kind: outbox.ReasonFailures, Failed: 12, Note: hostile})
		if want := "\x1b]9;telex: broadcast 1 is paused: 12 of the last 50 failed\a"; d.raw != want {
			t.Errorf("got %q, want %q", d.raw, want)
		}
	})
}

// TestRunsSince: a broadcast that ended is told of once, also one that began and ended
// between two looks; one that comes into sight when newer ones were deleted is not.
func TestRunsSince(t *testing.T) {
	was := runStates{newest: 5, states: map[int64]runState{2: {is: outbox.RunRunning}, 3: {is: outbox.RunDone}, 5: {is: outbox.RunRunning}}}
	now := runStates{newest: 7, states: map[int64]runState{1: {is: outbox.RunDone}, 2: {is: outbox.RunDone}, 3: {is: outbox.RunDone}, 5: {is: outbox.RunCancelled}, 6: {is: outbox.RunDone}, 7: {is: outbox.RunRunning}}}
	if got, want := now.since(was), []string{"broadcast 2 is done", "broadcast 6 is done"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := now.since(now); got != nil || !now.running() {
		t.Errorf("got %q of what is known", got)
	}
}

// TestCallsForAFailure: it is seen where it is in front, and called out anywhere else.
func TestCallsForAFailure(t *testing.T) {
	for _, away := range []bool{false, true} {
		deps := testDeps(&fakeSender{send: accept})
		deps.Link.Lister = &fakeLister{list: records(messaging.StatusFailed)}
		deps.Notify = "bell"
		drive(t, deps, func(d *driver) {
			d.write("Hi", five[0])
			d.enterOnReview()
			if away {
				d.press("f2")
			}
			d.advance(time.Minute)
			if got := d.raw != ""; got != away {
				t.Errorf("on another page %v: got %q", away, d.raw)
			}
			if strings.Count(d.raw, "\a") > 1 {
				t.Errorf("got %q, want one call", d.raw)
			}
		})
	}
}

// TestCallsForFailuresOfABroadcast: they are no news while it goes on.
func TestCallsForFailuresOfABroadcast(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.Link.Lister = &fakeLister{list: records(messaging.StatusFailed)}
	deps.Notify = "bell"
	drive(t, deps, func(d *driver) {
		broadcastOf(d, "people.csv", 8)
		d.write("Hi", five[0])
		d.enterOnReview()
		d.press("f2")
		d.advance(time.Minute)
		d.see("Not delivered")
		if d.raw != "" {
			t.Errorf("got %q", d.raw)
		}
	})
}

// TestAsksForName: the terminal is asked what it is only where that decides something.
func TestAsksForName(t *testing.T) {
	for _, tt := range []struct {
		notify, term string
		want         bool
	}{{"auto", "xterm-256color", true}, {"auto", "xterm-kitty", false}, {"auto", "linux", false}, {"bell", "xterm-256color", false}, {"", "xterm-256color", false}} {
		deps := testDeps(&fakeSender{send: accept})
		deps.Notify, deps.Environ = tt.notify, []string{"TERM=" + tt.term}
		if got := newApp(t.Context(), deps, testNow).askName() != nil; got != tt.want {
			t.Errorf("%q in %s: got asked %v, want %v", tt.notify, tt.term, got, tt.want)
		}
	}
}

// TestMouse: clicks and the wheel are keys if the user wants them, and nothing if not.
func TestMouse(t *testing.T) {
	click := func(d *driver, words string) {
		d.t.Helper()
		for y, l := range d.lines() {
			if before, _, ok := strings.Cut(l, words); ok {
				d.send(tea.MouseClickMsg{X: len([]rune(before)), Y: y, Button: tea.MouseLeft})
				return
			}
		}
		d.t.Fatalf("got no %q to click on:\n%s", words, d.screen())
	}
	deps := viewDeps(refuseSome)
	drive(t, deps, func(d *driver) {
		if d.a.View().MouseMode != tea.MouseModeNone {
			t.Error("got a mouse mode, want none unless the user wants it")
		}
		click(d, "f2 history")
		d.at("Compose")
	})
	deps.Mouse = true
	drive(t, deps, func(d *driver) {
		if d.a.View().MouseMode == tea.MouseModeNone {
			t.Error("got no mouse mode")
		}
		d.typeText("Hi")
		click(d, "Tag")
		d.typeText("order 7")
		if d.a.form.Tag != "order 7" {
			t.Errorf("got the tag %q, want what was typed after a click on it:\n%s", d.a.form.Tag, d.screen())
		}
		d.send(tea.MouseClickMsg{X: 1, Y: 21, Button: tea.MouseLeft})
		d.at("Compose") // below the last field is no other page
		sendFiveFrom(d)
		click(d, "f2 history")
		d.at("History")
		d.press("enter") // they are one row
		click(d, five[3])
		if e := d.lines()[d.a.View().Cursor.Y]; !strings.Contains(e, five[3]) {
			t.Errorf("got the cursor on %q, want it on %s", e, five[3])
		}
		d.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
		if e := d.lines()[d.a.View().Cursor.Y]; !strings.Contains(e, five[2]) {
			t.Errorf("got the cursor on %q after the wheel, want it on %s", e, five[2])
		}
		click(d, "esc all messages")
		d.advance(time.Second)
		click(d, "esc back")
		d.at("Response")
	})
}

// sendFiveFrom sends what is on Compose to five recipients.
func sendFiveFrom(d *driver) {
	d.press("ctrl+n")
	for _, n := range five {
		d.typeText(n)
		d.press("enter")
	}
	d.press("tab", "i", "ctrl+n", "ctrl+n")
	d.enterOnReview()
}

// TestASCIIIsTold: once, to be taken away by esc.
func TestASCIIIsTold(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.Environ = []string{"TERM=xterm", "LANG=C"}
	drive(t, deps, func(d *driver) {
		d.see("ASCII only", "export LANG=C.UTF-8")
		d.press("esc")
		d.seeNot("ASCII only")
	})
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) { d.seeNot("ASCII only") })
}
