package cli

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"telex/ui/cli/say"
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
		Args:      oneShell,
		ValidArgs: shells(),
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
