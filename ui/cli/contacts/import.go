package contacts

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"telex/messaging/broadcast/list"
	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/ui/cli/rejects"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
)

func importCommand(o Options) *cobra.Command {
	f, dryRun := asked(), false
	var columns []string
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Add the people of a list: CSV in any form, or vCard",
		Long: `Import adds the people of a file to the contacts. It may be CSV as spreadsheets
and address books write it, with any delimiter and encoding, with headers or
without, or vCard. With - it comes from standard input. Numbers in the national
form are read by --region.

The column of numbers is found by its header or by what is in it: a mobile
number goes before others, and a fax is never taken. What was taken for what is
printed. --column says it in place of that, for number, name, zone and group,
each with a header of the list or the number of a column. Other columns become
fields, which templates may ask for.

Lines that are nobody are left out, named with their reasons, and kept in a list
of their own, beside the file: people.csv has people.rejects.csv. The others are
taken anyway, and the exit code is 2. Of several lines with one number the first
counts. Who is known already gets what is new of them, as with telex contacts
add.

With --dry-run nothing is changed or written. With --json standard output is an
object with people (line, name, number, groups, fields, zone), rejected (line,
value, reason), duplicates, columns, added and updated, and rejects_file if one
was made; or error and exit_code if the whole file is refused.`,
		Example: `  telex contacts import people.csv --dry-run
  telex contacts import people.csv --column number=Number --group choir
  telex contacts import choir.vcf --region GB`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return say.Usagef("%s needs one file, or - for standard input", cmd.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: who.CompleteFiles(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return importList(cmd.Context(), o, f, columns, dryRun, args[0])
		},
	}
	flags := f.numbers(o, cmd)
	flags.StringArrayVar(&columns, "column", nil, "`WHAT=HEADER`, such as number=Phone; repeat the flag")
	f.groupsFlag(o, cmd, "`name` of a group that all of them join; repeat it")
	flags.BoolVar(&dryRun, "dry-run", false, "show what would be imported; change nothing")
	f.json(flags)
	_ = cmd.RegisterFlagCompletionFunc("column", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var offered []string
		for _, what := range list.ColumnNames {
			offered = append(offered, what+"=")
		}
		return offered, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}) // fails only for a flag that is not there
	return cmd
}

// An Imported person is one as --json prints it.
type Imported struct {
	Line   int               `json:"line"`
	Name   string            `json:"name"`
	Number string            `json:"number"`
	Groups []string          `json:"groups,omitempty"`
	Fields map[string]string `json:"fields,omitempty"`
	Zone   string            `json:"zone,omitempty"`
}

// A Rejected line is one that is nobody.
type Rejected struct {
	Line   int    `json:"line"`
	Value  string `json:"value"` // where the number is looked for, as the file has it
	Reason string `json:"reason"`
}

// A Report is what became of a list, as --json prints it. It is an API: keys are added,
// never changed.
type Report struct {
	People      []Imported `json:"people"`
	Rejected    []Rejected `json:"rejected"`
	Duplicates  int        `json:"duplicates"`
	Columns     string     `json:"columns,omitempty"` // which were taken for what
	Added       int        `json:"added"`
	Updated     int        `json:"updated"`
	RejectsFile string     `json:"rejects_file,omitempty"`
	Error       string     `json:"error,omitempty"` // why the whole file is refused
	ExitCode    int        `json:"exit_code,omitempty"`

	rejected int // how many, of which Rejected may have the first
}

// An importing is one run of the command.
type importing struct {
	Options
	flags
	name    string
	dryRun  bool
	groups  []string
	list    *list.List
	more    []int
	outbox  *outbox.Outbox // nil in a dry run
	rejects *rejects.File  // nil in a dry run
	pending []outbox.Contact
	people  int // without their twins
	report  Report
}

func importList(ctx context.Context, with Options, f flags, columns []string, dryRun bool, name string) error {
	i := &importing{Options: with, flags: f, name: name, dryRun: dryRun, report: Report{People: []Imported{}, Rejected: []Rejected{}}}
	err := i.run(ctx, columns)
	usage, ok := errors.AsType[*say.UsageError](err)
	if !ok || !f.asJSON {
		return err
	}
	i.report.Error, i.report.ExitCode = usage.Error(), int(say.ExitUsage)
	if err := with.Output.Value(i.report); err != nil {
		return err
	}
	with.Output.Error(usage)
	return say.Told(say.ExitUsage)
}

func (i *importing) run(ctx context.Context, columns []string) error {
	o, err := i.options(columns)
	if err != nil {
		return err
	}
	if i.groups, err = groupNames(i.flags.groups); err != nil {
		return err
	}
	file, err := i.OpenList(i.In, i.name, "nothing was imported")
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	if i.list, err = list.Open(file, i.name, o); err != nil {
		return i.refused(err)
	}
	i.more, i.report.Columns = i.list.More(), i.list.Columns()
	if !i.dryRun {
		if i.outbox, err = i.OpenOutbox(ctx, i.Sandbox); err != nil {
			return err
		}
		defer i.CloseOutbox(i.outbox)
		i.rejects = rejects.For(i.name, i.list.Fields())
	}
	return i.finish(i.goThrough(ctx))
}

