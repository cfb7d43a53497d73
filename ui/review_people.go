package ui

import (
	"fmt"

	"telex/messaging"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// through is who sends, and to where, with the names of those who get it and the key that shows
// all of them.
func (d reviewDeps) through(baseURL string) draft.Through {
	t := d.Sender.through(baseURL)
	t.Names = d.names
	if d.all.Enabled() {
		t.All = d.all.Help().Key + " shows all"
	}
	return t
}

// everybody is each recipient in a row of w cells, by name where that is known.
func (r *review) everybody(f *draft.Form, w int) (s sheet) {
	for i, to := range f.To {
		s.add(plainRow, text.Wrap(fmt.Sprintf("%4d  %s", i+1, words.Named(to, r.deps.names[to])), w)...)
	}
	return s
}

// copyEverybody copies the numbers.
func copyEverybody(f *draft.Form) page.Intent {
	return page.CopyOut{What: text.Count(len(f.To), "number"), Value: words.AllRecipients(messaging.Message{To: f.To})}
}
