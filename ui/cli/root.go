package cli

import (
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

		SuggestionsMinimumDistance: 2,

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
	root.AddCommand(a.commands()...)
	a.NameOutbox(root)
	a.noteBegin(root)
	root.SetHelpCommand(helpCommand())
	root.SetHelpFunc(help(a.Output, &a.helpFailed))
	return root
}

// commands are the commands in the order of the help, each with what it may touch.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		sending.Command(sending.Options{World: a.World, In: a.in, After: a.after}),
		scheduled.Command(scheduled.Options{World: a.World, Out: a.out}),
		messages.History(messages.HistoryOptions{Home: a.Home, In: a.in, Out: a.out}),
		messages.Show(a.Home),
		messages.Stats(messages.StatsOptions{Home: a.Home, Out: a.out}),
		messages.Drafts(messages.DraftsOptions{Home: a.Home, In: a.in, Out: a.out}),
		messages.Status(messages.StatusOptions{World: a.World, Out: a.out, After: a.after}),
		templates.Command(templates.Options{Home: a.Home, Out: a.out}),
		threads.Threads(threads.Options{Home: a.Home, Out: a.out}),
		threads.Thread(threads.Options{Home: a.Home, Out: a.out}),
		threads.Await(threads.AwaitOptions{Home: a.Home, After: a.after}),
		broadcast.Command(broadcast.Options{World: a.World, In: a.in, Out: a.out, After: a.after}),
		contacts.Command(contacts.Options{Home: a.Home, In: a.in, Out: a.out}),
		optouts.Command(optouts.Options{Home: a.Home, In: a.in, Out: a.out}),
		records.Command(records.Options{World: a.World, In: a.in}),
		accounts.Login(accounts.LoginOptions{World: a.World, In: a.in}),
		accounts.Logout(a.World),
		accounts.Profiles(accounts.ProfilesOptions{Home: a.Home, Out: a.out}),
		doctor.Command(a.doctorOptions()),
		listen.Command(a.World), work.Command(work.Options{World: a.World, After: a.after}), sandboxCommand(a.World),
		explainCommand(a.Output), versionCommand(a.Output), completionCommand(a.Output), manCommand(a.Output, a.Now),
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
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return say.Usagef("no help for %s: unknown command", say.Quoted(strings.Join(args, " ")))
			}
			found.InitDefaultHelpFlag()
			return found.Help()
		},
	}
}
