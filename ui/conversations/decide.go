package conversations

import (
	"context"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// wordWithin is how soon after a letter another one belongs to the same word: whoever types
// one where an answer would stand decides nothing.
const wordWithin = 2 * time.Second

// A holding is who of a conversation is held, so that a person has to decide.
type holding struct {
	entries []outbox.OptOut
	typed   time.Time // when a letter came that is no key of deciding
	decides bool      // what was decided is being recorded
}

// heldIn are those entries of the ledger because of which nobody can be answered.
func heldIn(entries []outbox.OptOut, own string) []outbox.OptOut {
	return slices.DeleteFunc(entries, func(out outbox.OptOut) bool {
		return out.By == outbox.HeldForGap || out.Sender != "" && out.Sender != own
	})
}

// numbers are those that are held, each once.
func (h holding) numbers() []string {
	var all []string
	for _, out := range h.entries {
		if !slices.Contains(all, out.Number) {
			all = append(all, out.Number)
		}
	}
	return all
}

// who are those that are held, in words.
func (h holding) who() string { return text.Clean(strings.Join(h.numbers(), ", ")) }

// question is what a person has to decide about them.
func (h holding) question() string {
	if slices.ContainsFunc(h.entries, func(out outbox.OptOut) bool { return out.By != outbox.HeldForStart }) {
		return "Did they mean to opt out?"
	}
	return "Do they want texts again?"
}

// words say who is held and why.
func (h holding) words(now time.Time) []string { return words.OptedOut(h.entries, now) }

// decided is the end of recording what a person decided.
type decided struct {
	thread int64
	said   string
	err    error
}

func (decided) To() page.ID { return page.Conversations }

// deciding takes the keys by which a person decides, after a question; ok is false for any
// other key.
func (p *Page) deciding(msg tea.KeyPressMsg) (in page.Intent, ok bool) {
	b, h, now := p.bindings, &p.talk.held, p.deps.Now()
	if len(h.entries) == 0 || h.decides || p.deps.Store() == nil {
		return nil, false
	}
	opts, keeps := key.Matches(msg, b.OptOut), key.Matches(msg, b.Keep)
	word := now.Sub(h.typed) < wordWithin
	if letter := msg.Text != ""; letter && (word || !opts && !keeps) {
		h.typed = now
	}
	if !opts && !keeps {
		return nil, false
	}
	if word {
		return page.Warn(p.reply.why), true
	}
	var d page.Dialog
	if numbers, who := h.numbers(), h.who(); keeps {
		d = page.AskLetTextsGo(who, h.words(now), p.decide("texts go to "+who+" again", func(ctx context.Context, store Store) error {
			_, err := store.Release(ctx, numbers)
			return err
		}))
	} else {
		d = page.AskOptOut(who, h.words(now), p.decide("opted out: "+who, func(ctx context.Context, store Store) error {
			out := make([]outbox.OptOut, len(numbers))
			for i, n := range numbers {
				out[i] = outbox.OptOut{Number: n, By: outbox.OptedByPerson}
			}
			_, err := store.AddOptOuts(ctx, out)
			return err
		}))
	}
	d.Letter = func() page.Intent {
		h.typed = p.deps.Now()
		return page.Warn(p.reply.why)
	}
	return page.Ask{Dialog: d}, true
}

// decide is what records what a person decided about the conversation that is open.
func (p *Page) decide(said string, do func(ctx context.Context, store Store) error) func() tea.Cmd {
	t := p.talk
	return func() tea.Cmd {
		store, ctx, thread := p.deps.Store(), p.ctx, t.thread.ID
		if store == nil {
			return nil
		}
		t.held.decides = true
		return func() tea.Msg { return decided{thread, said, do(ctx, store)} }
	}
}

func (p *Page) onDecided(msg decided) (page.Intent, tea.Cmd) {
	if t := p.talk; t != nil && t.thread.ID == msg.thread {
		t.held.decides = false
	}
	if msg.err != nil {
		return page.Failed(text.Clean(msg.err.Error())), nil
	}
	return Decided{msg.said}, p.News()
}
