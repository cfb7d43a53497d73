package ui

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"telex/ui/draft"
	"telex/ui/page"
)

// mostSuggested is how many suggestions are looked for. One is shown at a time.
const mostSuggested = 5

// suggested are suggestions for what is typed.
type suggested struct {
	typed string
	near  []draft.Suggestion
}

func (suggested) To() page.ID { return page.Recipients }

// suggest looks for people that are like what is typed, once it has a letter: of numbers
// the recent ones are suggested. From is the sender, from whom some may get nothing.
func (a *acquaintances) suggest(typed, from string) tea.Cmd {
	typed = strings.TrimSpace(typed)
	if a.busy || typed == a.nearTo {
		return nil
	}
	book := a.book()
	if book == nil || !strings.HasPrefix(typed, "@") && !strings.ContainsFunc(typed, unicode.IsLetter) {
		a.near, a.nearTo, a.at = nil, typed, 0
		return nil
	}
	a.busy = true
	ctx, ask := a.ctx, a.barred()
	return func() tea.Msg {
		near, err := draft.Suggest(ctx, book, typed, mostSuggested)
		if err != nil {
			near = nil // to suggest nothing is no failure
		}
		var numbers []string
		for _, s := range near {
			numbers = append(numbers, s.Put)
		}
		barred := ask(from, numbers)
		for i, s := range near {
			if why := barred[s.Put]; why != "" {
				near[i].Words += ", " + why
			}
		}
		return suggested{typed, near}
	}
}

// onSuggested takes suggestions, and looks for others if something else is typed by now.
func (r *recipients) onSuggested(msg suggested, f *draft.Form) tea.Cmd {
	r.people.busy, r.people.near, r.people.nearTo, r.people.at = false, msg.near, msg.typed, 0
	return r.people.suggest(r.in.Value(), f.From)
}

// alike are the contacts and groups that are like what is typed, and no recipients yet.
func (r *recipients) alike(f *draft.Form) (all []draft.Suggestion) {
	typed := strings.TrimSpace(r.in.Value())
	if typed == "" || typed != r.people.nearTo {
		return nil
	}
	has := r.among.of(f)
	for _, s := range r.people.near {
		if !has(s.Put) {
			all = append(all, s)
		}
	}
	return all
}

// suggestion is a contact or a group that is like what is typed, or a recent number that
// goes on like it and may be written to, and what is said of that. Of what was not taken only
// people are suggested.
func (r *recipients) suggestion(f *draft.Form) (put, words string) {
	if all := r.alike(f); len(all) > 0 {
		at := r.people.at % len(all)
		if words = all[at].Words; len(all) > 1 {
			words += fmt.Sprintf("  %d of %d", at+1, len(all))
		}
		return all[at].Put, words
	}
	if len(r.bad) > 0 {
		return "", "" // its line is taken
	}
	typed, has := strings.TrimSpace(r.in.Value()), r.among.of(f)
	for _, n := range r.recent {
		if strings.Contains(n, typed) && n != typed && !has(n) && r.barred[n] == "" {
			return n, "recent: " + n
		}
	}
	return "", ""
}

// turn goes on to another suggestion, or back to the one before.
func (r *recipients) turn(k string, f *draft.Form) {
	if n := len(r.alike(f)); n > 0 {
		by := 1
		if k == "up" {
			by = n - 1
		}
		r.people.at = (r.people.at + by) % n
	}
}

// recentBarred says which of the recent numbers get nothing.
type recentBarred struct{ barred map[string]string }

func (recentBarred) To() page.ID { return page.Recipients }

// askRecent asks which of the recent numbers get nothing: they may have said so since they
// were written to.
func (r *recipients) askRecent(f *draft.Form) tea.Cmd {
	if len(r.recent) == 0 {
		return nil
	}
	from, recent, ask := f.From, slices.Clone(r.recent), r.people.barred()
	return func() tea.Msg { return recentBarred{ask(from, recent)} }
}

// remember makes the recipients of a sent message the most recent ones.
func (r *recipients) remember(to []string) {
	const most = 200
	r.recent = append(slices.Clone(to), slices.DeleteFunc(r.recent, func(n string) bool { return slices.Contains(to, n) })...)
	r.recent = r.recent[:min(len(r.recent), most)]
}