// options are how the list is read.
func (i *importing) options(columns []string) (list.Options, error) {
	id, err := i.Identify(i.Flags)
	if err != nil {
		return list.Options{}, err
	}
	if id.Region != "" && !number.IsRegion(id.Region) {
		return list.Options{}, &say.UsageError{What: "no country has the code " + say.Quoted(id.Region), Hint: "use two letters, such as US or GB"}
	}
	o := list.Options{Region: id.Region, Columns: map[string]string{}}
	for _, c := range columns {
		what, header, ok := strings.Cut(c, "=")
		if !ok || header == "" {
			return list.Options{}, &say.UsageError{What: "--column " + say.Quoted(c) + " names no header", Hint: "write it as --column number=Phone"}
		}
		o.Columns[list.Fold(what)] = header
	}
	return o, nil
}

// refused is an error about the whole file.
func (i *importing) refused(err error) error {
	e := &say.UsageError{What: who.ListName(i.name) + ": " + say.Plain(err) + "; nothing was imported"}
	if errors.Is(err, list.ErrNoNumbers) {
		e.Hint = "say which one it is: --column number=HEADER"
	}
	return e
}

// goThrough takes all rows of the list.
func (i *importing) goThrough(ctx context.Context) error {
	for row := range i.list.All() {
		if err := i.take(ctx, row); err != nil {
			return err
		}
	}
	if err := i.list.Err(); err != nil {
		return i.unread(err)
	}
	return i.flush(ctx)
}

// unread is an error of a list that could be read in part.
func (i *importing) unread(err error) error {
	e := &say.UsageError{What: who.ListName(i.name) + ": " + say.Plain(err)}
	if n := i.report.Added + i.report.Updated; n > 0 {
		e.What += fmt.Sprintf("; %s imported before that", text.People(n))
		e.Hint = "import it again: who is there already is not added twice"
	}
	return e
}

// take takes one row.
func (i *importing) take(ctx context.Context, row list.Row) error {
	switch {
	case row.Reject != "":
		if len(i.report.Rejected) < mostNamed || i.asJSON {
			i.report.Rejected = append(i.report.Rejected, Rejected{row.Line, row.Value, row.Reject})
		}
		i.report.rejected++
		if i.rejects == nil {
			return nil
		}
		return i.rejects.Add(row, row.Reject)
	case row.Duplicate: // the first row says who it is
		i.report.Duplicates++
		return nil
	}
	i.people++
	c := i.contact(row)
	if i.asJSON {
		i.report.People = append(i.report.People, Imported{row.Line, c.Name, c.Number, c.Groups, c.Fields, c.Zone})
	}
	if i.pending = append(i.pending, c); len(i.pending) == atOnce {
		return i.flush(ctx)
	}
	return nil
}

// contact is what a row says of a person.
func (i *importing) contact(row list.Row) outbox.Contact {
	c := outbox.Contact{Number: row.Number, Name: row.Name, Groups: slices.Concat(row.Groups, i.groups)}
	if checkZone(row.Zone) == nil {
		c.Zone = row.Zone
	}
	c.Fields = maps.Clone(row.More)
	for _, at := range i.more {
		if at < len(row.Values) && row.Values[at] != "" {
			if c.Fields == nil {
				c.Fields = map[string]string{}
			}
			c.Fields[fieldName(i.list.Fields()[at])] = row.Values[at]
		}
	}
	return c
}

// flush keeps those that were taken since.
func (i *importing) flush(ctx context.Context) error {
	defer func() { i.pending = i.pending[:0] }()
	if i.outbox == nil {
		return nil
	}
	added, updated, err := i.outbox.PutContacts(ctx, i.pending)
	i.report.Added += added
	i.report.Updated += updated
	return err
}

// mostNamed is how many bad lines are named; the list of rejects has all of them.
const mostNamed = 10

// finish tells what became of the list.
func (i *importing) finish(err error) error {
	if i.rejects != nil {
		name, _, failed := i.rejects.Close()
		i.report.RejectsFile = name
		err = errors.Join(err, failed)
	}
	if err != nil {
		return err
	}
	if i.asJSON {
		if err := i.Output.Value(i.report); err != nil {
			return err
		}
		return i.ending()
	}
	if i.report.Columns != "" {
		i.Output.Say("%s", i.report.Columns)
	}
	if err := i.Output.Line("%s", i.words()); err != nil {
		return err
	}
	for _, bad := range i.report.Rejected {
		i.Output.Say("line %d: %s", bad.Line, rejects.Why(bad.Reason, bad.Value))
	}
	if n := i.report.rejected - len(i.report.Rejected); n > 0 {
		i.Output.Say("and %d more", n)
	}
	if i.report.rejected > 0 {
		said := text.Count(i.report.rejected, "line") + " left out"
		if i.report.RejectsFile != "" {
			said += " and kept in " + i.report.RejectsFile
		}
		i.Output.Say("%s", said)
	}
	return i.ending()
}

// ending is the exit code.
func (i *importing) ending() error {
	if i.report.rejected > 0 {
		return say.Told(say.ExitUsage)
	}
	return nil
}

// words say what was imported.
func (i *importing) words() string {
	said := "imported " + text.People(i.people)
	if i.dryRun {
		said = text.People(i.people) + " would be imported"
	} else {
		said += fmt.Sprintf(": %d new, %d updated", i.report.Added, i.report.Updated)
	}
	if n := i.report.Duplicates; n > 0 {
		said += fmt.Sprintf("; %s in the list more than once", text.Count(n, "row"))
	}
	return said
}
