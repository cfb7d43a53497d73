package who

import (
	"strconv"
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

// FlagProfile is the flag that names a profile.
const FlagProfile = "profile"

// RegisterProfile registers the flag that names a profile.
func RegisterProfile(flags *pflag.FlagSet, name *string) {
	flags.StringVar(name, FlagProfile, "", "`name` of the profile to use ("+config.EnvProfile+")")
}

// Register registers them.
func (f *Flags) Register(flags *pflag.FlagSet) {
	flags.SortFlags = false
	RegisterProfile(flags, &f.Profile)
	flags.BoolVar(&f.Sandbox, "sandbox", false, "try telex without an account: nothing is really sent")
	flags.StringVar(&f.Settings.ApplicationID, "application-id", "", "application `id` ("+config.EnvApplicationID+")")
	flags.StringVar(&f.Settings.BaseURL, "base-url", "", "`address` of the API ("+config.EnvBaseURL+")")
	flags.StringVar(&f.Settings.Region, "region", "", "home `country` of numbers ("+config.EnvRegion+", else "+config.DefaultRegion+")")
	flags.DurationVar(&f.Timeout, "timeout", messaging.DefaultTimeLimit, "time limit with retries")
}

// RegisterLimit registers the flag that says how many rows are listed at most. Of every
// command 0 means all of them.
func RegisterLimit(cmd *cobra.Command, to *int, most int, usage string) {
	*to = most
	cmd.Flags().Var((*limit)(to), "limit", usage)
	_ = cmd.RegisterFlagCompletionFunc("limit", CompleteNothing) // fails only for a flag that is not there
}

// A limit is the value of that flag.
type limit int

// String is that of pflag.
func (l *limit) String() string { return strconv.Itoa(int(*l)) }

// Type is that of pflag; by it the flag is put into words where it cannot be read.
func (l *limit) Type() string { return "limit" }

// Set reads how many.
func (l *limit) Set(typed string) error {
	n, err := strconv.Atoi(typed)
	if err == nil && n < 0 {
		err = strconv.ErrRange
	}
	if err == nil {
		*l = limit(n)
	}
	return err
}

// CompleteProfile tells shells which profiles there are.
func (h Home) CompleteProfile(cmd *cobra.Command) {
	_ = cmd.RegisterFlagCompletionFunc(FlagProfile, h.ProfileNames) // fails only for a flag that is not there
}

// NameOutbox has the outbox of cmd and of those below it be that of the profile which they
// name. Those that have an outbox and no flag for that get one.
func (h Home) NameOutbox(cmd *cobra.Command) {
	flags := cmd.Flags()
	if named := flags.Lookup(FlagProfile); named != nil {
		named.Value = naming{named.Value, h.Run}
	} else if flags.Lookup("sandbox") != nil {
		flags.StringVar(&h.Run.Profile, FlagProfile, "", "`name` of the profile whose outbox it is ("+config.EnvProfile+")")
		h.CompleteProfile(cmd)
	}
	for _, c := range cmd.Commands() {
		h.NameOutbox(c)
	}
}

// A naming is the value of a flag that a run is told of as well.
type naming struct {
	pflag.Value
	run *Run
}

// Set is that of pflag.
func (n naming) Set(name string) error {
	n.run.Profile = name
	return n.Value.Set(name) //nolint:wrapcheck // pflag names the flag
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

// CompleteFiles has shells offer files for the first arguments, most of them.
func CompleteFiles(most int) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return nil, cobra.ShellCompDirectiveDefault
	}
}
