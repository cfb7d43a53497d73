package words

import (
	"errors"
	"slices"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// TestTold: beside what the row says stands what only the console knows, and nothing that
// does not fit the state.
func TestTold(t *testing.T) {
	refused := &messaging.Error{Op: "list messages", Outcome: messaging.Rejected, Status: 403}
	asked := time.Date(2000, 1, 1, 15, 4, 5, 0, time.UTC)
	delivery := []outbox.Delivery{{Recipient: "+2", Status: messaging.StatusSending}}
	row := func(s outbox.State, ds ...outbox.Delivery) outbox.Detail {
		e := outbox.Entry{ID: 1, State: s, Created: asked, Message: messaging.Message{To: []string{"+2"}}}
		if len(ds) > 0 {
			e.MessageID, e.Checked, e.Asking.Next = "a", asked, asked.Add(5*time.Second)
		}
		return outbox.Detail{Entry: e, Deliveries: ds}
	}
	sent := Deliveries(delivery)[0]
	for name, tt := range map[string]struct {
		told Told
		want []Fact // between the state and the recipients
	}{
		"not asked":        {Told{Detail: row(outbox.Accepted), Asks: "r"}, []Fact{{"delivery", "no delivery news yet"}}},
		"asked in vain":    {Told{Detail: row(outbox.Accepted), Asks: "r", AskErr: refused}, []Fact{{"delivery", "no delivery news yet; HTTP 403 Forbidden"}}},
		"on its way":       {Told{Detail: row(outbox.Sent, delivery...), Asks: "r"}, []Fact{{"delivery", sent}, {"", "asked 15:04:05, again at 15:04:10; r asks now"}}},
		"and then in vain": {Told{Detail: row(outbox.Sent, delivery...), Asks: "r", AskErr: refused}, []Fact{{"delivery", sent}, {"", "asked 15:04:05, again at 15:04:10; r asks now; then: HTTP 403 Forbidden"}}},
		"settled":          {Told{Detail: row(outbox.Failed, delivery...), Asks: "r"}, []Fact{{"delivery", sent}, {"", "asked 15:04:05"}}},
		"unknown":          {Told{Detail: row(outbox.Unknown), Asks: "r"}, []Fact{{"next", "r looks for it at Bandwidth; do that before you send it again"}}},
		"nobody to ask":    {Told{Detail: row(outbox.Unknown)}, nil},
		"unknown, in vain": {Told{Detail: row(outbox.Unknown), AskErr: refused}, []Fact{{"asked", "HTTP 403 Forbidden"}}},
		"looked for":       {Told{Detail: row(outbox.Unknown), Finding: &outbox.Finding{Verdict: outbox.TooOld}}, List("found", Finding(outbox.Finding{Verdict: outbox.TooOld}))},
		"rejected":         {Told{Detail: row(outbox.Rejected), AskErr: refused, Finding: &outbox.Finding{}}, nil},
	} {
		for form, facts := range map[string][]Fact{"facts": tt.told.Facts(time.UTC), "brief": tt.told.Brief(time.UTC)} {
			from := slices.IndexFunc(facts, func(f Fact) bool { return f.Label == "state" }) + 1
			to := slices.IndexFunc(facts, func(f Fact) bool { return f.Label == "to" || f.Label == "created" })
			if got := facts[from:to]; !slices.Equal(got, tt.want) {
				t.Errorf("%s, %s: got %q, want %q", name, form, got, tt.want)
			}
		}
		tt.told.Unrecorded = errors.New("disk full\x1b")
		want := Fact{"warning", "what is said here is not in the outbox: disk full\u241b"}
		if facts := tt.told.Facts(time.UTC); facts[1] != want {
			t.Errorf("%s: got %q behind the number, want the warning", name, facts[1])
		}
	}
}
