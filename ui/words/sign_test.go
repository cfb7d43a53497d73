package words

import (
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// TestSigns: each outcome has a sign of one cell that is its own, in ASCII too; only what
// is on its way shares one.
func TestSigns(t *testing.T) {
	onItsWay := map[outbox.State]bool{outbox.Accepted: true, outbox.Sent: true}
	signs, ascii := map[string]outbox.State{}, map[string]outbox.State{}
	for _, s := range outbox.States() {
		sign := Sign(outbox.Entry{State: s})
		plain := text.InASCII(sign)
		if text.Width(sign) != 1 || len(plain) != 1 || plain == "?" && s != outbox.Unknown {
			t.Errorf("%s: got %q and %q, want one cell", s, sign, plain)
		}
		for seen, of := range map[string]map[string]outbox.State{sign: signs, plain: ascii} {
			if other, there := of[seen]; there && !(onItsWay[s] && onItsWay[other]) {
				t.Errorf("%s and %s are both %q", s, other, seen)
			}
			of[seen] = s
		}
	}
	handed := outbox.Entry{State: outbox.Delivered, Grade: messaging.GradeHandedOver}
	if got := Sign(handed); got == Sign(outbox.Entry{State: outbox.Delivered}) {
		t.Errorf("got %q for an MMS that was handed over, want no sign of an arrival", got)
	}
}
