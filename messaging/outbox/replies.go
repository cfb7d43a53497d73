package outbox

import (
	"errors"
	"fmt"
	"time"

	"telex/messaging"
	"telex/messaging/optout"
)

// Replies are texts that are sent with no person to who opts out, comes back or asks for
// help. Of an empty one there is none.
type Replies struct{ Stop, Start, Help string }

// The kinds of replies.
const (
	replyStop  = "stop"
	replyStart = "start"
	replyHelp  = "help"
)

// Any reports whether there is one at all.
func (r Replies) Any() bool { return r != Replies{} }

// of is the text of a kind.
func (r Replies) of(kind string) string {
	switch kind {
	case replyStop:
		return r.Stop
	case replyStart:
		return r.Start
	case replyHelp:
		return r.Help
	}
	return ""
}

// replyTo is the kind of reply to what somebody wrote; "" for none. What may be meant as an
// opt-out gets none: whoever writes "don't text me" means that, too.
func replyTo(class optout.Class) string {
	switch class {
	case optout.Certain:
		return replyStop
	case optout.In:
		return replyStart
	case optout.Help:
		return replyHelp
	case optout.Likely, optout.None:
	}
	return ""
}

// errAsksBack refuses a reply that another telex would answer.
var errAsksBack = errors.New("is one of the words that are answered themselves")

// Check says which reply cannot be sent, and why; nil if all can.
func (r Replies) Check() error {
	for _, kind := range []string{replyStop, replyStart, replyHelp} {
		text := r.of(kind)
		if text == "" {
			continue
		}
		if replyTo(optout.ClassOf(text, optout.Setting{})) != "" {
			return fmt.Errorf("%s %w", kind, errAsksBack)
		}
		for _, p := range (messaging.Message{Text: text}).Problems(time.Time{}).Of(messaging.FieldText) {
			return fmt.Errorf("%s %s", kind, p.Why)
		}
	}
	return nil
}
