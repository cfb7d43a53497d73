package conversations

import (
	"context"
	"fmt"
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

// A holding is who of a conversation is held, so that a person has to decide.
type holding struct {
	entries []outbox.OptOut
	decides bool // what was decided is being recorded
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

// words say who is held and why.
func (h holding) words(now time.Time) []string { return words.OptedOut(h.entries, now) }

// decided is the end of recording what a person decided.
type decided struct {
	thread int64
	said   string
	err    error
}

func (decided) To() page.ID { return page.Conversations }

// deciding takes the keys by which a person decides; ok is false for any other key.
func (p *Page) deciding(msg tea.KeyPressMsg) (in page.Intent, cmd tea.Cmd, ok bool) {
	b, h := p.bindings, &p.talk.held
	if len(h.entries) == 0 || h.decides || p.deps.Store() == nil {
		return nil, nil, false
	}
	numbers := h.numbers()
	who := text.Clean(strings.Join(numbers, ", "))
	switch {
	case key.Matches(msg, b.OptOut):
		return nil, p.decide("opted out: "+who, func(ctx context.Context, store Store) error {
			out := make([]outbox.OptOut, len(numbers))
			for i, n := range numbers {
				out[i] = outbox.OptOut{Number: n, By: outbox.OptedByPerson}
			}
			_, err := store.AddOptOuts(ctx, out)
			return err
		}), true
	case key.Matches(msg, b.Keep):
		return page.Twice{
			Text: fmt.Sprintf("press %s again to let texts go to %s", b.Keep.Keys()[0], who), Key: b.Keep,
			Act: func() tea.Cmd {
				return p.decide("texts go to "+who+" again", func(ctx context.Context, store Store) error {
					_, err := store.Release(ctx, numbers)
					return err
				})
			},
		}, nil, true
	}
	return nil, nil, false
}

// decide records what a person decided.
func (p *Page) decide(said string, do func(ctx context.Context, store Store) error) tea.Cmd {
	store, ctx, thread := p.deps.Store(), p.ctx, p.talk.thread.ID
	p.talk.held.decides = true
	return func() tea.Msg { return decided{thread, said, do(ctx, store)} }
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
