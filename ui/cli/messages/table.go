package messages

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// A table prints rows of the outbox as they come: in aligned columns that fit the
// width of a terminal, with tabs between the fields for a program, or as JSON.
type table struct {
	home   who.Home
	asJSON bool
	width  int // of the terminal; 0 if there is none
	id, to int // widths of columns
	rows   int // so far
}

// newTable is one that the printer of home writes to out.
func newTable(home who.Home, out io.Writer, asJSON bool) *table {
	t := &table{home: home, asJSON: asJSON}
	if terminal, ok := say.TerminalFile(out); ok {
		t.width = say.Columns(terminal)
	}
	return t
}

// add prints a page of rows.
func (t *table) add(entries []outbox.Entry) error {
	var b strings.Builder
	if t.width > 0 && !t.asJSON {
		t.measure(&b, entries)
	}
	for _, e := range entries {
		switch {
		case t.asJSON:
			body, err := say.Encode(RowOf(e))
			if err != nil {
				return err
			}
			b.WriteString(separator(t.rows) + messaging.EscapeJSON([]byte(strings.TrimSpace(string(body)))))
		case t.width > 0:
			b.WriteString(t.line(e) + "\n")
		default:
			b.WriteString(tabbed(e) + "\n")
		}
		t.rows++
	}
	return t.home.Output.Text(b.String())
}

// end prints what closes the table.
func (t *table) end() error {
	switch {
	case !t.asJSON:
		return nil
	case t.rows == 0:
		return t.home.Output.Text("[]\n")
	}
	return t.home.Output.Text("\n]\n")
}

// separator is what stands before a row of a JSON array that has n already.
func separator(n int) string {
	if n == 0 {
		return "[\n"
	}
	return ",\n"
}

// measure lays the columns out by the first page, and writes their names. Ids
// fall from there on, so they never need more.
func (t *table) measure(b *strings.Builder, entries []outbox.Entry) {
	if t.rows > 0 || len(entries) == 0 {
		return
	}
	t.id, t.to = len("id"), len("to")
	for _, e := range entries {
		t.id = max(t.id, len(strconv.FormatInt(e.ID, 10)))
		t.to = max(t.to, text.Width(words.Correspondent(e, nil)))
	}
	b.WriteString(text.Truncate(fmt.Sprintf("%*s  %-16s  %-*s  %-*s  text", t.id, "id", "time", words.StateColumn, "state", t.to, "to"), t.width) + "\n")
}

// line is a row for people: their own time zone, one line, cut to the terminal.
func (t *table) line(e outbox.Entry) string {
	at := e.Created.In(t.home.Now().Location()).Format("2006-01-02 15:04")
	to := text.Pad(words.Correspondent(e, nil), t.to)
	line := fmt.Sprintf("%*d  %s  %s  %s  %s", t.id, e.ID, at, text.Pad(words.State(e), words.StateColumn), to, words.Gist(e))
	return strings.TrimRight(text.Truncate(line, t.width), " ")
}

// tabbed is a row for programs: id, time, state, recipients (of what came in, who wrote it)
// and the first line of the text, none of which holds a tab.
func tabbed(e outbox.Entry) string {
	with := words.AllRecipients(e.Message)
	if e.Direction == outbox.In {
		with = e.Message.From
	}
	return strings.Join([]string{
		strconv.FormatInt(e.ID, 10), say.Time(e.Created), text.Clean(string(e.State)), text.Clean(with), words.Gist(e),
	}, "\t")
}
