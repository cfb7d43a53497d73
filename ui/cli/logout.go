package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"telex/config"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

func (a *app) logoutCommand() *cobra.Command {
	var asked string
	var remove bool
	cmd := &cobra.Command{
		Use:   "logout",
		Short: "Remove the secret of a profile from where telex keeps it",
		Long: `Logout removes the secret of a profile from the store that the profile names,
the keyring or the encrypted file, and says what it did. The profile stays, so
that telex login only asks for the secret. With --remove it goes too.

What the environment or a credential command gives is left alone.`,
		Example: "  telex logout\n  telex logout --profile old --remove",
		Args:    say.NoArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.logout(cmd.Context(), asked, remove) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	who.RegisterProfile(flags, &asked)
	flags.BoolVar(&remove, "remove", false, "remove the profile too")
	a.CompleteProfile(cmd)
	return cmd
}

// logout is telex logout.
func (a *app) logout(ctx context.Context, asked string, remove bool) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	file, p, err := a.ProfileInUse(asked)
	if err != nil {
		return err
	}
	if p.Name == "" {
		return &say.UsageError{What: "there is no profile in " + file.Path(), Hint: "telex login makes one"}
	}
	if err := a.forget(ctx, p); err != nil {
		if ctx.Err() != nil {
			return say.ErrCancelled
		}
		return err
	}
	wasDefault := file.Default() == p.Name
	if remove {
		err = file.Remove(p.Name)
	} else if p.Store != "" {
		p.Store = ""
		err = file.Put(p)
	}
	if err == nil {
		err = file.Save(ctx)
	}
	if err != nil {
		return fmt.Errorf("the secret is gone, but the profile could not be changed: %w", err)
	}
	if remove {
		a.Output.Say("profile %s was removed", p.Name)
		if left := file.Names(); wasDefault && len(left) > 0 {
			a.Output.Say("it was the default one; choose another: telex profiles use NAME")
		}
	}
	a.tellLeft(p)
	return nil
}

// forget removes the secret of a profile from the store that it names, or from wherever
// it may be if it names none.
func (a *app) forget(ctx context.Context, p config.Profile) error {
	if p.AccountID == "" {
		a.Output.Say("profile %s names no account, so no secret can be kept for it", p.Name)
		return nil
	}
	stores := a.Stores(a.Asks.PassphraseIf(a.Asks.CanAsk()))
	names := []config.StoreName{p.Store}
	if p.Store == "" {
		a.Output.Say("profile %s does not say where its secret is; looking in both stores", p.Name)
		names = []config.StoreName{config.InKeyring, config.InFile}
	}
	for _, name := range names {
		store := stores.Named(name)
		warnings, err := store.Delete(ctx, p.Key())
		for _, w := range warnings {
			a.Output.Say("warning: %s", w)
		}
		switch {
		case err == nil:
			a.Output.Say("the secret of profile %s was removed from %s", p.Name, store.Where())
		case errors.Is(err, config.ErrNotStored):
			a.Output.Say("%s had no secret of profile %s and account %s", store.Where(), p.Name, p.AccountID)
		case p.Store == "" && errors.Is(err, config.ErrUnavailable):
			a.Output.Say("%s has none: %v", store.Where(), err)
		default:
			return err
		}
	}
	return nil
}

// tellLeft says what can still be used in place of what was removed.
func (a *app) tellLeft(p config.Profile) {
	if c, err := config.FindCredentials(a.Env); err == nil {
		a.Output.Say("%s are still set", c.Source)
	}
	if len(p.Command) > 0 {
		a.Output.Say("credential_command of the profile still gives a secret")
	}
}
