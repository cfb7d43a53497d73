package ui

import (
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// repeated is who of the form's recipients got the same already, as the outbox
// knows it; it holds for the form that was asked about.
type repeated struct {
	asked   draft.Form
	repeats []outbox.Repeat
	trouble []outbox.Trouble // numbers that are better not written to
	// optedOut is who opted out or is held: nothing is sent to them.
	optedOut []outbox.OptOut
	names    map[string]string // of those who are contacts
	err      error
}

func (repeated) To() page.ID { return page.Review }

// askRepeats asks the outbox while Review is in front. The outbox asks itself once
// more in the transaction that would send: what another telex sends in between
// cannot slip through.
func (r *review) askRepeats(f *draft.Form) tea.Cmd {
	store, ctx := r.deps.store(), r.deps.ctx
	if store == nil || len(f.To) == 0 {
		return nil
	}
	asked, by := f.Clone(), outbox.By{AccountID: r.deps.AccountID}
	return func() tea.Msg {
		repeats, err := store.Repeats(ctx, asked.Messages())
		if err != nil {
			return repeated{asked: asked, err: err}
		}
		optedOut, err := store.OptedOut(ctx, by, asked.Messages())
		if err != nil {
			return repeated{asked: asked, err: err}
		}
		trouble, err := store.Trouble(ctx, asked.To)
		if err != nil {
			return repeated{asked: asked, err: err}
		}
		names, err := store.ContactNames(ctx, asked.To)
		return repeated{asked, repeats, trouble, optedOut, names, err}
	}
}

func (r *review) onRepeated(msg repeated, f *draft.Form) page.Intent {
	if !msg.asked.Same(f) {
		return nil
	}
	if msg.err != nil {
		return page.Here{Intent: page.Failed(text.Clean(msg.err.Error()))}
	}
	r.repeats, r.trouble, r.optedOut, r.deps.names = msg.repeats, otherTrouble(msg.trouble, msg.optedOut), msg.optedOut, msg.names
	if len(msg.trouble)+len(msg.repeats)+len(msg.optedOut)+len(msg.names) > 0 {
		r.build(f)
	}
	return nil
}

// otherTrouble is trouble with numbers to which nothing is sent anyway left out.
func otherTrouble(trouble []outbox.Trouble, optedOut []outbox.OptOut) []outbox.Trouble {
	return slices.DeleteFunc(trouble, func(t outbox.Trouble) bool {
		return slices.ContainsFunc(optedOut, func(out outbox.OptOut) bool { return out.Number == t.Number })
	})
}

// optOutProblems are the recipients to which nothing is sent, with the names that there are.
func optOutProblems(f *draft.Form, optedOut []outbox.OptOut, names map[string]string, now time.Time) (ps messaging.Problems) {
	if len(optedOut) == 0 {
		return nil
	}
	at := make(map[string]int, len(f.To))
	for i, to := range f.To {
		at[to] = i
	}
	for _, out := range optedOut {
		if i, found := at[out.Number]; found {
			ps = append(ps, messaging.Problem{Field: messaging.FieldTo, Index: i, Value: words.Named(out.Number, names[out.Number]), Why: words.OptOut(out, now) + "; take them off the recipients"})
		}
	}
	return ps
}

// repeatsAt is what of repeats still counts, with their ages at that time.
func repeatsAt(repeats []outbox.Repeat, now time.Time) []outbox.Repeat {
	var left []outbox.Repeat
	for _, r := range repeats {
		r.Ago = now.Sub(r.Entry.Created)
		if r.Ago < outbox.RepeatedWithin || r.Entry.Undecided() {
			left = append(left, r)
		}
	}
	return left
}

// againDialog asks for the explicit yes that sending twice takes, beside those of c. Who has a
// name is called by it.
func againDialog(repeats []outbox.Repeat, names map[string]string, c page.Consent) page.Dialog {
	c.Repeat = true
	const most = 8
	d := page.Dialog{Title: "Send it again?", Yes: "send it again", Sends: &c}
	for i, r := range repeats {
		if i == most {
			d.Body = append(d.Body, fmt.Sprintf("and %d more", len(repeats)-most))
			break
		}
		d.Body = append(d.Body, words.Repeat(r, names))
	}
	d.Body = append(d.Body, "", "Sending it again makes another message: everybody who got the first gets it twice.")
	return d
}
