package outboxtest

import (
	"errors"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testBroadcastApproved: nothing of a run that wants another person's yes is sent before that,
// whoever tries; the yes is for what the run was then, and outlives every process.
func (on *suite) testBroadcastApproved(t *testing.T) {
	at := on.place(t)
	o, other := on.opened(t, at, outbox.Options{}), on.opened(t, at, outbox.Options{})
	b := toPeople()
	b.StartedBy, b.Host, b.OwnName, b.Approve = "Ana", "north", true, true
	id := plannedPeople(t, o, b, people(3))
	refused := func(when string) {
		t.Helper()
		if err := o.StartRun(t.Context(), id); !errors.Is(err, outbox.ErrWantsApproval) {
			t.Errorf("%s StartRun = %v, want ErrWantsApproval", when, err)
		}
		if r, err := o.Run(t.Context(), id); err != nil || !r.WantsApproval() || r.State == outbox.RunRunning {
			t.Errorf("%s the run is %+v, %v, want that it waits", when, r, err)
		}
	}
	refused("at first")
	for _, same := range []outbox.User{{Name: "Ana", Own: true}, {Name: " ana ", Host: "south"}, {}} {
		if err := other.ApproveRun(t.Context(), id, same); !errors.Is(err, outbox.ErrOwnRun) {
			t.Errorf("approved by %+v: %v, want ErrOwnRun", same, err)
		}
	}
	refused("after who started it said yes")
	bea := outbox.User{Name: "Bea", Host: "south"}
	sample.Must(t, other.ApproveRun(t.Context(), id, bea))
	if err := other.ApproveRun(t.Context(), id, bea); !errors.Is(err, outbox.ErrNoApproval) {
		t.Errorf("approved twice: %v, want ErrNoApproval", err)
	}
	if r, err := o.Run(t.Context(), id); err != nil || r.WantsApproval() || r.Approval.By != bea || r.Approval.At.IsZero() || r.State != outbox.RunPlanned {
		t.Errorf("approved it is %+v, %v", r, err)
	}
	moves, err := o.RunMoves(t.Context(), id)
	sample.Must(t, err)
	if last := moves[len(moves)-1].Reason; last.Kind != outbox.ReasonApproved || last.Note != "Bea at south" {
		t.Errorf("it came by %+v, want that the last says who approved it", moves)
	}

	// The yes was for these people and this text.
	if added, err := o.AddPeople(t.Context(), id, 3, people(1)); added != 0 || err == nil {
		t.Errorf("to an approved run %d were added, %v, want a refusal", added, err)
	}
	sample.Must(t, o.CorrectRun(t.Context(), id, "Dear NAME", nil))
	refused("with another text")
	api := &counter{}
	if r := drained(t, o, api, id, fast(outbox.DrainOptions{})); len(api.created) != 0 {
		t.Errorf("%v left before the yes, and the run is %s", api.created, r.State)
	}
	sample.Must(t, other.ApproveRun(t.Context(), id, bea))
	sample.Must(t, other.Close()) // it is gone before it starts anything
	sample.Must(t, o.StartRun(t.Context(), id))
	if r := drained(t, o, api, id, fast(outbox.DrainOptions{})); r.State != outbox.RunDone || len(api.created) != 3 {
		t.Errorf("it is %s, and %v were sent, want all", r.State, api.created)
	}
	if err := o.ApproveRun(t.Context(), id, bea); err == nil {
		t.Error("a run that is over was approved")
	}
	if err := o.ApproveRun(t.Context(), plannedPeople(t, o, toPeople(), people(1)), bea); !errors.Is(err, outbox.ErrNoApproval) {
		t.Errorf("a run that wants no approval: %v, want ErrNoApproval", err)
	}
}
