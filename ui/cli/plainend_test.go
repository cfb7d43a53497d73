package cli

import (
	"errors"
	"fmt"
	"testing"

	"telex/messaging"
	"telex/ui"
	"telex/ui/cli/say"
)

// TestPlainEnd: the plain console ends with the code of the message that needs most
// attention, and not well if its input ended too early.
func TestPlainEnd(t *testing.T) {
	t.Parallel()
	call := func(outcome messaging.Outcome, status int) error {
		return &messaging.Error{Op: "send message", Outcome: outcome, Status: status}
	}
	for _, tt := range []struct {
		name string
		err  error
		want say.Code
	}{
		{"well", nil, say.ExitOK},
		{"the input ended", ui.ErrInputEnded, say.ExitUnsent},
		{"after a refusal", &ui.OutcomeError{Errs: []error{call(messaging.Rejected, 400)}}, say.ExitRejected},
		{"after several", &ui.OutcomeError{Errs: []error{
			call(messaging.Unsent, 0), call(messaging.Rejected, 403), call(messaging.Rejected, 400),
		}}, say.ExitRefused},
		{"not known", &ui.OutcomeError{Errs: []error{call(messaging.Rejected, 403), call(messaging.Unknown, 0)}}, say.ExitUnknown},
		{"not known, and the next begun", errors.Join(ui.ErrInputEnded, &ui.OutcomeError{Errs: []error{call(messaging.Unknown, 0)}}), say.ExitUnknown},
		{"anything else", call(messaging.Rejected, 429), say.ExitLimited},
	} {
		got := plainEnd(tt.err)
		if code := say.CodeOf(got); code != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, code, tt.want)
		}
		if code := say.CodeOf(fmt.Errorf("outer: %w", got)); got != nil && code != tt.want {
			t.Errorf("%s, wrapped: got %d, want %d", tt.name, code, tt.want)
		}
		if !errors.Is(got, tt.err) || got != nil && got.Error() != tt.err.Error() {
			t.Errorf("%s: got %v, want it to say the same as %v", tt.name, got, tt.err)
		}
	}
}
