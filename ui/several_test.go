package ui

import (
	"context"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// TestSeveralAtOnce: one recipient that is slow stops nobody else, it is said who is waited
// for, and cancelling tells the truth about all that were on their way.
func TestSeveralAtOnce(t *testing.T) {
	s := &fakeSender{send: func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if m.To[0] == five[0] || m.To[0] == five[3] {
			return accept(ctx, m)
		}
		return hang(ctx, m)
	}}
	deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
	deps.Parallel = 0
	drive(t, deps, func(d *driver) {
		d.write("Hi", five...)
		d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.at("Response")
		d.advance(time.Second + time.Millisecond)
		d.see("2 of 5", "3 to go", "waiting for "+five[1]+" and 2 more, 1 s", "esc twice to stop")
		if s.calls() != 5 {
			t.Errorf("%d messages left, want all", s.calls())
		}
		d.press("esc", "esc")
		d.see("2 accepted", "? 3 unknown", "STOPPED")
		wantRows(d.t, deps, []outbox.State{outbox.Accepted, outbox.Unknown, outbox.Unknown, outbox.Accepted, outbox.Unknown}, "")
	})
}

// TestQuitWithSeveralOnTheirWay: the program ends, and what was on its way is unknown.
func TestQuitWithSeveralOnTheirWay(t *testing.T) {
	deps, _ := withOutbox(t, testDeps(&fakeSender{send: func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if m.To[0] == five[0] {
			return accept(ctx, m)
		}
		return hang(ctx, m)
	}}), outbox.Options{})
	deps.Parallel = 2
	drive(t, deps, func(d *driver) {
		d.write("Hi", five...)
		d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.a.end(d.t.Context(), false)
		wantRows(d.t, deps, []outbox.State{outbox.Accepted, outbox.Unknown, outbox.Unknown, outbox.Unsent, outbox.Unsent}, "")
	})
}

// TestFirstIsSlow: the first message goes alone, of which the screen tells, and holds the
// others up for five seconds and not until it is given up.
func TestFirstIsSlow(t *testing.T) {
	s := &fakeSender{send: func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if m.To[0] == five[0] {
			return hang(ctx, m)
		}
		return accept(ctx, m)
	}}
	deps := testDeps(s)
	deps.Parallel = 0
	drive(t, deps, func(d *driver) {
		d.write("Hi", five...)
		d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.advance(4*time.Second + time.Millisecond)
		d.see("0 of 5", "waiting for "+five[0]+", 4 s; 4 others wait for that   (esc twice to stop)")
		d.size(40, 12)
		d.see("4 wait for " + five[0] + ", 4 s")
		d.size(80, 24)
		if s.calls() != 1 {
			t.Errorf("%d messages left in four seconds, want the first alone", s.calls())
		}
		d.advance(2 * time.Second)
		d.see("4 of 5", "waiting for "+five[0]+", 6 s")
		d.seeNot("others wait")
	})
}
