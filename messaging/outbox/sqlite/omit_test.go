package sqlite

import (
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestOmitText sends a text in every way and looks for it in all files.
func TestOmitText(t *testing.T) {
	sample.Alone(t)
	text := "Zwiebelkuchen \u2603 731864"
	traces := []string{"Zwiebelkuchen", "\u2603", "731864"}
	m := sample.SMS(text)
	invalid := messaging.Problems{{Field: messaging.FieldText, Value: text, Why: "not good"}}
	outcomes := map[string]struct {
		receipt *messaging.Receipt
		err     error
		want    outbox.State
	}{
		"accepted":       {sample.Receipt("api", m), nil, outbox.Accepted},
		"rejected":       {nil, sample.Refusal(text), outbox.Rejected},
		"unknown":        {nil, sample.Lost(), outbox.Unknown},
		"a gateway":      {nil, &messaging.Error{Op: "send message", Status: 502, Answer: &messaging.Answer{Status: 502, Body: []byte("<p>" + text)}}, outbox.Unknown},
		"half an answer": {nil, &messaging.Error{Op: "send message", Status: 202, Answer: &messaging.Answer{Status: 202, Body: []byte(`{"text":"` + text)}}, outbox.Unknown},
		"invalid":        {nil, &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: invalid}, outbox.Unsent},
	}
	for name, outcome := range sample.Some(3, outcomes) {
		t.Run(name, func(t *testing.T) {
			for _, omit := range []bool{false, true} {
				path := place(t)
				o := opened(t, path, outbox.Options{OmitText: omit})
				draft, err := o.SaveDraft(t.Context(), 0, "", []byte(text))
				sample.Must(t, err)
				id := sample.Begun(t, o, m)[0]
				sample.Must(t, o.Settle(t.Context(), id, outcome.receipt, outcome.err))
				d := sample.RowOf(t, o, id)
				if d.State != outcome.want || d.TextOmitted != omit || d.TextLength != 22 || o.OmitsText() != omit {
					t.Errorf("it is %s, omitted: %t, %d long; want %s, %t, 22", d.State, d.TextOmitted, d.TextLength, outcome.want, omit)
				}
				repeats, err := o.Repeats(t.Context(), []messaging.Message{m})
				if want := outcome.want != outbox.Rejected && outcome.want != outbox.Unsent; err != nil || (len(repeats) == 1) != want {
					t.Errorf("Repeats = %d, %v, want one: %t", len(repeats), err, want)
				}
				if !omit {
					wantSomewhere(t, path, traces...)
					continue
				}
				wantNowhere(t, path, traces...)
				if draft != 0 || d.Message.Text != "" {
					t.Errorf("draft %d, text %q, want neither", draft, d.Message.Text)
				}
				if got := sample.IDsIn(t, o, outbox.Filter{Search: "Zwiebelkuchen"}); len(got) != 0 {
					t.Errorf("the search finds %v, want none", got)
				}
				if got := sample.IDsIn(t, o, outbox.Filter{Search: sample.Alice}); len(got) != 1 {
					t.Errorf("the search for the number finds %v, want it", got)
				}
			}
		})
	}
}
