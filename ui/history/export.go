package history

import (
	"errors"
	"io/fs"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/export"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// exportPage is how many rows are read at once for a file.
const exportPage = 1000

// exported is the end of writing messages to a file.
type exported struct {
	export.Written

	name string // as it was asked for
	job  saving
}

// To is the page that wrote.
func (exported) To() page.ID { return page.History }

// A saving is messages that are to be written to a file, of which the name is asked for.
type saving struct {
	name   widget.Field
	filter outbox.Filter  // of the messages
	marked []outbox.Entry // these alone, if there are some
}

// export asks for the name of a file for the marked messages, or for all that a filter
// selects.
func (h *Page) export(filter outbox.Filter) {
	s := &saving{name: widget.NewField(false), filter: filter, marked: h.allMarked()}
	s.name.Resize(h.w-searchLabel, 1)
	s.name.Set(export.Name(h.now()))
	s.name.Focus()
	h.saving = s
}

// inSaving takes a key while the name of a file is asked for.
func (h *Page) inSaving(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	switch s := h.saving; {
	case key.Matches(msg, h.global.Back):
		h.saving = nil
		return page.Done("nothing was written"), nil
	case key.Matches(msg, h.bindings.Open):
		name := s.name.Value()
		if name == "" {
			return page.Warn("type the name of a file, or press " + h.global.Back.Help().Key), nil
		}
		h.saving = nil
		return page.Done("exporting"), h.save(name, *s, false)
	}
	return nil, h.saving.name.Update(msg)
}

// save writes messages to a file, in the folder where telex was started if the name says
// no other. Over says whether it may take the place of one.
func (h *Page) save(name string, s saving, over bool) tea.Cmd {
	store := h.store()
	if store == nil {
		return nil
	}
	ctx, zone, filter, marked := h.ctx, h.now().Location(), s.filter, s.marked
	filter.Folded, filter.Limit = false, exportPage
	return func() tea.Msg {
		next := func() ([]outbox.Entry, error) {
			p, err := store.Look(ctx, filter, nil)
			filter.Before = p.Reached
			return p.Entries, err
		}
		if len(marked) > 0 {
			next = func() ([]outbox.Entry, error) {
				all := marked
				marked = nil
				return now(ctx, store, all)
			}
		}
		write := export.CSV
		if over {
			write = export.Over
		}
		return exported{write(ctx, name, zone, next), name, s}
	}
}

// onExported tells of a file that was written, and asks before one is written over. Where
// none was, its name is asked for again.
func (h *Page) onExported(msg exported) page.Intent {
	if msg.Err != nil && h.front && h.saving == nil { // what was typed may be mended
		job := msg.job
		job.name.Set(msg.name)
		job.name.Resize(h.w-searchLabel, 1)
		job.name.Focus()
		h.saving = &job
	}
	if !errors.Is(msg.Err, fs.ErrExist) {
		return msg.Words()
	}
	return page.Ask{Dialog: page.Dialog{
		Title: "Replace this file?", Yes: "replace",
		Body: []string{text.Clean(msg.Path), "", "It is there already; what is in it is lost."},
		Act: func() tea.Cmd {
			h.saving = nil
			return h.save(msg.name, msg.job, true)
		},
	}}
}

func (h *Page) savingKeys() []key.Binding {
	write, leave := h.bindings.Open, h.global.Back
	write.SetHelp(write.Help().Key, "write the file")
	leave.SetHelp(leave.Help().Key, "cancel")
	return []key.Binding{write, leave}
}
