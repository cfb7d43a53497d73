package ui

import (
	"fmt"
	"strings"
	"unicode"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/number"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// inChoice takes a key at the choice of how several are served. The arrows move the cursor,
// and choose nothing: a group shows everybody's number to all. Space and enter choose what
// is under the cursor, the letters at once; enter on what is chosen goes on.
func (r *recipients) inChoice(msg tea.KeyPressMsg, f *draft.Form) page.Intent {
	switch pressed := msg.String(); {
	case pressed == "enter" && f.Addressing == r.pick:
		return r.step(+1, f)
	case pressed == "enter", key.Matches(msg, r.bindings.Pick):
		return r.choose(r.pick, f)
	case key.Matches(msg, r.bindings.Undo):
		return r.undo(f)
	case pressed == "up", pressed == "left":
		if why := r.noGroup(f); why != nil {
			return why
		}
		r.pick = messaging.Group
	case pressed == "down", pressed == "right":
		r.pick = messaging.Individual
	case key.Matches(msg, r.bindings.How):
		return r.letter(pressed, f)
	}
	return nil
}

// letter takes a letter of the choice, wherever nothing is typed.
func (r *recipients) letter(pressed string, f *draft.Form) page.Intent {
	if len(f.To) < 2 {
		return page.Done("there is nothing to choose before there are several recipients")
	}
	return r.choose(addressingOf(pressed), f)
}

// noGroup says why there can be no group text; nil if there can. It answers a key, and goes
// with the next one.
func (r *recipients) noGroup(f *draft.Form) page.Intent {
	if why := f.WhyNoGroup(); why != "" {
		return page.Done("no group text: " + why + ", and these are " + fmt.Sprint(len(f.To)))
	}
	return nil
}

// choose says how several are served, or why they cannot be.
func (r *recipients) choose(a messaging.Addressing, f *draft.Form) page.Intent {
	if why := r.noGroup(f); a == messaging.Group && why != nil {
		return why
	}
	f.Addressing, r.pick = a, a
	return nil
}

// addressingOf is what a letter chooses.
func addressingOf(letter string) messaging.Addressing {
	if letter == "g" {
		return messaging.Group
	}
	return messaging.Individual
}

func (r *recipients) inList(msg tea.KeyPressMsg, f *draft.Form) (page.Intent, tea.Cmd) {
	if r.sieve.typing {
		return r.inSieve(msg)
	}
	switch b := r.bindings; {
	case r.list.Move(msg, b.Move):
	case key.Matches(msg, b.Remove) && r.list.N > 0:
		i := r.sieve.row(r.list.At)
		gone := f.To[i]
		r.removals.note(f, func() { f.Remove(i) })
		return page.Done("removed " + text.Clean(gone) + "; " + b.Undo.Help().Key + " puts it back"), nil
	case key.Matches(msg, b.Clear) && r.list.N > 0:
		return r.clear(f), nil
	case key.Matches(msg, b.Undo):
		return r.undo(f), nil
	case key.Matches(msg, b.Filter) && len(f.To) > 0:
		r.sieve.typing = true
	case key.Matches(msg, b.Doubtful):
		if r.tally.doubtful == 0 && !r.sieve.doubtful {
			return page.Done("there is nothing to check about these numbers"), nil
		}
		r.sieve.doubtful = !r.sieve.doubtful
		r.list.At = 0
	case key.Matches(msg, b.How):
		return r.letter(msg.String(), f), nil
	case msg.String() == "enter":
		return r.step(+1, f), nil
	}
	return nil, nil
}

// inSieve takes a key while it is typed which recipients are looked for.
func (r *recipients) inSieve(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	switch msg.String() {
	case "enter", "down", "up":
		r.sieve.typing = false
		return nil, nil
	}
	r.list.At = 0
	return nil, r.sieve.in.Update(msg)
}

// closeInner ends reading a paste, or looking for recipients, as esc does first; false if
// there is neither.
func (r *recipients) closeInner(f *draft.Form) bool {
	if r.pasting.stop(f) {
		return true
	}
	if r.at != listField || !r.finds() {
		return false
	}
	at := 0
	if r.list.N > 0 {
		at = r.sieve.row(r.list.At)
	}
	r.sieve.clear()
	r.settle(f)
	r.list.To(at)
	return true
}

// clear removes all recipients that are in sight.
func (r *recipients) clear(f *draft.Form) page.Intent {
	n := r.list.N
	r.removals.note(f, func() {
		if r.sieve.rows == nil {
			f.To = nil
			return
		}
		var left []string
		next := 0
		for i, to := range f.To {
			if next < len(r.sieve.rows) && r.sieve.rows[next] == i {
				next++
				continue
			}
			left = append(left, to)
		}
		f.To = left
	})
	r.sieve.clear()
	if len(f.To) == 0 && len(f.Refused) > 0 {
		r.at = refusedField
	}
	return page.Done("removed " + text.Count(n, "recipient") + "; " + r.bindings.Undo.Help().Key + " puts them back")
}

// inRefused takes a key among what was refused.
func (r *recipients) inRefused(msg tea.KeyPressMsg, f *draft.Form) page.Intent {
	at := r.refused.At
	switch b := r.bindings; {
	case r.refused.Move(msg, b.Move):
	case key.Matches(msg, b.Remove):
		gone := f.Refused[at]
		r.removals.note(f, func() { f.Drop(at) })
		if len(f.Refused) == 0 {
			r.at = r.last(f)
		}
		return page.Done("dropped " + text.Clean(gone) + "; " + b.Undo.Help().Key + " puts it back")
	case key.Matches(msg, b.Clear):
		n := len(f.Refused)
		r.removals.note(f, func() { f.Refused = nil })
		r.at = r.last(f)
		return page.Done(fmt.Sprintf("dropped %d; %s puts them back", n, b.Undo.Help().Key))
	case key.Matches(msg, b.Undo):
		return r.undo(f)
	case key.Matches(msg, b.Correct):
		typed, waiting := f.Refused[at], strings.TrimSpace(f.NewTo)
		f.Drop(at)
		if waiting != "" { // what stands in the field takes its place
			f.Refuse(waiting)
		}
		f.NewTo, r.at = typed, addField
		r.in.Set(typed)
		r.bad = []string{r.fully(typed)}
		return page.Tell{} // it is said below the field
	case key.Matches(msg, b.How):
		return r.letter(msg.String(), f)
	}
	return nil
}

// A sieve leaves those recipients out of sight that do not fit what is looked for, or of
// which nothing is doubtful.
type sieve struct {
	in       widget.Field
	typing   bool  // the field has the cursor
	doubtful bool  // only these
	rows     []int // of the recipients; nil for all

	list   []string // what was sieved
	by     string
	onlyBy bool
}

func (s *sieve) active() bool { return s.doubtful || strings.TrimSpace(s.in.Value()) != "" }

// clear has all in sight.
func (s *sieve) clear() {
	s.in.Set("")
	s.typing, s.doubtful, s.rows = false, false, nil
}

// of sieves anew if anything changed.
func (s *sieve) of(to []string, look func(string) (n number.Number, name string)) {
	by := strings.TrimSpace(s.in.Value())
	switch {
	case !s.active():
		s.rows = nil
		return
	case s.rows != nil && draft.Shared(s.list, to) && s.by == by && s.onlyBy == s.doubtful:
		return
	}
	s.list, s.by, s.onlyBy = to, by, s.doubtful
	s.rows = make([]int, 0, len(to))
	words := strings.Fields(strings.ToLower(by))
	for i, one := range to {
		n, name := look(one)
		if s.doubtful && n.Warning == "" || !fitsWords(n, name, words) {
			continue
		}
		s.rows = append(s.rows, i)
	}
}

// row is the recipient at row i of those in sight.
func (s *sieve) row(i int) int {
	if s.rows == nil {
		return i
	}
	return s.rows[i]
}

// fitsWords reports whether a number is what is looked for: each word with a digit is part
// of the number, and the letters of each other are in its name, country, kind or doubt, in
// their order.
func fitsWords(n number.Number, name string, words []string) bool {
	for _, w := range words {
		if strings.ContainsFunc(w, unicode.IsDigit) {
			digits := strings.Map(func(r rune) rune {
				if unicode.IsDigit(r) || r == '+' {
					return r
				}
				return -1
			}, w)
			if !strings.Contains(n.E164, digits) {
				return false
			}
			continue
		}
		if !hasLetters(name, w) && !hasLetters(n.Country, w) && !hasLetters(n.Region, w) && !hasLetters(string(n.Kind), w) && !hasLetters(n.Warning, w) {
			return false
		}
	}
	return true
}

// hasLetters reports whether the letters of word are in s, in their order.
func hasLetters(s, word string) bool {
	rest := []rune(word)
	for _, r := range s {
		if len(rest) > 0 && unicode.ToLower(r) == rest[0] {
			rest = rest[1:]
		}
	}
	return len(rest) == 0
}
