package ui

import (
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/export"
	"telex/ui/page"
)

// batchExported is the end of writing the messages of a batch to a file.
type batchExported struct{ export.Written }

// To is the page that asked for it.
func (batchExported) To() page.ID { return page.Response }

// exportBatch writes the messages of the batch, as the outbox has them by now, to a new file
// in the folder where telex was started.
func (a *app) exportBatch() tea.Cmd {
	store, ctx, now := a.store, a.ctx, a.now()
	var ids []int64
	for i := range a.batch.results {
		if id := a.batch.results[i].id; id != 0 {
			ids = append(ids, id)
		}
	}
	return func() tea.Msg {
		next := func() ([]outbox.Entry, error) {
			if len(ids) == 0 {
				return nil, nil
			}
			d, err := store.Detail(ctx, ids[0])
			ids = ids[1:]
			return []outbox.Entry{d.Entry}, err
		}
		return batchExported{export.CSV(ctx, export.Name(now), now.Location(), next)}
	}
}
