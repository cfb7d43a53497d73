package broadcast

import (
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"telex/messaging"
	"telex/messaging/broadcast/list"
	"telex/messaging/broadcast/price"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/text"
)

// reportFlags are the flags of telex broadcast report.
type reportFlags struct {
	flags
	asCSV, excel bool
}

func reportCommand(o Options) *cobra.Command {
	f := reportFlags{flags: asked()}
	cmd := &cobra.Command{
		Use:   "report ID",
		Short: "Say what became of each person of a broadcast",
		Long: `Report has a line for each person of a broadcast, in the order of its list, with
what became of their message, who replied and who opted out since. On a terminal
these are columns; otherwise there are tabs between number, name, state, what
that means, and the reply.

--csv prints a table with the columns number, name, state, error_code, error,
segments, price, message_id, sent_at, final_at, reply, zone, receipt, reaction,
reply_at, opted_out_at, variant and skip. What would be a formula to a
spreadsheet, as a reply that begins with "=", has a ' before it. --excel does so
for Excel: numbers stay as they are. --json prints an array of objects with the
same names.`,
		Example: `  telex broadcast report 12
  telex broadcast report 12 --csv > report.csv
  telex broadcast report 12 --json`,
		Args:              oneID,
		ValidArgsFunction: o.completeIDs(),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case f.asJSON && f.asCSV:
				return say.Usagef("--csv and --json cannot be used together")
			case f.asJSON && f.excel:
				return say.Usagef("--excel and --json cannot be used together")
			}
			return report(cmd.Context(), o, f, args[0])
		},
	}
	flags := f.register(cmd)
	flags.BoolVar(&f.asCSV, "csv", false, "print a table as CSV (RFC 4180)")
	flags.BoolVar(&f.excel, "excel", false, "the same for Excel")
	f.json(flags)
	return cmd
}

// reportJSON is somebody of a report. It is an API: keys are added, never changed. What is
// empty is absent.
type reportJSON struct {
	Number     string       `json:"number"`
	Name       string       `json:"name,omitempty"`
	State      string       `json:"state"`
	ErrorCode  int          `json:"error_code,omitempty"`
	Error      string       `json:"error,omitempty"`
	Segments   int          `json:"segments,omitempty"`
	Price      *price.Range `json:"price,omitempty"`
	MessageID  string       `json:"message_id,omitempty"`
	SentAt     string       `json:"sent_at,omitempty"`
	FinalAt    string       `json:"final_at,omitempty"`
	Reply      string       `json:"reply,omitempty"`
	Zone       string       `json:"zone,omitempty"`
	Receipt    string       `json:"receipt,omitempty"` // what the receipt is worth
	Reaction   string       `json:"reaction,omitempty"`
	ReplyAt    string       `json:"reply_at,omitempty"`
	OptedOutAt string       `json:"opted_out_at,omitempty"`
	Variant    string       `json:"variant,omitempty"`
	Skip       outbox.Skip  `json:"skip,omitempty"`
	ID         int64        `json:"id,omitempty"` // of the message in the outbox
}

// reportOf is what became of somebody.
func reportOf(t outbox.Told, figures price.Figures) reportJSON {
	e := t.Entry
	r := reportJSON{
		Number: t.Number, Name: t.Name, State: stateCell(t), ErrorCode: e.ErrorCode, Segments: e.SegmentCount, MessageID: e.MessageID,
		Reply: t.Reply.Message.Text, Zone: t.Zone, ReplyAt: say.Time(t.Reply.Created), OptedOutAt: say.Time(t.OptedOut), Skip: t.Skip, ID: e.ID,
	}
	if t.Skip != "" || e.ErrorCode != 0 || e.Error != "" {
		r.Error = became(t)
	}
	if e.ID == 0 {
		return r
	}
	if e.State.Outcome() == messaging.Accepted {
		r.SentAt = say.Time(e.Created)
	}
	if e.State.Final() || e.State == outbox.Unconfirmed {
		r.FinalAt = say.Time(e.Updated)
	}
	if e.State == outbox.Delivered {
		r.Receipt = string(e.Grade)
	}
	if e.ErrorCode != 0 {
		code, _ := messaging.ExplainCode(e.ErrorCode)
		r.Reaction = code.Reaction.String()
	}
	if figures.Known() {
		sum := costOf(figures, t)
		r.Price = &sum
	}
	return r
}

