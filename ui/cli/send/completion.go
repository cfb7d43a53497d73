package send

import (
	"github.com/spf13/cobra"

	"telex/messaging"
	"telex/ui/cli/who"
)

// completeSend tells shells what the flags of telex send take.
func completeSend(with Options, cmd *cobra.Command, f *flags) {
	for _, flag := range []string{"text", "tag", "expiration", "application-id", "base-url", "timeout", "max-cost", "key", "fold", "max-segments", "at"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, who.CompleteNothing) // fails only for a flag that is not there
	}
	with.CompleteProfile(cmd)
	with.CompleteSender(cmd, &f.Flags)
	who.CompleteRegion(cmd)
	_ = cmd.RegisterFlagCompletionFunc("resend-of", with.CompleteMessages(&f.Sandbox, 0))
	_ = cmd.RegisterFlagCompletionFunc("to", with.CompleteRecipients(&f.Sandbox))
	with.CompleteTemplate(cmd)
	_ = cmd.RegisterFlagCompletionFunc("set", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return with.openFields(*f)
	})
	_ = cmd.RegisterFlagCompletionFunc("require", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return requirable(), cobra.ShellCompDirectiveNoFileComp
	})
	_ = cmd.RegisterFlagCompletionFunc("priority", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return []string{string(messaging.PriorityDefault), string(messaging.PriorityHigh)}, cobra.ShellCompDirectiveNoFileComp
	})
}
