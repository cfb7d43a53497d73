package words

import (
	"strings"

	"telex/messaging"
)

// Recipients lists the recipients of m as they are, which is not clean.
func Recipients(m messaging.Message) string { return strings.Join(m.To, ",") }
