package messages

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// statsFlags are the flags of telex stats.
type statsFlags struct {
	sandbox, asJSON  bool
	since, until, by string
}

// StatsOptions are what telex stats may touch.
type StatsOptions struct {
	who.Home
	Out io.Writer // the printer's: if it is a terminal, its width is the tables'
}

// Stats is telex stats.
func Stats(o StatsOptions) *cobra.Command {
	var f statsFlags
	cmd := &cobra.Command{
		Use:   "stats",
		Short: "Count what became of messages",
		Long: `Stats counts the messages of the outbox: how many there are of each state, what
share was delivered, and how long Bandwidth's yes and the receipts took.

The share is delivered / (delivered + failed). Open, unconfirmed and handed over
messages are not in it, and are printed beside it. Times are from the sending to
when the answer or the receipt was here, of the latest 20000 messages; where
telex listen does not run, a receipt is here when Bandwidth is asked for it.

By carrier it counts recipients, as a group can have several; those of whom no
carrier is known, such as who wrote to you, are a row of their own. By code and
by reaction it counts only messages that have a delivery error code. By day it
counts the messages made on it.

On a terminal these are tables. Otherwise each line has ten fields with tabs
between them: total, or by what it is counted; the state, code or the like;
messages out, in, delivered, failed, unconfirmed, handed over and open; and
segments out.

With --json it is an object with since, until, total, accepted, receipt and
tables. Times are in seconds.`,
		Example:           "  telex stats --since 7d\n  telex stats --since 2026-01 --until 2026-01 --by sender\n  telex stats --by carrier --json",
		Args:              say.NoArguments,
		ValidArgsFunction: who.CompleteNothing,
		RunE:              func(cmd *cobra.Command, _ []string) error { return stats(cmd.Context(), o, f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.since, "since", "", "only messages made on this `day` or later: today, fri,\n2026-01-31, 2026-01, a time in RFC 3339, or a span such\nas 7d before now")
	flags.StringVar(&f.until, "until", "", "only messages made on this `day` or earlier")
	flags.StringVar(&f.by, "by", "", "one table by this `kind`: "+strings.Replace(kinds(), ", carrier", ",\ncarrier", 1)+"\n(default: by state and by code)")
	flags.BoolVar(&f.sandbox, "sandbox", false, "the messages that were sent with --sandbox")
	flags.BoolVar(&f.asJSON, "json", false, "one JSON value on standard output")
	for _, flag := range []string{"since", "until"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, who.CompleteNothing) // fails only for a flag that is not there
	}
	_ = cmd.RegisterFlagCompletionFunc("by", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return strings.Split(kinds(), ", "), cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

// kinds are what figures can be broken down by.
func kinds() string {
	var names []string
	for _, by := range outbox.Breakdowns() {
		names = append(names, string(by))
	}
	return strings.Join(names, ", ")
}

// stats is telex stats.
func stats(ctx context.Context, with StatsOptions, f statsFlags) error {
	by := []outbox.Breakdown{outbox.ByState, outbox.ByCode}
	if f.by != "" {
		by = []outbox.Breakdown{outbox.Breakdown(f.by)}
		if !by[0].Valid() {
			return say.Usagef("--by %s is not something to count by; choose one of %s", say.Quoted(f.by), kinds())
		}
	}
	var period outbox.Filter
	local, err := within(&period, f.since, f.until, with.Now())
	if err != nil {
		return err
	}
	if local || f.by == string(outbox.ByDay) {
		with.WarnOfZone()
	}
	o, err := with.OpenOutboxToRead(ctx, f.sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	span := outbox.Span{Since: period.Since, Until: period.Until, Zone: with.Now().Location()}
	figures, err := o.Figures(ctx, span, by...)
	if err != nil {
		return err
	}
	if f.asJSON {
		return with.Output.Value(statsRowOf(span, figures))
	}
	if figures.Total.Out()+figures.Total.In() == 0 {
		what := "no messages yet in"
		if f.since != "" || f.until != "" {
			what = "no matching messages in"
		}
		with.Output.Say("%s %s", what, o.Path())
		return nil
	}
	terminal, ok := say.TerminalFile(with.Out)
	if !ok {
		return with.Output.Text(tabbedFigures(figures))
	}
	page := figuresPage(figures, say.Columns(terminal))
	if _, _, utf8 := text.Locale(with.Env); !utf8 {
		page = text.InASCII(page)
	}
	return with.Output.Text(page)
}

// A StatsRow is what --json prints of figures. It is an API: keys are added, never
// changed. Counts are there also if they are 0.
type StatsRow struct {
	Since    string       `json:"since,omitempty"` // RFC 3339, UTC; absent without a bound
	Until    string       `json:"until,omitempty"`
	Total    TallyRow     `json:"total"`
	Accepted LatencyRow   `json:"accepted"` // from the sending to Bandwidth's yes
	Receipt  LatencyRow   `json:"receipt"`  // from the sending to a receipt
	Tables   []StatsTable `json:"tables"`
}

// A StatsTable is one breakdown.
type StatsTable struct {
	By   string     `json:"by"`
	Rows []GroupRow `json:"rows"`
	More bool       `json:"more,omitempty"` // there are more rows than are printed
}

// A GroupRow is a row of one. For a code it says what that means and what to do.
type GroupRow struct {
	Key     string `json:"key"` // empty for those of whom no carrier is known
	Meaning string `json:"meaning,omitempty"`
	Advice  string `json:"advice,omitempty"`
	TallyRow
}

// A TallyRow counts messages; by carrier, recipients.
type TallyRow struct {
	Out         int                  `json:"out"` // also those that Bandwidth rejected, and that are unsent
	In          int                  `json:"in"`
	Unproven    int                  `json:"unproven"` // of those that came in
	Delivered   int                  `json:"delivered"`
	Failed      int                  `json:"failed"`
	Unconfirmed int                  `json:"unconfirmed"`
	HandedOver  int                  `json:"handed_over"`
	Open        int                  `json:"open"`
	Share       *float64             `json:"share_delivered"` // null if nothing was delivered or failed
	SegmentsOut int                  `json:"segments_out"`
	SegmentsIn  int                  `json:"segments_in"`
	States      map[outbox.State]int `json:"states"` // those that there are
}

// A LatencyRow is how long something took.
type LatencyRow struct {
	Messages int     `json:"messages"` // that it was measured on
	Median   float64 `json:"median_s"`
	P95      float64 `json:"p95_s"`
}

func statsRowOf(span outbox.Span, f outbox.Figures) StatsRow {
	r := StatsRow{
		Since: say.Time(span.Since), Until: say.Time(span.Until), Total: tallyRowOf(f.Total),
		Accepted: latencyRowOf(f.Accepting), Receipt: latencyRowOf(f.Delivering), Tables: []StatsTable{},
	}
	for _, t := range f.Tables {
		table := StatsTable{By: string(t.By), Rows: []GroupRow{}, More: t.More}
		for _, g := range t.Groups {
			row := GroupRow{Key: g.Key, TallyRow: tallyRowOf(g.Tally)}
			row.Meaning, row.Advice = words.GroupMeans(t.By, g.Key)
			table.Rows = append(table.Rows, row)
		}
		r.Tables = append(r.Tables, table)
	}
	return r
}

func tallyRowOf(t outbox.Tally) TallyRow {
	r := TallyRow{
		Out: t.Out(), In: t.In(), Unproven: t.Unproven, Delivered: t.Delivered(), Failed: t.States[outbox.Failed], Unconfirmed: t.States[outbox.Unconfirmed],
		HandedOver: t.HandedOver, Open: t.Open(), SegmentsOut: t.SegmentsOut, SegmentsIn: t.SegmentsIn, States: t.States,
	}
	if r.States == nil {
		r.States = map[outbox.State]int{}
	}
	if share, ok := t.Share(); ok {
		r.Share = &share
	}
	return r
}

func latencyRowOf(l outbox.Latency) LatencyRow {
	seconds := func(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() }
	return LatencyRow{l.Messages, seconds(l.Median), seconds(l.P95)}
}

// tabbedFigures are figures for programs.
func tabbedFigures(f outbox.Figures) string {
	var b strings.Builder
	line := func(by, key string, t outbox.Tally) {
		fmt.Fprintf(&b, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", by, text.Clean(key), t.Out(), t.In(),
			t.Delivered(), t.States[outbox.Failed], t.States[outbox.Unconfirmed], t.HandedOver, t.Open(), t.SegmentsOut)
	}
	line("total", "", f.Total)
	for _, t := range f.Tables {
		for _, g := range t.Groups {
			line(string(t.By), g.Key, g.Tally)
		}
	}
	return b.String()
}

// figuresPage is figures for people, in so many columns.
func figuresPage(f outbox.Figures, columns int) string {
	var b strings.Builder
	const label = len("delivered") + 2
	for _, fact := range words.Figures(f) {
		for i, line := range text.Wrap(fact.Value, max(columns-label, 20)) {
			name := fact.Label
			if i > 0 {
				name = ""
			}
			b.WriteString(text.Pad(name, label) + line + "\n")
		}
	}
	for _, t := range f.Tables {
		if len(t.Groups) > 0 {
			b.WriteString("\n" + words.TableTitle(t.By) + "\n")
		}
		for _, row := range words.TableRows(t, columns) {
			b.WriteString(text.Truncate(row, columns) + "\n")
		}
	}
	return b.String()
}
