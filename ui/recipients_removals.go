package ui

import (
	"fmt"

	"telex/messaging"
	"telex/ui/draft"
	"telex/ui/page"
)

// A removal is what was taken away at once, and what was left.
type removal struct {
	before, after draft.Form // of which only recipients, what was refused and the choice matter
}

// removals are those that can be undone, the last one at the end.
type removals []removal

// note keeps what do takes away from f.
func (l *removals) note(f *draft.Form, do func()) {
	const most = 1000
	before := recipientsOf(f)
	do()
	*l = append(*l, removal{before, recipientsOf(f)})
	if len(*l) > most {
		*l = (*l)[1:]
	}
}

// recipientsOf are the parts of f that a removal changes. The lists are shared: nobody
// writes into them.
func recipientsOf(f *draft.Form) draft.Form {
	g := draft.Form{Refused: f.Refused}
	g.To, g.Addressing = f.To, f.Addressing
	return g
}

// keepFor forgets the removals if f is not what the last one left. Of another message
// without recipients the app knows, which forgets them then.
func (l *removals) keepFor(f *draft.Form) {
	n := len(*l)
	if n == 0 {
		return
	}
	last := (*l)[n-1].after
	if !draft.Shared(last.To, f.To) || !draft.Shared(last.Refused, f.Refused) {
		*l = nil
	}
}

// undo puts back what was removed last. What was added since stays.
func (r *recipients) undo(f *draft.Form) page.Intent {
	n := len(r.removals)
	if n == 0 {
		return page.Done("nothing to undo")
	}
	last := r.removals[n-1]
	r.removals = r.removals[:n-1]
	had := len(f.To) + len(f.Refused)
	if draft.Shared(f.To, last.after.To) {
		f.To = last.before.To
	} else {
		f.To = withBack(f.To, last.before.To, last.after.To)
	}
	if draft.Shared(f.Refused, last.after.Refused) {
		f.Refused = last.before.Refused
	} else {
		f.Refused = withBack(f.Refused, last.before.Refused, last.after.Refused)
	}
	if f.Addressing == messaging.Undecided {
		f.Addressing = last.before.Addressing
	}
	return page.Done(fmt.Sprintf("%d put back", len(f.To)+len(f.Refused)-had))
}

// withBack is now with what is in before and not in after, each once.
func withBack(now, before, after []string) []string {
	has := make(map[string]bool, len(now)+len(after))
	for _, s := range now {
		has[s] = true
	}
	for _, s := range after {
		has[s] = true
	}
	out := now[:len(now):len(now)]
	for _, s := range before {
		if !has[s] {
			out = append(out, s)
		}
	}
	return out
}
