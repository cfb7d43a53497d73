package sandboxtest_test

import (
	"context"
	"errors"
	"testing"

	"telex/messaging"
	"telex/messaging/sandbox/sandboxtest"
)

// remind is what a program does, and a test is to try.
func remind(ctx context.Context, client *messaging.Client, m messaging.Message) error {
	_, err := client.Send(ctx, m)
	if messaging.OutcomeOf(err) == messaging.Unknown {
		return errors.New("it may have been sent: somebody has to look")
	}
	return err
}

// TestReminder is the test of the package's comment: a program's own, against the sandbox.
func TestReminder(t *testing.T) {
	api := sandboxtest.Start(t)
	if err := remind(t.Context(), api.Client, api.Message("Your table is ready", "+19195550101")); err != nil {
		t.Error(err)
	}
	// This recipient has the sandbox create the message, and answer as a gateway does that
	// lost patience.
	if err := remind(t.Context(), api.Client, api.Message("Your table is ready", "+19995550504")); err == nil {
		t.Error("got no error, want to be told that nobody knows")
	}
}
