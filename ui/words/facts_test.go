package words

import (
	"slices"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// TestAfter: facts are put behind one and those that belong to it, and the list that they
// are put into stays as it was.
func TestAfter(t *testing.T) {
	facts := []Fact{{"a", "1"}, {"", "2"}, {"b", "3"}}
	more := List("c", []string{"4", "5"})
	for label, want := range map[string][]Fact{
		"a": {{"a", "1"}, {"", "2"}, {"c", "4"}, {"", "5"}, {"b", "3"}},
		"b": {{"a", "1"}, {"", "2"}, {"b", "3"}, {"c", "4"}, {"", "5"}},
		"x": {{"a", "1"}, {"", "2"}, {"b", "3"}, {"c", "4"}, {"", "5"}},
	} {
		if got := After(facts, label, more...); !slices.Equal(got, want) {
			t.Errorf("after %s: got %v, want %v", label, got, want)
		}
	}
	if len(facts) != 3 || facts[2].Label != "b" {
		t.Errorf("got %v, want the list as it was", facts)
	}
}

// TestCodesOfGroup: each recipient's code is explained once, the message's own above.
func TestCodesOfGroup(t *testing.T) {
	d := outbox.Detail{
		Entry: outbox.Entry{State: outbox.Failed, ErrorCode: 4720, Message: messaging.Message{To: []string{"+1", "+2"}}},
		Deliveries: []outbox.Delivery{
			{Recipient: "+1", Status: messaging.StatusFailed, ErrorCode: 4720},
			{Recipient: "+2", Status: messaging.StatusFailed, ErrorCode: 4775},
		},
	}
	facts := Facts(d, time.UTC, "")
	for _, code := range []int{4720, 4775} {
		c, _ := messaging.ExplainCode(code)
		n := 0
		for _, f := range facts {
			if f.Value == c.Advice {
				n++
			}
		}
		if n != 1 {
			t.Errorf("got the advice of %d %d times, want it once in %+v", code, n, facts)
		}
	}
}

// TestBrief: the short form has nothing that the long one has not, and no bodies
// nor who sent it.
func TestBrief(t *testing.T) {
	d := outbox.Detail{
		Entry:   outbox.Entry{ID: 1, State: outbox.Accepted, MessageID: "id", Created: time.Unix(1, 0), Message: messaging.Message{From: "+1", To: []string{"+2"}, Text: "Hi"}},
		Request: []byte(`{}`), Answer: &messaging.Answer{Line: "202 Accepted", Proto: "HTTP/1.1", Body: []byte(`{}`)},
		Moves: []outbox.Move{{State: outbox.Accepted}}, Attempts: []messaging.Attempt{{Status: 202}},
	}
	long, brief := Facts(d, time.UTC, ""), Brief(d, time.UTC, "")
	var labels []string
	for _, f := range brief {
		labels = append(labels, f.Label)
		if !slices.Contains(long, f) {
			t.Errorf("got %+v in the short form only", f)
		}
	}
	if want := []string{"message", "API's id", "state", "answer", "from", "to", "text", "timeline", "tries"}; !slices.Equal(labels, want) {
		t.Errorf("got %q, want %q", labels, want)
	}
}

// TestFieldError: a field that the screens have is called as they call it.
func TestFieldError(t *testing.T) {
	for name, want := range map[string]string{
		"to[0]": "To 1: why\u241b", "media[1]": "Media 2: why\u241b", "TEXT": "Text: why\u241b", "odd\x1b": "odd\u241b: why\u241b",
	} {
		if got := FieldError(messaging.FieldError{Name: name, Description: "why\x1b"}); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
