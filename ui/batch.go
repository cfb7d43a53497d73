package ui

import (
	"context"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
)

// A batch is one press of enter on Review: the messages it makes, several of them on their
// way at once, and what became of each. Only the app's Update changes it.
type batch struct {
	try       int           // tells the results of this batch from those of earlier ones
	plan      *outbox.Batch // its rows in the outbox; nil until they are there
	form      draft.Form
	apart     bool // what is written by now is another message
	results   []result
	ended     int             // how many are done
	events    <-chan runEvent // of its run
	clock     time.Time       // of the last news or tick
	ctx       context.Context // of its run
	cancel    context.CancelFunc
	cancelled bool
	consent   page.Consent      // what the user said yes to
	names     map[string]string // of recipients who are contacts, as Review had them
	toAsk     []int             // messages that are still to be asked about, one after the other
	looking   bool              // it is waited for the next look
	counted   time.Time         // when Response counted the batch last
}

// Sends are the batches of this run of the console.
type sends struct {
	batch   *batch // the last one; nil for none
	earlier *batch // the one before; it comes back if nothing of a batch is sent
	tries   int    // how many were begun

	uploading bool // files go to Bandwidth, before what they belong to is sent
}

// begin makes b the last one.
func (s *sends) begin(b *batch) {
	s.tries++
	b.try = s.tries
	s.earlier, s.batch = s.batch, b
}

// takeBack brings the one before back: of the last one nothing was sent or recorded.
func (s *sends) takeBack() { s.batch = s.earlier }

// A result is one message of a batch. What became of it is its row in the outbox, and as
// the run told it only where there is none.
type result struct {
	message messaging.Message
	state   resultState
	begun   time.Time // when it was about to leave
	id      int64     // of its row in the outbox; 0 if it has none
	receipt *messaging.Receipt
	err     error
	skipped string // why it was not tried; only if it was never started
	// unrecorded is why the outbox does not have the outcome, though it is known.
	unrecorded error
	row        *outbox.Detail  // as the outbox had it when it was read last; nil before the end
	finding    *outbox.Finding // what the API said of an unknown outcome; nil before it was asked
	stale      bool            // of row only the Entry is that of now
	askErr     error           // why the API did not answer when it was asked last; nil if it did
}

type resultState int

const (
	waiting resultState = iota
	sending
	answered
	neverStarted // the batch ended before its turn
)

// running reports whether a request is, or may be, on its way.
func (b *batch) running() bool { return b != nil && b.ended < len(b.results) }

// waited is for how long a message is on its way, as of the last tick.
func (b *batch) waited(r *result) time.Duration { return b.clock.Sub(r.begun) }

// outcome is what is known of a message that is answered or was never started.
func (r result) outcome() messaging.Outcome {
	if r.state == neverStarted {
		return messaging.Unsent
	}
	return messaging.OutcomeOf(r.err)
}

// less is f without the recipients of individual messages that were accepted or
// may have been, so that nobody gets a message twice, and words for what is left.
// A batch that ended alike for all leaves f as it is.
func (b *batch) less(f draft.Form) (left draft.Form, kept string) {
	got := map[string]bool{}
	for _, r := range b.results {
		if o := r.outcome(); o == messaging.Accepted || o == messaging.Unknown {
			for _, to := range r.message.To {
				got[to] = true
			}
		}
	}
	if !sameContent(b.results[0].message, &f) {
		return f, "" // another message by now
	}
	left, left.Draft = f, f.Draft.Clone()
	left.To = slices.DeleteFunc(left.To, func(to string) bool { return got[to] })
	if len(b.results) < 2 || len(left.To) == 0 || len(left.To) == len(f.To) {
		return f, ""
	}
	if len(left.To) < 2 {
		left.Addressing = messaging.Undecided
	}
	return left, fmt.Sprintf("kept the %s that it was certainly not sent to", text.Count(len(left.To), "recipient"))
}

// only is the row of a batch of one message, which sending again points at; 0 for
// several: which of them is repeated is not known before it is decided.
func (b *batch) only() int64 {
	if len(b.results) != 1 {
		return 0
	}
	return b.results[0].id
}

// sameContent compares what a recipient would see.
func sameContent(m messaging.Message, f *draft.Form) bool {
	return m.From == f.From && m.Text == f.Text && slices.Equal(m.Media, f.Media)
}

// settledAs reports whether all of f went out as it stands, so that nothing would
// be lost with it.
func (b *batch) settledAs(f draft.Form) bool {
	for _, r := range b.results {
		if r.stateNow().Outcome() != messaging.Accepted { // it may have been found
			return false
		}
	}
	return b.standsAs(f)
}

// standsAs reports whether b is f as it stands, with nothing half typed.
func (b *batch) standsAs(f draft.Form) bool {
	return f.NewTo == "" && f.NewMedia == "" && f.Expires == b.form.Expires && sameForm(b.form, f)
}
