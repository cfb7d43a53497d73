package outboxtest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testMaker: each message has who made it, whoever sends it, and a run who moved it.
func (on *suite) testMaker(t *testing.T) {
	at := on.place(t)
	ana, bea := outbox.User{Name: "Ana", Host: "north", Own: true}, outbox.User{Name: "bea", Host: "south"}
	o, other := on.opened(t, at, outbox.Options{User: ana}), on.opened(t, at, outbox.Options{User: bea})
	wantMaker := func(id int64, want outbox.User) {
		t.Helper()
		if d := sample.RowOf(t, other.Outbox, id); d.User != want || !d.Tells && want != bea {
			t.Errorf("message %d is by %+v, to be told: %t, want %+v", id, d.User, d.Tells, want)
		}
	}
	sent := sample.Begun(t, o.Outbox, sample.SMS("one"), sample.SMS("two"))
	later := sample.Later(t, o.Outbox, sample.SMS("later"), outbox.Scheduled)
	for _, id := range append(sent, later) {
		wantMaker(id, ana)
	}
	wantMaker(sample.Heard(t, other.Outbox, sample.Came("api-in", sample.Alice, "Hello"))[0].Message, bea)
	if list, err := o.List(t.Context(), outbox.Filter{}); err != nil || len(list) != 4 || list[0].User != bea || list[3].User != ana {
		t.Errorf("listed %+v, %v", list, err)
	}

	id := plannedPeople(t, o, toPeople(), people(2))
	sample.Must(t, other.StartRun(t.Context(), id))
	sample.Must(t, o.PauseRun(t.Context(), id, outbox.Reason{Kind: outbox.ReasonPerson}))
	sample.Must(t, other.StartRun(t.Context(), id))
	drained(t, other, &counter{}, id, fast(outbox.DrainOptions{}))
	moves, err := o.RunMoves(t.Context(), id)
	sample.Must(t, err)
	var by []string
	for _, m := range moves {
		if m.ByPerson() {
			by = append(by, string(m.State)+" "+m.User.String())
		}
	}
	if got, want := strings.Join(by, ", "), "planned Ana, running bea at south, paused Ana, running bea at south"; got != want {
		t.Errorf("the run was %s, want %s", got, want)
	}
	told, err := o.RunPeople(t.Context(), id, outbox.PeopleFilter{}, 0, 10)
	sample.Must(t, err)
	for _, p := range told {
		wantMaker(p.Message, bea)
	}

	// Who keeps a message of another from being sent is noted with it.
	sample.Must(t, other.Reschedule(t.Context(), later, outbox.WhenAt(time.Date(2101, 1, 1, 0, 0, 0, 0, time.UTC)), false))
	sample.Must(t, other.Unschedule(t.Context(), []int64{later}, "cancelled"))
	if d := sample.RowOf(t, o.Outbox, later); len(d.Moves) != 3 || d.Moves[1].Note != "for another time, by bea at south" || d.Moves[2].Note != "cancelled, by bea at south" {
		t.Errorf("the message was %+v, want by whom", d.Moves)
	}

	nobody := on.opened(t, at, outbox.Options{})
	if d := sample.RowOf(t, nobody.Outbox, sample.Begun(t, nobody.Outbox, sample.SMS("nobody's"))[0]); d.User != (outbox.User{}) || d.Tells {
		t.Errorf("nobody's message is by %+v, to be told: %t", d.User, d.Tells)
	}
}

// testOddMakers: what others give as their name is kept as a name can be.
func (on *suite) testOddMakers(t *testing.T) {
	at := on.place(t)
	odd, other := on.opened(t, at, outbox.Options{User: outbox.User{Name: " \x00\xff" + strings.Repeat("é", 1000)}}), on.opened(t, at, outbox.Options{User: outbox.User{Name: "bea", Host: "south"}})
	d := sample.RowOf(t, other.Outbox, sample.Begun(t, odd.Outbox, sample.SMS("odd"))[0])
	if name := d.User.Name; len(name) > 300 || !strings.HasPrefix(name, "\ufffd\ufffdé") || d.User.Host != "" || !d.Tells {
		t.Errorf("the odd name became %q, of host %q, to be told: %t", name, d.User.Host, d.Tells)
	}
	strange := outbox.User{Name: "\x00eve\xff", Host: "so\x00uth"}
	b := toPeople()
	b.StartedBy, b.Host, b.Approve = "\x00ana\xff"+strings.Repeat("é", 1000), "no\x00rth", true
	run := plannedPeople(t, odd, b, people(1))
	sample.Must(t, other.ApproveRun(t.Context(), run, strange))
	kept, err := odd.Run(t.Context(), run)
	sample.Must(t, err)
	if by := kept.Broadcast.Starter(); len(by.Name) > 300 || !strings.HasPrefix(by.Name, "\ufffdana\ufffdé") || by.Host != "no\ufffdrth" {
		t.Errorf("the odd name of who started it became %+v", by)
	}
	if by := kept.Approval.By; by != (outbox.User{Name: "\ufffdeve\ufffd", Host: "so\ufffduth"}) {
		t.Errorf("the odd name of who approved it became %+v", by)
	}
}

