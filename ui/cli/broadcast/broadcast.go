// Package broadcast is telex broadcast and the commands below it: a list and a text become a
// plan, and after a yes a run, which is sent, watched, paused, resumed and reported on.
package broadcast

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// Options are what the commands may touch.
type Options struct {
	*who.World
	In  io.Reader // gives the text, with --text-file -
	Out io.Writer // the printer's: if it is a terminal, its width is the table's
	// After is how time goes by while a run is sent or watched; nil is time.After.
	After func(time.Duration) <-chan time.Time
}

// flags are those that several of the commands have.
type flags struct {
	who.Flags
	asJSON bool
}

// register adds the flags of where the outbox is.
func (f *flags) register(cmd *cobra.Command) *pflag.FlagSet {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.Sandbox, "sandbox", false, "a broadcast that was started with --sandbox")
	return flags
}

// json adds --json.
func (f *flags) json(flags *pflag.FlagSet) {
	flags.BoolVar(&f.asJSON, "json", false, "one JSON value on standard output")
}

// asked are flags that nobody is asked for.
func asked() flags { return flags{Flags: who.Flags{Timeout: messaging.DefaultTimeLimit}} }

// Command is telex broadcast.
func Command(o Options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "broadcast COMMAND",
		Short: "Send one text to a list of people, and see who got it",
		Long: `Broadcast sends one text to each person of a list, as a message of their own. It
says beforehand who gets none and why, what it comes to and when it ends, and
asks. Every message is recorded before it leaves. A broadcast can be paused, and
telex can be killed, at any moment: resume goes on, and nobody gets it twice.

Nobody is texted outside 08:00 to 21:00 by their own clock, nor who opted out
(telex optouts), nor who got this text within a day. Texts leave at the
pace of the account, which is one segment a second unless --rate says otherwise,
shared by everything that telex sends from this outbox, and no faster than
[campaigns] in config.toml says of their numbers.`,
		Example: `  telex broadcast start people.csv --text "Hi {{first name|there}}, no school."
  telex broadcast list
  telex broadcast report 12 --csv > report.csv`,
		Args:              say.NoArguments,
		ValidArgsFunction: who.CompleteNothing,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		startCommand(o), approveCommand(o), listCommand(o), showCommand(o), pauseCommand(o), resumeCommand(o), changeCommand(o), cancelCommand(o), reportCommand(o), againCommand(o), watchCommand(o),
	)
	return cmd
}

// oneID is for commands about one broadcast, whose id is their argument.
func oneID(cmd *cobra.Command, args []string) error {
	if len(args) != 1 || args[0] == "" {
		return &say.UsageError{What: cmd.CommandPath() + " needs the id of one broadcast", Hint: "telex broadcast list shows them"}
	}
	return nil
}

// find is the broadcast that somebody named, in the sandbox or not.
func find(ctx context.Context, o *outbox.Outbox, sandbox bool, name string) (outbox.Run, error) {
	unknown := &say.UsageError{
		What: "there is no broadcast " + say.Quoted(name) + " in " + o.Path(),
		Hint: "telex broadcast list shows them; for those started in the sandbox add --sandbox",
	}
	if sandbox {
		unknown.Hint = "telex broadcast list --sandbox shows them"
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(name, "#"), 10, 64)
	if err != nil || id <= 0 {
		return outbox.Run{}, unknown
	}
	r, err := o.Run(ctx, id)
	if errors.Is(err, outbox.ErrNotFound) || err == nil && !isBroadcast(r) {
		return outbox.Run{}, unknown
	}
	return r, err
}

// isBroadcast reports whether a run goes to people: older versions had others.
func isBroadcast(r outbox.Run) bool { return len(r.Broadcast.Senders) > 0 }

// completeIDs tells shells which broadcasts there are, the newest first, in states that are
// worth it.
func (o Options) completeIDs(states ...outbox.RunState) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		const noFiles = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		if len(args) > 0 {
			return nil, noFiles
		}
		sandbox, _ := cmd.Flags().GetBool("sandbox")
		var ids []string
		for _, r := range o.RunsToComplete(cmd.Context(), sandbox) {
			if isBroadcast(r) && (len(states) == 0 || slices.Contains(states, r.State)) {
				ids = append(ids, strconv.FormatInt(r.ID, 10)+"\t"+gist(r))
			}
		}
		return ids, noFiles
	}
}
