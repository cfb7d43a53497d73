// Package outbox is telex outbox: where messages are recorded, and how that is set up.
package outbox

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"telex/config"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// Options are what telex outbox may touch.
type Options struct {
	*who.World
	In io.Reader // gives the password, with --secret-stdin
}

// flags are those of each of the commands.
type flags struct {
	sandbox, asJSON bool
	store           string
	secretStdin     bool
	yes             bool // of copy and keep
}

// Command is telex outbox and the commands below it.
func Command(o Options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "outbox",
		Short: "Where messages are recorded: a file, or a database for several machines",
		Long: `Outbox looks at where telex records every message, and sets it up. That is a
file of yours, unless the profile names a PostgreSQL database:

  [profiles.team.outbox]
  url = "postgres://telex@db.example.com/telex"

or TELEX_OUTBOX does, which may also be the absolute path of a file. Several
machines can use one database at once: with the same history, drafts of each,
contacts, opt-outs and broadcasts. A message that cannot be recorded, for
the database cannot be reached, is not sent.

What the address does not say is as for psql: PGPASSWORD, .pgpass, a service file,
and sslmode, which is verify-full for a database of another machine. The address
in the file of profiles holds no password; telex outbox login keeps one.

The sandbox of --sandbox always has a file of its own.`,
		Example: "  telex outbox info\n  telex outbox init",
		Args:    say.NoArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(infoCommand(o), initCommand(o), copyCommand(o), keepCommand(o), loginCommand(o), logoutCommand(o))
	return cmd
}

func initCommand(o Options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make the tables of the outbox, or bring them up to date",
		Long: `Init makes the tables of the outbox in the database, or brings those of an older
telex up to date, and says what it did. It deletes nothing, and may be called
again. Tables of a newer telex are left alone.

Every telex does that by itself if its role may. Where roles for every day may
only read and write, call it as the owner of the database.`,
		Example:           "  telex outbox init",
		Args:              say.NoArguments,
		ValidArgsFunction: who.CompleteNothing,
		RunE:              func(cmd *cobra.Command, _ []string) error { return initialise(cmd.Context(), o) },
	}
	o.profileFlag(cmd)
	return cmd
}

func loginCommand(o Options) *cobra.Command {
	var f flags
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Keep the password of the database that the outbox is in",
		Long: `Login asks for the password of the database that the outbox is in, tries it, and
keeps it in the keyring of the system or, where that does not work, in the
encrypted file; --store chooses. From there telex takes it whenever neither PGPASSWORD
nor .pgpass nor a service file has one. For the encrypted file telex then needs
TELEX_PASSPHRASE, or TELEX_PASSPHRASE_FILE.

A program can give it instead: password_command = ["pass", "show", "telex/db"] in
the profile's table of the outbox.`,
		Example:           "  telex outbox login\n  pass show telex/db | telex outbox login --secret-stdin",
		Args:              say.NoArguments,
		ValidArgsFunction: who.CompleteNothing,
		RunE:              func(cmd *cobra.Command, _ []string) error { return logIn(cmd.Context(), o, f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	o.profileFlag(cmd)
	flags.StringVar(&f.store, "store", "", "`where` to keep it: keyring or file")
	flags.BoolVar(&f.secretStdin, "secret-stdin", false, "read the password, one line, from standard input")
	_ = cmd.RegisterFlagCompletionFunc("store", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return []string{string(config.InKeyring), string(config.InFile)}, cobra.ShellCompDirectiveNoFileComp
	}) // fails only for a flag that is not there
	return cmd
}

func logoutCommand(o Options) *cobra.Command {
	cmd := &cobra.Command{
		Use:               "logout",
		Short:             "Remove the password of the database from where telex keeps it",
		Long:              "Logout removes what telex outbox login kept, from the keyring and the encrypted\nfile. PGPASSWORD, .pgpass, service files and programs stay as they are.",
		Example:           "  telex outbox logout",
		Args:              say.NoArguments,
		ValidArgsFunction: who.CompleteNothing,
		RunE:              func(cmd *cobra.Command, _ []string) error { return logOut(cmd.Context(), o) },
	}
	o.profileFlag(cmd)
	return cmd
}

// profileFlag registers the flag that says whose outbox it is, which [who.Home.NameOutbox]
// reads.
func (o Options) profileFlag(cmd *cobra.Command) {
	who.RegisterProfile(cmd.Flags(), new(string))
	o.CompleteProfile(cmd)
}

// stores are those of the user, who may be asked for the passphrase.
func (o Options) stores() config.Stores { return o.Stores(o.Asks.PassphraseIf(o.Asks.CanAsk())) }

// password is what the user types or pipes in.
func (o Options) password(ctx context.Context, f flags, name string) (config.Secret, error) {
	if f.secretStdin {
		return ask.SecretLine(o.In)
	}
	if !o.Asks.CanAsk() {
		return config.Secret{}, &say.UsageError{What: "there is no terminal to ask for the password on", Hint: "pipe it in, with --secret-stdin"}
	}
	return o.Asks.Secret(ctx, "The password for "+name+" (it is not shown):", false)
}
