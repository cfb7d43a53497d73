package ui

import (
	"errors"
	"fmt"

	"telex/messaging"
	"telex/ui/text"
	"telex/ui/words"
)

// ErrInputEnded is a plain console whose input ended before all that was typed was sent.
var ErrInputEnded = errors.New("the input ended before the message was sent")

// errGone ends the plain console when a signal tells it to.
var errGone = errors.New("the terminal is gone")

// An OutcomeError is a plain console that ended when messages were not accepted, or when
// it is not known whether they were. The console told of each.
type OutcomeError struct {
	// Errs are why, one for each of those messages; never empty. The one that needs most
	// attention decides how the program ends.
	Errs []error
	// asks is the command that asks about them; "" where nobody can be asked.
	asks string
}

func (e *OutcomeError) Error() string {
	unknown := 0
	for _, err := range e.Errs {
		if messaging.OutcomeOf(err) == messaging.Unknown {
			unknown++
		}
	}
	if unknown > 0 {
		said := fmt.Sprintf("the outcome of %s is unknown", text.Count(unknown, "message"))
		if e.asks != "" {
			said += ": " + e.asks + " looks for it"
		}
		return said
	}
	return text.Count(len(e.Errs), "message") + " not accepted: see above"
}

// Unwrap returns Errs.
func (e *OutcomeError) Unwrap() []error { return e.Errs }

// ending is how the conversation ends that ended with err: what became of the messages
// decides, before that the input is at its end. It forgets a form that has its outcome.
func (p *plain) ending(err error) error {
	ended := errors.Is(err, ErrInputEnded)
	if err != nil && !ended && !errors.Is(err, errGone) {
		return err
	}
	var bad []error
	for i, b := range p.sent {
		asItStands := ended && i == len(p.sent)-1 && b.standsAs(p.form)
		bad = append(bad, b.failures(asItStands)...)
		if asItStands {
			p.begin()
		}
	}
	begun := ended && (!p.form.IsEmpty() || !p.asked) // what was to be sent did not go out, or never came
	asks := p.deps.askedBy(p.deps.shell().CommandOf(p.deps.Profile, "status"))
	switch {
	case begun && len(bad) > 0:
		return fmt.Errorf("%w; %w", err, &OutcomeError{bad, asks})
	case begun:
		return err
	case len(bad) > 0:
		return &OutcomeError{bad, asks}
	}
	return nil
}

// failures are the errors of the messages of a batch of which it is unknown, by now,
// whether they were sent; if all is set, of all that were not accepted.
func (b *batch) failures(all bool) []error {
	var bad []error
	for i := range b.results {
		r := &b.results[i]
		o := r.newest().State.Outcome()
		if o == messaging.Accepted || o != messaging.Unknown && !all {
			continue
		}
		err := r.err
		if err == nil || o != messaging.OutcomeOf(err) { // never started, or found out since
			err = &messaging.Error{Op: "send message", Outcome: o, Err: errors.New(words.Untried(r.skipped))}
		}
		bad = append(bad, err)
	}
	return bad
}
