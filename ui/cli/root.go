package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	accounts "telex/ui/cli/account"
	"telex/ui/cli/broadcast"
	"telex/ui/cli/contacts"
	"telex/ui/cli/doctor"
	"telex/ui/cli/listen"
	"telex/ui/cli/messages"
	"telex/ui/cli/optouts"
	records "telex/ui/cli/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/scheduled"
	sending "telex/ui/cli/send"
	"telex/ui/cli/templates"
	"telex/ui/cli/threads"
	"telex/ui/cli/trace"
	"telex/ui/cli/work"
)

// rootCommand is the tree of all commands. Without one, telex is the console.
func (a *app) rootCommand() *cobra.Command {
	root := a.bareRoot()
	a.addAll(root)
	return root
}

// rootFor is of that tree what args may lead to: a command's flags are made where it is asked
// for, and the console asks for none. Whoever looks at all commands finds them all.
func (a *app) rootFor(args []string) *cobra.Command {
	if !slices.ContainsFunc(args, func(arg string) bool { return !strings.HasPrefix(arg, "-") }) {
		return a.bareRoot()
	}
	for _, c := range a.commands() {
		if c.name == args[0] && !c.whole {
			root := a.bareRoot()
			a.add(root, c.make())
			return root
		}
	}
	return a.rootCommand()
}

// addAll gives root all commands.
func (a *app) addAll(root *cobra.Command) {
	root.RemoveCommand(root.Commands()...)
	for _, c := range a.commands() {
		a.add(root, c.make())
	}
}

func (a *app) add(root, cmd *cobra.Command) {
	a.NameOutbox(cmd)
	a.noteBegin(cmd)
	root.AddCommand(cmd)
}

// bareRoot is telex without a command.
func (a *app) bareRoot() *cobra.Command {
	var f consoleFlags
	root := &cobra.Command{
		Use:   "telex",
		Short: "Send SMS and MMS through Bandwidth, from the terminal",
		Long: `Telex is a console for the terminal: you write an SMS or MMS, send it through
Bandwidth, and see what became of it. Without a command, telex opens the
console. The first of these tries it without an account, the second connects
yours:

  telex --sandbox
  telex login`,
		Example: `  telex --sandbox
  telex send --sandbox --to +12345678902 --text "Hey, check this out"`,
		Args: func(cmd *cobra.Command, args []string) error {
			if f.version {
				return nil
			}
			return unknownCommand(cmd, args)
		},
		SilenceErrors: true,
		SilenceUsage:  true,

		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.version {
				return printVersion(a.Output)
			}
			return a.console(cmd.Context(), f)
		},
	}
	f.register(root.Flags())
	root.PersistentFlags().StringVar(&a.debug, "debug", "", "tell on standard error what happens below, with telephone\n`numbers` masked unless they are asked for ("+trace.Variable+")")
	root.PersistentFlags().Lookup("debug").NoOptDefVal = trace.On
	root.InitDefaultHelpFlag()
	// Cobra has this flag too, but prints by a template, and a program with templates
	// keeps every method of every type: 3.5 MB of telex.
	root.Flags().BoolVarP(&f.version, "version", "v", false, "version for telex")
	root.SetGlobalNormalizationFunc(flagNames)
	root.CompletionOptions.DisableDefaultCmd = true
	a.NameOutbox(root)
	a.noteBegin(root)
	root.SetHelpCommand(helpCommand())
	tell := help(a.Output, &a.helpFailed)
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if cmd == root {
			a.addAll(root)
		}
		tell(cmd, args)
	})
	return root
}

// A maker makes a command, whose name it knows.
type maker struct {
	name  string
	make  func() *cobra.Command
	whole bool // it looks at all the others
}

