package contacts

import (
	"bytes"
	"context"
	"encoding/csv"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"telex/messaging/broadcast/list"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
)

func exportCommand(o Options) *cobra.Command {
	f, group := asked(), ""
	var asCSV, asCard bool
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Print the contacts as CSV or vCard",
		Long: `Export prints the contacts as CSV, with the columns name, number, groups, zone
and one for each field, or with --vcard as vCard 3.0, which phones read. telex
contacts import reads both again, as the same people.

A name or field that begins as a formula gets a ' before it in CSV, so that no
spreadsheet runs it; import takes it off.`,
		Example: `  telex contacts export > people.csv
  telex contacts export --vcard --group choir > choir.vcf`,
		Args: func(cmd *cobra.Command, args []string) error {
			if asCSV && asCard {
				return say.Usagef("--csv and --vcard cannot be used together")
			}
			return say.NoArguments(cmd, args)
		},
		ValidArgsFunction: who.CompleteNothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return export(cmd.Context(), o, f, asCard, outbox.ContactFilter{Group: strings.TrimPrefix(group, "@")})
		},
	}
	flags := f.sandbox(cmd)
	flags.BoolVar(&asCSV, "csv", false, "as CSV, as without it")
	flags.BoolVar(&asCard, "vcard", false, "as vCard 3.0")
	flags.StringVar(&group, "group", "", "only those in this `group`")
	_ = cmd.RegisterFlagCompletionFunc("group", o.CompleteGroups(&f.Sandbox)) // fails only for a flag that is not there
	return cmd
}

func export(ctx context.Context, with Options, f flags, asCard bool, filter outbox.ContactFilter) error {
	o, err := with.OpenOutboxToRead(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	if asCard {
		return each(ctx, o, filter, func(c outbox.Contact) error { return with.Output.Text(cardOf(c)) })
	}
	seen := map[string]bool{}
	err = each(ctx, o, filter, func(c outbox.Contact) error {
		for name := range c.Fields {
			seen[name] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	fields := slices.Sorted(maps.Keys(seen))
	headers := slices.Clone(list.OwnColumns)
	for _, name := range fields {
		headers = append(headers, list.Guard(name))
	}
	if err := with.Output.Text(row(headers)); err != nil {
		return err
	}
	return each(ctx, o, filter, func(c outbox.Contact) error {
		cells := []string{list.Guard(c.Name), c.Number, list.Guard(strings.Join(c.Groups, "; ")), list.Guard(c.Zone)}
		for _, name := range fields {
			cells = append(cells, list.Guard(c.Fields[name]))
		}
		return with.Output.Text(row(cells))
	})
}

// row is one of CSV, RFC 4180, in which nothing drives a terminal.
func row(cells []string) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b) // what a bytes.Buffer takes cannot fail
	for i, c := range cells {
		cells[i] = text.CleanLines(c)
	}
	_ = w.Write(cells)
	w.Flush()
	return b.String()
}

// cardFields are the fields that a vCard has properties for, beside the parts of a name.
var cardFields = []struct{ property, field string }{
	{"NICKNAME", "nickname"}, {"ORG", "organization"}, {"TITLE", "title"}, {"EMAIL", "email"}, {"BDAY", "birthday"}, {"NOTE", "note"},
}

// cardOf is a contact as a vCard 3.0, RFC 2426. Fields that have no property there are
// written as [list.OwnField].
func cardOf(c outbox.Contact) string {
	var b strings.Builder
	add := func(property, value string) { b.WriteString(folded(property+":"+value) + "\r\n") }
	add("BEGIN", "VCARD")
	add("VERSION", "3.0")
	more := maps.Clone(c.Fields)
	take := func(field string) string {
		value := more[field]
		delete(more, field)
		return value
	}
	if last, first := take("last name"), take("first name"); last+first != "" {
		add("N", escaped(last)+";"+escaped(first)+";;;")
	} else {
		add("N;"+list.OnlyTheName+"=YES", ";"+escaped(c.Name)+";;;")
	}
	name := c.Name
	if name == "" {
		name = c.Number
	}
	add("FN", escaped(name))
	add("TEL;TYPE=CELL", c.Number)
	for _, p := range cardFields {
		if value := take(p.field); value != "" {
			add(p.property, escaped(value))
		}
	}
	for _, field := range slices.Sorted(maps.Keys(more)) {
		add(list.OwnField, escaped(field)+";"+escaped(more[field]))
	}
	if len(c.Groups) > 0 {
		groups := make([]string, len(c.Groups))
		for i, g := range c.Groups {
			groups[i] = escaped(g)
		}
		add("CATEGORIES", strings.Join(groups, ","))
	}
	if c.Zone != "" {
		add("TZ;VALUE=text", escaped(c.Zone))
	}
	add("END", "VCARD")
	return b.String()
}

// escaped is a value as a vCard has it, clean.
func escaped(value string) string {
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, ",", `\,`, ";", `\;`).Replace(text.CleanLines(value))
}

// folded breaks a line after 75 octets, never within a character. RFC 2426 §2.6.
func folded(line string) string {
	const most = 75
	var b strings.Builder
	at := 0
	for _, r := range line {
		if size := len(string(r)); at+size > most {
			b.WriteString("\r\n ")
			at = 1
		}
		b.WriteRune(r)
		at += len(string(r))
	}
	return b.String()
}
