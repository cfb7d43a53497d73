package optouts

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
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
			list.GuardNumber(text.Clean(out.Number)), list.GuardNumber(text.Clean(out.Sender)), out.Since.UTC().Format(time.RFC3339), text.Clean(string(out.By)), list.Guard(text.Clean(out.Note)),
		})
	}
	w.Flush()
	return with.Output.Text(b.String())
}

// importFlags are the flags of telex optouts import.
type importFlags struct {
	flags
	column, rejects string
}

func importCommand(o Options) *cobra.Command {
	f := importFlags{flags: asked()}
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Enter the numbers of a list",
		Long: `Import enters the numbers of a file into the ledger: a number a line, CSV in any
form and encoding, or vCard, read as telex contacts import reads them: of a
person with several numbers it takes the one that texts would go to. What was
taken for what is printed; --column number=HEADER says it in place of that.
Columns sender, since and note are taken as well; since is a date such as
2026-01-31 or a time in RFC 3339. With - the list comes from standard input.

Nobody is lost without a word: of lines that name no columns, those without a
number that can be read, or with several, are left out, named with their
reasons, and kept in a list of their own beside the file, which can be corrected
and imported: optouts.csv has optouts.rejects.csv, unless --rejects names
another. The others are entered anyway, and the exit code is 2.`,
		Example: "  telex optouts import optouts.csv\n  telex optouts import - < optouts.csv\n  telex optouts import old-list.csv --column number=Handset",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return say.Usagef("%s needs one file, or - for standard input", cmd.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: who.CompleteFiles(1),
		RunE:              func(cmd *cobra.Command, args []string) error { return importList(cmd.Context(), o, f, args[0]) },
	}
	flags := f.register(o, cmd)
	flags.StringVar(&f.Settings.Region, "region", "", "home `country` of numbers, such as GB")
	flags.StringVar(&f.column, "column", "", "`number=HEADER`: which column has the numbers")
	flags.StringVar(&f.rejects, "rejects", "", "`file` for the lines that were left out")
	who.CompleteRegion(cmd)
	_ = cmd.RegisterFlagCompletionFunc("column", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return []string{"number="}, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}) // fails only for a flag that is not there
	return cmd
}

func importList(ctx context.Context, with Options, f importFlags, name string) error {
	id, err := with.Identify(f.Flags)
	if err != nil {
		return err
	}
	header := ""
	if f.column != "" {
		what, of, ok := strings.Cut(f.column, "=")
		if header = of; !ok || list.Fold(what) != "number" || of == "" {
			return &say.UsageError{What: "--column " + say.Quoted(f.column) + " names no column of numbers", Hint: "write it as --column number=Phone"}
		}
	}
	file, err := with.OpenList(with.In, name, "nothing was entered")
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	l, err := readList(file, name, id.Region, header)
	if err != nil {
		e := &say.UsageError{What: fmt.Sprintf("%s: %s; nothing was entered", who.ListName(name), say.Plain(err))}
		if errors.Is(err, list.ErrNoNumbers) {
			e.Hint = "say which one it is: --column number=HEADER"
		}
		return e
	}
	if len(l.good) == 0 && len(l.bad) == 0 {
		return say.Usagef("%s holds no number; nothing was entered", who.ListName(name))
	}
	if l.columns != "" {
		with.Output.Say("%s", l.columns)
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
	left := rejects.For(name, l.fields)
	if f.rejects != "" {
		left = rejects.At(f.rejects, l.fields)
	}
	return l.tell(with.Output, left)
}

// Entries are what a file has of people who opted out.
type entries struct {
	fields  []string
	columns string // what was taken for what, if there was a choice
	good    []outbox.OptOut
	bad     []rejected
	undated []undated
}

// An undated line has a number, and something in the place of a date that is none.
type undated struct {
	line  int
	typed string
}

// A rejected row is one without a number that can be read.
type rejected struct {
	list.Row
	why string
}

var errTwoWays = errors.New("it has the columns from and to; call the one with those who opted out number, and the other one sender")

// columns says in which column of a list what is found; -1 for none.
type columns struct{ sender, since, note int }

// readList reads a list in which header names the column of numbers, if it is not to be
// found out.
func readList(file io.ReadSeeker, name, region, header string) (entries, error) {
	options := list.Options{Region: region, EveryLine: true}
	if header != "" {
		options.Columns = map[string]string{"number": header}
	}
	l, err := list.Open(file, name, options)
	switch {
	case errors.Is(err, list.ErrEmpty), errors.Is(err, list.ErrNobody):
		return entries{}, nil
	case err != nil:
		return entries{}, err
	}
	fields := l.Fields()
	if from := l.NumberFields(); header == "" && slices.Contains(fields, "from") && len(from) > 0 && from[0] == "to" { // a log, of texts sent or of replies
		return entries{}, errTwoWays
	}
	all := entries{fields: fields}
	if len(fields) > 1 {
		all.columns = l.Columns()
	}
	err = all.read(l, columnsOf(fields), region)
	return all, err
}

// read reads the rows.
func (l *entries) read(from *list.List, at columns, region string) (err error) {
	for row := range from.All() {
		cell := func(i int) string {
			if i < 0 || i >= len(row.Values) {
				return ""
			}
			return row.Values[i]
		}
		if row.Reject != "" {
			row.Value = cmp.Or(row.Value, row.Name, row.Raw)
			l.bad = append(l.bad, rejected{row, row.Reject})
			continue
		}
		out := outbox.OptOut{Number: row.Number, By: outbox.OptedByImport, Note: cell(at.note)}
		if own := cell(at.sender); own != "" {
			if out.Sender, err = asWriter(own, region); err != nil {
				row.Value = own
				l.bad = append(l.bad, rejected{row, "sender: " + say.Plain(err)})
				continue
			}
		}
		if since := cell(at.since); since != "" {
			if out.Since, err = dateOf(since); err != nil {
				l.undated = append(l.undated, undated{row.Line, since})
			}
		}
		l.good = append(l.good, out)
	}
	return from.Err()
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
	at := columns{sender: find("sender", "from"), since: find("since"), note: find("note", "notes", "reason")}
	if at.note >= 0 && fields[at.note] == "reason" && slices.Contains(fields, rejects.Read) { // why it was left out once
		at.note = -1
	}
	return at
}
