package words

import (
	"strings"

	"telex/messaging"
)

// NamedRecipients are [Recipients], each with the name that names has of it.
func NamedRecipients(to []string, names map[string]string) string {
	called := make([]string, len(to))
	for i, n := range to {
		called[i] = Named(n, names[n])
	}
	return Recipients(called)
}

// AllRecipients lists the recipients of m as they are, which is not clean.
func AllRecipients(m messaging.Message) string { return strings.Join(m.To, ",") }
