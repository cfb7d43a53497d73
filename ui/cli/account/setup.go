package account

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"telex/config"
	"telex/ui/account"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// Setup is the user's profiles, as the console's Setup reads and changes them: an
// [account.Accounts].
type Setup struct{ World *who.World }

// List returns the profiles of the file. See [account.Accounts] for this and the others.
func (s Setup) List(context.Context) (all []account.Account, standard string, err error) {
	file, err := s.World.Configuration()
	if err != nil {
		return nil, "", err
	}
	for _, name := range file.Names() {
		p, err := file.Profile(name)
		if err != nil {
			return nil, "", err
		}
		all = append(all, who.AccountOf(p))
	}
	if env := config.FromEnvironment(s.World.Env); len(all) == 0 && env.AccountID != "" {
		if _, err := config.FindCredentials(s.World.Env); err == nil {
			all = append(all, account.Account{Environment: true, AccountID: env.AccountID, Numbers: env.Numbers})
		}
	}
	return all, file.Default(), nil
}

// CheckName judges the name of a new profile.
func (Setup) CheckName(name string) error { return config.CheckName(name) }

// Check asks the API, with the secret that was typed or the one that the profile
// keeps; credentials of the environment are left alone.
func (s Setup) Check(ctx context.Context, a account.Account, typed account.Typed) error {
	id, err := s.identity(ctx, a, typed)
	if err != nil {
		return err
	}
	return s.World.CheckAccount(ctx, id)
}

// Inspect looks at the account with the secret that Check used.
func (s Setup) Inspect(ctx context.Context, a account.Account) ([]account.Finding, error) {
	id, err := s.identity(ctx, a, nil)
	if err != nil {
		return nil, err
	}
	return s.World.Inspect(ctx, id, who.Probe{})
}

// identity is an account of Setup's with its secret.
func (s Setup) identity(ctx context.Context, a account.Account, typed account.Typed) (who.Identity, error) {
	p, _, err := s.profile(a)
	if err != nil {
		return who.Identity{}, err
	}
	id := who.Identity{Settings: p.Settings().Over(config.Default()), Profile: p, Origins: who.Origins{Profile: p, Lookup: s.World.Env}}
	if a.Secret != nil {
		id.Credentials = config.Credentials{Kind: p.Auth, ID: p.ID(), Secret: config.NewSecret(a.Secret.Value())}
		s.World.Output.Hide(id.Credentials)
		return id, nil
	}
	id.Credentials, err = s.World.Stored(ctx, id, typed)
	return id, err
}

// profile is what Setup says of an account, over what the file has of it now.
func (s Setup) profile(a account.Account) (config.Profile, *config.File, error) {
	file, err := s.World.Configuration()
	if err != nil {
		return config.Profile{}, nil, err
	}
	p, err := file.Profile(a.Name)
	if none := new(config.ProfileError); errors.As(err, &none) {
		p, err = config.Profile{Name: a.Name}, nil
	}
	if err != nil {
		return config.Profile{}, nil, err
	}
	return who.ProfileOver(p, a), file, nil
}

// Keeping says in which store the secret of an account would be.
func (s Setup) Keeping(ctx context.Context, a account.Account) (account.Keeping, error) {
	p, _, err := s.profile(a)
	if err != nil {
		return account.Keeping{}, err
	}
	choice, err := choose(ctx, s.World.Stores(nil), p.Store, "as before")
	if err != nil {
		return account.Keeping{}, err
	}
	keep := account.Keeping{Store: string(choice.Store.Name()), Where: choice.Store.Where(), Why: choice.Why}
	if choice.Store.Name() != config.InFile || hasPassphrase(s.World.Env) {
		return keep, nil
	}
	path, err := config.SecretPath(s.World.Env)
	if err != nil {
		return account.Keeping{}, &say.UsageError{What: err.Error()}
	}
	_, err = os.Stat(path)
	keep.Passphrase, keep.New = true, errors.Is(err, fs.ErrNotExist)
	return keep, nil
}

// hasPassphrase reports whether the environment says how the encrypted file is opened.
func hasPassphrase(env config.Lookup) bool {
	for _, name := range []string{config.EnvPassphrase, config.EnvPassphrase + "_FILE"} {
		if value, _ := env(name); value != "" {
			return true
		}
	}
	return false
}

// Save keeps the secret, if there is a new one, and writes the profile down.
func (s Setup) Save(ctx context.Context, a account.Account, keep account.Keeping, passphrase account.Typed) (account.Kept, error) {
	p, file, err := s.profile(a)
	if err != nil {
		return account.Kept{}, err
	}
	k := keeping{file: file, profile: p, secret: config.NewSecret(a.Secret.Value())}
	if a.Secret == nil {
		return k.keep(ctx)
	}
	if k.stored, err = file.Profile(p.Name); err != nil {
		k.stored = config.Profile{} // it is new
	}
	k.stores = s.World.Stores(func(_ context.Context, q config.PassphraseQuestion) (config.Secret, error) {
		if passphrase == nil || q.Again {
			return config.Secret{}, errors.New("that is not the passphrase")
		}
		return config.NewSecret(passphrase()), nil
	})
	if k.choice, err = choose(ctx, k.stores, config.StoreName(keep.Store), keep.Why); err != nil {
		return account.Kept{}, err
	}
	s.World.Output.Hide(config.Credentials{Kind: p.Auth, ID: p.ID(), Secret: k.secret})
	kept, err := k.keep(ctx)
	if err == nil && passphrase != nil {
		s.World.Unlocked.Set(config.NewSecret(passphrase()))
	}
	return kept, err
}
