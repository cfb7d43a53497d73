package history

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// answered is what the API said about a message.
type answered struct {
	id      int64
	finding outbox.Finding
	err     error
}

// To is the page that asked.
func (answered) To() page.ID { return page.History }

// ask asks the API what became of a message.
func (h *Page) ask(e outbox.Entry) (page.Intent, tea.Cmd) {
	store := h.store()
	if why := h.cannotAsk(e); why != "" || store == nil {
		return page.Warn(why), nil
	}
	ctx, lister := h.ctx, h.api().Lister
	return page.Done(fmt.Sprintf("asking the API about message %d", e.ID)), func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, account.AskWithin)
		defer cancel()
		finding, err := store.Check(ctx, lister, e.ID)
		return answered{e.ID, finding, err}
	}
}

// cannotAsk is why the API behind this console cannot be asked about a message;
// "" if it can.
func (h *Page) cannotAsk(e outbox.Entry) string {
	api := h.api()
	switch {
	case api.Lister == nil:
		return "there is no API to ask"
	case e.Direction == outbox.In:
		return words.CameIn(e)
	case e.MessageID == "" && e.State != outbox.Unknown:
		return fmt.Sprintf("there is nothing to ask the API about: message %d is %s", e.ID, text.Clean(string(e.State)))
	case h.forgotten(e):
		return fmt.Sprintf("message %d: %s", e.ID, words.Forgotten)
	case e.By.AccountID != api.By.AccountID:
		return fmt.Sprintf("message %d was sent for account %s, and this console is that of %s", e.ID, text.Clean(e.By.AccountID), text.Clean(api.By.AccountID))
	case e.By.BaseURL != api.By.BaseURL:
		return fmt.Sprintf("message %d was sent through %s, and this console would ask %s", e.ID, text.Clean(e.By.BaseURL), text.Clean(api.By.BaseURL))
	}
	return ""
}

// forgotten reports whether a message belongs to a sandbox that is over.
func (h *Page) forgotten(e outbox.Entry) bool {
	api := h.api()
	return api.Sandbox && e.Direction == outbox.Out && e.By.BaseURL != api.By.BaseURL
}

// facts are those of a message, with what can be done about it here.
func (h *Page) facts(d outbox.Detail) []words.Fact {
	facts := words.Facts(d, h.now().Location(), h.askWords(d.Entry))
	switch e := d.Entry; {
	case !h.forgotten(e):
	case e.State == outbox.Unknown:
		return words.Instead(facts, words.Fact{Label: "next", Value: words.Forgotten})
	case e.State.Outcome() == messaging.Accepted && !e.State.Final():
		return words.Instead(facts, words.Fact{Label: "asked", Value: words.Forgotten})
	}
	return facts
}

// askWords say with which key the API is asked about a message; "" if it cannot be.
func (h *Page) askWords(e outbox.Entry) string {
	if h.cannotAsk(e) != "" {
		return ""
	}
	return words.LookFirst(h.bindings.Ask.Help().Key)
}

func (h *Page) onAsked(msg answered) (page.Intent, tea.Cmd) {
	if msg.err != nil {
		return page.Failed(words.Describe(msg.err).What), nil
	}
	e := msg.finding.Entry
	h.rows.replace(e)
	h.refreshMarked([]outbox.Entry{e})
	h.found[msg.id] = msg.finding
	phrase := words.Message(e, msg.finding.Deliveries)
	if v := msg.finding.Verdict; v != outbox.NotChecked {
		phrase = fmt.Sprintf("message %d: %s", e.ID, words.Verdict(v))
	}
	if e.State == outbox.Unknown {
		return page.Warn(phrase), h.readWanted()
	}
	return page.Done(phrase), h.readWanted()
}
