package words

import (
	"fmt"
	"time"

	"telex/messaging/outbox"
	"telex/ui/text"
)

func Repeat(r outbox.Repeat) string {
	got := "got it"
	if r.Entry.Undecided() {
		got = "may have got it"
	}
	return fmt.Sprintf("%s %s %s ago: message %d, %s", text.Clean(r.Recipient), got, Duration(r.Ago.Round(time.Second)), r.Entry.ID, text.Clean(string(r.Entry.State)))
}
