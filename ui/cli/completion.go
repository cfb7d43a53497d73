package cli

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// shells lists the shells that completions can be made for.
func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

// completionCommand is telex completion.
func completionCommand(out *say.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the completions for bash, zsh, fish or powershell",
		Long: `Completion prints a script that teaches a shell to complete telex. To load it in
every new shell, write it to where the shell looks for such scripts:

  bash        ~/.local/share/bash-completion/completions/telex
  zsh         a file named _telex in a folder of $fpath
  fish        ~/.config/fish/completions/telex.fish
  powershell  telex completion powershell | Out-String | Invoke-Expression

In bash that needs the package bash-completion, of this name in Debian, Fedora,
Alpine and Homebrew. Without it a TAB says that a command is not found.`,
		Example: `  mkdir -p ~/.local/share/bash-completion/completions
  telex completion bash > ~/.local/share/bash-completion/completions/telex
  mkdir -p ~/.config/fish/completions
  telex completion fish > ~/.config/fish/completions/telex.fish`,
		Args: oneShell,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return who.CompleteNothing(nil, nil, "")
			}
			return shells(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.RunE = func(_ *cobra.Command, args []string) error { return completion(out, cmd.Root(), args[0]) }
	return cmd
}

func oneShell(_ *cobra.Command, args []string) error {
	if len(args) == 1 {
		if slices.Contains(shells(), args[0]) {
			return nil
		}
		return say.Usagef("no completions for %q; choose bash, zsh, fish or powershell", args[0])
	}
	return say.Usagef("completion needs the name of one shell: bash, zsh, fish or powershell")
}

// completion is telex completion.
func completion(out *say.Printer, root *cobra.Command, shell string) error {
	var b bytes.Buffer
	var err error
	switch shell {
	case "bash":
		err = root.GenBashCompletionV2(&b, true)
	case "zsh":
		err = root.GenZshCompletion(&b)
	case "fish":
		err = root.GenFishCompletion(&b, true)
	case "powershell":
		err = root.GenPowerShellCompletionWithDesc(&b)
	}
	if err != nil {
		return fmt.Errorf("completion for %s: %w", shell, err)
	}
	return out.Text(b.String())
}

// completeCommands tells shells the commands below the one that the arguments name.
func completeCommands(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	found, rest, err := cmd.Root().Find(args)
	if err != nil || len(rest) > 0 {
		return who.CompleteNothing(cmd, args, typed)
	}
	var offered []string
	for _, c := range found.Commands() {
		if c.IsAvailableCommand() && strings.HasPrefix(c.Name(), typed) {
			offered = append(offered, c.Name()+"\t"+c.Short)
		}
	}
	return offered, cobra.ShellCompDirectiveNoFileComp
}
