package optouts

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"telex/messaging/outbox"
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
		Long: `Import enters the numbers of a file into the ledger: a number a line, or CSV
with commas, semicolons or tabs and a first row of which one column is called
number, phone, mobile or such. Columns sender, since and note are taken as
well; since is a date such as 2026-01-31 or a time in RFC 3339. With - the list
comes from standard input.

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
	errNotText  = errors.New("it is not text in UTF-8; save it as CSV in UTF-8")
	errNoColumn = errors.New("no column has a name such as number, phone or mobile")
	errTwoWays  = errors.New("it has the columns from and to; call the one with those who opted out number, and the other one sender")
)

// columns says in which column of a list what is found; -1 for none.
type columns struct{ number, sender, since, note int }

// readList reads a list: a number a line, or CSV whose first row names the columns.
func readList(content []byte, region string) (entries, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) || bytes.IndexByte(content, 0) >= 0 {
		return entries{}, errNotText
	}
	first, _, _ := bytes.Cut(bytes.TrimLeft(content, "\r\n"), []byte("\n"))
	separator := separatorOf(string(first))
	head := splitRow(string(first), separator)
	at, named := columnsOf(head)
	if !named {
		if len(head) > 1 && !slices.ContainsFunc(head, func(cell string) bool { _, err := asRecipient(cell, region); return err == nil }) {
			return entries{}, errNoColumn
		}
		return readLines(content, region), nil
	}
	if isNamed(head, at.number, "to") && isNamed(head, at.sender, "from") { // a log, of texts sent or of replies
		return entries{}, errTwoWays
	}
	return readTable(content, separator, at, region), nil
}

// readLines reads a number a line.
func readLines(content []byte, region string) (l entries) {
	lines := bufio.NewScanner(bytes.NewReader(content))
	lines.Buffer(nil, mostList+1)
	for n := 1; lines.Scan(); n++ {
		if typed := strings.TrimSpace(lines.Text()); typed != "" {
			l.take(n, typed, outbox.OptOut{}, region)
		}
	}
	return l
}

// readTable reads rows below the one that names the columns. A row whose quotes do not
// end as they should is left out alone: reading goes on in the next line.
func readTable(content []byte, separator rune, at columns, region string) (l entries) {
	reader := func() *csv.Reader {
		r := csv.NewReader(bytes.NewReader(content))
		r.Comma, r.FieldsPerRecord = separator, -1
		return r
	}
	r, above := reader(), 0
	leaveOut := func(row int, why string, head bool) {
		rest, typed := below(content, row)
		content, above = rest, above+row
		if !head {
			l.bad = append(l.bad, rejected{above, typed, why})
		}
		r = reader()
	}
	for head := true; ; head = false {
		row, err := r.Read()
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			leaveOut(bad.StartLine, "it cannot be read: "+bad.Err.Error(), head)
			continue
		}
		if err != nil { // the end
			return l
		}
		if head {
			continue
		}
		line, _ := r.FieldPos(0)
		cell := func(i int) string {
			if i < 0 || i >= len(row) {
				return ""
			}
			return strings.TrimSpace(row[i])
		}
		if strings.Contains(cell(at.number), "\n") {
			leaveOut(line, "a quote opens that does not end in this line", false)
			continue
		}
		line += above
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		out := outbox.OptOut{Note: cell(at.note)}
		if own := cell(at.sender); own != "" {
			if out.Sender, err = asWriter(own, region); err != nil {
				l.bad = append(l.bad, rejected{line, own, "sender: " + say.Plain(err)})
				continue
			}
		}
		if since := cell(at.since); since != "" {
			if out.Since, err = dateOf(since); err != nil {
				l.undated = append(l.undated, undated{line, since})
			}
		}
		l.take(line, cell(at.number), out, region)
	}
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

// below is what stands below the first lines of a text, and the last of them.
func below(content []byte, lines int) (rest []byte, last string) {
	for range lines {
		var line []byte
		line, content, _ = bytes.Cut(content, []byte("\n"))
		last = strings.TrimSpace(string(line))
	}
	return content, last
}

// take adds an entry for what was typed as a number, or what is wrong with it.
func (l *entries) take(line int, typed string, out outbox.OptOut, region string) {
	n, err := asRecipient(typed, region)
	if err != nil {
		l.bad = append(l.bad, rejected{line, typed, say.Plain(err)})
		return
	}
	out.Number, out.By = n, outbox.OptedByImport
	l.good = append(l.good, out)
}

// separatorOf is what stands between the cells of a row most often.
func separatorOf(row string) rune {
	best, most := ',', 0
	for _, r := range ",;\t" {
		if n := strings.Count(row, string(r)); n > most {
			best, most = r, n
		}
	}
	return best
}

func splitRow(row string, separator rune) []string {
	r := csv.NewReader(strings.NewReader(row))
	r.Comma, r.LazyQuotes = separator, true
	cells, err := r.Read()
	if err != nil {
		return []string{row}
	}
	return cells
}

// isNamed reports whether a column, -1 for none, has a name.
func isNamed(head []string, column int, name string) bool {
	return column >= 0 && strings.EqualFold(strings.TrimSpace(head[column]), name)
}

// columnsOf finds the columns by their names, and reports whether one of them has numbers.
func columnsOf(head []string) (at columns, named bool) {
	find := func(names ...string) int {
		for _, name := range names { // the better name first
			for i := range head {
				if isNamed(head, i, name) {
					return i
				}
			}
		}
		return -1
	}
	at = columns{
		number: find("number", "phone number", "phone", "phone_number", "phonenumber", "mobile", "mobile phone", "mobile number", "cell", "cell phone",
			"telephone", "tel", "msisdn", "recipient", "to", "e164"),
		sender: find("sender", "from"), since: find("since"), note: find("note", "notes", "reason"),
	}
	return at, at.number >= 0
}