// draftsSeen are the drafts that somebody sees.
func draftsSeen(t *testing.T, o *process) string {
	t.Helper()
	var all []string
	for _, d := range sample.DraftsOf(t, o.Outbox) {
		all = append(all, string(d.Body))
	}
	latest, n, err := o.LatestDrafts(t.Context(), 1)
	if err != nil || n != len(all) || len(latest) != min(n, 1) {
		t.Errorf("LatestDrafts = %+v, %d, %v, want the first of %d", latest, n, err, len(all))
	}
	if n, err := o.PrunableDrafts(t.Context(), sample.NewClock().Now().AddDate(1000, 0, 0)); err != nil || n != len(all) {
		t.Errorf("PrunableDrafts = %d, %v, want %d", n, err, len(all))
	}
	return strings.Join(all, ", ")
}

// testDraftsOfPeople: a draft is there for its writer, at any host, and for nobody else; one
// without a name is everybody's until somebody takes it.
func (on *suite) testDraftsOfPeople(t *testing.T) {
	at := on.place(t)
	as := func(u outbox.User) *process { return on.opened(t, at, outbox.Options{User: u}) }
	old := as(outbox.User{})
	nobodys := sample.Saved(t, old.Outbox, 0, "nobody's")
	sample.Must(t, old.LeaveDraft(t.Context(), nobodys))
	ana, bea := as(outbox.User{Name: "Ana", Host: "north"}), as(outbox.User{Name: "Bea", Host: "north"})
	anas := sample.Saved(t, ana.Outbox, 0, "Ana's")
	sample.Must(t, ana.LeaveDraft(t.Context(), anas))
	elsewhere := as(outbox.User{Name: " ana", Host: "south", Own: true})
	for o, want := range map[*process]string{ana: "Ana's, nobody's", elsewhere: "Ana's, nobody's", bea: "nobody's"} {
		if got := draftsSeen(t, o); got != want {
			t.Errorf("drafts: %s, want %s", got, want)
		}
	}

	// Another person's cannot be had, written or deleted by its number.
	if _, err := bea.Draft(t.Context(), anas); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("Draft of another = %v, want ErrNotFound", err)
	}
	if err := bea.TakeDraft(t.Context(), anas); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("TakeDraft of another's = %v, want ErrNotFound", err)
	}
	sample.Must(t, bea.DeleteDraft(t.Context(), anas))
	if _, err := bea.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("Hi")}, Draft: anas}); err != nil {
		t.Errorf("Begin = %v, want nil", err)
	}
	if n, err := bea.PruneDrafts(t.Context(), sample.NewClock().Now().AddDate(-1000, 0, 0)); err != nil || n != 0 {
		t.Errorf("PruneDrafts = %d, %v, want none that old", n, err)
	}
	if id := sample.Saved(t, bea.Outbox, anas, "Bea's"); id == anas {
		t.Errorf("Bea wrote over draft %d of Ana", id)
	}
	if got := draftsSeen(t, elsewhere); got != "Ana's, nobody's" {
		t.Errorf("then the drafts of Ana are %s", got)
	}

	// Who takes one that has no name has it from then on, and it follows them.
	sample.Must(t, bea.TakeDraft(t.Context(), nobodys))
	sample.Must(t, bea.LeaveDraft(t.Context(), nobodys))
	for o, want := range map[*process]string{elsewhere: "Ana's", bea: "nobody's"} {
		if got := draftsSeen(t, o); got != want {
			t.Errorf("after it was taken the drafts are %s, want %s", got, want)
		}
	}
	sample.Must(t, elsewhere.TakeDraft(t.Context(), anas))
	sample.Saved(t, elsewhere.Outbox, anas, "Ana's too")
	elsewhere.crash()
	if got := draftsSeen(t, ana); got != "Ana's too" {
		t.Errorf("back at the first host the drafts are %s", got)
	}
}
