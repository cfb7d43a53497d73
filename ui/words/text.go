package words

import (
	"fmt"

	"telex/messaging/segment"
)

// Twice says how many characters of a text in GSM-7 take the room of two; "" if none does.
func Twice(c segment.Count) string {
	if c.Encoding == segment.UCS2 || c.Twice() == 0 {
		return ""
	}
	if c.Twice() == 1 {
		return "1 character counts twice"
	}
	return fmt.Sprintf("%d characters count twice", c.Twice())
}
