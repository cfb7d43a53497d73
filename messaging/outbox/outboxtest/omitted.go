package outboxtest

import (
	"errors"
	"fmt"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
)

// testOmitTextKeeps checks what of an answer stays: what says which message it was.
func (on *suite) testOmitTextKeeps(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{OmitText: true})
	m := sms("secret")
	id := begun(t, o, m)[0]
	must(t, o.Settle(t.Context(), id, receiptFor("api", m), nil))
	d := entryOf(t, o, id)
	if want := fmt.Sprintf(`{"id":"api","owner":%q,"segmentCount":1}`, sender); string(d.Answer.Body) != want || d.MessageID != "api" {
		t.Errorf("the answer is %s, want %s", d.Answer.Body, want)
	}
	if want := fmt.Sprintf(`{"from":%q,"to":[%q],"applicationId":%q,"tag":"ticket-7"}`, sender, alice, testApp); string(d.Request) != want {
		t.Errorf("the request is %s, want %s", d.Request, want)
	}
	id = begun(t, o, m)[0]
	must(t, o.Settle(t.Context(), id, nil, &messaging.Error{Outcome: messaging.Unsent, Err: messaging.Problems{{Value: "secret", Why: "no"}}}))
	if d := entryOf(t, o, id); !errors.Is(d.Err, messaging.ErrInvalid) && d.Err.Err.Error() != messaging.ErrInvalid.Error() {
		t.Errorf("the error is %v, want that it was invalid", d.Err)
	}
	// Without a text there is nothing to omit.
	id = begun(t, o, messaging.Message{From: sender, To: []string{alice}, Media: []string{"https://example.com/a.png"}})[0]
	if d := entryOf(t, o, id); d.TextOmitted {
		t.Error("a message without a text says that it was omitted")
	}
}
