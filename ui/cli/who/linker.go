package who

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

// A Linker makes the console's way to the API. What only a person knows it does not
// ask for by itself: it says what it needs, and the console calls it again with what
// was typed. It is for one call at a time.
type Linker struct {
	w     *World
	id    Identity
	chain *config.Chain
	typed account.Typed     // what was typed since the last call; nil for nothing
	wants wanted            // what was asked for then, which typed answers
	ask   *account.AskError // what this call needs; nil for nothing

	// Hears gets what the sandbox calls back, if that is what is linked; nil: nobody does.
	Hears *Ear
	// Warnings are told with the link, before those of its own.
	Warnings []string
}

// wanted is what a linker asks for.
type wanted int

const (
	nothing wanted = iota
	passphraseWanted
	secretWanted
)

// NewLinker is the way to the API for id, whose credentials are not looked for yet.
func (w *World) NewLinker(id Identity) *Linker {
	l := &Linker{w: w, id: id}
	whom := ask.Asker{Credentials: l.credentials, Passphrase: l.passphrase}
	if id.Profile.Name == "" {
		whom = ask.Asker{Unasked: "there is no profile to ask for"}
	}
	l.chain = w.Chain(whom)
	return l
}

// Connect finds the credentials and makes the client; typed answers what the call before
// asked for, nil if nothing was typed. The error is an [account.AskError] for what only a
// person knows, or else a [say.UsageError] for what is missing.
func (l *Linker) Connect(ctx context.Context, typed account.Typed) (account.Link, error) {
	id, wanted := l.id, l.wants
	found, err := l.find(ctx, typed)
	if err != nil {
		return account.Link{}, err
	}
	id.Credentials = found
	if wanted == secretWanted && typed != nil {
		if err := l.try(ctx, id); err != nil {
			return account.Link{}, err
		}
	}
	made, err := l.w.connect(ctx, id, l.Hears)
	if err != nil {
		return account.Link{}, err
	}
	warnings := slices.Concat(l.Warnings, id.Credentials.Warnings, id.Warnings())
	if c, err := config.FindCredentials(l.w.Env); err == nil && id.Profile.Name != "" && !id.Sandbox {
		warnings = append(warnings, fmt.Sprintf("%s are set, and win over what profile %s keeps", c.Source, id.Profile.Name))
	}
	return account.Link{
		Sender: made, Lister: made, Curl: made.Curl, Files: made, Uploads: made, BaseURL: made.BaseURL(), Close: made.Close, Warnings: warnings,
	}, nil
}

// Stored finds the credentials that the profile of id keeps; those of the environment
// are left alone. Typed is the passphrase of the encrypted file, nil if nobody gave one.
// The error is an [account.AskError] if that is needed.
func (w *World) Stored(ctx context.Context, id Identity, typed account.Typed) (config.Credentials, error) {
	l := w.NewLinker(id)
	l.chain.Env = func(string) (string, bool) { return "", false }
	l.chain.Ask, l.chain.Unasked = nil, "it can be typed here"
	if typed != nil {
		l.wants = passphraseWanted
	}
	return l.find(ctx, typed)
}

// find finds the credentials; typed answers what was asked for by the call before.
func (l *Linker) find(ctx context.Context, typed account.Typed) (config.Credentials, error) {
	l.typed, l.ask = typed, nil
	defer func() { l.typed = nil }()
	if l.id.Sandbox {
		return SandboxCredentials(), nil
	}
	wanted := l.wants
	found, err := l.chain.Find(ctx, l.id.Profile)
	switch {
	case err != nil && l.ask != nil:
		return config.Credentials{}, l.ask
	case err != nil:
		return config.Credentials{}, l.id.Incomplete("telex", missingCredentials(err, l.id.Profile))
	}
	if l.wants = nothing; wanted == passphraseWanted && typed != nil {
		l.w.Unlocked.Set(config.NewSecret(typed()))
	}
	l.w.Output.Hide(found)
	return found, nil
}

// try asks the API about a secret that was just typed: a slip of the hand is asked for
// again here, and not at the first message.
func (l *Linker) try(ctx context.Context, id Identity) error {
	if !errors.Is(l.w.CheckAccount(ctx, id), messaging.ErrUnauthorized) {
		return nil // whatever else is wrong is told when something is sent
	}
	l.chain.Forget(id.Profile)
	e := &account.AskError{What: secretOf(id.Profile), Why: "the API refused it"}
	l.wants = secretWanted
	return e
}

// secretOf names the secret of a profile.
func secretOf(p config.Profile) string { return "the " + p.Auth.SecretName() + " of profile " + p.Name }

// passphrase answers for the encrypted file with what was typed, if that was asked
// for, or with what opened it earlier in this run.
func (l *Linker) passphrase(_ context.Context, q config.PassphraseQuestion) (config.Secret, error) {
	switch {
	case q.Again:
	case l.wants == passphraseWanted && l.typed != nil:
		return config.NewSecret(l.typed()), nil
	case l.typed == nil && l.w.Unlocked.get().Reveal() != "":
		return l.w.Unlocked.get(), nil
	}
	e := &account.AskError{What: "the passphrase of " + q.Path}
	if q.Again {
		e.Why = "that is not the passphrase"
	}
	return config.Secret{}, l.need(passphraseWanted, e)
}

// credentials answers for the user, with what was typed if that was asked for.
func (l *Linker) credentials(_ context.Context, q config.Question) (string, config.Secret, error) {
	if q.ID == "" {
		return "", config.Secret{}, errors.New("the profile has no " + q.Kind.IDName() + "; Setup asks for it")
	}
	if l.wants == secretWanted && l.typed != nil {
		return q.ID, config.NewSecret(l.typed()), nil
	}
	return "", config.Secret{}, l.need(secretWanted, &account.AskError{What: secretOf(l.id.Profile)})
}

// need notes what is needed; the first thing that is decides.
func (l *Linker) need(w wanted, e *account.AskError) error {
	if l.ask == nil {
		l.ask, l.wants = e, w
	}
	return e
}
