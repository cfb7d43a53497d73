package outboxtest

import (
	"context"
	"errors"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testReadingAfterClose: the readers' errors are words too.
func (on *suite) testReadingAfterClose(t *testing.T) {
	path := on.place(t)
	o := on.opened(t, path, outbox.Options{})
	sample.Must(t, o.Close())
	_, err := o.List(t.Context(), outbox.Filter{})
	sample.WantFailure(t, err, path.String(), outbox.ErrClosed)
	_, err = o.Detail(t.Context(), 1)
	sample.WantFailure(t, err, path.String(), outbox.ErrClosed)
	_, err = o.Drafts(t.Context())
	sample.WantFailure(t, err, path.String(), outbox.ErrClosed)
}

// testGivenUp checks that a call whose context has ended does nothing.
func (on *suite) testGivenUp(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{sample.SMS("Hi")}}); !errors.Is(err, context.Canceled) {
		t.Errorf("Begin = %v, want %v", err, context.Canceled)
	}
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM messages"); n != 0 {
		t.Errorf("%d rows, want none", n)
	}
	if _, err := o.List(ctx, outbox.Filter{}); !errors.Is(err, context.Canceled) {
		t.Errorf("List = %v, want %v", err, context.Canceled)
	}
	if _, err := on.open(ctx, on.place(t), outbox.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open = %v, want %v", err, context.Canceled)
	}
}
