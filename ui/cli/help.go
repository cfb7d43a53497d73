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
// by a template of cobra; see [app.rootCommand]. Cobra takes no error from it: that is left
// in failed.
func help(out *say.Printer, failed *error) func(*cobra.Command, []string) {
	return func(cmd *cobra.Command, _ []string) {
		words := helpOf(cmd)
		if !cmd.HasParent() {
			words = overview(cmd)
		}
		*failed = out.Text(words)
	}
}

// first are the commands that the overview has a line for; it only names the others.
var first = []string{"send", "broadcast", "history", "show", "status", "threads", "contacts", "login", "doctor", "listen", "sandbox"}

// overview is the help of telex itself, which has room on a screen of 24 lines.
func overview(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("telex sends SMS and MMS through Bandwidth. Alone, it opens the console.\n\nCommands (telex COMMAND --help says more):\n")
	var others []string
	for _, c := range root.Commands() {
		switch {
		case c.Hidden:
		case slices.Contains(first, c.Name()):
			fmt.Fprintf(&b, "  %-10s  %s\n", c.Name(), c.Short)
		default:
			others = append(others, c.Name())
		}
	}
	for i, line := range wrapped("and "+strings.Join(others, ", "), overviewWidth) {
		fmt.Fprintf(&b, "  %*s%s\n", 4*min(i, 1), "", line)
	}
	b.WriteString("\nFlags of the console:\n")
	var flags []string
	console := pflag.NewFlagSet("", pflag.ContinueOnError)
	console.SortFlags = false
	root.Flags().VisitAll(func(f *pflag.Flag) {
		switch f.Name {
		case "help", "version", "debug":
		case "profile", "sandbox", "plain":
			console.AddFlag(f)
		default:
			flags = append(flags, "--"+f.Name)
		}
	})
	b.WriteString(console.FlagUsages())
	fmt.Fprintf(&b, "  and, as for telex send, %s\n", strings.Join(flags, ", "))
	b.WriteString("  --debug tells on standard error what happens below, for every command\n")
	return b.String()
}

// overviewWidth is the room of a line that names commands, with an indent before it.
const overviewWidth = 72

// wrapped breaks text at blanks into lines of at most width bytes.
func wrapped(text string, width int) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		if last := len(lines) - 1; last >= 0 && len(lines[last])+1+len(word) <= width {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}

// helpWidth is how wide the help of a command is: a terminal's 80 columns, of which some
// begin a new line when the last one is written.
const helpWidth = 79

// helpOf is the help of one command. What is written in it is broken where a line ends; an
// example is not, for it is to be copied.
func helpOf(cmd *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s.\n\nUsage:\n  %s\n", cmd.Short, strings.Join(wrapped(cmd.UseLine(), helpWidth-6), "\n      "))
	if cmd.Example != "" {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", strings.TrimRight(cmd.Example, "\n"))
	}
	if cmd.HasAvailableSubCommands() {
		b.WriteString("\nCommands:\n")
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-10s  %s\n", c.Name(), strings.Join(wrapped(c.Short, helpWidth-14), "\n"+strings.Repeat(" ", 14)))
			}
		}
	}
	fmt.Fprintf(&b, "\nFlags:\n%s", flagUsages(cmd))
	if cmd.Long != "" {
		fmt.Fprintf(&b, "\n%s\n", prose(cmd.Long))
	}
	return b.String()
}

// flagUsages are the flags of a command, whatever lines their usage was written in.
func flagUsages(cmd *cobra.Command) string {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.SortFlags = false
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		unbroken := *f
		unbroken.Usage = strings.Join(strings.Fields(f.Usage), " ")
		flags.AddFlag(&unbroken)
	})
	return flags.FlagUsagesWrapped(helpWidth + 1)
}

// prose breaks paragraphs where a line ends. One whose lines are indented is a table, and
// kept as it is.
func prose(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		if !strings.Contains(p, "\n ") && !strings.HasPrefix(p, " ") {
			paragraphs[i] = strings.Join(wrapped(p, helpWidth), "\n")
		}
	}
	return strings.Join(paragraphs, "\n\n")
}
