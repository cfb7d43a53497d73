package broadcast

import (
	"time"

	"telex/messaging/outbox"
	"telex/ui/words"
)

// moved are the words for one move of a broadcast: what it became, why, by whom if that is not
// who started it, and until when.
func moved(r outbox.Run, m outbox.RunMove, zone *time.Location) string {
	what := string(m.State)
	if m.Text != "" {
		what += ", with another text: " + words.FirstLine(m.Text)
	}
	if why := words.RunReason(m.Reason); why != "" {
		what += ": " + why
	}
	if m.ByPerson() && m.Reason.Kind != outbox.ReasonApproved && m.User.Name != "" && !m.User.Is(r.Broadcast.Starter()) {
		what += ", by " + words.User(m.User)
	}
	if !m.Until.IsZero() && m.Reason.Kind != outbox.HoldDue { // which says it
		what += ", until " + m.Until.In(zone).Format("15:04:05")
	}
	return what
}
