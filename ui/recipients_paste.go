package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"telex/ui/draft"
	"telex/ui/page"
)

// readAtOnce is how many entries of a paste are read in one Update, which takes some
// milliseconds: keys that come meanwhile wait no longer than that.
const readAtOnce = 200

// A pasting is pastes that are being read.
type pasting struct {
	left    []*draft.Paste
	read    draft.Reading // so far
	turn    int           // tells the wait for the next part from those of earlier pastes
	stopped bool          // the user wants no more of it
}

// readOn says that the next part of a paste can be read.
type readOn struct{ turn int }

// To is the page that waits.
func (readOn) To() page.ID { return page.Recipients }

// begin reads the first part of a paste, if it is too long to be read at once.
func (p *pasting) begin(paste *draft.Paste, f *draft.Form) bool {
	if paste.Left() <= readAtOnce {
		return false
	}
	if f.Pasting == 0 || p.stopped { // of an earlier one nobody waits any more
		*p = pasting{turn: p.turn + 1}
	}
	p.left = append(p.left, paste)
	return true
}

// entries is how many are not read yet.
func (p *pasting) entries() (n int) {
	for _, paste := range p.left {
		n += paste.Left()
	}
	return n
}

// readPart reads the next part of what is being pasted, and says how far it is.
func (r *recipients) readPart(f *draft.Form) (page.Intent, tea.Cmd) {
	p := &r.pasting
	read := p.left[0].Next(readAtOnce, r.among.of(f))
	r.take(read, f)
	p.read.Join(read)
	if p.left[0].Left() == 0 {
		p.left = p.left[1:]
	}
	if f.Pasting = p.entries(); f.Pasting == 0 {
		return r.pasted(f), nil
	}
	turn := p.turn
	return page.Here{Intent: page.Done(fmt.Sprintf("reading what was pasted: %d read, %d to go; esc stops it", p.read.Items, f.Pasting))},
		func() tea.Msg { return readOn{turn} }
}

// take puts numbers that were read behind the recipients.
func (r *recipients) take(read draft.Reading, f *draft.Form) {
	for _, n := range read.Numbers {
		r.known[n.E164] = n
	}
	if len(read.Numbers) > 0 {
		f.Add(read.E164()...)
		r.among.grow(f, read.E164())
	}
	if len(read.Left) > 0 {
		f.Refuse(read.Left...)
	}
}

// onReadOn goes on, or ends what the user stopped.
func (r *recipients) onReadOn(msg readOn, f *draft.Form) (page.Intent, tea.Cmd) {
	p := &r.pasting
	switch {
	case msg.turn != p.turn || f.Pasting == 0 || len(p.left) == 0:
		return nil, nil // another message is being written by now
	case p.stopped:
		rest := p.entries()
		f.Pasting, p.left = 0, nil
		return page.Warn(fmt.Sprintf("stopped: %s; %d of what was pasted not read", p.read.Words(), rest)), nil
	}
	return r.readPart(f)
}

// pasted ends the reading.
func (r *recipients) pasted(f *draft.Form) page.Intent {
	words, bad := r.pasting.read.Words(), len(r.pasting.read.Left) > 0
	r.pasting.read = draft.Reading{}
	r.sieve.clear()
	r.settle(f)
	r.list.To(len(f.To) - 1)
	if bad {
		return page.Here{Intent: page.Failed(words)}
	}
	return page.Done(words)
}

// stop ends the reading of a paste, as esc does first; false if none is being read.
func (p *pasting) stop(f *draft.Form) bool {
	if f.Pasting == 0 || p.stopped {
		return false
	}
	p.stopped = true
	return true
}
