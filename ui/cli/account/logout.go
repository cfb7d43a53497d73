package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"telex/config"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// Logout is telex logout.
func Logout(w *who.World) *cobra.Command {
	var asked string
	var remove bool
	cmd := &cobra.Command{
		Use:   "logout",
		Short: "Remove the secret of a profile from where telex keeps it",
		Long: `Logout removes the secret of a profile from where it is kept, the keyring or the
encrypted file, and says what it did. The profile is kept, so that telex login
only asks for the secret; with --remove it is removed too.

Secrets in the environment, or from a credential command, are not touched.`,
		Example: "  telex logout\n  telex logout --profile old --remove",
		Args:    say.NoArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return logout(cmd.Context(), w, asked, remove) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	who.RegisterProfile(flags, &asked)
	flags.BoolVar(&remove, "remove", false, "remove the profile too")
	w.CompleteProfile(cmd)
	return cmd
}

// logout is telex logout.
func logout(ctx context.Context, w *who.World, asked string, remove bool) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	file, p, err := w.ProfileInUse(asked)
	if err != nil {
		return err
	}
	if p.Name == "" {
		return &say.UsageError{What: "there is no profile in " + file.Path(), Hint: "telex login makes one"}
	}
	if err := forget(ctx, w, p, remove, file.Path()); err != nil {
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
		w.Output.Say("profile %s was removed", p.Name)
		if left := file.Names(); wasDefault && len(left) > 0 {
			w.Output.Say("it was the default; choose another: telex profiles use NAME")
		}
	}
	tellLeft(w.Home, p)
	return nil
}

// forget removes the secret of a profile from the store that it names, or from wherever
// it may be if it names none. Remove is that the profile is to go from the file at path, too.
func forget(ctx context.Context, w *who.World, p config.Profile, remove bool, path string) error {
	if p.AccountID == "" {
		w.Output.Say("profile %s names no account, so no secret can be kept for it", p.Name)
		return nil
	}
	stores := w.Stores(w.Asks.PassphraseIf(w.Asks.CanAsk()))
	names := []config.StoreName{p.Store}
	if p.Store == "" {
		w.Output.Say("profile %s does not say where its secret is; looking in both stores", p.Name)
		names = []config.StoreName{config.InKeyring, config.InFile}
	}
	for _, name := range names {
		store := stores.Named(name)
		warnings, err := store.Delete(ctx, p.Key())
		for _, warning := range warnings {
			w.Output.Say("warning: %s", warning)
		}
		switch {
		case err == nil:
			w.Output.Say("the secret of profile %s was removed from %s", p.Name, store.Where())
		case errors.Is(err, config.ErrNotStored):
			w.Output.Say("%s had no secret of profile %s and account %s", store.Where(), p.Name, p.AccountID)
		case p.Store == "" && errors.Is(err, config.ErrUnavailable):
			w.Output.Say("%s was not searched: %v", store.Where(), err)
		default:
			if e, ok := errors.AsType[*config.StoreError](err); ok && remove {
				e.Next += "; to remove the profile without it, take [profiles." + p.Name + "] out of " + path
			}
			return err
		}
	}
	return nil
}

// tellLeft says what can still be used in place of what was removed.
func tellLeft(h who.Home, p config.Profile) {
	if c, err := config.FindCredentials(h.Env); err == nil {
		h.Output.Say("%s are still set", c.Source)
	}
	if len(p.Command) > 0 {
		h.Output.Say("credential_command of the profile still gives a secret")
	}
}
