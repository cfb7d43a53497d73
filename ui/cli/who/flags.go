package who

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/config"
	"telex/messaging"
)

// Flags are the flags of everything that talks to the API.
type Flags struct {
	Sandbox  bool
	Profile  string          // "" is the one that is in use without the flag
	Settings config.Settings // what the flags set
	Timeout  time.Duration   // of one message
}

// RegisterProfile registers the flag that names a profile.
func RegisterProfile(flags *pflag.FlagSet, name *string) {
	flags.StringVar(name, "profile", "", "`name` of the profile to use ("+config.EnvProfile+", else the\ndefault one)")
}

// Register registers them.
func (f *Flags) Register(flags *pflag.FlagSet) {
	flags.SortFlags = false
	RegisterProfile(flags, &f.Profile)
	flags.BoolVar(&f.Sandbox, "sandbox", false, "run the API inside telex, to try without an account")
	flags.StringVar(&f.Settings.ApplicationID, "application-id", "", "`id` of the application that the sender belongs to\n("+config.EnvApplicationID+")")
	flags.StringVar(&f.Settings.BaseURL, "base-url", "", "`address` of the API ("+config.EnvBaseURL+")")
	flags.StringVar(&f.Settings.Region, "region", "", "`country` of numbers without a country code, like GB\n("+config.EnvRegion+", else "+config.DefaultRegion+")")
	flags.DurationVar(&f.Timeout, "timeout", messaging.DefaultTimeLimit, "time limit of one message, with its retries\n")
}

// CompleteProfile tells shells which profiles there are.
func (h Home) CompleteProfile(cmd *cobra.Command) {
	_ = cmd.RegisterFlagCompletionFunc("profile", h.ProfileNames) // fails only for a flag that is not there
}

// ProfileNames are those of the file; none if it cannot be read.
func (h Home) ProfileNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	f, err := h.Configuration()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return f.Names(), cobra.ShellCompDirectiveNoFileComp
}

// CompleteNothing keeps shells from offering files where none belong.
func CompleteNothing(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}
