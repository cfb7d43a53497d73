package ui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/words"
)

// An optOutAsker asks the outbox who of the recipients opted out or is held, for the marks
// in their list. What keeps a message from being sent is asked by Review, and by the outbox
// itself.
type optOutAsker struct {
	ask   func(f draft.Form) tea.Cmd // nil where there is nobody to ask
	list  []string                   // who was asked about last
	busy  bool
	found map[string]string // why nothing is sent to a number
}

// An optedOutAmong is the answer for the recipients that were asked about.
type optedOutAmong struct {
	asked []string
	found map[string]string
	names map[string]string // of those who are contacts
	none  bool              // the outbox is not open, or cannot say
}

func (optedOutAmong) To() page.ID { return page.Recipients }

// askOptOuts asks the outbox who of a form's recipients opted out.
func askOptOuts(ctx context.Context, by outbox.By, store func() *outbox.Outbox, now func() time.Time) func(draft.Form) tea.Cmd {
	return func(f draft.Form) tea.Cmd {
		o, at := store(), now()
		if o == nil {
			return nil
		}
		return func() tea.Msg {
			all, err := o.OptedOut(ctx, by, []messaging.Message{{From: f.From, To: f.To}})
			found := make(map[string]string, len(all))
			for _, out := range all {
				found[out.Number] = strings.Replace(words.OptOut(out, at), ": ", ", ", 1)
			}
			names, unnamed := o.ContactNames(ctx, f.To)
			return optedOutAmong{f.To, found, names, err != nil || unnamed != nil}
		}
	}
}

// A barred says to whom of some numbers nothing is sent by a sender, and of each of these why
// in a word or two. It asks the outbox, so it is for commands.
type barred func(from string, numbers []string) map[string]string

// nobodyBarred knows of nobody.
func nobodyBarred(string, []string) map[string]string { return nil }

// askBarred is who is asked that, as soon as there is an outbox.
func askBarred(ctx context.Context, by outbox.By, store func() *outbox.Outbox) func() barred {
	return func() barred {
		o := store()
		if o == nil {
			return nobodyBarred
		}
		return func(from string, numbers []string) map[string]string {
			all, err := o.OptedOut(ctx, by, []messaging.Message{{From: from, To: numbers}})
			if err != nil {
				return nil // Review says so
			}
			why := make(map[string]string, len(all))
			for _, out := range all {
				if why[out.Number] = "opted out"; out.Held {
					why[out.Number] = "held"
				}
			}
			return why
		}
	}
}

// next asks about the recipients of a form, if they are others than those before.
func (a *optOutAsker) next(f *draft.Form) tea.Cmd {
	if a.ask == nil || a.busy || draft.Shared(a.list, f.To) || len(f.To) == 0 {
		return nil
	}
	cmd := a.ask(draft.Form{Draft: messaging.Draft{From: f.From, To: f.To}})
	if cmd != nil {
		a.list, a.busy = f.To, true
	}
	return cmd
}

// onOptedOut marks who opted out.
func (r *recipients) onOptedOut(msg optedOutAmong) {
	r.optedOut.busy = false
	if msg.none {
		return
	}
	r.optedOut.found = msg.found
	r.people.learnNames(msg.asked, msg.names)
	r.tally, r.sieve.list = tally{}, nil // they are counted anew
}