// reportColumns are the names of the columns of --csv.
var reportColumns = []string{
	"number", "name", "state", "error_code", "error", "segments", "price", "message_id", "sent_at", "final_at", "reply",
	"zone", "receipt", "reaction", "reply_at", "opted_out_at", "variant", "skip",
}

// cells are the columns of somebody.
func (r reportJSON) cells() []string {
	return []string{
		r.Number, r.Name, r.State, unlessZero(r.ErrorCode), r.Error, unlessZero(r.Segments), cost(r.Price), r.MessageID, r.SentAt, r.FinalAt, r.Reply,
		r.Zone, r.Receipt, r.Reaction, r.ReplyAt, r.OptedOutAt, r.Variant, string(r.Skip),
	}
}

// unlessZero is a number that is not zero.
func unlessZero(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// cost is an amount without its currency, and a range where it is one.
func cost(r *price.Range) string {
	switch {
	case r == nil || r.Unpriced > 0:
		return ""
	case r.Low == r.High:
		return price.Decimal(r.Low)
	}
	return price.Decimal(r.Low) + "-" + price.Decimal(r.High)
}

// report is telex broadcast report.
func report(ctx context.Context, with Options, f reportFlags, name string) error {
	o, err := with.OpenOutboxToRead(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	r, err := find(ctx, o, f.Sandbox, name)
	if err != nil {
		return err
	}
	s := &sending{Options: with, flags: f.flags, o: o}
	each := func(do func(reportJSON) error) error {
		figures := s.figures(r)
		return everybody(ctx, o, r.ID, func(t outbox.Told) error { return do(reportOf(final(r, t), figures)) })
	}
	switch {
	case f.asJSON:
		return s.reportJSON(each)
	case f.asCSV || f.excel:
		return s.reportCSV(each, f.excel)
	}
	return s.reportTable(ctx, r)
}

// reportTable prints columns on a terminal, which are as wide as the widest cell, and lines
// for a program.
func (s *sending) reportTable(ctx context.Context, r outbox.Run) error {
	rows, names := [][]string{}, []string{"number", "name", "state", "what that means", "reply"}
	_, isTerminal := say.TerminalFile(s.Out)
	err := everybody(ctx, s.o, r.ID, func(t outbox.Told) error {
		t = final(r, t)
		rows = append(rows, []string{t.Number, t.Name, stateCell(t), became(t), t.Reply.Message.Text})
		if isTerminal || len(rows) < peopleAtOnce {
			return nil
		}
		some := rows
		rows = rows[:0]
		return s.Output.Text(say.Table(s.Out, names, some))
	})
	if err != nil {
		return err
	}
	return s.Output.Text(say.Table(s.Out, names, rows))
}

// reportJSON prints an array, a person at a time.
func (s *sending) reportJSON(each func(func(reportJSON) error) error) error {
	before := "["
	err := each(func(r reportJSON) error {
		body, err := say.Encode(r)
		if err != nil {
			return err
		}
		line := before + messaging.EscapeJSON([]byte(strings.TrimSpace(string(body))))
		before = ",\n"
		return s.Output.Text(line)
	})
	if err != nil {
		return err
	}
	if before == "[" {
		return s.Output.Text("[]\n")
	}
	return s.Output.Text("]\n")
}

// reportCSV prints a table, a person at a time.
func (s *sending) reportCSV(each func(func(reportJSON) error) error, excel bool) error {
	var b strings.Builder
	w := csv.NewWriter(&b) // what a strings.Builder takes cannot fail
	w.UseCRLF = true       // RFC 4180 has it so
	row := func(cells []string) error {
		for i, cell := range cells {
			cells[i] = cellOf(text.Clean(cell), excel)
		}
		_ = w.Write(cells)
		w.Flush()
		line := b.String()
		b.Reset()
		return s.Output.Text(line)
	}
	if excel {
		b.WriteString("\ufeff")
	}
	if err := row(append([]string(nil), reportColumns...)); err != nil {
		return err
	}
	return each(func(r reportJSON) error { return row(r.cells()) })
}

// cellOf is a cell that no spreadsheet takes for a formula, for what people answered stands
// there too. Phone numbers are such as they are written, and for Excel, which would make
// figures of them, what comes to them.
func cellOf(cell string, excel bool) string {
	if excel && messaging.IsE164(cell) {
		return fmt.Sprintf(`="%s"`, cell)
	}
	return list.GuardNumber(cell)
}
