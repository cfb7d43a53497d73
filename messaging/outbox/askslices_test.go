package outbox

import (
	"fmt"
	"testing"
	"time"
)

// some are messages of a sender, a second apart.
func some(sender string, n int, at time.Time) []openMessage {
	var all []openMessage
	for i := range n {
		all = append(all, openMessage{
			id: int64(i), api: fmt.Sprint(sender, i), sender: sender, recipients: 1,
			from: at.Add(time.Hour), taken: at.Add(time.Duration(i) * time.Second),
		})
	}
	return all
}

// TestSlices: how many questions messages take, and that each is in one of them, within the
// window that is asked for.
func TestSlices(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var many []openMessage
	for i := range 25 {
		many = append(many, some(fmt.Sprintf("+1919555%04d", i), 4, at)...)
	}
	group := some("+19195550100", 2000, at)
	for i := range group {
		group[i].recipients = 10
	}
	unstamped := some("+19195550100", 6, at)
	for i := range unstamped {
		unstamped[i].taken = time.Time{}
	}
	for _, test := range []struct {
		name          string
		messages      []openMessage
		slices, pages int
	}{
		{"none", nil, 0, 0},
		{"few", some("+19195550100", 5, at), 5, 5},
		{"six", some("+19195550100", 6, at), 1, 1},
		{"25 senders", many, 3, 3},
		{"a name among them", append(some("ACME", 3, at), some("+19195550100", 3, at)...), 2, 2},
		{"ten thousand", some("+19195550100", 10_000, at), 2, 10},
		{"groups", group, 3, 21},
		{"without the API's time", unstamped, 1, 1},
	} {
		all, pages, seen := slicesOf(test.messages), 0, map[string]bool{}
		for _, s := range all {
			pages += s.pages(pageSize)
			q := s.query(pageSize)
			if len(q.Source) > sendersAtOnce {
				t.Errorf("%s: asks for %d senders at once", test.name, len(q.Source))
			}
			for _, m := range s.messages {
				seen[m.api] = true
				when := m.taken
				if when.IsZero() {
					when = m.from
				}
				if len(s.messages) > 1 && (q.From.After(when.Add(-takenSlack)) || q.To.Before(when.Add(takenSlack))) {
					t.Errorf("%s: %s was taken at %s, and asked for from %s to %s", test.name, m.api, when, q.From, q.To)
				}
				if len(s.messages) == 1 && q.MessageID != m.api {
					t.Errorf("%s: %s is asked for by %+v", test.name, m.api, q)
				}
			}
		}
		if len(all) != test.slices || pages != test.pages || len(seen) != len(test.messages) {
			t.Errorf("%s: %d slices, %d pages, %d messages; want %d, %d, %d", test.name, len(all), pages, len(seen), test.slices, test.pages, len(test.messages))
		}
	}
}

// TestHalves: of a list that is longer than its pages reach the halves are asked for, down
// to one message.
func TestHalves(t *testing.T) {
	s := slice{[]string{"+19195550100"}, some("+19195550100", 7, time.Unix(1772366400, 0))}
	earlier, later, ok := s.halves()
	if !ok || len(earlier.messages) != 3 || len(later.messages) != 4 || later.query(pageSize).From.Before(earlier.query(pageSize).From) || len(later.senders) != 1 {
		t.Errorf("halves are %+v and %+v, %t", earlier, later, ok)
	}
	if _, _, ok := (slice{messages: s.messages[:1]}).halves(); ok {
		t.Error("one message has halves")
	}
}
