package cli

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/config"
	"telex/messaging"
)

// connectFlags are the flags of everything that talks to the API.
type connectFlags struct {
	sandbox  bool
	profile  string          // "" is the one that is in use without the flag
	settings config.Settings // what the flags set
	timeout  time.Duration   // of one message
}

// registerProfile registers the flag that names a profile.
func registerProfile(flags *pflag.FlagSet, name *string) {
	flags.StringVar(name, "profile", "", "`name` of the profile to use ("+config.EnvProfile+", else the\ndefault one)")
}

func (f *connectFlags) register(flags *pflag.FlagSet) {
	flags.SortFlags = false
	registerProfile(flags, &f.profile)
	flags.BoolVar(&f.sandbox, "sandbox", false, "run the API inside telex, to try without an account")
	flags.StringVar(&f.settings.ApplicationID, "application-id", "", "`id` of the application that the sender belongs to\n("+config.EnvApplicationID+")")
	flags.StringVar(&f.settings.BaseURL, "base-url", "", "`address` of the API ("+config.EnvBaseURL+")")
	flags.StringVar(&f.settings.Region, "region", "", "`country` of numbers without a country code, like GB\n("+config.EnvRegion+", else "+config.DefaultRegion+")")
	flags.DurationVar(&f.timeout, "timeout", messaging.DefaultTimeLimit, "time limit of one message, with its retries\n")
}

// completeProfile tells shells which profiles there are.
func (h home) completeProfile(cmd *cobra.Command) {
	_ = cmd.RegisterFlagCompletionFunc("profile", h.profileNames) // fails only for a flag that is not there
}

// profileNames are those of the file; none if it cannot be read.
func (h home) profileNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	f, err := h.configuration()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return f.Names(), cobra.ShellCompDirectiveNoFileComp
}

// completeNothing keeps shells from offering files where none belong.
func completeNothing(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}
