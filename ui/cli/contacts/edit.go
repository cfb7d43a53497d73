package contacts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"telex/messaging/broadcast/list"
	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
)

func addCommand(o Options) *cobra.Command {
	f := asked()
	var fields []string
	var zone string
	cmd := &cobra.Command{
		Use:   "add NAME NUMBER",
		Short: "Add a person, or what is new of one",
		Long: `Add keeps a person with a name and a number. If the number is known, the name
takes the place of the old one, the groups are added, and so are the fields; an
empty field is taken away.

Fields are what else templates may ask for: {{first name}}, say.`,
		Example: `  telex contacts add "Ana Ruiz" +12345678902 --group choir
  telex contacts add "Ana Ruiz" "(234) 567-8902" --field "first name=Ana"`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return &say.UsageError{What: cmd.CommandPath() + " needs a name and a number", Hint: `put the name in quotes: ` + cmd.CommandPath() + ` "Ana Ruiz" +12345678902`}
			}
			return nil
		},
		ValidArgsFunction: who.CompleteNothing,
		RunE: func(cmd *cobra.Command, args []string) error {
			return add(cmd.Context(), o, f, outbox.Contact{Name: args[0], Zone: zone}, args[1], fields)
		},
	}
	flags := f.numbers(o, cmd)
	f.groupsFlag(o, cmd, "`name` of a group to be in; repeat the flag for more")
	flags.StringArrayVar(&fields, "field", nil, "`NAME=TEXT` that templates may ask for; repeat it")
	flags.StringVar(&zone, "zone", "", "time `zone` of the person, such as America/Chicago")
	for _, name := range []string{"field", "zone"} {
		_ = cmd.RegisterFlagCompletionFunc(name, who.CompleteNothing) // fails only for a flag that is not there
	}
	return cmd
}

