package words

import (
	"fmt"
	"time"

	"telex/messaging/outbox"
	"telex/ui/text"
)

// mostTroubles bounds how many numbers a warning names.
const mostTroubles = 5

// Trouble warn of numbers that the last message did not reach for good, a line for
// each, clean, with the names that there are, the first few one by one. They keep nobody from sending.
func Trouble(all []outbox.Trouble, names map[string]string, now time.Time) []string {
	var lines []string
	for i, t := range all {
		if i == mostTroubles {
			return append(lines, fmt.Sprintf("and %s that the last message did not reach", text.Count(len(all)-i, "more number")))
		}
		number, ago := Named(t.Number, names[t.Number]), Ago(now.Sub(t.At))
		if t.OptedOut() {
			lines = append(lines, fmt.Sprintf("%s opted out (%d), %s: do not write to them again", number, t.Code.Code, ago))
			continue
		}
		lines = append(lines, fmt.Sprintf("%s failed %s – %s: check it first", number, ago, Code(t.Code.Code)))
	}
	return lines
}
