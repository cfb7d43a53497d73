package ui

import (
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// delivered is what the API says of the delivery of message 1 to one recipient.
func (d *driver) delivered(to string, s messaging.Status, code int) {
	d.t.Helper()
	sent, err := d.a.store.Detail(d.a.ctx, 1)
	if err == nil {
		_, err = d.a.store.Deliver(d.a.ctx, 1, []messaging.Record{{MessageID: sent.MessageID, Destination: to, Status: s, ErrorCode: code}})
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// TestReviewAsksWithoutReceipt: what may have arrived is asked about, however long ago.
func TestReviewAsksWithoutReceipt(t *testing.T) {
	sample.Whole(t)
	for _, code := range []int{9902, 9999} {
		s := &fakeSender{send: accept}
		deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
		drive(t, deps, func(d *driver) {
			d.write("Hi", five[0])
			d.enterOnReview()
			d.delivered(five[0], messaging.StatusFailed, code)
			d.press("n")
			d.advance(2 * time.Hour)
			d.write("Hi", five[0])
			d.enterOnReview()
			d.see("Send it again?", five[0]+" may have got this")
			if s.calls() != 1 {
				t.Errorf("%d: got %d sends, want 1", code, s.calls())
			}
		})
	}
}

// TestReviewWarnsOfTrouble: Review names the number that the last message did not get to,
// for as long as it is among the recipients; it can be sent all the same.
func TestReviewWarnsOfTrouble(t *testing.T) {
	s := &fakeSender{send: accept}
	deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
	drive(t, deps, func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.delivered(five[0], messaging.StatusFailed, 4720)
		d.press("n")
		d.advance(6 * time.Minute)
		d.write("another text", five[0])
		d.see("READY TO SEND · 1 warning", "! "+five[0]+" failed 6 minutes ago – 4720")
		d.enterOnReview()
		if s.calls() != 2 {
			t.Errorf("got %d sends, want 2: a warning keeps nobody", s.calls())
		}
		d.press("n")
		d.write("a third text", five[1])
		d.seeNot("4720")
	})
}
