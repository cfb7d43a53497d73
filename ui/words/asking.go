package words

import (
	"errors"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// keepsWords say why nobody asks any more.
const keepsWords = "no longer asked about: Bandwidth keeps no record of a message after 14 days"

// Asked says when the API was asked about a message that it took, and when it is asked
// again: "asked 16:43, again at 16:53". It is "" if nobody asked, and nobody will.
func Asked(e outbox.Entry, zone *time.Location) string {
	next := e.Asking.Next
	when := func(t time.Time) string { return clock(t.In(zone), e.Created.In(zone), next.Sub(e.Checked)) }
	switch {
	case e.MessageID == "" || e.State.Outcome() != messaging.Accepted:
		return ""
	case e.GivenUp():
		return keepsWords
	case next.IsZero() && e.Checked.IsZero():
		return ""
	case next.IsZero() || e.State.Final():
		return "asked " + when(e.Checked)
	case e.Checked.IsZero():
		return "first asked at " + next.In(zone).Format(time.TimeOnly)
	}
	return "asked " + when(e.Checked) + ", again at " + when(next)
}

// clock is a time as a clock shows it, with seconds where the next one is near, and with
// its day unless that is the day of the message.
func clock(t, created time.Time, pause time.Duration) string {
	layout := "15:04"
	if pause < 10*time.Minute {
		layout = time.TimeOnly
	}
	if t.YearDay() != created.YearDay() || t.Year() != created.Year() {
		layout = "2 Jan " + layout
	}
	return t.Format(layout)
}

// AskTrouble says that the API could not be asked what became of messages, or that this could
// not be recorded, and when it is asked again. The time is in its zone.
func AskTrouble(err error, again time.Time) string {
	at := again.Format(time.TimeOnly)
	if errors.Is(err, messaging.ErrRateLimited) {
		return "Bandwidth says that it is asked too often, so it is asked nothing more before " + at
	}
	why := strings.TrimRight(Describe(err).What, ".")
	if outbox.NotRecorded(err) { // and Bandwidth is not to blame
		return "what became of messages cannot be recorded for now: " + why + "; messages that left are on their way anyway, and Bandwidth is asked about them at " + at
	}
	return "Bandwidth could not be asked what became of messages: " + why + "; asked again at " + at
}

// askedFact is Asked as a fact of a message that is not settled, by whoever shows no more
// than what is recorded, and cannot know whether a telex is open.
func askedFact(e outbox.Entry, zone *time.Location) string {
	words := Asked(e, zone)
	switch {
	case words == "" || e.State.Final():
		return ""
	case e.Asking.Next.IsZero():
		return words
	}
	return strings.TrimPrefix(strings.Replace(words, "first asked", "not yet, first", 1), "asked ") + " if a telex is open"
}
