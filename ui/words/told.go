package words

import (
	"slices"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// A Told message is one that a console tells of when its send has ended: its row, and what
// that console alone knows.
type Told struct {
	Detail     outbox.Detail
	Unrecorded error           // why the outbox does not have what Detail says; nil if it has
	Asks       string          // what the user types to ask the API about it; "" if that cannot be done
	AskErr     error           // why the API did not answer the last time; nil if it did
	Finding    *outbox.Finding // of a look for it while its outcome was unknown; nil if there was none
}

// Facts are those of the row and of the console, in the order in which a person wants to
// read them; see [Facts].
func (t Told) Facts(zone *time.Location) []Fact {
	return t.with(Facts(t.Detail, zone, t.ask()), zone)
}

// Brief is a short form of the same; see [Brief].
func (t Told) Brief(zone *time.Location) []Fact {
	return t.with(Brief(t.Detail, zone, t.ask()), zone)
}

func (t Told) ask() string {
	if t.Asks == "" {
		return ""
	}
	return LookFirst(t.Asks)
}

// LooksFor says what looks for a message at Bandwidth: a key, or a command.
func LooksFor(asks string) string { return asks + " looks for it at Bandwidth" }

// LookFirst is LooksFor about a message that may have been sent.
func LookFirst(asks string) string { return LooksFor(asks) + "; do that before you send it again" }

// with puts what the console alone knows among the facts of the row.
func (t Told) with(facts []Fact, zone *time.Location) []Fact {
	failed := ""
	if t.AskErr != nil {
		failed = Describe(t.AskErr).What
	}
	switch unknown := t.Detail.State == outbox.Unknown; {
	case t.Detail.State.Outcome() == messaging.Accepted:
		facts = t.fresh(facts, zone, failed)
	case unknown && failed != "":
		facts = After(facts, "state", Fact{"asked", failed})
	case unknown && t.Finding != nil:
		facts = slices.DeleteFunc(facts, func(f Fact) bool { return f.Label == "asked" || f.Label == "next" }) // which it says
		facts = After(facts, "state", List("found", Finding(*t.Finding))...)
	}
	if t.Unrecorded != nil {
		facts = After(facts, "message", Fact{"warning", "what is said here is not in the outbox: " + text.Clean(t.Unrecorded.Error())})
	}
	return facts
}

// fresh says how fresh it is what the facts say of a delivery, and whether there is more
// to come.
func (t Told) fresh(facts []Fact, zone *time.Location, failed string) []Fact {
	facts = slices.DeleteFunc(facts, func(f Fact) bool { return f.Label == "asked" && t.Detail.Verdict != outbox.Found })
	var parts []string
	if len(t.Detail.Deliveries) == 0 {
		parts = append(parts, "no delivery news yet")
	}
	if asked := Asked(t.Detail.Entry, zone); asked != "" {
		parts = append(parts, asked)
	}
	if !t.Detail.State.Final() && t.Asks != "" && !t.Detail.Checked.IsZero() {
		parts = append(parts, t.Asks+" asks now")
	}
	switch {
	case failed != "" && !t.Detail.Checked.IsZero():
		parts = append(parts, "then: "+failed)
	case failed != "":
		parts = append(parts, failed)
	}
	if len(parts) == 0 {
		return facts
	}
	said := strings.Join(parts, "; ")
	if len(t.Detail.Deliveries) == 0 {
		return After(facts, "state", Fact{"delivery", said})
	}
	return After(facts, "delivery", Fact{"", said})
}
