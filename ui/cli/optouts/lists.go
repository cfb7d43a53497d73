package optouts

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"telex/messaging/broadcast/list"
	"telex/messaging/outbox"
	"telex/ui/cli/rejects"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
)

func exportCommand(o Options) *cobra.Command {
	f := asked()
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Print the ledger as CSV",
		Long: `Export prints who opted out as CSV, with the columns number, sender, since, by
and note. telex optouts import reads it again.`,
		Example:           "  telex optouts export > optouts.csv",
		Args:              say.NoArguments,
		ValidArgsFunction: who.CompleteNothing,
		RunE:              func(cmd *cobra.Command, _ []string) error { return export(cmd.Context(), o, f) },
	}
	cmd.Flags().BoolVar(&f.Sandbox, "sandbox", false, "the ledger of --sandbox")
	return cmd
}

func export(ctx context.Context, with Options, f flags) error {
	o, err := with.OpenOutboxToRead(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	all, err := o.OptOuts(ctx, outbox.OptOutFilter{})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b) // what a bytes.Buffer takes cannot fail
	_ = w.Write([]string{"number", "sender", "since", "by", "note"})
	for _, out := range all {
		_ = w.Write([]string{
			text.Clean(out.Number), text.Clean(out.Sender), out.Since.UTC().Format(time.RFC3339), text.Clean(string(out.By)), text.Clean(out.Note),
		})
	}
	w.Flush()
	return with.Output.Text(b.String())
}

func importCommand(o Options) *cobra.Command {
	f, rejects := asked(), ""
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Enter the numbers of a list",
		Long: `Import enters the numbers of a file into the ledger: a number a line, or CSV in
any form and encoding with a first row of which one column is called number,
phone, mobile or such. Columns sender, since and note are taken as well; since
is a date such as 2026-01-31 or a time in RFC 3339. With - the list comes from
standard input.

Lines without a number that can be read are left out, named, and kept in a file
of their own, FILE.rejects unless --rejects names another; the others are
entered anyway, and the exit code is 2.`,
		Example: "  telex optouts import optouts.csv\n  telex optouts import - < optouts.csv",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return say.Usagef("%s needs one file, or - for standard input", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return importList(cmd.Context(), o, f, rejects, args[0])
		},
	}
	flags := f.register(o, cmd)
	flags.StringVar(&rejects, "rejects", "", "`file` for the lines that were left out")
	return cmd
}

// mostList bounds a list, in bytes.
const mostList = 64 << 20

