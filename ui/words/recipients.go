package words

import (
	"strings"

	"telex/messaging"
)

// NamedRecipients are [Recipients], each with the name that name has of it; nil has none.
func NamedRecipients(to []string, name func(number string) string) string {
	if name == nil {
		return Recipients(to)
	}
	called := make([]string, len(to))
	for i, n := range to {
		called[i] = Named(n, name(n))
	}
	return Recipients(called)
}

// AllRecipients lists the recipients of m as they are, which is not clean.
func AllRecipients(m messaging.Message) string { return strings.Join(m.To, ",") }