// commands make the commands in the order of the help, each with what it may touch.
func (a *app) commands() []maker {
	return []maker{
		{name: "send", make: func() *cobra.Command {
			return sending.Command(sending.Options{World: a.World, In: a.in, After: a.after})
		}},
		{name: "scheduled", make: func() *cobra.Command { return scheduled.Command(scheduled.Options{World: a.World, Out: a.out}) }},
		{name: "history", make: func() *cobra.Command {
			return messages.History(messages.HistoryOptions{Home: a.Home, In: a.in, Out: a.out})
		}},
		{name: "show", make: func() *cobra.Command { return messages.Show(a.Home) }},
		{name: "stats", make: func() *cobra.Command { return messages.Stats(messages.StatsOptions{Home: a.Home, Out: a.out}) }},
		{name: "drafts", make: func() *cobra.Command {
			return messages.Drafts(messages.DraftsOptions{Home: a.Home, In: a.in, Out: a.out})
		}},
		{name: "status", make: func() *cobra.Command {
			return messages.Status(messages.StatusOptions{World: a.World, Out: a.out, After: a.after})
		}},
		{name: "templates", make: func() *cobra.Command { return templates.Command(templates.Options{Home: a.Home, Out: a.out}) }},
		{name: "threads", make: func() *cobra.Command { return threads.Threads(threads.Options{Home: a.Home, Out: a.out}) }},
		{name: "thread", make: func() *cobra.Command { return threads.Thread(threads.Options{Home: a.Home, Out: a.out}) }},
		{name: "await", make: func() *cobra.Command { return threads.Await(threads.AwaitOptions{Home: a.Home, After: a.after}) }},
		{name: "broadcast", make: func() *cobra.Command {
			return broadcast.Command(broadcast.Options{World: a.World, In: a.in, Out: a.out, After: a.after})
		}},
		{name: "contacts", make: func() *cobra.Command { return contacts.Command(contacts.Options{Home: a.Home, In: a.in, Out: a.out}) }},
		{name: "optouts", make: func() *cobra.Command { return optouts.Command(optouts.Options{Home: a.Home, In: a.in, Out: a.out}) }},
		{name: "outbox", make: func() *cobra.Command { return records.Command(records.Options{World: a.World, In: a.in}) }},
		{name: "login", make: func() *cobra.Command { return accounts.Login(accounts.LoginOptions{World: a.World, In: a.in}) }},
		{name: "logout", make: func() *cobra.Command { return accounts.Logout(a.World) }},
		{name: "profiles", make: func() *cobra.Command { return accounts.Profiles(accounts.ProfilesOptions{Home: a.Home, Out: a.out}) }},
		{name: "doctor", make: func() *cobra.Command { return doctor.Command(a.doctorOptions()) }},
		{name: "listen", make: func() *cobra.Command { return listen.Command(a.World) }},
		{name: "work", make: func() *cobra.Command { return work.Command(work.Options{World: a.World, After: a.after}) }},
		{name: "sandbox", make: func() *cobra.Command { return sandboxCommand(a.World) }},
		{name: "explain", make: func() *cobra.Command { return explainCommand(a.Output) }},
		{name: "version", make: func() *cobra.Command { return versionCommand(a.Output) }},
		{name: "completion", make: func() *cobra.Command { return completionCommand(a.Output) }, whole: true},
		{name: "man", make: func() *cobra.Command { return manCommand(a.Output, a.Now) }, whole: true},
	}
}

// flagNames lets the flags of Bandwidth's own tool be understood.
func flagNames(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	if name == "app-id" {
		name = "application-id"
	}
	return pflag.NormalizedName(name)
}

// helpCommand is telex help COMMAND.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "help [COMMAND]",
		Short:  "Show what a command does and its flags",
		Hidden: true, // everybody tries --help, and every command's help names it

		ValidArgsFunction: completeCommands,
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			switch {
			case err != nil:
				return err
			case len(rest) > 0 && found == cmd.Root():
				return say.Misuse(unknownCommand(found, rest), found)
			case len(rest) > 0:
				return say.NoCommand(found, rest[0])
			}
			found.InitDefaultHelpFlag()
			return found.Help()
		},
	}
}
