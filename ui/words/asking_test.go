package words

import (
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// TestAsked: when it was asked, when again, and that nobody asks any more.
func TestAsked(t *testing.T) {
	at := func(d time.Duration) time.Time { return time.Date(2026, 3, 1, 16, 43, 7, 0, time.UTC).Add(d) }
	of := func(s outbox.State, asked, next time.Time) outbox.Entry {
		return outbox.Entry{State: s, Created: at(0), MessageID: "a", Checked: asked, Asking: outbox.Asking{From: at(0), Next: next}}
	}
	for want, e := range map[string]outbox.Entry{
		"":                                  {State: outbox.Unsent, Created: at(0)},
		"first asked at 16:43:09":           of(outbox.Accepted, time.Time{}, at(2*time.Second)),
		"asked 16:43:12, again at 16:43:17": of(outbox.Accepted, at(5*time.Second), at(10*time.Second)),
		"asked 16:53, again at 17:03":       of(outbox.Sent, at(10*time.Minute), at(20*time.Minute)),
		"asked 19:03, again at 22:43":       of(outbox.Unconfirmed, at(140*time.Minute), at(6*time.Hour)),
		"asked 22:43, again at 2 Mar 16:43": of(outbox.Sent, at(6*time.Hour), at(24*time.Hour)),
		"asked 16:43:09":                    of(outbox.Delivered, at(2*time.Second), time.Time{}),
		keepsWords:                          of(outbox.Sent, at(335*time.Hour), time.Time{}),
	} {
		if got := Asked(e, time.UTC); got != want {
			t.Errorf("%s %s: %q, want %q", e.State, e.Asking.Next, got, want)
		}
	}
	if got := askedFact(of(outbox.Sent, at(0), at(time.Minute)), time.UTC); got != "16:43:07, again at 16:44:07 if a telex is open" {
		t.Errorf("as a fact: %q", got)
	}
	if got := askedFact(of(outbox.Delivered, at(0), time.Time{}), time.UTC); got != "" {
		t.Errorf("of a settled message: %q, want nothing", got)
	}
}

// TestAskTroubleNamesWho: that Bandwidth does not answer is Bandwidth's, and that the outbox's
// database is away is not, which says what it means for the messages and no step of telex's own.
func TestAskTroubleNamesWho(t *testing.T) {
	again := time.Date(2026, 3, 1, 16, 43, 5, 0, time.UTC)
	refused := &messaging.Error{Op: "list messages", Outcome: messaging.Rejected, Status: 403}
	if got := AskTrouble(refused, again); !strings.HasPrefix(got, "Bandwidth could not be asked what became of messages: HTTP 403") || !strings.HasSuffix(got, "; asked again at 16:43:05") {
		t.Errorf("of a refusal: %q", got)
	}
	away := &outbox.Error{Op: "look for what is to be asked", Path: "postgres://ana@db/telex", Err: outbox.ErrUnreachable, Hint: "check that the server runs"}
	const want = "what became of messages cannot be recorded for now: postgres://ana@db/telex: the database cannot be reached; check that the server runs; " +
		"messages that left are on their way anyway, and Bandwidth is asked about them at 16:43:05"
	if got := AskTrouble(away, again); got != want {
		t.Errorf("of an absent database: %q, want %q", got, want)
	}
}

// TestToldAsked: the page of what was sent says when it was asked and when again, once, with
// the key that asks now.
func TestToldAsked(t *testing.T) {
	created := time.Date(2026, 3, 1, 16, 43, 0, 0, time.UTC)
	d := outbox.Detail{Entry: outbox.Entry{
		ID: 1, State: outbox.Sent, Created: created, MessageID: "a", Message: messaging.Message{To: []string{"+12345678902"}},
		Checked: created.Add(5 * time.Second), Asking: outbox.Asking{From: created, Next: created.Add(10 * time.Second)},
	}}
	count := func(facts []Fact, part string) (n int) {
		for _, f := range facts {
			if f.Value == part {
				n++
			}
		}
		return n
	}
	const none = "no delivery news yet; asked 16:43:05, again at 16:43:10; r asks now"
	if facts := (Told{Detail: d, Asks: "r"}).Facts(time.UTC); count(facts, none) != 1 {
		t.Errorf("without deliveries %+v, want %q", facts, none)
	}
	d.Deliveries = []outbox.Delivery{{Recipient: "+12345678902", Status: messaging.StatusSent}}
	const some = "asked 16:43:05, again at 16:43:10; r asks now"
	facts := Told{Detail: d, Asks: "r"}.Facts(time.UTC)
	if count(facts, some) != 1 {
		t.Errorf("got %+v, want %q", facts, some)
	}
	for _, f := range facts {
		if f.Label == "asked" {
			t.Errorf("it is said twice: %+v", f)
		}
	}
}
