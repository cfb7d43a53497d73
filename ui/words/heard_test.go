package words

import (
	"testing"

	"telex/messaging/callback"
)

// TestHeard: what each type of callback tells, in words.
func TestHeard(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind callback.Type
		code int
		want string
	}{
		{callback.MessageSending, 0, "on its way to the carrier"},
		{callback.MessageSent, 0, "the carrier has it"},
		{callback.MessageDelivered, 0, "delivered"},
		{callback.MessageRead, 0, "read"},
		{callback.MessageFailed, 4720, "not delivered – " + Code(4720)},
		{callback.MessageFailed, 0, "not delivered"},
		{callback.MessageFailed, 9902, "no receipt, it may have arrived – 9902"},
		{"message-\x1b[31m", 0, "an event that telex does not know: message-\u241b[31m"},
		{"", 0, "an event that telex does not know: "},
	} {
		if got := Heard(callback.Event{Type: c.kind, ErrorCode: c.code, To: "+19195550101"}); got != c.want {
			t.Errorf("%q %d: got %q, want %q", c.kind, c.code, got, c.want)
		}
	}
}
