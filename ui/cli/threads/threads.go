package threads

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"telex/messaging/outbox"
	"telex/ui/cli/messages"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// A ThreadRow is a conversation as --json prints it. It is an API: keys are added, never
// changed. What is empty is absent, but for unread and
// opted_out.
type ThreadRow struct {
	Number   string   `json:"number,omitempty"`  // of the other, if there is one
	Numbers  []string `json:"numbers,omitempty"` // of all others, of a group
	Name     string   `json:"name,omitempty"`    // of the other, if it is one contact
	Sender   string   `json:"sender"`            // the number of ours
	LastAt   string   `json:"last_at"`           // RFC 3339, UTC
	LastText string   `json:"last_text,omitempty"`
	LastID   int64    `json:"last_id"` // of the newest message
	Unread   int      `json:"unread"`
	OptedOut bool     `json:"opted_out"`      // one of the others wants no texts
	Held     bool     `json:"held,omitempty"` // or may want none: a person has to decide
}

func threadRowOf(t outbox.Thread) ThreadRow {
	r := ThreadRow{
		Sender: t.Own, LastAt: say.Time(t.LastAt()), LastText: t.Last.Message.Text, LastID: t.Last.ID, Unread: t.Unread,
		OptedOut: t.OptedOut, Held: t.Held,
	}
	if len(t.Others) == 1 {
		r.Number = t.Others[0]
		if t.Names != nil {
			r.Name = t.Names[0]
		}
	} else {
		r.Numbers = t.Others
	}
	return r
}

// Options are what the commands that list conversations may touch.
type Options struct {
	who.Home
	Out io.Writer // the printer's: if it is a terminal, its width is the table's
}

// threadsFlags are the flags of telex threads.
type threadsFlags struct {
	outbox.ThreadFilter
	sandbox, asJSON bool
}

// Threads is telex threads.
func Threads(o Options) *cobra.Command {
	var f threadsFlags
	cmd := &cobra.Command{
		Use:   "threads",
		Short: "List the conversations, newest first",
		Long: `Threads lists the conversations: the messages between one of your numbers and
another one, or within a group. What others write gets here while telex listen
runs.

On a terminal the columns are cut to its width. Otherwise each conversation is
a line of five fields with tabs between them: how many messages are unread, the
time of the newest, your number, the others with commas between them, and how
the newest begins. With --json it is an array of objects with number (numbers
of a group), name of a contact, sender, last_at, last_text, last_id, unread and
opted_out; held is true for who may have opted out.`,
		Example: "  telex threads --unread\n  telex threads --answered --json",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return &say.UsageError{What: "telex threads takes no arguments", Hint: "for one conversation: telex thread NUMBER"}
			}
			return nil
		},
		ValidArgsFunction: who.CompleteNothing,
		RunE:              func(cmd *cobra.Command, _ []string) error { return threads(cmd.Context(), o, f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.Unread, "unread", false, "only those with something unread")
	flags.BoolVar(&f.Heard, "answered", false, "only those in which somebody wrote to you")
	who.RegisterLimit(cmd, &f.Limit, 100, "how many at most, as a `number`; 0: all")
	flags.BoolVar(&f.sandbox, "sandbox", false, "the conversations of --sandbox")
	flags.BoolVar(&f.asJSON, "json", false, "one JSON value on standard output")
	return cmd
}

// threads is telex threads.
func threads(ctx context.Context, with Options, f threadsFlags) error {
	o, err := with.OpenOutboxToRead(ctx, f.sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	var all []outbox.Thread
	filter := f.ThreadFilter
	err = who.Paged(f.Limit, func(most int) ([]outbox.Thread, error) {
		filter.Limit = most
		page, err := o.Threads(ctx, filter)
		if len(page) > 0 {
			filter.Before = page[len(page)-1].Last.ID
		}
		return page, err
	}, func(page []outbox.Thread) error {
		all = append(all, page...)
		return nil
	})
	if err != nil {
		return err
	}
	if f.asJSON {
		rows := make([]ThreadRow, len(all))
		for i, t := range all {
			rows[i] = threadRowOf(t)
		}
		return with.Output.Value(rows)
	}
	if len(all) == 0 {
		what := "no conversations yet in"
		if f.Unread || f.Heard {
			what = "no such conversations in"
		}
		with.Output.Say("%s %s", what, o.Path())
		return nil
	}
	width := 0
	if terminal, ok := say.TerminalFile(with.Out); ok {
		width = say.Columns(terminal)
	}
	return with.Output.Text(tableOf(all, width, with.Now().Location()))
}

// tableOf is conversations, one a line: for people where there is a width.
func tableOf(all []outbox.Thread, width int, zone *time.Location) string {
	var b strings.Builder
	if width == 0 {
		for _, t := range all {
			b.WriteString(strings.Join([]string{
				strconv.Itoa(t.Unread), t.LastAt().UTC().Format(time.RFC3339), text.Clean(t.Own), text.Clean(strings.Join(t.Others, ",")), words.Gist(t.Last),
			}, "\t") + "\n")
		}
		return b.String()
	}
	with, own := len("with"), len("yours")
	for _, t := range all {
		with, own = max(with, text.Width(words.Others(t))), max(own, text.Width(text.Clean(t.Own)))
	}
	line := func(unread, at, who, whose, what string) {
		row := fmt.Sprintf("%6s  %-16s  %s  %s  %s", unread, at, text.Pad(who, with), text.Pad(whose, own), what)
		b.WriteString(strings.TrimRight(text.Truncate(row, width), " ") + "\n")
	}
	line("unread", "time", "with", "yours", "text")
	for _, t := range all {
		unread := ""
		if t.Unread > 0 {
			unread = strconv.Itoa(t.Unread)
		}
		line(unread, t.LastAt().In(zone).Format("2006-01-02 15:04"), words.Others(t), text.Clean(t.Own), words.Sign(t.Last)+" "+words.Gist(t.Last))
	}
	return b.String()
}

// rowsOf are messages as --json prints them.
func rowsOf(entries []outbox.Entry) []messages.Row {
	rows := make([]messages.Row, len(entries))
	for i, e := range entries {
		rows[i] = messages.RowOf(e)
	}
	return rows
}
