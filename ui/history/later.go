package history

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/words"
)

// What the page asks of the app about a message that is scheduled, or was missed: to keep it
// from being sent, to ask for another time, and to have it sent at once.
type (
	Cancel  struct{ Entry outbox.Entry }
	Retime  struct{ Entry outbox.Entry }
	SendNow struct{ Entry outbox.Entry }
)

// IsIntent marks it as a [page.Intent].
func (Cancel) IsIntent() {}

// IsIntent marks it as a [page.Intent].
func (Retime) IsIntent() {}

// IsIntent marks it as a [page.Intent].
func (SendNow) IsIntent() {}

// waits reports whether a message waits for its time, or for a person to decide.
func waits(e outbox.Entry) bool { return e.State == outbox.Scheduled || e.State == outbox.Missed }

// onWaiting takes the keys of such a message.
func (h *Page) onWaiting(msg tea.KeyPressMsg, e outbox.Entry) page.Intent {
	switch b := h.bindings; {
	case key.Matches(msg, b.Cancel):
		return Cancel{e}
	case key.Matches(msg, b.Time):
		return Retime{e}
	case key.Matches(msg, b.Now):
		return SendNow{e}
	}
	return nil
}

// byWhom says what sends a message when its time comes; "" for one that is not scheduled.
func (h *Page) byWhom(e outbox.Entry) string {
	if e.State != outbox.Scheduled {
		return ""
	}
	api := h.api()
	if e.By.AccountID != api.By.AccountID || e.By.BaseURL != "" && e.By.BaseURL != api.By.BaseURL {
		return words.ByWhom(api.Working, false)
	}
	return words.ByWhom(api.Working, true)
}
