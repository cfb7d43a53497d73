package messages

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/words"
)

// A DraftRow is a draft as --json prints it. It is an API: keys are added, never changed.
// What is empty is absent.
type DraftRow struct {
	ID         int64    `json:"id"`
	CreatedAt  string   `json:"created_at"` // RFC 3339, UTC
	UpdatedAt  string   `json:"updated_at"`
	Profile    string   `json:"profile,omitempty"`
	From       string   `json:"from,omitempty"`
	To         []string `json:"to,omitempty"`
	Addressing string   `json:"addressing,omitempty"` // group or individual; absent until it is chosen
	Text       string   `json:"text,omitempty"`
	Media      []string `json:"media,omitempty"`
	Tag        string   `json:"tag,omitempty"`
	Priority   string   `json:"priority,omitempty"`
	Expires    string   `json:"expires,omitempty"`   // as it was typed
	NotAdded   []string `json:"not_added,omitempty"` // what was typed and is no recipient or file yet
	Error      string   `json:"error,omitempty"`     // why the draft cannot be read
}

func draftRowOf(d outbox.Draft) DraftRow {
	r := DraftRow{ID: d.ID, CreatedAt: say.Time(d.Created), UpdatedAt: say.Time(d.Updated), Profile: d.Profile}
	f, err := draft.Decode(d.Body)
	if err != nil {
		r.Error = err.Error()
		return r
	}
	r.From, r.To, r.Addressing, r.Text, r.Media = f.From, f.To, addressingOf(f), f.Text, f.Media
	r.Tag, r.Priority, r.Expires, r.NotAdded = f.Tag, string(f.Priority), f.Expires, notAdded(f)
	return r
}

// addressingOf is how several recipients are served; "" until that is chosen.
func addressingOf(f draft.Form) string {
	if f.Addressing == messaging.Undecided {
		return ""
	}
	return f.Addressing.String()
}

// notAdded is what was typed and is not part of the message.
func notAdded(f draft.Form) []string {
	var all []string
	for _, typed := range append([]string{f.NewTo, f.NewMedia}, f.Refused...) {
		if strings.TrimSpace(typed) != "" {
			all = append(all, typed)
		}
	}
	return all
}

// draftCells are id, time, recipients and text of a draft, clean.
func draftCells(d outbox.Draft, at string) [4]string {
	cells := [4]string{strconv.FormatInt(d.ID, 10), at}
	f, err := draft.Decode(d.Body)
	if err != nil {
		cells[3] = text.Clean(err.Error())
		return cells
	}
	cells[2] = words.ShortRecipients(f.To, nil)
	cells[3] = words.FirstLine(f.Text)
	return cells
}

// tabbedDrafts are drafts for programs, none of whose fields holds a tab.
func tabbedDrafts(all []outbox.Draft) string {
	var b strings.Builder
	for _, d := range all {
		cells := draftCells(d, say.Time(d.Updated))
		b.WriteString(strings.Join(cells[:], "\t") + "\n")
	}
	return b.String()
}

// draftTable are drafts for people, in columns that fit into width cells.
func draftTable(all []outbox.Draft, zone *time.Location, width int) string {
	rows := [][4]string{{"id", "time", "to", "text"}}
	for _, d := range all {
		rows = append(rows, draftCells(d, d.Updated.In(zone).Format("2006-01-02 15:04")))
	}
	if len(all) == 0 {
		return ""
	}
	id, to := 0, 0
	for _, r := range rows {
		id, to = max(id, len(r[0])), max(to, text.Width(r[2]))
	}
	var b strings.Builder
	for _, r := range rows {
		line := fmt.Sprintf("%*s  %-16s  %s  %s", id, r[0], r[1], text.Pad(r[2], to), r[3])
		b.WriteString(strings.TrimRight(text.Truncate(line, width), " ") + "\n")
	}
	return b.String()
}
