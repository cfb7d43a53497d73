package cli

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
	"telex/ui/words"
)

// A table prints rows of the outbox as they come: in aligned columns that fit the
// width of a terminal, with tabs between the fields for a program, or as JSON.
type table struct {
	a      *app
	asJSON bool
	width  int // of the terminal; 0 if there is none
	id, to int // widths of columns
	rows   int // so far
}

func (a *app) newTable(asJSON bool) *table {
	t := &table{a: a, asJSON: asJSON}
	if out, ok := terminalFile(a.out); ok {
		t.width = widthOf(out)
	}
	return t
}

// widthOf is how many columns a terminal has; 80 if it does not say.
func widthOf(terminal *os.File) int {
	if w, _, err := term.GetSize(int(terminal.Fd())); err == nil && w > 0 {
		return w
	}
	return 80
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
			body, err := encode(rowOf(e))
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
	return t.a.output.write(b.String())
}

// end prints what closes the table.
func (t *table) end() error {
	switch {
	case !t.asJSON:
		return nil
	case t.rows == 0:
		return t.a.output.write("[]\n")
	}
	return t.a.output.write("\n]\n")
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
		t.to = max(t.to, ansi.StringWidth(words.ShortRecipients(e)))
	}
	b.WriteString(ansi.Truncate(fmt.Sprintf("%*s  %-16s  %-11s  %-*s  text", t.id, "id", "time", "state", t.to, "to"), t.width, "…") + "\n")
}

// line is a row for people: their own time zone, one line, cut to the terminal.
func (t *table) line(e outbox.Entry) string {
	at := e.Created.In(t.a.now().Location()).Format("2006-01-02 15:04")
	to := words.ShortRecipients(e)
	to += strings.Repeat(" ", max(t.to-ansi.StringWidth(to), 0))
	line := fmt.Sprintf("%*d  %s  %-11s  %s  %s", t.id, e.ID, at, words.State(e), to, words.Gist(e))
	return strings.TrimRight(ansi.Truncate(line, t.width, "…"), " ")
}

// tabbed is a row for programs: id, time, state, recipients and the first line of
// the text, none of which holds a tab.
func tabbed(e outbox.Entry) string {
	return strings.Join([]string{
		strconv.FormatInt(e.ID, 10), rfc3339(e.Created), text.Clean(string(e.State)), text.Clean(recipientsOf(e.Message)), words.Gist(e),
	}, "\t")
}
