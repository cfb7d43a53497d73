// Package contacts is telex contacts and the commands below it: people with names, numbers
// and groups. They ask nobody but the outbox.
package contacts

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
)

// Options are what the commands may touch.
type Options struct {
	who.Home
	In  io.Reader // gives a list
	Out io.Writer // the printer's: if it is a terminal, its width is the table's
}

// A Person is a contact as --json prints it. It is an API: keys are added, never changed.
// What is empty is absent.
type Person struct {
	Name         string            `json:"name,omitempty"`
	Number       string            `json:"number"`
	Groups       []string          `json:"groups,omitempty"`
	Fields       map[string]string `json:"fields,omitempty"`
	Zone         string            `json:"zone,omitempty"`
	NoTexts      int               `json:"no_texts,omitempty"`       // delivery error code that says that it takes none
	NoTextsSince string            `json:"no_texts_since,omitempty"` // RFC 3339, UTC
	CreatedAt    string            `json:"created_at"`
	UpdatedAt    string            `json:"updated_at"`
	By           string            `json:"by,omitempty"`   // who entered it
	Host         string            `json:"host,omitempty"` // where they did
}

func personOf(c outbox.Contact) Person {
	p := Person{
		Name: c.Name, Number: c.Number, Groups: c.Groups, Fields: c.Fields, Zone: c.Zone, NoTexts: c.NoTexts,
		CreatedAt: say.Time(c.Created), UpdatedAt: say.Time(c.Updated), By: c.User.Name, Host: c.User.Host,
	}
	if c.NoTexts != 0 {
		p.NoTextsSince = say.Time(c.NoTextsSince)
	}
	return p
}

// flags are those that several of the commands have.
type flags struct {
	who.Flags
	groups []string
	asJSON bool
}

// asked are flags that nobody is asked for.
func asked() flags { return flags{Flags: who.Flags{Timeout: messaging.DefaultTimeLimit}} }

// sandbox adds --sandbox.
func (f *flags) sandbox(cmd *cobra.Command) *pflag.FlagSet {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.Sandbox, "sandbox", false, "the contacts of --sandbox")
	return flags
}

// numbers adds the flags that say how a number is read.
func (f *flags) numbers(o Options, cmd *cobra.Command) *pflag.FlagSet {
	flags := f.sandbox(cmd)
	who.RegisterProfile(flags, &f.Profile)
	flags.StringVar(&f.Settings.Region, "region", "", "home `country` of numbers, such as GB")
	o.CompleteProfile(cmd)
	who.CompleteRegion(cmd)
	return flags
}

// groupsFlag adds --group, which may be repeated.
func (f *flags) groupsFlag(o Options, cmd *cobra.Command, usage string) {
	cmd.Flags().StringArrayVar(&f.groups, "group", nil, usage)
	_ = cmd.RegisterFlagCompletionFunc("group", o.CompleteGroups(&f.Sandbox)) // fails only for a flag that is not there
}

func (f *flags) json(flags *pflag.FlagSet) {
	flags.BoolVar(&f.asJSON, "json", false, "one JSON value on standard output")
}

// Command is telex contacts.
func Command(o Options) *cobra.Command {
	f, group := asked(), ""
	cmd := &cobra.Command{
		Use:   "contacts [SEARCH]",
		Short: "List the people you know by name",
		Long: `Contacts lists people with their numbers and groups, in the order of their
names. SEARCH selects those that have all of its words in their names, numbers,
groups or fields; capitals and accents make no difference.

A name or a group can stand wherever the number of somebody can: telex send --to
"Ana Ruiz", or --to @choir for everybody in it. All of it is in the outbox; telex contacts
export makes a copy.

On a terminal these are columns. Otherwise each person is a line of four fields
with tabs between them: number, name, groups, zone. With --json it is an array
of objects with name, number, groups, fields, zone, no_texts (the delivery error
code that says that the number takes no texts), no_texts_since, created_at,
updated_at, by (who entered it) and host; what is empty is absent.`,
		Example: `  telex contacts
  telex contacts ana
  telex contacts --group choir --json`,
		Args: cobra.ArbitraryArgs,

		ValidArgsFunction: func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return o.CompletePeople(&f.Sandbox)(cmd, args, toComplete)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			search, err := say.Search(args)
			if err != nil {
				return err
			}
			none := ""
			if len(args) > 0 {
				none = say.Near(cmd, args[0])
			}
			return listed(cmd.Context(), o, f, outbox.ContactFilter{Search: search, Group: strings.TrimPrefix(group, "@")}, none)
		},
	}
	flags := f.sandbox(cmd)
	flags.StringVar(&group, "group", "", "only those in this `group`")
	_ = cmd.RegisterFlagCompletionFunc("group", o.CompleteGroups(&f.Sandbox)) // fails only for a flag that is not there
	f.json(flags)
	cmd.AddCommand(addCommand(o), removeCommand(o), groupsCommand(o), importCommand(o), exportCommand(o))
	return cmd
}

