package cli

import (
	"errors"
	"fmt"
	"testing"

	"telex/messaging"
	"telex/ui"
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
		want exitCode
	}{
		{"well", nil, exitOK},
		{"the input ended", ui.ErrInputEnded, exitUnsent},
		{"after a refusal", &ui.OutcomeError{Errs: []error{call(messaging.Rejected, 400)}}, exitRejected},
		{"after several", &ui.OutcomeError{Errs: []error{
			call(messaging.Unsent, 0), call(messaging.Rejected, 403), call(messaging.Rejected, 400),
		}}, exitRefused},
		{"not known", &ui.OutcomeError{Errs: []error{call(messaging.Rejected, 403), call(messaging.Unknown, 0)}}, exitUnknown},
		{"not known, and the next begun", errors.Join(ui.ErrInputEnded, &ui.OutcomeError{Errs: []error{call(messaging.Unknown, 0)}}), exitUnknown},
		{"anything else", call(messaging.Rejected, 429), exitLimited},
	} {
		got := plainEnd(tt.err)
		if code := codeOf(got); code != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, code, tt.want)
		}
		if code := codeOf(fmt.Errorf("outer: %w", got)); got != nil && code != tt.want {
			t.Errorf("%s, wrapped: got %d, want %d", tt.name, code, tt.want)
		}
		if !errors.Is(got, tt.err) || got != nil && got.Error() != tt.err.Error() {
			t.Errorf("%s: got %v, want it to say the same as %v", tt.name, got, tt.err)
		}
	}
}
