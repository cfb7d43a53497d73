package sandboxtest_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/sandbox"
	"telex/messaging/sandbox/sandboxtest"
)

func TestStart(t *testing.T) {
	api := sandboxtest.Start(t)
	receipt, err := api.Client.Send(t.Context(), api.Message("Your table is ready", "+19195550101"))
	if err != nil {
		t.Fatal(err)
	}
	found, err := api.Client.Message(t.Context(), receipt.ID)
	if err != nil || len(found) != 1 || found[0].Destination != "+19195550101" {
		t.Errorf("got %+v, %v, want the message that was sent", found, err)
	}
	if _, err := api.Client.Message(t.Context(), "no-such-message"); !errors.Is(err, messaging.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	_, err = api.Client.Send(t.Context(), api.Message("Hello", "+19995550400"))
	if messaging.OutcomeOf(err) != messaging.Rejected {
		t.Errorf("got %v, want it rejected", err)
	}
}

// What a test changes is what the sandbox is, and what its clients know of it.
func TestStartChanged(t *testing.T) {
	api := sandboxtest.Start(t,
		func(c *sandbox.Config) { c.AccountID, c.ClientSecret = "1234567", "another secret" },
		func(c *sandbox.Config) { c.Numbers, c.ApplicationID = []string{"+19195550199"}, "another-application" })
	tries := 0
	client := api.NewClient(messaging.WithTries(func(string, messaging.Attempt) { tries++ }))
	receipt, err := client.Send(t.Context(), api.Message("Hello", "+19195550101"))
	if err != nil || receipt.From != "+19195550199" || client.Account() != "1234567" {
		t.Errorf("got %+v, %v of account %s, want a message of what was changed", receipt, err, client.Account())
	}
	if tries != 2 { // the token and the message
		t.Errorf("got %d tries, want 2", tries)
	}
}

// When a test is over nothing of its sandbox runs any more.
func TestStartEnds(t *testing.T) {
	var base string
	t.Run("inner", func(t *testing.T) {
		api := sandboxtest.Start(t)
		base = api.BaseURL
		if _, err := api.Client.Send(t.Context(), api.Message("Hello", "+19195550101")); err != nil {
			t.Fatal(err)
		}
	})
	auth, err := messaging.OAuth("sandbox", "sandbox", strings.TrimSuffix(base, sandbox.BasePath)+sandbox.TokenPath)
	if err != nil {
		t.Fatal(err)
	}
	client, err := messaging.New(sandbox.DefaultAccountID, auth, messaging.WithBaseURL(base), messaging.WithRetries(messaging.Retries{Unsent: 1, Reads: 1}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Message(t.Context(), "m"); messaging.OutcomeOf(err) != messaging.Unsent {
		t.Errorf("got %v, want that nobody answers", err)
	}
	buf := make([]byte, 1<<20)
	if stacks := string(buf[:runtime.Stack(buf, true)]); strings.Contains(stacks, "sandbox.(*Server).run") {
		t.Errorf("the server still runs:\n%s", stacks)
	}
}
