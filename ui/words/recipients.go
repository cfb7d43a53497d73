package words

import (
	"strings"

	"telex/messaging"
)

// AllRecipients lists the recipients of m as they are, which is not clean.
func AllRecipients(m messaging.Message) string { return strings.Join(m.To, ",") }
