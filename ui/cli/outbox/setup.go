package outbox

import (
	"context"
	"errors"
	"os"

	"telex/config"
	engine "telex/messaging/outbox"
	"telex/messaging/outbox/postgres"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// initialise is telex outbox init.
func initialise(ctx context.Context, with Options) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	at, l, err := with.located(false)
	if err != nil {
		return err
	}
	if !l.IsDatabase() {
		return with.initialiseFile(ctx, l)
	}
	from, to, err := postgres.Prepare(ctx, at)
	if err != nil {
		return err
	}
	switch from {
	case to:
		return with.Output.Line("%s is up to date: its tables are of version %d", at, to)
	case 0:
		return with.Output.Line("the tables were made in %s, in version %d", at, to)
	}
	return with.Output.Line("the tables in %s were brought from version %d to %d", at, from, to)
}

func (o Options) initialiseFile(ctx context.Context, l who.Location) error {
	_, missing := os.Stat(l.Path)
	opened, err := o.OpenOutbox(ctx, false)
	if err != nil {
		return err
	}
	o.CloseOutbox(opened)
	if missing != nil {
		return o.Output.Line("%s was made", l.Path)
	}
	return o.Output.Line("%s is there already", l.Path)
}

// located is where the outbox is.
func (o Options) located(sandbox bool) (engine.Place, who.Location, error) {
	l, err := o.Locate(sandbox)
	if err != nil {
		return nil, l, err
	}
	at, err := o.Place(sandbox)
	return at, l, err
}

// database is where the outbox is, which has to be a database.
func (o Options) database() (at engine.Place, l who.Location, err error) {
	if at, l, err = o.located(false); err == nil && !l.IsDatabase() {
		err = &say.UsageError{
			What: "the outbox is the file " + l.Path + ", which needs no password",
			Hint: "name a database first: outbox.url in the profile, or " + config.EnvOutbox,
		}
	}
	return at, l, err
}

// logIn is telex outbox login: ask, try, keep.
func logIn(ctx context.Context, with Options, f flags) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	at, l, err := with.database()
	if err != nil {
		return err
	}
	if f.store != "" && with.stores().Named(config.StoreName(f.store)) == nil {
		return say.Usagef("--store %s is neither keyring nor file", say.Quoted(f.store))
	}
	secret, err := with.password(ctx, f, at.String())
	if err != nil {
		return err
	}
	if secret.Reveal() == "" {
		return say.Usagef("the password is empty; nothing was kept")
	}
	with.Output.Hide(config.Credentials{Kind: config.Basic, ID: "outbox", Secret: secret})
	trial, err := with.PlaceWith(l, secret)
	if err != nil {
		return err
	}
	if _, err := postgres.Inspect(ctx, trial); err != nil {
		with.Output.Say("nothing was kept")
		return err
	}
	return with.keep(ctx, f, at.String(), secret)
}

// keep puts the password into a store.
func (o Options) keep(ctx context.Context, f flags, name string, secret config.Secret) error {
	stores := o.stores()
	store, why := stores.Named(config.StoreName(f.store)), ""
	if store == nil {
		choice, err := stores.Choose(ctx)
		if err != nil {
			return say.ErrCancelled
		}
		store, why = choice.Store, ": "+choice.Why
	}
	warnings, err := store.Put(ctx, config.Database{}.Key(name), config.Credentials{Kind: config.Basic, ID: "outbox", Secret: secret})
	for _, warning := range warnings {
		o.Output.Say("warning: %s", warning)
	}
	if err != nil {
		return err
	}
	o.Output.Say("the password for %s is kept in %s%s", name, store.Where(), why)
	if store.Name() == config.InFile {
		o.Output.Say("  telex takes it from there with %s, or %s_FILE", config.EnvPassphrase, config.EnvPassphrase)
	}
	return nil
}

// logOut is telex outbox logout.
func logOut(ctx context.Context, with Options) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	at, _, err := with.database()
	if err != nil {
		return err
	}
	var failed []error
	stores := with.stores()
	for _, store := range []config.Store{stores.Keyring, stores.File} {
		warnings, err := store.Delete(ctx, config.Database{}.Key(at.String()))
		for _, warning := range warnings {
			with.Output.Say("warning: %s", warning)
		}
		switch {
		case err == nil:
			with.Output.Say("the password for %s was removed from %s", at, store.Where())
		case errors.Is(err, config.ErrNotStored):
			with.Output.Say("%s had no password for %s", store.Where(), at)
		case errors.Is(err, config.ErrUnavailable):
			with.Output.Say("%s was not searched: %v", store.Where(), err)
		default:
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}
