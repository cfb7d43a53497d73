package outboxtest

import (
	"context"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testYes: YES opts in within a day after a text that asks for it, by an event with
// credentials, as START does; without that it is a word.
func (on *suite) testYes(t *testing.T) {
	for _, test := range []struct {
		name  string
		optIn bool
		state outbox.State
		after time.Duration
		from  string
		text  string
		trust callback.Trust
		in    bool
	}{
		{"asked", true, outbox.Accepted, time.Hour, sample.Alice, "Yes!", callback.Trusted, true},
		{"at the end of the day", true, outbox.Accepted, 24 * time.Hour, sample.Alice, "YES", callback.Trusted, true},
		{"a day later", true, outbox.Accepted, 24*time.Hour + time.Second, sample.Alice, "YES", callback.Trusted, false},
		{"not asked", false, outbox.Accepted, time.Hour, sample.Alice, "YES", callback.Trusted, false},
		{"another one was asked", true, outbox.Accepted, time.Hour, sample.Bob, "YES", callback.Trusted, false},
		{"the question was refused", true, outbox.Rejected, time.Hour, sample.Alice, "YES", callback.Trusted, false},
		{"nobody knows whether it was asked", true, outbox.Unknown, time.Hour, sample.Alice, "YES", callback.Trusted, true},
		{"without credentials", true, outbox.Accepted, time.Hour, sample.Alice, "YES", callback.Untrusted, false},
		{"a sentence", true, outbox.Accepted, time.Hour, sample.Alice, "yes I will be there", callback.Trusted, false},
		{"like any number", true, outbox.Accepted, time.Hour, "%", "YES", callback.Trusted, false},
	} {
		c := sample.NewClock()
		o, api := on.opened(t, on.place(t), replying(c)), &mouth{}
		batch, err := o.Plan(t.Context(), sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
			if test.state == outbox.Rejected {
				return nil, sample.Refusal("text")
			}
			if test.state == outbox.Unknown {
				return nil, sample.Lost()
			}
			return sample.Receipt("asks", m), nil
		}}, outbox.Plan{By: ours, Messages: []messaging.Message{sample.SMS("Reply YES to get texts", sample.Alice)}, OptIn: test.optIn})
		sample.Must(t, err)
		if r := batch.Send(t.Context(), 0); r.Unrecorded != nil || sample.RowOf(t, o.Outbox, r.ID).OptIn != test.optIn {
			t.Errorf("%s: the row is %+v", test.name, sample.RowOf(t, o.Outbox, r.ID).Entry)
		}
		c.Advance(time.Minute)
		stop := sample.Came("stop", test.from, "STOP")
		stop.Message.Time = c.Now()
		sample.Heard(t, o.Outbox, stop)
		answered(t, o, api, 1)
		c.Advance(test.after - time.Minute)
		yes := sample.Came("yes", test.from, test.text)
		yes.Message.Time, yes.Trust = c.Now(), test.trust
		sample.Heard(t, o.Outbox, yes)
		out, err := o.OptOuts(t.Context(), outbox.OptOutFilter{Numbers: []string{test.from}})
		if err != nil || (len(out) == 0) != test.in {
			t.Errorf("%s: the ledger has %+v, %v", test.name, out, err)
		}
		if n := owedNow(t, o); (n == 1) != test.in {
			t.Errorf("%s: %d are to be answered", test.name, n)
		}
	}
}
