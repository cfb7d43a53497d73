package outboxtest

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

func (on *suite) testGuardComparesWhatIsSeen(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	plan := func(text string) error {
		_, err := o.Plan(t.Context(), nil, outbox.Plan{Messages: []messaging.Message{sample.SMS(text)}})
		return err
	}
	if err := plan("café, today"); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"café, today ", "café, today\r\n", "cafe\u0301, today", "caf\u200bé, today"} {
		if _, ok := errors.AsType[*outbox.RepeatError](plan(text)); !ok {
			t.Errorf("%+q: got no refusal, want it seen as the same", text)
		}
	}
	if err := plan("cafe, today"); err != nil {
		t.Errorf("another text: got %v, want nil", err)
	}
}

// Rows of telexes that compared bytes are found, by the same bytes.
func (on *suite) testGuardFindsOldDigests(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	m := sample.SMS("Hello \r\n")
	id := sample.Begun(t, o.Outbox, m)[0]
	old := sample.Digest(t, sample.Value[[]byte](t, o.engine, "SELECT value FROM meta WHERE name = 'digest_key'"), m.Text)
	if bytes.Equal(old, sample.Value[[]byte](t, o.engine, "SELECT content FROM messages WHERE id = ?", id)) {
		t.Fatal("the digests are the same, and this tests nothing")
	}
	sample.Change(t, o.engine, "UPDATE messages SET content = ? WHERE id = ?", old, id)
	repeats, err := o.Repeats(t.Context(), []messaging.Message{m})
	if err != nil || len(repeats) != 1 || repeats[0].Entry.ID != id || repeats[0].Ago > time.Minute {
		t.Errorf("got %+v, %v, want row %d", repeats, err, id)
	}
}
