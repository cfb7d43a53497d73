package words

import (
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// TestSegmentsOfMMS: an MMS has no segments, also where the API counts one.
func TestSegmentsOfMMS(t *testing.T) {
	sms := messaging.Message{From: "+1", To: []string{"+2"}, Text: "Hi"}
	picture, group := sms, sms
	picture.Media, group.To = []string{"https://example.com/a.png"}, []string{"+2", "+3"}
	for _, m := range []messaging.Message{sms, picture, group} {
		d := outbox.Detail{Entry: outbox.Entry{State: outbox.Accepted, Message: m, SegmentCount: 1}}
		said := false
		for _, f := range Facts(d, time.UTC, "") {
			said = said || f.Label == "segments"
		}
		candidate := Candidate(outbox.Candidate{MessageID: "a", SegmentCount: 1}, m)
		if want := !m.IsMMS(); said != want || strings.Contains(candidate, "segment") != want {
			t.Errorf("MMS %v: facts name segments: %v, and %q; want %v", m.IsMMS(), said, candidate, want)
		}
	}
}

// TestSentence: the states as sentences, whatever is spoken of.
func TestSentence(t *testing.T) {
	for want, e := range map[string]outbox.Entry{
		"it failed: not delivered": {State: outbox.Failed, Message: messaging.Message{To: []string{"+1"}}},
		"it was handed over to the carrier's MMS centre; no receipt to expect": {State: outbox.Delivered, Grade: messaging.GradeHandedOver},
		"it is delivered: the phone says it arrived":                           {State: outbox.Delivered, Grade: messaging.GradeHandset},
	} {
		if got := Sentence("it", e, nil); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestTroubleCounts: of many numbers the first are named and the rest is counted.
func TestTroubleCounts(t *testing.T) {
	var all []outbox.Trouble
	for range mostTroubles {
		all = append(all, outbox.Trouble{Number: "+1"})
	}
	for _, want := range []string{"and 1 more number that the last message did not reach", "and 2 more numbers that the last message did not reach"} {
		all = append(all, outbox.Trouble{Number: "+1"})
		if lines := Trouble(all, nil, time.Time{}); len(lines) != mostTroubles+1 || lines[mostTroubles] != want {
			t.Errorf("got %q, want %q at the end", lines, want)
		}
	}
}

// TestDescribeSettled: what another telex made of a message is said as that.
func TestDescribeSettled(t *testing.T) {
	settled := &outbox.SettledError{Move: outbox.MoveError{ID: 3, From: outbox.Unsent}}
	got := Describe(&messaging.Error{Outcome: messaging.Unsent, Err: settled})
	if want := "another telex thought this one had ended: message 3 was settled as unsent"; !strings.HasPrefix(got.What, want) {
		t.Errorf("got %q, want %q", got.What, want)
	}
}
