package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"telex/config"
	"telex/messaging"
	"telex/ui/account"
	"telex/ui/cli/ask"
)

// A linker makes the console's way to the API. What only a person knows it does not
// ask for by itself: it says what it needs, and the console calls it again with what
// was typed. It is for one call at a time.
type linker struct {
	w     *sphere
	id    identity
	chain *config.Chain
	typed account.Typed     // what was typed since the last call; nil for nothing
	wants wanted            // what was asked for then, which typed answers
	ask   *account.AskError // what this call needs; nil for nothing

	warnings []string // to be told with the link
}

// wanted is what a linker asks for.
type wanted int

const (
	nothing wanted = iota
	passphraseWanted
	secretWanted
)

func (w *sphere) newLinker(id identity) *linker {
	l := &linker{w: w, id: id}
	whom := ask.Asker{Credentials: l.credentials, Passphrase: l.passphrase}
	if id.profile.Name == "" {
		whom = ask.Asker{Unasked: "there is no profile to ask for"}
	}
	l.chain = w.chain(whom)
	return l
}

// connect finds the credentials and makes the client. See [ui.Deps].
func (l *linker) connect(ctx context.Context, typed account.Typed) (account.Link, error) {
	id, wanted := l.id, l.wants
	found, err := l.find(ctx, typed)
	if err != nil {
		return account.Link{}, err
	}
	id.credentials = found
	if wanted == secretWanted && typed != nil {
		if err := l.try(ctx, id); err != nil {
			return account.Link{}, err
		}
	}
	made, err := l.w.connect(ctx, id)
	if err != nil {
		return account.Link{}, err
	}
	warnings := slices.Concat(l.warnings, id.credentials.Warnings, id.warnings())
	if c, err := config.FindCredentials(l.w.env); err == nil && id.profile.Name != "" && !id.sandbox {
		warnings = append(warnings, fmt.Sprintf("%s are set, and win over what profile %s keeps", c.Source, id.profile.Name))
	}
	return account.Link{
		Sender: made, Lister: made, Curl: made.Curl, BaseURL: made.BaseURL(), Close: made.close, Warnings: warnings,
	}, nil
}

// stored finds the credentials that the profile of id keeps; those of the environment
// are left alone. Typed is the passphrase of the encrypted file, nil if nobody gave one.
// The error is an [account.AskError] if that is needed.
func (w *sphere) stored(ctx context.Context, id identity, typed account.Typed) (config.Credentials, error) {
	l := w.newLinker(id)
	l.chain.Env = func(string) (string, bool) { return "", false }
	l.chain.Ask, l.chain.Unasked = nil, "it can be typed here"
	if typed != nil {
		l.wants = passphraseWanted
	}
	return l.find(ctx, typed)
}

// find finds the credentials; typed answers what was asked for by the call before.
func (l *linker) find(ctx context.Context, typed account.Typed) (config.Credentials, error) {
	l.typed, l.ask = typed, nil
	defer func() { l.typed = nil }()
	if l.id.sandbox {
		return sandboxCredentials(), nil
	}
	wanted := l.wants
	found, err := l.chain.Find(ctx, l.id.profile)
	switch {
	case err != nil && l.ask != nil:
		return config.Credentials{}, l.ask
	case err != nil:
		return config.Credentials{}, l.id.incomplete("telex", missingCredentials(err, l.id.profile))
	}
	if l.wants = nothing; wanted == passphraseWanted && typed != nil {
		l.w.unlocked.set(config.NewSecret(typed()))
	}
	l.w.output.Hide(found)
	return found, nil
}

// try asks the API about a secret that was just typed: a slip of the hand is asked for
// again here, and not at the first message.
func (l *linker) try(ctx context.Context, id identity) error {
	if !errors.Is(l.w.checkAccount(ctx, id), messaging.ErrUnauthorized) {
		return nil // whatever else is wrong is told when something is sent
	}
	l.chain.Forget(id.profile)
	e := &account.AskError{What: secretOf(id.profile), Why: "the API refused it"}
	l.wants = secretWanted
	return e
}

// secretOf names the secret of a profile.
func secretOf(p config.Profile) string { return "the " + p.Auth.SecretName() + " of profile " + p.Name }

// passphrase answers for the encrypted file with what was typed, if that was asked
// for, or with what opened it earlier in this run.
func (l *linker) passphrase(_ context.Context, q config.PassphraseQuestion) (config.Secret, error) {
	switch {
	case q.Again:
	case l.wants == passphraseWanted && l.typed != nil:
		return config.NewSecret(l.typed()), nil
	case l.typed == nil && l.w.unlocked.get().Reveal() != "":
		return l.w.unlocked.get(), nil
	}
	e := &account.AskError{What: "the passphrase of " + q.Path}
	if q.Again {
		e.Why = "that was not the passphrase"
	}
	return config.Secret{}, l.need(passphraseWanted, e)
}

// credentials answers for the user, with what was typed if that was asked for.
func (l *linker) credentials(_ context.Context, q config.Question) (string, config.Secret, error) {
	if q.ID == "" {
		return "", config.Secret{}, errors.New("the profile has no " + q.Kind.IDName() + "; Setup asks for it")
	}
	if l.wants == secretWanted && l.typed != nil {
		return q.ID, config.NewSecret(l.typed()), nil
	}
	return "", config.Secret{}, l.need(secretWanted, &account.AskError{What: secretOf(l.id.profile)})
}

// need notes what is needed; the first thing that is decides.
func (l *linker) need(w wanted, e *account.AskError) error {
	if l.ask == nil {
		l.ask, l.wants = e, w
	}
	return e
}
