package history

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/words"
)

// Cancel asks the app to keep a message from being sent that is scheduled or was missed.
type Cancel struct {
	Entry outbox.Entry
	Names map[string]string // of recipients who are contacts
}

// Retime asks the app to ask for another time for such a message.
type Retime struct{ Entry outbox.Entry }

// SendNow asks the app to have such a message sent at once.
type SendNow struct {
	Entry outbox.Entry
	Names map[string]string // of recipients who are contacts
}

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
		return Cancel{e, h.rows.names}
	case key.Matches(msg, b.Time):
		return Retime{e}
	case key.Matches(msg, b.Now):
		return SendNow{e, h.rows.names}
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
		return words.ByWhom(api.Shell, api.Working, false)
	}
	return words.ByWhom(api.Shell, api.Working, true)
}
