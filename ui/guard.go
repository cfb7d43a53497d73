package ui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
)

// repeated is who of the form's recipients got the same already, as the outbox
// knows it; it holds for the form that was asked about.
type repeated struct {
	asked   form
	repeats []outbox.Repeat
	err     error
}

// askRepeats asks the outbox while Review is in front. The outbox asks itself once
// more in the transaction that would send: what another telex sends in between
// cannot slip through.
func (a *app) askRepeats() tea.Cmd {
	a.review.repeats = nil
	if a.store == nil || len(a.form.To) == 0 {
		return nil
	}
	store, ctx, asked := a.store, a.ctx, a.form.clone()
	return func() tea.Msg {
		repeats, err := store.Repeats(ctx, asked.Messages())
		return repeated{asked, repeats, err}
	}
}

func (a *app) onRepeated(msg repeated) {
	if !msg.asked.same(&a.form) {
		return
	}
	if msg.err != nil {
		a.status = status{Clean(msg.err.Error()), statusFailed}
		return
	}
	a.review.repeats = msg.repeats
}

// repeatsAt is what of repeats still counts, with their ages at that time.
func repeatsAt(repeats []outbox.Repeat, now time.Time) []outbox.Repeat {
	var left []outbox.Repeat
	for _, r := range repeats {
		r.Ago = max(now.Sub(r.Entry.Created), 0)
		if r.Ago < outbox.RepeatedWithin || r.Entry.State.Outcome() == messaging.Unknown {
			left = append(left, r)
		}
	}
	return left
}

// againDialog asks for the explicit yes that sending twice takes, beside those of c.
func againDialog(repeats []outbox.Repeat, c consent) dialog {
	c.repeat = true
	const most = 8
	d := dialog{title: "Send it again?", yes: "send it again", sends: &c}
	for i, r := range repeats {
		if i == most {
			d.body = append(d.body, fmt.Sprintf("and %d more", len(repeats)-most))
			break
		}
		d.body = append(d.body, repeatWords(r))
	}
	d.body = append(d.body, "", "Sending it again makes another message: whoever got the first gets it twice.")
	return d
}

func repeatWords(r outbox.Repeat) string {
	got := "got it"
	if r.Entry.State.Outcome() == messaging.Unknown {
		got = "may have got it"
	}
	return fmt.Sprintf("%s %s %s ago: message %d, %s", Clean(r.Recipient), got, duration(r.Ago.Round(time.Second)), r.Entry.ID, Clean(string(r.Entry.State)))
}