func importList(ctx context.Context, with Options, f flags, rejects, name string) error {
	id, err := with.Identify(f.Flags)
	if err != nil {
		return err
	}
	content, err := listIn(with.In, name)
	if err != nil {
		return err
	}
	l, err := readList(content, id.Region)
	if err != nil {
		return say.Usagef("%s: %v; nothing was entered", text.Clean(name), err)
	}
	if rejects == "" && name != "-" {
		rejects = name + ".rejects"
	}
	if len(l.good) == 0 && len(l.bad) == 0 {
		return say.Usagef("%s holds no number; nothing was entered", text.Clean(name))
	}
	o, err := with.OpenOutbox(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	added, err := o.AddOptOuts(ctx, l.good)
	if err != nil {
		with.Output.Say("%s entered before it failed", text.Count(added, "number"))
		return err
	}
	if err := with.Output.Line("%s", entered(added, len(l.good))); err != nil {
		return err
	}
	return l.tell(with.Output, rejects)
}

// listIn is what a file, or standard input, holds.
func listIn(in io.Reader, name string) ([]byte, error) {
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, say.Usagef("%s cannot be read: %s", text.Clean(name), text.Clean(cause(err).Error()))
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	content, err := io.ReadAll(io.LimitReader(in, mostList+1))
	switch {
	case err != nil:
		return nil, say.Usagef("%s cannot be read: %s", text.Clean(name), text.Clean(cause(err).Error()))
	case len(content) > mostList:
		return nil, say.Usagef("%s is longer than 64 MiB; nothing was entered", text.Clean(name))
	}
	return content, nil
}

// cause is a failure of a file without its name, which is said already.
func cause(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}

// Entries are what a file has of people who opted out.
type entries struct {
	good    []outbox.OptOut
	bad     []rejected
	undated []undated
}

// An undated line has a number, and something in the place of a date that is none.
type undated struct {
	line  int
	typed string
}

// A rejected line is one without a number that can be read.
type rejected struct {
	line       int
	typed, why string
}

var (
	errNoColumn = errors.New("no column has a name such as number, phone or mobile")
	errTwoWays  = errors.New("it has the columns from and to; call the one with those who opted out number, and the other one sender")
)

// columns says in which column of a list what is found; -1 for none.
type columns struct{ number, sender, since, note int }

// readList reads a list: a number a line, or a table whose first row names the columns.
func readList(content []byte, region string) (entries, error) {
	open := func(number int) (*list.List, error) {
		return list.Open(bytes.NewReader(content), "", list.Options{
			Region: region, Columns: map[string]string{"number": strconv.Itoa(number + 1)}, EveryLine: true,
		})
	}
	l, err := open(0)
	switch {
	case errors.Is(err, list.ErrEmpty), errors.Is(err, list.ErrNobody):
		return entries{}, nil
	case err != nil:
		return entries{}, err
	}
	at := columnsOf(l.Fields())
	if at.number < 0 {
		return readLines(l, region)
	}
	if l.Fields()[at.number] == "to" && slices.Contains(l.Fields(), "from") { // a log, of texts sent or of replies
		return entries{}, errTwoWays
	}
	if l, err = open(at.number); err != nil {
		return entries{}, err
	}
	return readTable(l, at, region)
}

// readLines reads a number a line. What else stands in a line makes it none.
func readLines(l *list.List, region string) (all entries, err error) {
	for row := range l.All() {
		number, err := asRecipient(row.Raw, region)
		if err != nil {
			isNumber := func(cell string) bool { _, err := asRecipient(cell, region); return err == nil }
			if len(all.good)+len(all.bad) == 0 && len(row.Values) > 1 && !slices.ContainsFunc(row.Values, isNumber) {
				return entries{}, errNoColumn // it is a header of another list
			}
			all.bad = append(all.bad, rejected{row.Line, row.Raw, say.Plain(err)})
			continue
		}
		all.good = append(all.good, outbox.OptOut{Number: number, By: outbox.OptedByImport})
	}
	return all, l.Err()
}

// readTable reads rows below the one that names the columns.
func readTable(l *list.List, at columns, region string) (all entries, err error) {
	for row := range l.All() {
		cell := func(i int) string {
			if i < 0 || i >= len(row.Values) {
				return ""
			}
			return row.Values[i]
		}
		if row.Reject != "" {
			all.bad = append(all.bad, rejected{row.Line, cmp.Or(row.Value, row.Raw), rejects.Why(row.Reject, row.Value)})
			continue
		}
		out := outbox.OptOut{Number: row.Number, By: outbox.OptedByImport, Note: cell(at.note)}
		if own := cell(at.sender); own != "" {
			if out.Sender, err = asWriter(own, region); err != nil {
				all.bad = append(all.bad, rejected{row.Line, own, "sender: " + say.Plain(err)})
				continue
			}
		}
		if since := cell(at.since); since != "" {
			if out.Since, err = dateOf(since); err != nil {
				all.undated = append(all.undated, undated{row.Line, since})
			}
		}
		all.good = append(all.good, out)
	}
	return all, l.Err()
}

// dateOf reads since when somebody opted out.
func dateOf(typed string) (time.Time, error) {
	var first error
	for _, layout := range []string{time.RFC3339, time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateOnly} {
		t, err := time.Parse(layout, typed)
		if err == nil {
			return t, nil
		}
		if first == nil {
			first = err
		}
	}
	return time.Time{}, first
}

// columnsOf finds the columns by their names.
func columnsOf(fields []string) columns {
	find := func(names ...string) int {
		for _, name := range names { // the better name first
			if i := slices.Index(fields, name); i >= 0 {
				return i
			}
		}
		return -1
	}
	return columns{
		number: find("number", "phone number", "phone", "phonenumber", "mobile", "mobile phone", "mobile number", "cell", "cell phone",
			"telephone", "tel", "msisdn", "recipient", "to", "e164"),
		sender: find("sender", "from"), since: find("since"), note: find("note", "notes", "reason"),
	}
}
