package cli

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"telex/config"
	"telex/ui/keys"
	"telex/ui/widget"
)

// An asker is whom a chain of secrets asks. The zero asker asks nobody.
type asker struct {
	credentials config.AskCredentials // nil: nobody is asked for them, because of unasked
	passphrase  config.AskPassphrase  // of the encrypted file; nil: it has to be in the environment
	unasked     string                // "nothing is asked with --json"; "" is that there is no terminal
}

// chain is the places where the credentials of a profile may be, in their order. It
// remembers what was answered, so keep it for as long as that is to hold. Give
// [config.Chain.Find] the profile with the account that is in effect.
func (a *app) chain(ask asker) *config.Chain {
	return &config.Chain{
		Env: a.env, Stores: a.stores(ask.passphrase), Ask: ask.credentials, Unasked: ask.unasked,
	}
}

// stores are those of this user. They share the keyring of this run, so that one which
// did not answer is not asked again. Ask is that of the encrypted file; it may be nil.
func (a *app) stores(ask config.AskPassphrase) config.Stores {
	return config.Stores{Keyring: a.keyring, File: config.NewEncryptedFile(a.env, ask)}
}

// configuration reads the user's file of profiles, as it is now. What is wrong with it
// is a usageError that names file, line and key of each problem.
//
// Without a folder to keep such a file in there is none, which is no fault.
func (a *app) configuration() (*config.File, error) {
	path, err := config.Path(a.env)
	if err != nil {
		path = "" // where there is none
	}
	f, err := config.Load(a.env, path)
	if err != nil {
		return nil, brokenFile(err)
	}
	return f, nil
}

// brokenFile puts what is wrong with the file of profiles into words.
func brokenFile(err error) error {
	e := &usageError{what: "the file of profiles cannot be used:", hint: "correct it; telex doctor looks at all of it"}
	for _, problem := range problemsOf(err) {
		e.more = append(e.more, problem.Error())
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
func (a *app) profileInUse(asked string) (*config.File, config.Profile, error) {
	f, err := a.configuration()
	if err != nil {
		return nil, config.Profile{}, err
	}
	p, err := f.Choose(asked, a.env)
	if err != nil {
		return nil, config.Profile{}, a.noProfile(err, asked)
	}
	return f, p, nil
}

// noProfile says which profiles there are, and how to choose.
func (a *app) noProfile(err error, asked string) error {
	e := &usageError{what: err.Error(), hint: "telex profiles lists them, and telex login makes one"}
	none, ok := errors.AsType[*config.ProfileError](err)
	_, nowhere := config.Path(a.env)
	switch {
	case !ok:
	case nowhere != nil:
		e.what, e.hint = nowhere.Error(), ""
	case asked != "":
		e.what = "--profile: " + e.what
	case none.Name == "":
		e.hint = "name one with --profile, or choose the default by telex profiles use NAME"
	}
	return e
}

// consoleProblems are what is wrong with the parts of the file that only the console
// reads, its keys, its theme and its colours, each with file and line. Nil is nothing.
func consoleProblems(f *config.File) []error {
	var problems []error
	if err := widget.CheckTheme(f.Theme()); err != nil {
		problems = append(problems, at(f, err, "theme"))
	}
	colors := f.Colors()
	for _, role := range slices.Sorted(maps.Keys(colors)) {
		if err := widget.CheckRole(role, colors[role]); err != nil {
			problems = append(problems, at(f, fmt.Errorf("colors: %w", err), "colors", role))
		}
	}
	bound := f.Keys()
	for len(bound) > 0 {
		err := keys.Check(bound)
		if err == nil {
			break
		}
		action := culprit(bound, err)
		problems = append(problems, at(f, err, "keys", action))
		delete(bound, action)
	}
	return problems
}
