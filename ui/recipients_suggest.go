package ui

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"telex/ui/draft"
	"telex/ui/page"
)

// mostSuggested is how many suggestions are looked for: one is shown, and that there are
// more.
const mostSuggested = 3

// suggested are suggestions for what is typed.
type suggested struct {
	typed string
	near  []draft.Suggestion
}

func (suggested) To() page.ID { return page.Recipients }

// suggest looks for people that are like what is typed, once it has a letter: of numbers
// the recent ones are suggested.
func (a *acquaintances) suggest(typed string) tea.Cmd {
	typed = strings.TrimSpace(typed)
	if a.busy || typed == a.nearTo {
		return nil
	}
	book := a.book()
	if book == nil || !strings.HasPrefix(typed, "@") && !strings.ContainsFunc(typed, unicode.IsLetter) {
		a.near, a.nearTo = nil, typed
		return nil
	}
	a.busy = true
	ctx := a.ctx
	return func() tea.Msg {
		near, err := draft.Suggest(ctx, book, typed, mostSuggested)
		if err != nil {
			near = nil // to suggest nothing is no failure
		}
		return suggested{typed, near}
	}
}

// onSuggested takes suggestions, and looks for others if something else is typed by now.
func (r *recipients) onSuggested(msg suggested) tea.Cmd {
	r.people.busy, r.people.near, r.people.nearTo = false, msg.near, msg.typed
	return r.people.suggest(r.in.Value())
}

// suggestion is a contact or a group that is like what is typed, or a recent number that
// goes on like it, and what is said of that.
func (r *recipients) suggestion(f *draft.Form) (put, words string) {
	if len(r.bad) > 0 {
		return "", "" // its line is taken
	}
	typed, has := strings.TrimSpace(r.in.Value()), r.among.of(f)
	if typed != "" && typed == r.people.nearTo {
		for i, s := range r.people.near {
			if more := len(r.people.near) - i - 1; !has(s.Put) && more > 0 {
				return s.Put, s.Words + ", or others"
			} else if !has(s.Put) {
				return s.Put, s.Words
			}
		}
	}
	for _, n := range r.recent {
		if strings.Contains(n, typed) && n != typed && !has(n) {
			return n, "recent: " + n
		}
	}
	return "", ""
}

// remember makes the recipients of a sent message the most recent ones.
func (r *recipients) remember(to []string) {
	const most = 200
	r.recent = append(slices.Clone(to), slices.DeleteFunc(r.recent, func(n string) bool { return slices.Contains(to, n) })...)
	r.recent = r.recent[:min(len(r.recent), most)]
}
