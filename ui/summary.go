package ui

import (
	"telex/messaging/number"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// summary is the message as it will be sent, in words, below what may keep it from
// arriving.
func (r *review) summary(f *draft.Form) []string {
	return append(r.warningRows(f), page.Rows(f.Summary(r.deps.through(r.deps.link().BaseURL)), r.w)...)
}

// through is who sends, and to where.
func (s Sender) through(baseURL string) draft.Through {
	return draft.Through{Profile: s.Profile, AccountID: s.AccountID, BaseURL: baseURL, Sandbox: s.Sandbox}
}

// warningRows are what may keep the message from arriving, as rows of the summary.
func (r *review) warningRows(f *draft.Form) []string {
	r.warned = f.Doubts(r.knownOf(), r.now())
	var out []string
	for _, w := range r.warned {
		for i, l := range text.Wrap(w, max(r.w-2, 1)) {
			out = append(out, [...]string{"! ", "  "}[min(i, 1)]+l)
		}
	}
	if len(out) > 0 {
		out = append(out, "")
	}
	return out
}

// knownOf is what is known beside the form.
func (r *review) knownOf() draft.Known {
	k := draft.Known{Trouble: r.trouble, Zone: ZoneDoubt(r.deps.Environ), Number: r.lookUp, Media: r.mediaDoubts}
	if r.deps.Sandbox { // whose own numbers are in no plan
		k.Number = nil
	}
	return k
}

// lookUp tells what is known of a recipient.
func (r *review) lookUp(to string) number.Number {
	n, ok := r.known[to]
	if !ok {
		n = draft.NumberOf(to)
		r.known[to] = n
	}
	return n
}

// mediaDoubts are what a look at a file found against it, as far as there was one.
func (r *review) mediaDoubts(url string) []string {
	if r.looked == nil {
		return nil
	}
	switch look := r.looked()[url]; {
	case look == nil:
		return nil
	case look.err != nil:
		return []string{"is not reachable from here: " + words.Cause(look.err)}
	default:
		return look.facts.Warnings()
	}
}
