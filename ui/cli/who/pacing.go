package who

import (
	"fmt"
	"time"

	"telex/config"
	"telex/messaging/broadcast/hours"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
)

// PacingProblems are the rates and hours of a file that cannot be read, each with file and
// line. They are read only when something is to be sent by them.
func PacingProblems(file *config.File) (wrong []error) {
	if _, err := hours.Read(hours.Federal.String(), file.HoursBy(), time.UTC); err != nil {
		wrong = append(wrong, file.At(err, "hours", "by"))
	}
	for _, name := range file.Names() {
		p, err := file.Profile(name)
		if err != nil {
			continue // it was just named
		}
		refuse := func(key string, err error) {
			if err != nil {
				wrong = append(wrong, file.At(fmt.Errorf("profiles.%s.%s: %s", name, key, say.Plain(err)), "profiles", name, key))
			}
		}
		if p.Rate != "" {
			_, err := outbox.ParseRate(p.Rate)
			refuse("rate", err)
		}
		if p.Hours != "" {
			_, err := hours.Parse(p.Hours)
			refuse("hours", err)
		}
	}
	return wrong
}
