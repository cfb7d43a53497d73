package words

import (
	"cmp"
	"fmt"
	"strings"

	"telex/messaging/outbox"
	"telex/ui/text"
)

// receivedWords say what is known of a message that came in, and how sure that is.
func receivedWords(e outbox.Entry) string {
	words := "from " + text.Clean(e.Message.From)
	if e.In.Own != "" {
		words += " to " + text.Clean(e.In.Own)
	}
	switch {
	case e.In.Unproven:
		words += "; it came without credentials, so anybody can have made it up"
	case e.In.Missed:
		words += "; nobody listened when it came"
	}
	return words
}

// CameIn says why a message cannot be sent or asked about.
func CameIn(e outbox.Entry) string {
	return fmt.Sprintf("message %d came in: there is nothing to ask or to send again", e.ID)
}

// Correspondent is who a row of a list is about, clean: the first recipient and how many
// more there are; of what came in, who wrote it. Who has a name is called by that; nil has
// none.
func Correspondent(e outbox.Entry, names map[string]string) string {
	if e.Direction == outbox.In {
		return Called(e.Message.From, names)
	}
	return ShortRecipients(e.Message.To, names)
}

// Others are who else is in a conversation, in short and clean: the first by name, if that
// is known.
func Others(t outbox.Thread) string {
	if len(t.Others) == 0 {
		return ""
	}
	first := t.Others[0]
	if t.Names != nil && t.Names[0] != "" {
		first = t.Names[0]
	}
	return withMore(first, len(t.Others))
}

// Called is the name of a number's contact, or the number if it has none, clean.
func Called(number string, names map[string]string) string {
	return text.Clean(cmp.Or(names[number], number))
}

// Named is a number with the name of its contact before it, if it has one, clean.
func Named(number, name string) string {
	return text.Clean(strings.TrimPrefix(name+" "+number, " "))
}
