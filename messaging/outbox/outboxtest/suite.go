// Package outboxtest judges engines: whatever database an outbox is kept in, its rules
// are the same.
package outboxtest

import (
	"context"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// A Host is what the processes run on that share one outbox. Each Open is that of another
// process.
type Host interface {
	outbox.Place
	// Kill ends the use of an engine as the death of its process does: nothing is settled,
	// nothing that comes later reaches the database, and others see that it is over.
	Kill(e outbox.Engine)
	// Sound says what is wrong with the database by its own means; nil if nothing is.
	Sound(ctx context.Context, e outbox.Engine) error
}

// A suite is the tests of one kind of engine.
type suite struct {
	host func(t testing.TB) Host
}

// Run judges an engine by all rules of the outbox. Each call of host is a new place
// without an outbox, which is there until its test ends. The options that a test does not
// choose itself are those of most; see [outbox.Options].
func Run(t *testing.T, host func(t testing.TB) Host) {
	on := &suite{host}
	for _, test := range []struct {
		name string
		do   func(t *testing.T)
	}{
		{"Table", on.testTable},
		{"Moves", on.testMoves},
		{"BeginRecordsTheRequest", on.testBeginRecordsTheRequest},
		{"AnswersComeBack", on.testAnswersComeBack},
		{"CarelessCalls", on.testCarelessCalls},
		{"FailuresComeBack", on.testFailuresComeBack},
		{"DeliveredAs", on.testDeliveredAs},
		{"Unconfirmed", on.testUnconfirmed},
		{"Doubt", on.testDoubt},
		{"DoubtEnds", on.testDoubtEnds},
		{"GradeIsKept", on.testGradeIsKept},
		{"Draft", on.testDraft},
		{"DraftsOfMany", on.testDraftsOfMany},
		{"DraftSent", on.testDraftSent},
		{"DraftOfAnother", on.testDraftOfAnother},
		{"PruneDrafts", on.testPruneDrafts},
		{"Repeats", on.testRepeats},
		{"RepeatsOfWhatWaited", on.testRepeatsOfWhatWaited},
		{"PruneOfWhatWaited", on.testPruneOfWhatWaited},
		{"WhoRepeats", on.testWhoRepeats},
		{"FailedGroup", on.testFailedGroup},
		{"LatestRepeat", on.testLatestRepeat},
		{"Pages", on.testPages},
		{"Mailings", on.testMailings},
		{"Search", on.testSearch},
		{"SearchIsComplete", on.testSearchIsComplete},
		{"SearchInStates", on.testSearchInStates},
		{"Find", on.testFind},
		{"Version", on.testVersion},
		{"RecentRecipients", on.testRecentRecipients},
		{"SearchAsDialled", on.testSearchAsDialled},
		{"CheckUnknown", on.testCheckUnknown},
		{"Lengths", on.testLengths},
		{"Rivals", on.testRivals},
		{"AskedFor", on.testAskedFor},
		{"WindowOfTheKilled", on.testWindowOfTheKilled},
		{"NotConclusive", on.testNotConclusive},
		{"Meanwhile", on.testMeanwhile},
		{"ClaimedBetween", on.testClaimedBetween},
		{"CheckFollows", on.testCheckFollows},
		{"ResendNeedsYes", on.testResendNeedsYes},
		{"FoundClearsError", on.testFoundClearsError},
		{"Run", on.testRun},
		{"RunCancelled", on.testRunCancelled},
		{"RunLimit", on.testRunLimit},
		{"RunSettledByAnother", on.testRunSettledByAnother},
		{"RunUnrecorded", on.testRunUnrecorded},
		{"Batch", on.testBatch},
		{"BatchGivenUp", on.testBatchGivenUp},
		{"BatchAbandoned", on.testBatchAbandoned},
		{"Unrecorded", on.testUnrecorded},
		{"Trouble", on.testTrouble},
		{"GuardComparesWhatIsSeen", on.testGuardComparesWhatIsSeen},
		{"GuardFindsOldDigests", on.testGuardFindsOldDigests},
		{"OmitTextKeeps", on.testOmitTextKeeps},
		{"ReadingAfterClose", on.testReadingAfterClose},
		{"GivenUp", on.testGivenUp},
		{"Counts", on.testCounts},
		{"ClaimByTwo", on.testClaimByTwo},
		{"DeathOfADrainer", on.testDeathOfADrainer},
		{"TakenForDead", on.testTakenForDead},
		{"RunGoesBack", on.testRunGoesBack},
		{"ClaimedRequest", on.testClaimedRequest},
		{"Timeline", on.testTimeline},
		{"TimelineOfSending", on.testTimelineOfSending},
		{"RunStates", on.testRunStates},
		{"FillRun", on.testFillRun},
		{"CancelRun", on.testCancelRun},
		{"ManyMoves", on.testManyMoves},
	} {
		t.Run(test.name, test.do)
	}
}

// place is where the outbox of a test is.
func (on *suite) place(t testing.TB) Host {
	t.Helper()
	return on.host(t)
}

// A process is an outbox as one process has it open.
type process struct {
	*outbox.Outbox
	engine outbox.Engine
	host   Host
	dead   bool
}

// A seen host notes the engine of its opening.
type seen struct {
	Host
	engine outbox.Engine
}

func (s *seen) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	e, err := s.Host.Open(ctx, o)
	if s.engine == nil { // later ones are those of heirs
		s.engine = e
	}
	return e, err
}

// open opens the outbox of another process.
func (on *suite) open(ctx context.Context, at Host, options outbox.Options) (*process, error) {
	noted := &seen{Host: at}
	o, err := outbox.Open(ctx, noted, options)
	if err != nil {
		return nil, err
	}
	return &process{Outbox: o, engine: noted.engine, host: at}, nil
}

// opened is an outbox that is closed at the end of the test.
func (on *suite) opened(t testing.TB, at Host, options outbox.Options) *process {
	t.Helper()
	o, err := on.open(t.Context(), at, options)
	if err != nil {
		t.Fatalf("Open(%s) = %v, want an outbox", at, err)
	}
	t.Cleanup(func() {
		if o.dead {
			return
		}
		if err := o.Close(); err != nil {
			t.Errorf("Close() = %v, want nil", err)
		}
	})
	return o
}

// crash ends the use of an outbox as the death of its process does.
func (p *process) crash() {
	if !p.dead {
		p.host.Kill(p.engine)
	}
	p.dead = true
}

// sound checks the database and that nothing hangs in the air.
func sound(t testing.TB, o *process) {
	t.Helper()
	if err := o.host.Sound(t.Context(), o.engine); err != nil {
		t.Error(err)
	}
	sample.WantWhole(t, o.engine)
}
