package listen

import (
	"context"
	"errors"

	"telex/config"
	"telex/messaging/callback"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// pairs finds the passwords of users: in the environment; among the credentials of the
// profile, if they are of that very name; or asked for, if somebody can be.
func pairs(ctx context.Context, w *who.World, id who.Identity, users []string, asJSON bool) ([]callback.Pair, error) {
	if err := config.CheckListenUsers(users); err != nil {
		return nil, &say.UsageError{What: "--user: " + err.Error()}
	}
	var found []callback.Pair
	for _, user := range users {
		password, err := passwordOf(ctx, w, id, user, asJSON)
		if err != nil {
			return nil, err
		}
		w.Output.Hide(config.Credentials{Kind: config.Basic, ID: user, Secret: password})
		found = append(found, callback.Pair{User: user, Password: password.Reveal()})
	}
	return found, nil
}

func passwordOf(ctx context.Context, w *who.World, id who.Identity, user string, asJSON bool) (config.Secret, error) {
	password, warning, err := config.ListenPassword(w.Env, user)
	if warning != "" {
		w.Output.Say("warning: %s", warning)
	}
	if err == nil {
		return password, nil
	}
	if _, none := errors.AsType[*config.NoCredentialsError](err); !none {
		return config.Secret{}, &say.UsageError{What: "the password of --user " + user + ": " + err.Error()}
	}
	if user == id.Profile.ID() && id.Profile.Name != "" {
		if c, err := w.Chain(w.Asks.Asker(ask.NotWithJSON(asJSON))).Find(ctx, id.Profile); err == nil && c.ID == user {
			return c.Secret, nil
		}
	}
	if !asJSON && w.Asks.CanAsk() {
		typed, err := w.Asks.Secret(ctx, "The password that callbacks of "+user+" come with, for this run (it is not shown):", false)
		switch {
		case err != nil:
			return config.Secret{}, err
		case typed.Reveal() != "":
			return typed, nil
		}
	}
	return config.Secret{}, &say.UsageError{
		What: "--user " + user + " has no password",
		Hint: "set " + config.ListenVariable(user) + ", or " + config.EnvListenPassword + " for all, or either with _FILE to a file that holds it",
	}
}
