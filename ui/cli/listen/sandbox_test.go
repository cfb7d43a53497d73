package listen

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
)

// TestListenToSandbox: what the sandbox does to messages, with every delivery code there
// is, is what the outbox says of them after listening, though each callback comes twice
// and those of a message in reverse order; and what people answer is there.
func TestListenToSandbox(t *testing.T) {
	if testing.Short() {
		t.Skip("deliveries of the sandbox take seconds")
	}
	t.Parallel()
	state := t.TempDir()
	r := start(t, state, map[string]string{"TELEX_LISTEN_PASSWORD": "hush"}, "--user", "bandwidth")
	box, err := sandbox.New(t.Context(), sandbox.Config{
		CallbackURL: r.url, CallbackUser: "bandwidth", CallbackPassword: "hush", CallbackDoubles: true, CallbackReorder: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	env, _ := account(t, box)
	auth, err := messaging.OAuth(sandbox.DefaultClientID, sandbox.DefaultClientSecret, strings.TrimSuffix(env["TELEX_BASE_URL"], sandbox.BasePath)+sandbox.TokenPath)
	if err != nil {
		t.Fatal(err)
	}
	client, err := messaging.New(sandbox.DefaultAccountID, auth, messaging.WithBaseURL(env["TELEX_BASE_URL"]))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]outbox.State{
		"+19195550101": outbox.Delivered, "+19995550902": outbox.Delivered, "+19995550010": outbox.Delivered, "+19995550014": outbox.Delivered,
	}
	for _, c := range messaging.DeliveryCodes() {
		want[fmt.Sprintf("+1999555%04d", c.Code)] = outbox.Failed
	}
	want["+19995559902"] = outbox.Unconfirmed
	var messages []messaging.Message
	for to := range want {
		messages = append(messages, messaging.Message{From: sandbox.DefaultNumber, To: []string{to}, Text: "Hello", ApplicationID: sandbox.DefaultApplicationID})
	}
	o := openOutbox(t, state)
	batch, err := o.Plan(t.Context(), client, outbox.Plan{By: outbox.By{AccountID: sandbox.DefaultAccountID}, Messages: messages, Yes: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range messages {
		if result := batch.Send(t.Context(), i); result.Err != nil {
			t.Fatalf("%s: %v", messages[i].To, result.Err)
		}
	}
	// The last of all: what is told of a message with a late receipt, in reverse order and twice.
	late := slices.IndexFunc(messages, func(m messaging.Message) bool { return m.To[0] == "+19995550902" })
	r.out.Await(t, fmt.Sprintf(`message %d to \+19995550902: the carrier has it \(known already\)`, batch.IDs()[late]))
	r.out.Await(t, `\+19995550010 wrote to \+12345678901: Thanks! \(known already\)`)
	r.out.Await(t, `\+19995550014 wrote to \+12345678901 \[1 file\] \(known already\)`)
	r.end(t)
	for i, id := range batch.IDs() {
		d := sample.RowOf(t, o, id)
		to := messages[i].To[0]
		if d.State != want[to] {
			t.Errorf("%s is %s, want %s", to, d.State, want[to])
		}
		if d.State == outbox.Failed && fmt.Sprintf("+1999555%04d", d.ErrorCode) != to {
			t.Errorf("%s has code %d", to, d.ErrorCode)
		}
	}
	came := map[string]int{}
	for _, id := range sample.IDsIn(t, o, outbox.Filter{State: outbox.Received}) {
		came[sample.RowOf(t, o, id).Message.From]++
	}
	if len(came) != 2 || came["+19995550010"] != 1 || came["+19995550014"] != 1 {
		t.Errorf("came in: %v", came)
	}
}
