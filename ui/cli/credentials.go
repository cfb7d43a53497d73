package cli

import (
	"errors"

	"telex/config"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
)

// chain is the places where the credentials of a profile may be, in their order. It
// remembers what was answered, so keep it for as long as that is to hold. Give
// [config.Chain.Find] the profile with the account that is in effect.
func (w *sphere) chain(whom ask.Asker) *config.Chain {
	return &config.Chain{
		Env: w.env, Stores: w.stores(whom.Passphrase), Ask: whom.Credentials, Unasked: whom.Unasked,
	}
}

// stores are those of this user. They share the keyring of this run, so that one which
// did not answer is not asked again. Ask is that of the encrypted file; it may be nil.
func (w *sphere) stores(ask config.AskPassphrase) config.Stores {
	return config.Stores{Keyring: w.keyring, File: config.NewEncryptedFile(w.env, ask)}
}

// configuration reads the user's file of profiles, as it is now. What is wrong with it
// is a [say.UsageError] that names file, line and key of each problem.
//
// Without a folder to keep such a file in there is none, which is no fault.
func (h home) configuration() (*config.File, error) {
	path, err := config.Path(h.env)
	if err != nil {
		path = "" // where there is none
	}
	f, err := config.Load(h.env, path)
	if err != nil {
		return nil, brokenFile(err)
	}
	return f, nil
}

// brokenFile puts what is wrong with the file of profiles into words.
func brokenFile(err error) error {
	e := &say.UsageError{What: "the file of profiles cannot be used:", Hint: "correct it; telex doctor looks at all of it"}
	for _, problem := range problemsOf(err) {
		e.More = append(e.More, problem.Error())
	}
	return e
}

// problemsOf are the errors that were joined to err; itself if none were.
func problemsOf(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// profileInUse reads the user's file of profiles and chooses one of it: the one that was
// asked for by --profile, or else the one that TELEX_PROFILE names, the default, or the
// only one. Without any it is one with no name and nothing set. Errors are usageErrors.
// Whether keys and theme are good ones is for consoleProblems to say.
func (h home) profileInUse(asked string) (*config.File, config.Profile, error) {
	f, err := h.configuration()
	if err != nil {
		return nil, config.Profile{}, err
	}
	p, err := f.Choose(asked, h.env)
	if err != nil {
		return nil, config.Profile{}, h.noProfile(err, asked)
	}
	return f, p, nil
}

// noProfile says which profiles there are, and how to choose.
func (h home) noProfile(err error, asked string) error {
	e := &say.UsageError{What: err.Error(), Hint: "telex profiles lists them, and telex login makes one"}
	none, ok := errors.AsType[*config.ProfileError](err)
	_, nowhere := config.Path(h.env)
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
