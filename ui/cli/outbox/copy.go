package outbox

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"telex/config"
	"telex/messaging/outbox/copying"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
)

func copyCommand(o Options) *cobra.Command {
	var f flags
	cmd := &cobra.Command{
		Use:   "copy FROM TO",
		Short: "Copy a whole outbox into a database, or back into a file",
		Long: `Copy copies all that an outbox holds into another one, which has to be empty or
not to be there yet. FROM and TO are the path of a file or the address of a
database, postgres://USER@HOST/DATABASE. Ids, times, states and texts stay as
they are. Before a row is written telex looks whether TO can hold them all, and
afterwards it compares every row of both.

From then on what is in it is sent from TO alone: broadcasts that were not
through, what waits for its time, answers. FROM can still be read, and refuses
everything else, so that nobody gets anything twice. To go back, copy TO into
another file.

Nothing is copied while another telex sends from FROM, listens for it or works
for it. While it is copied nothing can be recorded in FROM; TO cannot be opened
until it is complete. If the copy is stopped, however that happens, FROM is used
as before, and the same command goes on where it was.`,
		Example: `  telex outbox copy ~/.local/state/telex/outbox.db postgres://telex@db.example.com/telex
  telex outbox copy postgres://telex@db.example.com/telex outbox.db --yes --json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return say.Usagef("%s takes two arguments, FROM and TO, but got %d", cmd.CommandPath(), len(args)) // they may hold a password
			}
			return nil
		},
		ValidArgsFunction: who.CompleteFiles(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return copyOutbox(cmd.Context(), o, f, args[0], args[1])
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.yes, "yes", false, "copy without asking")
	flags.BoolVar(&f.asJSON, "json", false, "one JSON value on standard output")
	return cmd
}

// Copied is what --json prints of a copy. It is an API: keys are added, never changed.
type Copied struct {
	From    string        `json:"from"` // the path of the file, or the address of the database
	To      string        `json:"to"`
	Copy    string        `json:"copy"`    // its name
	Resumed bool          `json:"resumed"` // part of it was there, of a copy that was stopped
	Before  bool          `json:"before"`  // all of it was there: nothing was done
	Tables  []CopiedTable `json:"tables"`  // those that were copied, and compared on both sides
}

// A CopiedTable is what was copied of a table.
type CopiedTable struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"` // of all rows; the same on both sides
}

// copyOutbox is telex outbox copy.
func copyOutbox(ctx context.Context, with Options, f flags, from, to string) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	old, _, err := with.Named(from)
	if err != nil {
		return err
	}
	goal, l, err := with.Named(to)
	if err != nil {
		return err
	}
	if !f.yes {
		if why := with.Asks.Unasked(f.asJSON); why != "" {
			return &say.UsageError{What: "nothing was copied: " + why, Hint: "to copy without being asked, add --yes"}
		}
		sure, err := with.Asks.Confirm(ctx, fmt.Sprintf("copy %s to %s? Afterwards telex sends from that alone, and %s can only be read.", old, goal, old))
		if err != nil {
			return err
		}
		if !sure {
			return &say.UsageError{What: "cancelled; nothing was copied"}
		}
	}
	done, err := copying.Copy(ctx, old, goal, copying.Options{Now: with.Now, Progress: func(p copying.Progress) { with.Output.Status(progressLine(p)) }})
	with.Output.Status("")
	if errors.Is(err, context.Canceled) {
		if done.Left {
			with.Output.Say("stopped: %s is not complete, and %s can only be read; the same command again completes it", goal, old)
		} else {
			with.Output.Say("stopped: %s is used as before, and %s is not complete; the same command goes on where this was", old, goal)
		}
		return say.ErrCancelled
	}
	if err != nil {
		return err
	}
	if !f.asJSON {
		if err := with.Output.Line("%s", copiedLine(done)); err != nil {
			return err
		}
	} else if err := with.Output.Value(asJSON(done)); err != nil {
		return err
	}
	with.Output.Say("%s can still be read; nothing more is sent from it", old)
	with.Output.Say("next: %s", with.next(l, to))
	return nil
}

// progressLine says how far a copy has come.
func progressLine(p copying.Progress) string {
	what := map[copying.Step]string{copying.StepRead: "looking at", copying.StepCopy: "copying", copying.StepCompare: "comparing"}[p.Step]
	percent := int64(100)
	if p.Total > 0 {
		percent = 100 * p.Done / p.Total
	}
	return fmt.Sprintf("%s %s: %d of %d rows (%d%%)", what, p.Table, p.Done, p.Total, percent)
}

// copiedLine says what was copied.
func copiedLine(s copying.Summary) string {
	if s.Before {
		return s.From + " was copied to " + s.To + " before; nothing was done"
	}
	rows := int64(0)
	for _, t := range s.Tables {
		rows += t.Rows
	}
	count := func(table, one string) string { return text.Count(int(s.Rows(table)), one) }
	return fmt.Sprintf("copied %s, %s, %s, %s, %s and %s to %s; all %d rows are the same on both sides",
		count("messages", "message"), count("threads", "conversation"), count("drafts", "draft"), count("contacts", "contact"),
		count("optouts", "opt-out"), count("runs", "broadcast"), s.To, rows)
}

func asJSON(s copying.Summary) Copied {
	c := Copied{From: s.From, To: s.To, Copy: s.Copy, Resumed: s.Resumed, Before: s.Before, Tables: []CopiedTable{}}
	for _, t := range s.Tables {
		c.Tables = append(c.Tables, CopiedTable{t.Name, t.Rows, t.Digest})
	}
	return c
}

// next is what makes telex use the new outbox.
func (o Options) next(l who.Location, to string) string {
	now, err := o.Locate(false)
	usual, failed := o.OutboxPath(false)
	switch {
	case err == nil && now.Names(l):
		return "telex uses it already; start again what sends and listens"
	case l.IsDatabase():
		return fmt.Sprintf("put url = %q below [profiles.NAME.outbox] in the file of profiles, or %s=%s into the environment, wherever telex runs", to, config.EnvOutbox, say.Quoted(to))
	case failed == nil && l.Path == usual:
		return "take the outbox out of the profile, and " + config.EnvOutbox + " out of the environment: telex then uses this file"
	}
	return "put " + config.EnvOutbox + "=" + say.Quoted(l.Path) + " into the environment, wherever telex runs"
}
