package outboxtest

import (
	"errors"
	"fmt"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testOmitTextKeeps checks what of an answer stays: what says which message it was.
func (on *suite) testOmitTextKeeps(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{OmitText: true})
	m := sample.SMS("secret")
	id := sample.Begun(t, o.Outbox, m)[0]
	sample.Must(t, o.Settle(t.Context(), id, sample.Receipt("api", m), nil))
	d := sample.RowOf(t, o.Outbox, id)
	if want := fmt.Sprintf(`{"id":"api","owner":%q,"segmentCount":1}`, sample.Sender); string(d.Answer.Body) != want || d.MessageID != "api" {
		t.Errorf("the answer is %s, want %s", d.Answer.Body, want)
	}
	if want := fmt.Sprintf(`{"from":%q,"to":[%q],"applicationId":%q,"tag":"ticket-7"}`, sample.Sender, sample.Alice, sample.Application); string(d.Request) != want {
		t.Errorf("the request is %s, want %s", d.Request, want)
	}
	id = sample.Begun(t, o.Outbox, m)[0]
	sample.Must(t, o.Settle(t.Context(), id, nil, &messaging.Error{Outcome: messaging.Unsent, Err: messaging.Problems{{Value: "secret", Why: "no"}}}))
	if d := sample.RowOf(t, o.Outbox, id); !errors.Is(d.Err, messaging.ErrInvalid) && d.Err.Err.Error() != messaging.ErrInvalid.Error() {
		t.Errorf("the error is %v, want that it was invalid", d.Err)
	}
	// Without a text there is nothing to omit.
	id = sample.Begun(t, o.Outbox, messaging.Message{From: sample.Sender, To: []string{sample.Alice}, Media: []string{"https://example.com/a.png"}})[0]
	if d := sample.RowOf(t, o.Outbox, id); d.TextOmitted {
		t.Error("a message without a text says that it was omitted")
	}
}
