package outboxtest

import (
	"fmt"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testOptOutByCode: a delivery that failed for an opt-out, however that became known, keeps
// the next message back; a message that nobody vouches for says nothing.
func (on *suite) testOptOutByCode(t *testing.T) {
	for _, code := range []int{4475, 4775} {
		for name, tell := range map[string]func(o *process, id int64, m messaging.Message){
			"asked": func(o *process, id int64, m messaging.Message) {
				_, err := o.Deliver(t.Context(), id, sample.Told("api", m, fmt.Sprint("FAILED ", code), "DELIVERED"))
				sample.Must(t, err)
			},
			"called": func(o *process, _ int64, _ messaging.Message) {
				v := sample.Event(callback.MessageFailed, "api", sample.Alice, code)
				v.Trust = callback.Untrusted
				sample.Heard(t, o.Outbox, v)
				want(t, "by a forged failure", ledgerOf(t, o))
				v.Trust = callback.Trusted
				sample.Heard(t, o.Outbox, v)
			},
		} {
			t.Run(fmt.Sprint(name, " ", code), func(t *testing.T) {
				c := sample.NewClock()
				o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
				m := sample.SMS("hi", sample.Alice, sample.Bob)
				ids, err := o.Begin(t.Context(), outbox.Plan{By: ours, Messages: []messaging.Message{m}})
				sample.Must(t, err)
				sample.Must(t, o.Settle(t.Context(), ids[0], sample.Receipt("api", m), nil))
				c.Advance(time.Minute)
				tell(o, ids[0], m)
				want(t, "the ledger", ledgerOf(t, o), fmt.Sprint(sample.Alice, " code ", code))
				want(t, "refused", refused(t, o, sample.SMS("again")), sample.Alice)
				want(t, "refused", refused(t, o, sample.SMS("again", sample.Bob)))
				v := sample.Came("start", sample.Alice, "start")
				v.Message.Time = c.Now()
				sample.Heard(t, o.Outbox, v)
				want(t, "after START", ledgerOf(t, o))
				tell2, err := o.Deliver(t.Context(), ids[0], sample.Told("api", m, fmt.Sprint("FAILED ", code), "DELIVERED"))
				if err != nil || tell2 != outbox.Failed && name == "asked" {
					t.Errorf("asked again it is %s, %v", tell2, err)
				}
				want(t, "asked again", ledgerOf(t, o))
			})
		}
	}
}

// testOptOutByOldCode: a question that comes after START tells of a failure before it, and
// that opts nobody out; one before the message does not count.
func (on *suite) testOptOutByOldCode(t *testing.T) {
	for name, since := range map[string]bool{"before the message": false, "since": true} {
		c := sample.NewClock()
		o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
		start := func() {
			c.Advance(time.Minute)
			v := sample.Came("start", sample.Alice, "START")
			v.Message.Time = c.Now()
			sample.Heard(t, o.Outbox, v)
			c.Advance(time.Minute)
		}
		if !since {
			start()
		}
		m := sample.SMS("hi", sample.Alice)
		ids, err := o.Begin(t.Context(), outbox.Plan{By: ours, Messages: []messaging.Message{m}})
		sample.Must(t, err)
		sample.Must(t, o.Settle(t.Context(), ids[0], sample.Receipt("api", m), nil))
		if since {
			start()
		}
		c.Advance(time.Hour)
		_, err = o.Deliver(t.Context(), ids[0], sample.Told("api", m, "FAILED 4475"))
		sample.Must(t, err)
		var out []string
		if !since {
			out = []string{sample.Alice + " code 4475"}
		}
		want(t, "START "+name, ledgerOf(t, o), out...)
	}
}
