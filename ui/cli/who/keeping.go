package who

import (
	"time"

	"telex/messaging/outbox"
	"telex/ui/text"
)

// KeepsFor is for how long messages are kept, and who said so for all: "for 90 days, as ana
// said on 2026-11-27", or "forever".
func KeepsFor(k outbox.Keeping, in *time.Location) string {
	kept := "forever"
	if k.Days > 0 {
		kept = "for " + text.Count(k.Days, "day")
	}
	if k.At.IsZero() {
		return kept
	}
	said := text.Clean(k.By.String())
	if said == "" {
		said = "somebody"
	}
	return kept + ", as " + said + " said on " + k.At.In(in).Format(time.DateOnly)
}
