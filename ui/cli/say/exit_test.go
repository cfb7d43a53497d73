package say

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"telex/config"
	"telex/messaging"
	"telex/messaging/outbox"
)

func TestCodeOf(t *testing.T) {
	call := func(outcome messaging.Outcome, status int, cause error) error {
		return &messaging.Error{Op: "send message", Outcome: outcome, Status: status, Err: cause}
	}
	tests := []struct {
		name string
		err  error
		want Code
	}{
		{"nothing", nil, 0},
		{"a bug", errors.New("disk full"), 1},
		{"usage", Usagef("no"), 2},
		{"an invalid message", call(messaging.Unsent, 0, messaging.Problems{{Field: messaging.FieldTo}}), 2},
		{"400", call(messaging.Rejected, 400, nil), 3},
		{"404", call(messaging.Rejected, 404, nil), 3},
		{"500 in the API's words", call(messaging.Rejected, 500, nil), 3},
		{"401", call(messaging.Rejected, 401, nil), 4},
		{"403", call(messaging.Rejected, 403, nil), 4},
		{"the token endpoint's no", call(messaging.Unsent, 0, &messaging.Error{Status: 401, Outcome: messaging.Unsent}), 4},
		{"429", call(messaging.Rejected, 429, nil), 5},
		{"ctrl+c after a 429", call(messaging.Rejected, 429, context.Canceled), 7},
		{"the token endpoint's 429", call(messaging.Unsent, 0, &messaging.Error{Status: 429, Outcome: messaging.Unsent}), 7},
		{"a lost connection", call(messaging.Unknown, 0, errors.New("reset")), 6},
		{"a gateway's 504", call(messaging.Unknown, 504, nil), 6},
		{"a redirect", call(messaging.Unknown, 302, nil), 6},
		{"an unreadable 202", call(messaging.Unknown, 202, errors.New("no id")), 6},
		{"an outcome nobody set", &messaging.Error{}, 6},
		{"a disk that is full", &outbox.Error{Op: "record", Err: outbox.ErrFull}, 1},
		{"one that fills up", call(messaging.Unsent, 0, &outbox.Error{Op: "record", Err: outbox.ErrFull}), 1},
		{"a repetition", &outbox.RepeatError{}, 2},
		{"an opt-out", &outbox.OptOutError{}, 2},
		{"an opt-out at its turn", &messaging.Error{Outcome: messaging.Unsent, Err: &outbox.OptOutError{}}, 2},
		{"no such message", outbox.ErrNotFound, 2},
		{"no connection", call(messaging.Unsent, 0, errors.New("refused")), 7},
		{"a keyring that is locked", &config.StoreError{Err: config.ErrLocked}, 2},
		{"a passphrase that is wrong", &config.StoreError{Err: fmt.Errorf("%w in TELEX_PASSPHRASE", config.ErrWrongPassphrase)}, 2},
		{"a keyring that is broken", &config.StoreError{Err: errors.New("broken")}, 1},
		{"a file of profiles with mistakes", errors.Join(&config.FileError{}, &config.FileError{}), 2},
		{"one that somebody else changed", config.ErrChanged, 2},
		{"ctrl+c at a question", ErrCancelled, 7},
		{"ctrl+d at a question", ErrNoAnswer, 2},
		{"no terminal to ask on", ErrNoTerminal, 2},
		{"all was told", Told(5), 5},
		{"several messages", EndWith(4, errors.New("2 messages not accepted")), 4},
	}
	for _, tt := range tests {
		if got := CodeOf(tt.err); got != tt.want {
			t.Errorf("%s: codeOf(%v): got %d, want %d", tt.name, tt.err, got, tt.want)
		}
		if tt.err == nil {
			continue
		}
		if got := CodeOf(fmt.Errorf("outer: %w", tt.err)); got != tt.want {
			t.Errorf("%s, wrapped: got %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestExitTable(t *testing.T) {
	ranks := map[int]Code{}
	for i, e := range Exits() {
		if int(e.Code) != i {
			t.Errorf("row %d is for code %d, want them in order and without a gap", i, e.Code)
		}
		if e.Meaning == "" {
			t.Errorf("code %d has no meaning", e.Code)
		}
		if other, taken := ranks[e.rank]; taken {
			t.Errorf("codes %d and %d have the same rank %d", other, e.Code, e.rank)
		}
		ranks[e.rank] = e.Code
	}
}

// The order is documented in the help of telex send.
func TestWorst(t *testing.T) {
	order := []Code{6, 1, 4, 5, 3, 7, 8, 2, 0}
	for i, a := range order {
		for j, b := range order {
			want := order[min(i, j)]
			if got := Worst(a, b); got != want {
				t.Errorf("worst(%d, %d): got %d, want %d", a, b, got, want)
			}
		}
	}
}
