package words

import (
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
)

// TestStateLine: what is said of one message, by what is known of its recipients.
func TestStateLine(t *testing.T) {
	ended := func(s messaging.Status, code int, g messaging.Grade) outbox.Delivery {
		return outbox.Delivery{Recipient: "+1", Status: s, ErrorCode: code, Grade: g}
	}
	got := ended(messaging.StatusDelivered, 0, messaging.GradeCarrier)
	handed := ended(messaging.StatusDelivered, 0, messaging.GradeHandedOver)
	missing, not := ended(messaging.StatusFailed, 9902, ""), ended(messaging.StatusFailed, 4720, "")
	of := func(s outbox.State, n int) outbox.Entry {
		return outbox.Entry{State: s, Message: messaging.Message{To: make([]string, n)}}
	}
	graded := func(g messaging.Grade, n int) outbox.Entry {
		e := of(outbox.Delivered, n)
		e.Grade = g
		return e
	}
	doubtful := of(outbox.Failed, 1)
	doubtful.Doubt = true
	for _, test := range []struct {
		e    outbox.Entry
		all  []outbox.Delivery
		want string
	}{
		{graded(messaging.GradeHandedOver, 1), nil, "handed over to the carrier's MMS centre; no receipt to expect"},
		{graded(messaging.GradeHandedOver, 3), nil, "handed over to the carrier's MMS centre; no receipt to expect"},
		{graded(messaging.GradeCarrier, 1), nil, "delivered: the carrier says it arrived"},
		{graded(messaging.GradeHandset, 1), nil, "delivered: the phone says it arrived"},
		{graded(messaging.GradeRead, 1), nil, "delivered: it was opened on the phone"},
		{of(outbox.Unconfirmed, 1), []outbox.Delivery{missing}, "unconfirmed: no receipt came in time; it may have arrived"},
		{of(outbox.Failed, 1), []outbox.Delivery{not}, "failed: not delivered"},
		{doubtful, nil, "failed: Bandwidth reports a failure, but it may have arrived"},
		{of(outbox.Failed, 5), []outbox.Delivery{got, not, got, not, got}, "failed: not delivered to 2 of 5"},
		{of(outbox.Failed, 4), []outbox.Delivery{got, missing, not, got}, "failed: delivered to 2, no receipt 1, not delivered 1"},
		{of(outbox.Unconfirmed, 3), []outbox.Delivery{got, missing, missing}, "unconfirmed: delivered to 1, no receipt 2"},
		{of(outbox.Unconfirmed, 3), []outbox.Delivery{handed, handed, missing}, "unconfirmed: handed over for 2, no receipt 1"},
		{of(outbox.Unconfirmed, 2), []outbox.Delivery{missing, missing}, "unconfirmed: no receipt 2"},
		{of(outbox.Failed, 3), nil, "failed: not delivered to some"},
	} {
		if got := Line(test.e, test.all); got != test.want {
			t.Errorf("%s of %d with %v: %q, want %q", test.e.State, len(test.e.Message.To), test.all, got, test.want)
		}
	}
	for _, s := range outbox.States() {
		if line := Line(of(s, 1), nil); line == "" || Means(s) == "" || len(State(of(s, 1))) > StateColumn {
			t.Errorf("%s: %q, want words that fit the column", s, line)
		}
	}
}

// TestDeliveryWords: a line a recipient, in words, with the code where there is one.
func TestDeliveryWords(t *testing.T) {
	for _, test := range []struct {
		d    outbox.Delivery
		want string
	}{
		{outbox.Delivery{Status: messaging.StatusFailed, ErrorCode: 4720, Carrier: "other"}, "+1  not delivered – 4720 number not valid"},
		{outbox.Delivery{Status: messaging.StatusUndelivered, ErrorCode: 4770, Carrier: "Verizon"}, "+1  not delivered – 4770 taken for spam by the carrier (Verizon)"},
		{outbox.Delivery{Status: messaging.StatusFailed, ErrorCode: 4799}, "+1  not delivered – unknown code 4799"},
		{outbox.Delivery{Status: messaging.StatusFailed}, "+1  not delivered"},
		{outbox.Delivery{Status: messaging.StatusFailed, ErrorCode: 5630}, "+1  called failed, but it may have arrived – 5630 not confirmed by the carrier"},
		{outbox.Delivery{Status: messaging.StatusSent, ErrorCode: 9902}, "+1  no receipt, it may have arrived – 9902"},
		{outbox.Delivery{Status: messaging.StatusDelivered, Grade: messaging.GradeHandset}, "+1  the phone says it arrived"},
		{outbox.Delivery{Status: messaging.StatusQueued}, "+1  queued"},
	} {
		test.d.Recipient = "+1"
		if got := Deliveries([]outbox.Delivery{test.d}); len(got) != 1 || got[0] != test.want {
			t.Errorf("%+v: %q, want %q", test.d, got, test.want)
		}
	}
}
