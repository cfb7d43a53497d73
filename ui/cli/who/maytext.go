package who

import (
	"fmt"
	"time"

	"telex/messaging/broadcast/hours"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/text"
)

// MayText is for [outbox.DueOptions]: by it a scheduled message is not sent outside the hours
// that its profile has in the configuration, by the recipient's clock. A profile
// without hours has none: when it is sent somebody chose.
func (h Home) MayText() func(e outbox.Entry, zones map[string]string, now time.Time) (why string) {
	file, err := h.Configuration()
	if err != nil {
		return func(outbox.Entry, map[string]string, time.Time) string {
			return "the hours of its profile could not be read: " + say.Plain(err)
		}
	}
	return func(e outbox.Entry, zones map[string]string, now time.Time) string {
		if e.By.Profile == "" {
			return ""
		}
		p, err := file.Profile(e.By.Profile)
		if err != nil || p.Hours == "" { // it may have been renamed since
			return ""
		}
		clock, err := hours.Read(p.Hours, file.HoursBy(), h.Now().Location())
		if err != nil {
			return "the hours of its profile cannot be read: " + say.Plain(err)
		}
		for _, number := range e.Message.To {
			if from, _, ok := clock.Next(number, zones[number], now); !ok || from.After(now) {
				return fmt.Sprintf("%s is texted %s by their clocks, says profile %s, and it is not that time there", text.Clean(number), p.Hours, text.Clean(p.Name))
			}
		}
		return ""
	}
}
