package outboxtest

import (
	"context"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testForesee: what speaks against messages of a run is known before it is made, and nothing
// is written for that.
func (on *suite) testForesee(t *testing.T) {
	p := on.opened(t, on.place(t), outbox.Options{})
	to := func(n int, text string) messaging.Message {
		return messaging.Message{From: sample.Sender, To: []string{numberOf(n)}, Text: text, ApplicationID: sample.Application}
	}
	foresee := func(most int, messages ...messaging.Message) []outbox.Prospect {
		t.Helper()
		all, err := p.Foresee(t.Context(), outbox.Broadcast{By: account}, messages, most)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	batch, err := p.Plan(t.Context(), sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		return sample.Receipt("id of "+m.To[0], m), nil
	}}, outbox.Plan{By: account, Messages: []messaging.Message{to(1, "Hi"), to(2, "Hi")}})
	if err != nil {
		t.Fatal(err)
	}
	batch.Run(t.Context(), outbox.RunOptions{})
	if _, err := p.AddOptOuts(t.Context(), []outbox.OptOut{{Number: numberOf(3), By: outbox.OptedByPerson}}); err != nil {
		t.Fatal(err)
	}
	all := foresee(1, to(1, "Hi"), to(2, "Something else"), to(3, "Hi"), to(4, "Hi"), to(2, ""))
	for i, want := range []struct {
		skip outbox.Skip
		news bool
	}{{outbox.SkipRecent, false}, {outbox.SkipOverCap, false}, {outbox.SkipOptedOut, true}, {"", true}, {outbox.SkipOverCap, false}} {
		if got := all[i]; got.Skip != want.skip || got.New != want.news {
			t.Errorf("message %d: %+v, want %q, new %v", i, got, want.skip, want.news)
		}
	}
	if got := foresee(0, to(2, "Something else"))[0]; got.Skip != "" {
		t.Errorf("without a cap: %+v", got)
	}
	if got := foresee(2, to(2, "Something else"))[0]; got.Skip != "" {
		t.Errorf("within the cap: %+v", got)
	}
}
