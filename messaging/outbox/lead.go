package outbox

import "time"

// Patience is for how long a first message without an answer keeps the next one waiting, if
// nothing else is said.
const Patience = 5 * time.Second

// A lead says how many messages may be on their way before one of them had its answer: one,
// for what stops that would stop all of them. One that is merely slow holds nobody up for
// long, though: each time the patience is over without an answer one more may leave.
type lead struct {
	patience time.Duration
	after    func(time.Duration) <-chan time.Time
	answered bool
	most     int              // may be on their way as long as none is answered
	over     <-chan time.Time // when one more may; nil: nobody waits for that
}

func newLead(patience time.Duration, after func(time.Duration) <-chan time.Time) lead {
	if patience <= 0 {
		patience = Patience
	}
	return lead{patience: patience, after: after, most: 1}
}

// allowed is how many of parallel may be on their way now.
func (l *lead) allowed(parallel int) int {
	if l.answered {
		return parallel
	}
	return min(l.most, parallel)
}

// wait tells when one more message may leave, if that is what keeps it while so many are on
// their way and others than these may be; nil otherwise.
func (l *lead) wait(open, parallel int) <-chan time.Time {
	if l.answered || open < l.most || l.most >= parallel {
		return nil
	}
	if l.over == nil {
		l.over = l.after(l.patience)
	}
	return l.over
}

// passed lets one more message leave.
func (l *lead) passed() { l.most, l.over = l.most+1, nil }
