package listen

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
)

// account is the environment of somebody whose API is box.
func account(t *testing.T, box *sandbox.Sandbox) (env map[string]string, base string) {
	t.Helper()
	server, err := box.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"BW_ACCOUNT_ID": sandbox.DefaultAccountID, "TELEX_BASE_URL": server.BaseURL,
		"BW_CLIENT_ID": sandbox.DefaultClientID, "BW_CLIENT_SECRET": sandbox.DefaultClientSecret,
		"NO_PROXY": "127.0.0.1",
	}, strings.TrimSuffix(server.BaseURL, sandbox.BasePath)
}

// TestGap: what came in while nobody listened is looked up at the start, said once, and
// recorded without a text.
func TestGap(t *testing.T) {
	t.Parallel()
	box, err := sandbox.New(t.Context(), sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	env, base := account(t, box)
	state := t.TempDir()
	write := func(from string) {
		t.Helper()
		resp, err := http.Post(base+sandbox.InboundPath, "application/json", strings.NewReader(`{"from":"`+from+`","to":["+12345678901"],"text":"Are you there?"}`))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	write("+19195550100") // before anybody ever listened

	first := start(t, state, env)
	if got := first.post(t, "", "", written("came-1", "+19195550101", "hello")); got != http.StatusOK {
		t.Fatalf("answered %d", got)
	}
	first.end(t)
	if strings.Contains(first.err.String(), "while nobody listened") {
		t.Errorf("at the very first start:\n%s", first.err)
	}
	for _, from := range []string{"+19195550102", "+19195550102", "+19195550103"} {
		write(from)
	}
	second := start(t, state, env)
	said := second.err.Await(t, `listen: (\d+ messages? came while nobody listened, from .*)`)
	second.end(t)
	if !strings.HasPrefix(said, "4 messages came while nobody listened, from ") || !strings.Contains(said, "+19195550103") || !strings.Contains(second.err.String(), "Bandwidth keeps no texts") {
		t.Errorf("said\n%s", second.err)
	}
	if second.out.String() != "" {
		t.Errorf("printed %q", second.out)
	}
	third := start(t, state, env)
	third.end(t)
	if strings.Contains(third.err.String(), "while nobody listened") {
		t.Errorf("said twice:\n%s", third.err)
	}
	o := openOutbox(t, state)
	missed := 0
	for _, id := range sample.IDsIn(t, o, outbox.Filter{}) {
		if e := sample.RowOf(t, o, id); e.In.Missed {
			missed++
			if e.State != outbox.Received || e.Message.Text != "" {
				t.Errorf("recorded %+v", e.Entry)
			}
		}
	}
	if missed != 4 {
		t.Errorf("recorded %d that were missed, want 4", missed)
	}
}

// TestGapStaysOpen: what could not be looked up at a start is looked up at a later one,
// though the listener has heard something since.
func TestGapStaysOpen(t *testing.T) {
	t.Parallel()
	box, err := sandbox.New(t.Context(), sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	env, base := account(t, box)
	state := t.TempDir()
	first := start(t, state, env)
	if got := first.post(t, "", "", written("came-1", "+19195550101", "hello")); got != http.StatusOK {
		t.Fatalf("answered %d", got)
	}
	first.end(t)
	resp, err := http.Post(base+sandbox.InboundPath, "application/json", strings.NewReader(`{"from":"+19195550102","to":["+12345678901"],"text":"Are you there?"}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()

	later := func() time.Time { return time.Now().Add(2 * gapMargin) }
	bare := map[string]string{"BW_ACCOUNT_ID": env["BW_ACCOUNT_ID"], "TELEX_BASE_URL": env["TELEX_BASE_URL"]}
	second := startAt(t, later, state, bare)
	second.err.Await(t, `warning: (what came in while nobody listened cannot be looked up: .*)`)
	if got := second.post(t, "", "", written("came-2", "+19195550101", "hello")); got != http.StatusOK {
		t.Fatalf("answered %d", got)
	}
	second.end(t)
	third := startAt(t, later, state, env)
	if said := third.err.Await(t, `listen: (\d+ messages? came while nobody listened, from .*)`); said != "1 message came while nobody listened, from +19195550102" {
		t.Errorf("said %q", said)
	}
}

// TestGapWithoutAccount: listening works for somebody whose credentials are not there, and
// says what cannot be known then.
func TestGapWithoutAccount(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	first := start(t, state, nil)
	first.post(t, "", "", written("came-1", "+19195550101", "hello"))
	first.end(t)
	second := start(t, state, nil)
	second.err.Await(t, `warning: (what came in while nobody listened cannot be looked up: .*)`)
	if got := second.post(t, "", "", written("came-2", "+19195550101", "hello")); got != http.StatusOK {
		t.Errorf("answered %d", got)
	}
}