func add(ctx context.Context, with Options, f flags, c outbox.Contact, typed string, fields []string) error {
	var err error
	if c.Number, err = recipient(with, f, typed); err != nil {
		if _, swapped := number.Parse(c.Name, "US"); swapped == nil {
			return &say.UsageError{What: say.Plain(err), Hint: "the name comes first, then the number"}
		}
		return err
	}
	if c.Groups, err = groupNames(f.groups); err != nil {
		return err
	}
	if c.Fields, err = fieldsOf(fields); err != nil {
		return err
	}
	if err := checkZone(c.Zone); err != nil {
		return err
	}
	o, err := with.OpenOutbox(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	added, updated, err := o.PutContacts(ctx, []outbox.Contact{c})
	if err != nil {
		return err
	}
	said := "nothing is new of %s"
	switch {
	case added > 0:
		said = "added %s"
	case updated > 0:
		said = "updated %s"
	}
	return with.Output.Line(said, called(c))
}

// groupNames are groups as they are kept: without the @ by which they are used.
func groupNames(typed []string) (groups []string, err error) {
	for _, g := range typed {
		g = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(g), "@"))
		if g == "" || strings.ContainsAny(g, ",;\n") {
			return nil, say.Usagef("--group %s cannot be the name of a group", say.Quoted(g))
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// fieldsOf reads NAME=TEXT.
func fieldsOf(typed []string) (map[string]string, error) {
	fields := map[string]string{}
	for _, f := range typed {
		name, value, ok := strings.Cut(f, "=")
		if name = list.Fold(name); !ok || name == "" {
			return nil, &say.UsageError{What: "--field " + say.Quoted(f) + " has no name", Hint: "write it as --field room=12"}
		}
		if fieldName(name) != name {
			return nil, &say.UsageError{What: "--field " + say.Quoted(f) + ": " + name + " is no field", Hint: "the name comes first, then the number; --group and --zone give the rest"}
		}
		fields[name] = list.Clean(value)
	}
	return fields, nil
}

// fieldName is what a field is called that a list calls so: none is called as what everybody
// has, so that a list of all has each name once.
func fieldName(name string) string {
	if slices.Contains(list.OwnColumns, name) {
		return name + " 2"
	}
	return name
}

func removeCommand(o Options) *cobra.Command {
	f, group, yes := asked(), "", false
	cmd := &cobra.Command{
		Use:   "remove NUMBER|NAME|@GROUP…",
		Short: "Forget people, or take them out of a group",
		Long: `Remove forgets the people with these numbers or names, or all of a group, and
prints who they were; of a group it asks first. Messages to and from them stay.
With --group they only leave that group.`,
		Example: `  telex contacts remove +12345678902 --group choir
  telex contacts remove "Ana Ruiz"`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return say.Usagef("%s needs a number or a name", cmd.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: o.CompleteContacts(&f.Sandbox),
		RunE: func(cmd *cobra.Command, args []string) error {
			return remove(cmd.Context(), o, f, strings.TrimPrefix(group, "@"), yes, args)
		},
	}
	flags := f.numbers(o, cmd)
	flags.StringVar(&group, "group", "", "`name` of the group that they leave")
	flags.BoolVar(&yes, "yes", false, "without asking")
	_ = cmd.RegisterFlagCompletionFunc("group", o.CompleteGroups(&f.Sandbox)) // fails only for a flag that is not there
	return cmd
}

func remove(ctx context.Context, with Options, f flags, group string, yes bool, typed []string) error {
	id, err := with.Identify(f.Flags)
	if err != nil {
		return err
	}
	numbers, err := with.Whom(ctx, f.Flags, id.Region, typed, who.AsRecipient)
	if err != nil {
		return who.NotWhom(err, "; nothing was changed")
	}
	if group == "" && !yes && slices.ContainsFunc(typed, who.IsGroup) {
		if sure, err := with.sure(len(numbers)); err != nil || !sure {
			return err
		}
	}
	o, err := with.OpenOutbox(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	if group != "" {
		left, err := o.LeaveGroup(ctx, group, numbers)
		if err != nil {
			return err
		}
		if left == 0 {
			return say.Usagef("none of them is in the group %s; nothing was changed", say.Quoted(group))
		}
		return with.Output.Line("%s left %s", text.People(left), group)
	}
	removed, err := o.RemoveContacts(ctx, numbers)
	if err != nil {
		return err
	}
	if len(removed) == 0 {
		return say.Usagef("%s is no contact; nothing was changed", text.Clean(strings.Join(numbers, ", ")))
	}
	for _, c := range removed {
		if err := with.Output.Line("removed %s", called(c)); err != nil {
			return err
		}
	}
	return nil
}

// sure asks whether so many people are to be forgotten.
func (o Options) sure(people int) (bool, error) {
	if !say.IsTerminal(o.In) {
		return false, &say.UsageError{What: "nothing was removed: " + say.ErrNoTerminal.Error(), Hint: "to forget everybody in a group without being asked, add --yes; to take them out of it, --group"}
	}
	sure, err := ask.OnInput(o.In, o.Output, "forget "+text.People(people)+"?")
	if err == nil && !sure {
		o.Output.Say("nothing was removed")
	}
	return sure, err
}

func groupsCommand(o Options) *cobra.Command {
	f := asked()
	cmd := &cobra.Command{
		Use:   "groups",
		Short: "List the groups and how many people are in each",
		Long: `Groups lists the groups that people are in, by their names. Each line is a name
and a number of people with a tab between them; with --json it is an array of
objects with name and people.`,
		Example:           "  telex contacts groups",
		Args:              say.NoArguments,
		ValidArgsFunction: who.CompleteNothing,
		RunE:              func(cmd *cobra.Command, _ []string) error { return groups(cmd.Context(), o, f) },
	}
	f.json(f.sandbox(cmd))
	return cmd
}

// A Group is one as --json prints it.
type Group struct {
	Name   string `json:"name"`
	People int    `json:"people"`
}

func groups(ctx context.Context, with Options, f flags) error {
	o, err := with.OpenOutboxToRead(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	all, err := o.ContactGroups(ctx)
	if err != nil {
		return err
	}
	if f.asJSON {
		return with.Output.Values(len(all), func(i int) any { return Group{all[i].Name, all[i].People} })
	}
	if len(all) == 0 {
		with.Output.Say("nobody is in a group, says %s", o.Path())
	}
	for _, g := range all {
		if err := with.Output.Text(text.Clean(g.Name) + "\t" + fmt.Sprint(g.People) + "\n"); err != nil {
			return err
		}
	}
	return nil
}

// checkZone refuses what is no zone; "" is fine.
func checkZone(name string) error {
	if name == "" {
		return nil
	}
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		return &say.UsageError{What: say.Quoted(name) + " is no time zone that is known here", Hint: "write it as America/Chicago or Europe/London"}
	}
	return nil
}
