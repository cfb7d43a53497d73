package outboxtest

import (
	"errors"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testOwnFile: a file that a run stored for itself is needed as long as a message that may not
// be through has it, or a draft, or a run that is not over; and the same picture by another
// name of that kind is still the same message.
func (on *suite) testOwnFile(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	const common = "00112233445566778899aabbccddeeff/menu.jpg"
	own, another := outbox.OwnFile(common), outbox.OwnFile(common)
	if own == common || own == another || outbox.CommonFile(own) != common || outbox.CommonFile("https://host/media/"+own) != "https://host/media/"+common || outbox.CommonFile(common) != common {
		t.Fatalf("own names are %s and %s", own, another)
	}
	wants := func(when string, want bool) {
		t.Helper()
		if got, err := o.WantsFile(t.Context(), own); err != nil || got != want {
			t.Errorf("%s: WantsFile = %t, %v, want %t", when, got, err, want)
		}
	}
	url := "https://host/media/" + own
	message := messaging.Message{From: sample.Sender, To: []string{sample.Alice}, Text: "The menu", Media: []string{url}, ApplicationID: sample.Application}
	wants("at first", false)
	b := toPeople()
	b.Media = []string{url}
	id := plannedPeople(t, o, b, people(1))
	wants("planned", true)
	sample.Must(t, o.CancelRun(t.Context(), id, outbox.Reason{}))
	wants("cancelled", false)

	draft, err := o.SaveDraft(t.Context(), 0, "main", []byte(`{"media":["`+url+`"]}`))
	sample.Must(t, err)
	wants("in a draft", true)
	sample.Must(t, o.DeleteDraft(t.Context(), draft))
	wants("without the draft", false)

	ids, err := o.Schedule(t.Context(), outbox.Plan{By: account, Messages: []messaging.Message{message}, Yes: true}, outbox.WhenAt(clock.Now().Add(time.Hour)))
	sample.Must(t, err)
	for _, s := range outbox.States() {
		sample.Change(t, o.engine, "UPDATE messages SET state = ? WHERE id = ?", string(s), ids[0])
		switch s {
		case outbox.Delivered, outbox.Unconfirmed, outbox.Failed, outbox.Rejected, outbox.Unsent, outbox.Received:
			wants(string(s), false)
		default:
			wants(string(s), true)
		}
	}
	sample.Change(t, o.engine, "UPDATE messages SET state = 'delivered' WHERE id = ?", ids[0])
	message.Media = []string{"https://host/media/" + another}
	_, err = o.Plan(t.Context(), sample.API{}, outbox.Plan{By: account, Messages: []messaging.Message{message}})
	if repeat, is := errors.AsType[*outbox.RepeatError](err); !is || repeat.Repeats[0].Entry.ID != ids[0] {
		t.Errorf("the same picture by another name: %v, want that it was sent already", err)
	}

	sample.Must(t, o.NoteFilesDeleted(t.Context(), id))
	moves, err := o.RunMoves(t.Context(), id)
	if last := moves[len(moves)-1]; err != nil || last.Reason.Kind != outbox.ReasonFiles || last.State != outbox.RunCancelled {
		t.Errorf("it came by %+v, %v, want that its files are deleted last", moves, err)
	}
}
