package outboxtest

import (
	"fmt"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testKeepForAll: what one person chose for themselves deletes nothing of an outbox that
// several use; what was said for all does, whoever opens it, and it is known who said it.
func (on *suite) testKeepForAll(t *testing.T) {
	at, clock := on.place(t), sample.NewClock()
	mine := outbox.Options{Now: clock.Now, Keep: 30, User: outbox.User{Name: "ana", Host: "bastion"}}
	o := on.opened(t, at, mine)
	if !o.engine.Report().Shared {
		if err := o.KeepFor(t.Context(), 30); err == nil {
			t.Error("an outbox of one person's took what is said for all")
		}
		if k, err := o.Keeping(t.Context()); err != nil || k != (outbox.Keeping{Days: 30}) {
			t.Errorf("Keeping = %+v, %v, want what its person chose", k, err)
		}
		return
	}
	for i := range 8 {
		accepted(t, o, fmt.Sprint("old-", i), sample.SMS(fmt.Sprint("old ", i)))
	}
	clock.Advance(40 * 24 * time.Hour)
	accepted(t, o, "new", sample.SMS("new"))
	messages := func(when string, options outbox.Options, want int) outbox.Keeping {
		t.Helper()
		sample.Must(t, o.Close())
		o = on.opened(t, at, options)
		held, err := o.Holdings(t.Context())
		sample.Must(t, err)
		if held.Messages != want {
			t.Errorf("%s: %d messages, want %d", when, held.Messages, want)
		}
		k, err := o.Keeping(t.Context())
		sample.Must(t, err)
		return k
	}
	if k := messages("with an option of one person", mine, 9); k != (outbox.Keeping{}) {
		t.Errorf("Keeping = %+v, want forever", k)
	}
	for _, days := range []int{-1, outbox.MostDays + 1} {
		if err := o.KeepFor(t.Context(), days); err == nil {
			t.Errorf("KeepFor(%d) was taken", days)
		}
	}
	sample.Must(t, o.KeepFor(t.Context(), 30))
	said := clock.Now()
	others := outbox.Options{Now: clock.Now, User: outbox.User{Name: "bea", Host: "laptop"}}
	k := messages("after it was said for all", others, 6) // a quarter of 9, at most, goes in a day
	if k.Days != 30 || k.By != (outbox.User{Name: "ana", Host: "bastion"}) || !k.At.Equal(said) {
		t.Errorf("Keeping = %+v, want 30 days, as ana said at %s", k, said)
	}
	sample.Must(t, o.KeepFor(t.Context(), 0))
	clock.Advance(25 * time.Hour)
	if k := messages("forever again", others, 6); k.Days != 0 || k.By.Name != "bea" {
		t.Errorf("Keeping = %+v, want forever, as bea said", k)
	}
}
