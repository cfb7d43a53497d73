package who

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite"
	"telex/messaging/sandbox"
)

// TestEar: what the sandbox calls back is in the outbox with nothing set up: receipts, and
// what its recipients answer. What came before the outbox was open comes again, and
// nobody else is listened to.
func TestEar(t *testing.T) {
	if testing.Short() {
		t.Skip("deliveries of the sandbox take seconds")
	}
	t.Parallel()
	e := NewEar(outbox.By{Profile: "sandbox", AccountID: sandbox.DefaultAccountID})
	var c sandbox.Config
	stop, err := e.listen(t.Context(), &c)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	lines := make(chan string, 100)
	c.Log = func(line string) {
		if strings.HasPrefix(line, "callback ") {
			lines <- line
		}
	}
	await := func(parts ...string) {
		t.Helper()
		for line := range lines {
			found := true
			for _, p := range parts {
				found = found && strings.Contains(line, p)
			}
			if found {
				return
			}
		}
	}
	box, err := sandbox.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	server, err := box.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := messaging.New(sandbox.DefaultAccountID, messaging.Basic(sandbox.DefaultUsername, sandbox.DefaultPassword), messaging.WithBaseURL(server.BaseURL))
	if err != nil {
		t.Fatal(err)
	}
	o, err := outbox.Open(t.Context(), sqlite.At(t.TempDir()+"/outbox.db"), outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Close() }()

	resp, err := http.Post(c.CallbackURL, "application/json", bytes.NewReader([]byte("[]")))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("got %s for anybody, want that nobody but the sandbox is listened to", resp.Status)
	}
	var messages []messaging.Message
	for _, n := range []string{"10", "11", "12", "13", "14"} {
		messages = append(messages, messaging.Message{
			From: sandbox.DefaultNumber, To: []string{"+199955500" + n}, Text: "Hello", ApplicationID: sandbox.DefaultApplicationID,
		})
	}
	batch, err := o.Plan(t.Context(), client, outbox.Plan{By: e.By, Messages: messages, Yes: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range messages {
		if r := batch.Send(t.Context(), i); r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	await("message-sent", " 503, try 1")
	e.Tell(o)
	for range messages {
		await("message-received", " 200, ")
	}
	if n, err := o.Unread(t.Context()); n != len(messages) || err != nil {
		t.Errorf("got %d unread, %v, want an answer of each", n, err)
	}
	all, err := o.Threads(t.Context(), outbox.ThreadFilter{Heard: true})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"+19995550010": "Thanks!", "+19995550011": "STOP", "+19995550012": "START", "+19995550013": "HELP", "+19995550014": ""}
	for _, th := range all {
		text, there := want[th.Others[0]]
		if !there || th.Last.Message.Text != text || th.Last.In.Unproven || (text == "") != (len(th.Last.Message.Media) == 1) {
			t.Errorf("got %+v, want %q, proven", th.Last, text)
		}
		delete(want, th.Others[0])
	}
	if len(want) > 0 {
		t.Errorf("got nothing of %v", want)
	}
}
