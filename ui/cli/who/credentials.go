package who

import (
	"errors"

	"telex/config"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/words"
)

// Chain is the places where the credentials of a profile may be, in their order. It
// remembers what was answered, so keep it for as long as that is to hold. Give
// [config.Chain.Find] the profile with the account that is in effect.
func (w *World) Chain(whom ask.Asker) *config.Chain {
	return &config.Chain{
		Env: w.Env, Stores: w.Stores(whom.Passphrase), Ask: whom.Credentials, Unasked: whom.Unasked,
	}
}

// Stores are those of this user. They share the keyring of this run, so that one which
// did not answer is not asked again. Ask is that of the encrypted file; it may be nil.
func (w *World) Stores(ask config.AskPassphrase) config.Stores {
	return config.Stores{Keyring: w.Keyring, File: config.NewEncryptedFile(w.Env, config.EncryptedFileOptions{Ask: ask, Work: w.Work})}
}

// Configuration reads the user's file of profiles, as it is now. What is wrong with it
// is a [say.UsageError] that names file, line and key of each problem.
//
// Without a folder to keep such a file in there is none, which is no fault.
func (h Home) Configuration() (*config.File, error) {
	path, err := config.Path(h.Env)
	if err != nil {
		path = "" // where there is none
	}
	f, err := config.Load(h.Env, path)
	if err != nil {
		return nil, BrokenFile(err)
	}
	return f, nil
}

// BrokenFile puts what is wrong with the file of profiles into words.
func BrokenFile(err error) error {
	e := &say.UsageError{What: "the file of profiles cannot be used:", Hint: "correct it; telex doctor checks all of it"}
	for _, problem := range ProblemsOf(err) {
		e.More = append(e.More, problem.Error())
	}
	return e
}

// ProblemsOf are the errors that were joined to err; itself if none were.
func ProblemsOf(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// ProfileInUse reads the user's file of profiles and chooses one of it: the one that was
// asked for by --profile, or else the one that TELEX_PROFILE names, the default, or the
// only one. Without any it is one with no name and nothing set. Errors are
// UsageErrors. Whether keys and theme are good ones is the console's to say.
func (h Home) ProfileInUse(asked string) (*config.File, config.Profile, error) {
	f, err := h.Configuration()
	if err != nil {
		return nil, config.Profile{}, err
	}
	p, err := f.Choose(asked, h.Env)
	if err != nil {
		return nil, config.Profile{}, h.NoProfile(err, asked)
	}
	return f, p, nil
}

// NoProfile says which profiles there are, and how to choose.
func (h Home) NoProfile(err error, asked string) error {
	e := &say.UsageError{What: err.Error(), Hint: "telex profiles lists them, and telex login makes one"}
	none, ok := errors.AsType[*config.ProfileError](err)
	_, nowhere := config.Path(h.Env)
	switch {
	case !ok:
	case nowhere != nil:
		e.What, e.Hint = nowhere.Error(), ""
	case asked != "":
		e.What = "--profile: " + e.What
	case none.Name == "":
		e.Hint = "name one with --profile, or choose the default by telex profiles use NAME"
	}
	return e
}

// Shell is where commands are pasted that are printed about the outbox, or the sandbox's.
func (h Home) Shell(sandbox bool) words.Shell {
	_, p, err := h.ProfileInUse("")
	if err != nil { // then no command works without the name of one
		p.Name = ""
	}
	return words.Shell{Sandbox: sandbox, Profile: p.Name, Outbox: h.outboxOf(h.asked())}
}
