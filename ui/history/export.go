package history

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// exportPage is how many rows are read at once for a file.
const exportPage = 1000

// exported is the end of writing messages to a file.
type exported struct {
	path string
	n    int
	err  error
}

// To is the page that wrote.
func (exported) To() page.ID { return page.History }

func (m exported) words() page.Intent {
	if m.err != nil {
		return page.Failed("not exported: " + text.Clean(m.err.Error()))
	}
	return page.Done(text.Count(m.n, "message") + " written to " + text.Clean(m.path))
}

// export writes the marked messages, or all that a filter selects, to a new file in the
// folder where telex was started.
func (h *Page) export(filter outbox.Filter) (page.Intent, tea.Cmd) {
	store := h.store()
	if store == nil {
		return nil, nil
	}
	ctx, now, marked := h.ctx, h.now(), h.allMarked()
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
				return all, nil
			}
		}
		return writeCSV(ctx, "telex-"+now.Format("20060102-150405")+".csv", now.Location(), next)
	}
}

// writeCSV writes messages to a new file that only the user may read, which it takes away
// again where that fails. Next gives some of them at a time, and none at the end.
func writeCSV(ctx context.Context, name string, zone *time.Location, next func() ([]outbox.Entry, error)) exported {
	path, err := filepath.Abs(name)
	if err != nil {
		return exported{err: err}
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return exported{err: err}
	}
	m := exported{path: path}
	w := csv.NewWriter(f)
	m.err = w.Write([]string{"id", "created_at", "state", "from", "to", "text", "tag", "segments", "error_code", "error", "message_id"})
	for m.err == nil {
		var entries []outbox.Entry
		if entries, m.err = next(); m.err != nil || len(entries) == 0 {
			break
		}
		for _, e := range entries {
			m.n++
			m.err = errors.Join(m.err, w.Write(record(e, zone)))
		}
		m.err = errors.Join(m.err, ctx.Err())
	}
	w.Flush()
	if m.err = errors.Join(m.err, w.Error(), f.Close()); m.err != nil {
		m.err = errors.Join(m.err, os.Remove(path))
	}
	return m
}

// record is a message as a row of the file.
func record(e outbox.Entry, zone *time.Location) []string {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	m := e.Message
	return []string{
		fmt.Sprint(e.ID), e.Created.In(zone).Format(time.RFC3339), words.State(e), m.From, strings.Join(m.To, " "),
		harmless(m.Text), harmless(m.Tag), number(e.SegmentCount), number(e.ErrorCode), harmless(e.Error), harmless(e.MessageID),
	}
}

// harmless keeps a spreadsheet from taking a text for a formula, as OWASP has it under
// CSV injection: what would begin one gets an apostrophe before it.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
