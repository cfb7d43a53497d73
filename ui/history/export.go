package history

import (
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/export"
	"telex/ui/page"
)

// exportPage is how many rows are read at once for a file.
const exportPage = 1000

// exported is the end of writing messages to a file.
type exported struct{ export.Written }

// To is the page that wrote.
func (exported) To() page.ID { return page.History }

// export writes the marked messages, or all that a filter selects, to a new file in the
// folder where telex was started.
func (h *Page) export(filter outbox.Filter) (page.Intent, tea.Cmd) {
	store := h.store()
	if store == nil {
		return nil, nil
	}
	ctx, at, marked := h.ctx, h.now(), h.allMarked()
	filter.Folded, filter.Limit = false, exportPage
	return page.Done("exporting"), func() tea.Msg {
		next := func() ([]outbox.Entry, error) {
			page, err := store.List(ctx, filter)
			if len(page) > 0 {
				filter.Before = page[len(page)-1].ID
			}
			return page, err
		}
		if len(marked) > 0 {
			next = func() ([]outbox.Entry, error) {
				all := marked
				marked = nil
				return now(ctx, store, all)
			}
		}
		return exported{export.CSV(ctx, export.Name(at), at.Location(), next)}
	}
}
