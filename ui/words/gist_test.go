package words

import (
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
)

// TestWhoInShort: whoever is shown in short is shown by one rule, of a message, of a
// conversation and of what came in, and clean.
func TestWhoInShort(t *testing.T) {
	t.Parallel()
	const first = "+19195550100"
	for _, tt := range []struct {
		to   []string
		want string
	}{{nil, ""}, {[]string{first}, first}, {[]string{first, "+1", "+2"}, first + " +2"}, {[]string{first + "\x1b[2J", "+1"}, first + "␛[2J +1"}} {
		if got := ShortRecipients(tt.to, nil); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
		if got := Others(outbox.Thread{Others: tt.to}); got != tt.want {
			t.Errorf("of a conversation: got %q, want %q", got, tt.want)
		}
		if got := Correspondent(outbox.Entry{Message: messaging.Message{To: tt.to}}, nil); got != tt.want {
			t.Errorf("of a message: got %q, want %q", got, tt.want)
		}
	}
	if got := Others(outbox.Thread{Others: []string{first, "+1"}, Names: []string{"Ana", ""}}); got != "Ana +1" {
		t.Errorf("got %q, want the name", got)
	}
	if got := Correspondent(outbox.Entry{Direction: outbox.In, Message: messaging.Message{From: first, To: []string{"+1", "+2"}}}, nil); got != first {
		t.Errorf("got %q, want who wrote", got)
	}
}
