package account

import (
	"context"
	"errors"
	"fmt"

	"telex/config"
	"telex/ui/account"
	"telex/ui/cli/say"
)

// A keeping is what it takes to keep an account: a profile in the file, and its secret
// in a store.
type keeping struct {
	file    *config.File
	stores  config.Stores
	stored  config.Profile // as the file has it; no name if it is new
	profile config.Profile // as it is to be
	choice  config.Choice  // where the secret goes, and why
	secret  config.Secret  // "": the profile alone; what is stored of it stays
}

// keep stores the secret, reads it back and writes the profile down, which becomes the
// default if it is the first: both or neither. A secret that the profile had elsewhere
// is removed. After an error everything is as it was, or the warnings say what is not.
func (k keeping) keep(ctx context.Context) (account.Kept, error) {
	if k.secret.Reveal() == "" {
		return account.Kept{}, k.write(ctx)
	}
	store, key := k.choice.Store, k.profile.Key()
	credentials := config.Credentials{Kind: k.profile.Auth, ID: k.profile.ID(), Secret: k.secret}
	kept := account.Kept{Where: store.Where(), Why: k.choice.Why}
	before, had := store.Get(ctx, key)
	var err error
	if kept.Warnings, err = store.Put(ctx, key, credentials); err != nil {
		return kept, err
	}
	back, err := store.Get(ctx, key)
	if err == nil && (back.Secret.Reveal() != credentials.Secret.Reveal() || back.ID != credentials.ID) {
		err = errors.New("what was stored came back as something else")
	}
	if err == nil {
		k.profile.Store = store.Name()
		err = k.write(ctx)
	}
	if err != nil {
		ctx := context.WithoutCancel(ctx)
		if had == nil {
			_, had = store.Put(ctx, key, before)
		} else {
			_, had = store.Delete(ctx, key)
		}
		if had != nil {
			kept.Warnings = append(kept.Warnings, fmt.Sprintf("the secret may have stayed in %s: %v", store.Where(), had))
		}
		return kept, err
	}
	k.forget(ctx, &kept)
	return kept, nil
}

// choose is the store of a name, because of why, or without a name the one that works
// here.
func choose(ctx context.Context, stores config.Stores, name config.StoreName, why string) (config.Choice, error) {
	if store := stores.Named(name); store != nil {
		return config.Choice{Store: store, Why: why}, nil
	}
	return stores.Choose(ctx)
}

// write writes the profile down. The first one becomes the default.
func (k keeping) write(ctx context.Context) error {
	if err := k.file.Put(k.profile); err != nil {
		return &say.UsageError{What: err.Error()}
	}
	if len(k.file.Names()) == 1 && k.file.Default() == "" {
		if err := k.file.SetDefault(k.profile.Name); err != nil {
			return err
		}
	}
	return k.file.Save(ctx)
}

// forget removes the secret that the profile had in another place before.
func (k keeping) forget(ctx context.Context, kept *account.Kept) {
	old := k.stored
	if old.Store == "" || old.AccountID == "" || old.Store == k.profile.Store && old.Key() == k.profile.Key() {
		return
	}
	store := k.stores.Named(old.Store)
	_, err := store.Delete(ctx, old.Key())
	switch {
	case errors.Is(err, config.ErrNotStored):
	case err != nil:
		kept.Warnings = append(kept.Warnings, fmt.Sprintf("the secret of account %s, which the profile used before, is still in %s: %v",
			old.AccountID, store.Where(), err))
	default:
		kept.Removed = store.Where()
	}
}
