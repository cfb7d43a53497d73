package outboxtest

import (
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testOptOutComesBack: what was exported and is imported again adds nothing, so START still
// frees who wrote STOP.
func (on *suite) testOptOutComesBack(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	said := func(id, words string) {
		c.Advance(time.Minute)
		e := sample.Came(id, sample.Alice, words)
		e.Message.Time = c.Now()
		sample.Heard(t, o.Outbox, e)
	}
	said("stop", "STOP")
	all, err := o.OptOuts(t.Context(), outbox.OptOutFilter{})
	if err != nil || len(all) != 1 {
		t.Fatalf("the ledger is %+v, %v, want one", all, err)
	}
	exported := outbox.OptOut{Number: all[0].Number, Sender: all[0].Sender, Since: all[0].Since.Truncate(time.Second), By: outbox.OptedByImport}
	if n, err := o.AddOptOuts(t.Context(), []outbox.OptOut{exported}); n != 0 || err != nil {
		t.Errorf("AddOptOuts of what was exported = %d, %v, want nothing new", n, err)
	}
	said("start", "START")
	want(t, "after START", ledgerOf(t, o))
	if n, err := o.AddOptOuts(t.Context(), []outbox.OptOut{exported}); n != 1 || err != nil {
		t.Errorf("AddOptOuts of an old list = %d, %v, want it entered: that one ended", n, err)
	}
}
