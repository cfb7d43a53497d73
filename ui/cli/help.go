package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/ui/cli/say"
)

// help prints what a command does: how it is called, examples and flags first, because
// they are what somebody looks for, and its rules after them. It is written here and not
// by a template of cobra; see [app.rootCommand].
func help(out *say.Printer) func(*cobra.Command, []string) {
	return func(cmd *cobra.Command, _ []string) {
		words := helpOf(cmd)
		if !cmd.HasParent() {
			words = overview(cmd)
		}
		if err := out.Text(words); err != nil {
			out.Error(err)
		}
	}
}

// overview is the help of telex itself, which has room on a screen of 24 lines.
func overview(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("telex sends SMS and MMS through Bandwidth. Alone, it opens the console.\n\nCommands (telex COMMAND --help says more):\n")
	var minor []string
	for _, c := range root.Commands() {
		switch {
		case c.Hidden:
		case slices.Contains([]string{"await", "completion", "explain", "logout", "man", "optouts", "profiles", "stats", "templates", "thread", "version"}, c.Name()):
			minor = append(minor, c.Name())
		default:
			fmt.Fprintf(&b, "  %-10s  %s\n", c.Name(), c.Short)
		}
	}
	fmt.Fprintf(&b, "  and %s\n\nFlags of the console:\n", say.Hang(strings.Join(minor, ", "), "      "))
	var others []string
	console := pflag.NewFlagSet("", pflag.ContinueOnError)
	console.SortFlags = false
	root.Flags().VisitAll(func(f *pflag.Flag) {
		switch f.Name {
		case "help", "version":
		case "profile", "sandbox", "plain":
			console.AddFlag(f)
		default:
			others = append(others, "--"+f.Name)
		}
	})
	b.WriteString(console.FlagUsages())
	fmt.Fprintf(&b, "  and, as for telex send, %s\n", strings.Join(others, ", "))
	return b.String()
}

// helpOf is the help of one command.
func helpOf(cmd *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s.\n\nUsage:\n  %s\n", cmd.Short, cmd.UseLine())
	if cmd.Example != "" {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", strings.TrimRight(cmd.Example, "\n"))
	}
	if cmd.HasAvailableSubCommands() {
		b.WriteString("\nCommands:\n")
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-10s  %s\n", c.Name(), c.Short)
			}
		}
	}
	fmt.Fprintf(&b, "\nFlags:\n%s", cmd.LocalFlags().FlagUsages())
	if cmd.Long != "" {
		fmt.Fprintf(&b, "\n%s\n", cmd.Long)
	}
	return b.String()
}
