package ask

import (
	"context"
	"fmt"

	"telex/config"
	"telex/ui/cli/say"
)

// An Asker is whom a chain of secrets asks. The zero Asker asks nobody.
type Asker struct {
	Credentials config.AskCredentials // nil: nobody is asked for them, because of unasked
	Passphrase  config.AskPassphrase  // of the encrypted file; nil: it has to be in the environment
	Unasked     string                // "nothing is asked with --json"; "" is that there is no terminal
}

// Asker asks for what a chain of secrets lacks on the terminal. Why says why
// nobody is to be asked; "" is that somebody may be.
func (t Terminal) Asker(why string) Asker {
	if why != "" || !t.CanAsk() {
		return Asker{Unasked: why}
	}
	return Asker{Credentials: t.askCredentials, Passphrase: t.askPassphrase}
}

// CanAsk reports whether there is a terminal to ask on.
func (t Terminal) CanAsk() bool {
	if t.Open == nil {
		return false
	}
	pair, err := t.Open()
	if err != nil {
		return false
	}
	pair.close()
	return true
}

// Unasked is why nobody can be asked whether they are sure; "" where somebody can.
func (t Terminal) Unasked(asJSON bool) string {
	if why := NotWithJSON(asJSON); why != "" || t.CanAsk() {
		return why
	}
	return say.ErrNoTerminal.Error()
}

// PassphraseIf asks for the passphrase of the encrypted file, if it can.
func (t Terminal) PassphraseIf(can bool) config.AskPassphrase {
	if !can {
		return nil
	}
	return t.askPassphrase
}

// NotWithJSON is why nobody is asked by a command with --json; "" without it.
func NotWithJSON(asJSON bool) string {
	if asJSON {
		return "nothing is asked with --json"
	}
	return ""
}

// askCredentials asks for what goes on requests.
func (t Terminal) askCredentials(ctx context.Context, q config.Question) (id string, secret config.Secret, err error) {
	whose := "account " + q.AccountID
	if q.Profile != "" {
		whose = "profile " + q.Profile
	}
	idName, secretName := q.Kind.IDName(), q.Kind.SecretName()
	if id = q.ID; id == "" {
		if id, err = t.Line(ctx, fmt.Sprintf("The %s of %s:", idName, whose)); err != nil {
			return "", config.Secret{}, err
		}
	}
	secret, err = t.Secret(ctx, fmt.Sprintf("The %s of %s, for this run (it is not shown):", secretName, whose), true)
	return id, secret, err
}

// askPassphrase asks for that of the encrypted file, for a new one twice.
func (t Terminal) askPassphrase(ctx context.Context, q config.PassphraseQuestion) (config.Secret, error) {
	text := "Passphrase of " + q.Path + " (it is not shown):"
	if q.Again {
		text = "That is not the passphrase. " + text
	}
	if !q.New {
		return t.Secret(ctx, text, false)
	}
	text = "Choose a passphrase for " + q.Path + ", which will be asked for when telex sends (it is not shown):"
	for {
		first, err := t.Secret(ctx, text, false)
		if err != nil {
			return config.Secret{}, err
		}
		text = "It cannot be empty. Choose a passphrase:"
		if first.Reveal() == "" {
			continue
		}
		second, err := t.Secret(ctx, "The same again:", false)
		if err != nil {
			return config.Secret{}, err
		}
		if first.Reveal() == second.Reveal() {
			return first, nil
		}
		text = "The two differ. Choose a passphrase:"
	}
}
