package outboxtest

import (
	"maps"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testHandedOverTogether: of several messages those that were only handed over are told from
// those that arrived.
func (on *suite) testHandedOverTogether(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	photo := toPeople()
	photo.Media = []string{"https://example.com/a.png"}
	for name, test := range map[string]struct {
		of   outbox.Broadcast
		want int
	}{
		"an MMS, one of them older than grades": {photo, 2},
		"a text":                                {toPeople(), 0},
	} {
		id := startedPeople(t, o, test.of, people(3))
		drained(t, o, &counter{}, id, fast(outbox.DrainOptions{}))
		sample.Change(t, o.engine, "UPDATE messages SET state = 'delivered', grade = CASE WHEN media = '' THEN 'carrier' WHEN n = 1 THEN 'handed-over' WHEN n = 2 THEN '' ELSE 'carrier' END WHERE run = ?", id)
		counts, err := o.RunCounts(t.Context(), id)
		if err != nil || counts.HandedOver != test.want || !maps.Equal(counts.States, map[outbox.State]int{outbox.Delivered: 3}) {
			t.Errorf("%s: RunCounts() = %+v, %v, want %d of 3 handed over", name, counts, err, test.want)
		}
		last := sample.IDsIn(t, o.Outbox, outbox.Filter{})[0]
		all, err := o.Mailings(t.Context(), []int64{last})
		if m := all[last]; err != nil || m.HandedOver != test.want || m.Size != 3 {
			t.Errorf("%s: Mailings() = %+v, %v, want %d of 3 handed over", name, m, err, test.want)
		}
	}
}
