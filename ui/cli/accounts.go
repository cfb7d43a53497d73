package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"telex/config"
	"telex/ui"
)

// accounts are the user's profiles, as the console's Setup reads and changes them.
type accounts struct {
	a     *app
	flags consoleFlags
}

// List returns the profiles of the file. See [ui.Accounts] for this and the others.
func (s *accounts) List(context.Context) (all []ui.Account, standard string, err error) {
	file, err := s.a.configuration()
	if err != nil {
		return nil, "", err
	}
	for _, name := range file.Names() {
		p, err := file.Profile(name)
		if err != nil {
			return nil, "", err
		}
		if p.Region == "" {
			p.Region = config.DefaultRegion
		}
		all = append(all, ui.Account{
			Name: p.Name, AccountID: p.AccountID, ApplicationID: p.ApplicationID, Numbers: p.Numbers,
			Basic: p.Auth == config.Basic, ID: p.ID(), BaseURL: p.BaseURL, Region: p.Region,
			Production: p.Production, Kept: string(p.Store),
		})
	}
	if env := config.FromEnvironment(s.a.env); len(all) == 0 && env.AccountID != "" {
		if _, err := config.FindCredentials(s.a.env); err == nil {
			all = append(all, ui.Account{Environment: true, AccountID: env.AccountID, Numbers: env.Numbers})
		}
	}
	return all, file.Default(), nil
}

// CheckName judges the name of a new profile.
func (*accounts) CheckName(name string) error { return config.CheckName(name) }

// Check asks the API, with the secret that was typed or the one that the profile
// keeps; credentials of the environment are left alone.
func (s *accounts) Check(ctx context.Context, account ui.Account, typed ui.Typed) error {
	p, err := s.profile(account)
	if err != nil {
		return err
	}
	id := identity{Settings: p.Settings().Over(config.Default()), profile: p, origins: origins{profile: p, lookup: s.a.env}}
	if account.Secret != nil {
		id.credentials = typedCredentials(p, account.Secret)
		s.a.output.hide(id.credentials)
		return s.a.checkAccount(ctx, id)
	}
	l := s.a.newLinker(id)
	l.chain.Env = func(string) (string, bool) { return "", false }
	l.chain.Ask, l.chain.Unasked = nil, "it can be typed here"
	if typed != nil {
		l.wants = passphraseWanted
	}
	if id.credentials, err = l.find(ctx, typed); err != nil {
		return err
	}
	return s.a.checkAccount(ctx, id)
}

func typedCredentials(p config.Profile, secret ui.Typed) config.Credentials {
	return config.Credentials{Kind: p.Auth, ID: p.ID(), Secret: config.NewSecret(secret())}
}

// profile is what Setup says of an account, over what the file has of it.
func (s *accounts) profile(account ui.Account) (config.Profile, error) {
	file, err := s.a.configuration()
	if err != nil {
		return config.Profile{}, err
	}
	p, err := file.Profile(account.Name)
	if none := new(config.ProfileError); errors.As(err, &none) {
		p, err = config.Profile{Name: account.Name}, nil
	}
	if err != nil {
		return config.Profile{}, err
	}
	p.AccountID, p.ApplicationID, p.Numbers = account.AccountID, account.ApplicationID, account.Numbers
	p.BaseURL, p.Region, p.Production = account.BaseURL, account.Region, account.Production
	if p.Region == config.DefaultRegion {
		p.Region = ""
	}
	if p.Auth = config.OAuth; account.Basic {
		p.Auth = config.Basic
	}
	p.SetID(account.ID)
	return p, nil
}

// Keeping says in which store the secret of an account would be.
func (s *accounts) Keeping(ctx context.Context, account ui.Account) (ui.Keeping, error) {
	choice, err := s.choose(ctx, account, s.a.stores(nil))
	if err != nil {
		return ui.Keeping{}, err
	}
	keep := ui.Keeping{Store: string(choice.Store.Name()), Where: choice.Store.Where(), Why: choice.Why}
	if choice.Store.Name() != config.InFile || s.a.hasPassphrase() {
		return keep, nil
	}
	path, err := config.SecretPath(s.a.env)
	if err != nil {
		return ui.Keeping{}, &usageError{what: err.Error()}
	}
	_, err = os.Stat(path)
	keep.Passphrase, keep.New = true, errors.Is(err, fs.ErrNotExist)
	return keep, nil
}

// hasPassphrase reports whether the environment says how the encrypted file is opened.
func (a *app) hasPassphrase() bool {
	for _, name := range []string{config.EnvPassphrase, config.EnvPassphrase + "_FILE"} {
		if value, _ := a.env(name); value != "" {
			return true
		}
	}
	return false
}

// choose is the store that the profile names already, or the one that works here.
func (s *accounts) choose(ctx context.Context, account ui.Account, stores config.Stores) (config.Choice, error) {
	p, err := s.profile(account)
	if err != nil {
		return config.Choice{}, err
	}
	if store := stores.Named(p.Store); store != nil {
		return config.Choice{Store: store, Why: "as before"}, nil
	}
	return stores.Choose(ctx)
}

// Save keeps the secret, if there is a new one, and writes the profile down, as telex
// login does.
func (s *accounts) Save(ctx context.Context, account ui.Account, keep ui.Keeping, passphrase ui.Typed) (said string, err error) {
	p, err := s.profile(account)
	if err != nil {
		return "", err
	}
	var words strings.Builder
	quiet := newApp(process{environ: s.a.environ, now: s.a.now, keyring: s.a.keyring, err: &words})
	file, err := quiet.configuration()
	if err != nil {
		return "", err
	}
	l := &login{a: quiet, flags: loginFlags{store: keep.Store}, file: file, profile: p}
	if stored, err := file.Profile(p.Name); err == nil {
		l.stored = stored
	}
	l.stores = quiet.stores(func(_ context.Context, q config.PassphraseQuestion) (config.Secret, error) {
		if passphrase == nil || q.Again {
			return config.Secret{}, errors.New("that was not the passphrase")
		}
		return config.NewSecret(passphrase()), nil
	})
	if account.Secret == nil {
		return "", l.write(ctx)
	}
	l.secret = config.NewSecret(account.Secret())
	quiet.output.hide(l.credentials())
	if err := l.keep(ctx); err != nil {
		return "", err
	}
	if passphrase != nil {
		s.a.unlocked.set(config.NewSecret(passphrase()))
	}
	said = "its secret is in " + l.stores.Named(l.profile.Store).Where()
	for line := range strings.Lines(words.String()) {
		if warning, ok := strings.CutPrefix(line, "warning: "); ok {
			said += "; " + strings.TrimSpace(warning)
		}
	}
	return said, nil
}

// Use is what the console needs for a profile, for what the environment says, or for
// the sandbox. Flags that were about the account in use are left behind; the
// environment still wins over a profile, and the console says so.
func (s *accounts) Use(_ context.Context, to *ui.Account) (ui.Deps, error) {
	f := s.flags
	f.sandbox, f.profile, f.settings = to == nil, "", config.Settings{}
	if to != nil {
		f.profile = to.Name
	}
	deps, _, err := s.a.consoleDeps(f)
	return deps, err
}
