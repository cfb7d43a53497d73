package account

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"telex/config"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// ProfilesOptions are what telex profiles may touch.
type ProfilesOptions struct {
	who.Home
	Out io.Writer // the printer's: if it is a terminal, its width is the table's
}

// Profiles is telex profiles, with use.
func Profiles(o ProfilesOptions) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "profiles",
		Short: "List the profiles, or choose the default one",
		Long: `Profiles lists the profiles of config.toml: the name, with * for the default
one, the account, the first number, how it is authorised, where its secret is
kept, and whether it is marked as production. It shows no secret.

On a terminal these are columns. Otherwise each profile is a line of seven
fields with tabs between them: *, name, account, number, auth, store,
production. With --json it is an array of objects with name, default, account,
application, numbers, auth, id, base_url, store and production; what is empty is
absent.`,
		Example: "  telex profiles\n  telex profiles use prod",
		Args:    say.NoArguments,
		RunE:    func(*cobra.Command, []string) error { return profiles(o, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON value on standard output")
	use := &cobra.Command{
		Use:   "use NAME",
		Short: "Make a profile the default",
		Long: `Use makes a profile the default: it is used if neither --profile nor
TELEX_PROFILE names another.`,
		Example:           "  telex profiles use prod",
		Args:              oneProfile,
		ValidArgsFunction: o.ProfileNames,
		RunE:              func(cmd *cobra.Command, args []string) error { return useProfile(cmd.Context(), o.Home, args[0]) },
	}
	cmd.AddCommand(use)
	return cmd
}

func oneProfile(cmd *cobra.Command, args []string) error {
	if len(args) != 1 || args[0] == "" {
		return say.Usagef("%s needs the name of one profile; telex profiles lists them", cmd.CommandPath())
	}
	return nil
}

// A ProfileRow is what --json prints of a profile. What is empty is absent.
type ProfileRow struct {
	Name        string   `json:"name"`
	Default     bool     `json:"default"`
	Account     string   `json:"account,omitempty"`
	Application string   `json:"application,omitempty"`
	Numbers     []string `json:"numbers,omitempty"`
	Auth        string   `json:"auth"`
	ID          string   `json:"id,omitempty"` // client id or username
	BaseURL     string   `json:"base_url,omitempty"`
	Store       string   `json:"store,omitempty"`
	Production  bool     `json:"production"`
}

// profiles is telex profiles.
func profiles(with ProfilesOptions, asJSON bool) error {
	file, err := with.Configuration()
	if err != nil {
		return err
	}
	rows := []ProfileRow{}
	for _, name := range file.Names() {
		p, err := file.Profile(name)
		if err != nil {
			return err
		}
		rows = append(rows, ProfileRow{
			Name: p.Name, Default: p.Name == file.Default(), Account: p.AccountID, Application: p.ApplicationID,
			Numbers: p.Numbers, Auth: p.Auth.String(), ID: p.ID(), BaseURL: p.BaseURL, Store: secretPlace(p), Production: p.Production,
		})
	}
	if asJSON {
		return with.Output.Value(rows)
	}
	if len(rows) == 0 {
		with.Output.Say("there are no profiles in %s; telex login makes one", file.Path())
		return nil
	}
	return with.Output.Text(profileTable(with.Out, rows))
}

// secretPlace is where the secret of a profile comes from; "" if it does not say.
func secretPlace(p config.Profile) string {
	if p.Store == "" && len(p.Command) > 0 {
		return "command"
	}
	return string(p.Store)
}

// profileTable lays rows out for people, or for programs if there is no terminal.
func profileTable(to io.Writer, rows []ProfileRow) string {
	var cells [][]string
	for _, r := range rows {
		mark, production, number := "", "", ""
		if r.Default {
			mark = "*"
		}
		if r.Production {
			production = "production"
		}
		if len(r.Numbers) > 0 {
			number = r.Numbers[0]
		}
		cells = append(cells, []string{mark, r.Name, r.Account, number, r.Auth, r.Store, production})
	}
	return say.Table(to, []string{"", "name", "account", "number", "auth", "secret", ""}, cells)
}

// useProfile is telex profiles use.
func useProfile(ctx context.Context, h who.Home, name string) error {
	file, err := h.Configuration()
	if err != nil {
		return err
	}
	if !slices.Contains(file.Names(), name) {
		_, err := file.Profile(name)
		return h.NoProfile(err, "")
	}
	if err := file.SetDefault(name); err != nil {
		return fmt.Errorf("choose the default profile: %w", err)
	}
	if err := file.Save(ctx); err != nil {
		return err
	}
	if other, _ := h.Env(config.EnvProfile); other != "" && other != name {
		h.Output.Say("warning: %s is set to %s, and wins over the default", config.EnvProfile, other)
	}
	h.Output.Say("profile %s is the default now", name)
	return nil
}