// atOnce is how many contacts are read at once.
const atOnce = 500

// each goes through the contacts that a filter selects.
func each(ctx context.Context, o *outbox.Outbox, f outbox.ContactFilter, do func(outbox.Contact) error) error {
	for f.Limit = atOnce; ; {
		page, err := o.Contacts(ctx, f)
		if err != nil {
			return err
		}
		for _, c := range page {
			if err := do(c); err != nil {
				return err
			}
		}
		if len(page) < atOnce {
			return nil
		}
		f.After = page[len(page)-1]
	}
}

// listed prints contacts. None is what to say beside that there are none.
func listed(ctx context.Context, with Options, f flags, filter outbox.ContactFilter, none string) error {
	o, err := with.OpenOutboxToRead(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	if f.asJSON {
		return with.Output.Array(func(add func(any) error) error {
			return each(ctx, o, filter, func(c outbox.Contact) error { return add(personOf(c)) })
		})
	}
	terminal, people := say.TerminalFile(with.Out)
	var all []outbox.Contact // for a terminal, whose columns depend on all of them
	n := 0
	err = each(ctx, o, filter, func(c outbox.Contact) error {
		if n++; !people {
			return with.Output.Text(tabbed(c))
		}
		c.Fields = nil // which are not shown
		all = append(all, c)
		return nil
	})
	switch {
	case err != nil:
		return err
	case len(all) > 0:
		return with.Output.Text(tableOf(all, say.Columns(terminal)))
	case n > 0:
	case filter.Search == "" && filter.Group == "":
		in := with.Shell(f.Sandbox)
		with.Output.Say("no contacts in %s; %s and %s make some", o.Path(), in.Command("contacts", "add"), in.Command("contacts", "import"))
	default:
		with.Output.Say("no contact is like that in %s", o.Path())
		if none != "" {
			with.Output.Say("  %s", none)
		}
	}
	return nil
}

// tabbed is a contact in a line for programs.
func tabbed(c outbox.Contact) string {
	return strings.Join([]string{text.Clean(c.Number), text.Clean(c.Name), text.Clean(strings.Join(c.Groups, ", ")), text.Clean(c.Zone)}, "\t") + "\n"
}

// tableOf is contacts, one a line, for people.
func tableOf(all []outbox.Contact, width int) string {
	const most = 30
	var b strings.Builder
	names, numbers := 0, 0
	for _, c := range all {
		names, numbers = max(names, min(text.Width(text.Clean(c.Name)), most)), max(numbers, text.Width(text.Clean(c.Number)))
	}
	for _, c := range all {
		name, number, groups := text.Clean(c.Name), text.Clean(c.Number), text.Clean(strings.Join(c.Groups, ", "))
		line := text.Pad(cut(name, names), names) + "  " + text.Pad(number, numbers) + "  "
		if c.NoTexts != 0 {
			groups = strings.TrimPrefix(groups+", takes no texts", ", ")
		}
		b.WriteString(strings.TrimRight(line+cut(groups, max(width-text.Width(line), 10)), " ") + "\n")
	}
	return b.String()
}

// cut is s in so many cells.
func cut(s string, cells int) string {
	if text.Width(s) <= cells {
		return s
	}
	lines := text.Wrap(s, max(cells-1, 1))
	return strings.TrimRight(lines[0], " ") + "…"
}

// recipient reads a number that texts could go to.
func recipient(with Options, f flags, typed string) (string, error) {
	id, err := with.Identify(f.Flags)
	if err != nil {
		return "", err
	}
	n, err := who.AsRecipient(typed, id.Region)
	if err != nil {
		return "", say.Usagef("%s; nothing was changed", say.Plain(err))
	}
	return n, nil
}

// called is who a contact is, for people.
func called(c outbox.Contact) string {
	return strings.TrimPrefix(c.Name+", "+c.Number, ", ")
}
