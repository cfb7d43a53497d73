package ui

import (
	"fmt"

	"telex/messaging"
	"telex/messaging/number"
	"telex/ui/draft"
	"telex/ui/terminal"
	"telex/ui/text"
	"telex/ui/words"
)

// mostNumberWarnings is how many doubtful numbers Review names; how many more there
// are it counts.
const mostNumberWarnings = 3

// warnings are what may keep the message from arriving, in words: what it says itself,
// what is known of its numbers, and what a look at its files found.
func (r *review) warnings(f *draft.Form) []string {
	words := words.Trouble(r.trouble, r.now())
	doubted := map[int]bool{} // files of which enough is said
	for _, w := range f.Warnings() {
		if w.Field == messaging.FieldMedia {
			doubted[w.Index] = true
		}
		words = append(words, problemWords(messaging.Problem(w)))
	}
	if doubt := draft.ZoneDoubt(terminal.Env(r.deps.Environ, "TZ")); doubt != "" && draft.ExpiresLocally(f.Expires, r.now()) {
		words = append(words, draft.FieldName(messaging.FieldExpiration)+": "+doubt)
	}
	if !r.deps.Sandbox { // whose own numbers are in no plan
		words = append(words, numberWarnings(f.To, r.lookUp)...)
	}
	for i, url := range f.Media {
		if doubted[i] {
			continue
		}
		for _, doubt := range r.mediaDoubts(url) {
			words = append(words, problemWords(messaging.Problem{Field: messaging.FieldMedia, Index: -1, Value: url, Why: doubt}))
		}
	}
	return words
}

// numberWarnings are what is doubtful about recipients, by what lookUp knows of them.
func numberWarnings(to []string, lookUp func(to string) number.Number) []string {
	var words []string
	more := 0
	for _, to := range to {
		n := lookUp(to)
		switch {
		case n.Warning == "":
		case len(words) < mostNumberWarnings:
			words = append(words, problemWords(messaging.Problem{Field: messaging.FieldTo, Index: -1, Value: to, Why: n.Warning}))
		default:
			more++
		}
	}
	if more > 0 {
		words = append(words, fmt.Sprintf("To: %s like these", text.Count(more, "more number")))
	}
	return words
}

// lookUp tells what is known of a recipient.
func (r *review) lookUp(to string) number.Number {
	if n, ok := r.known[to]; ok {
		return n
	}
	n, err := number.Parse(to, "")
	if err == nil && r.known != nil {
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

// warningRows are the warnings as rows of the summary.
func (r *review) warningRows(f *draft.Form) []string {
	r.warned = r.warnings(f)
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
