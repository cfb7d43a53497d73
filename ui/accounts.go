package ui

import "context"

// An Account is one of the user's ways to send, as Setup shows and takes it. What it
// holds need not be clean. Its secret hides from whatever prints it.
type Account struct {
	Name          string
	AccountID     string
	ApplicationID string
	Numbers       []string // the first is the default sender
	Basic         bool     // HTTP Basic: a username and a password; otherwise OAuth
	ID            string   // client id or username
	Secret        Typed    // client secret or password; nil leaves the one that is kept
	BaseURL       string   // "": Bandwidth's own
	Region        string   // of numbers without a country code
	Production    bool     // asks once more before it sends
	Kept          string   // where its secret is: "keyring"; "" if it is kept nowhere
	Environment   bool     // it is that of the environment, and no profile: it cannot be changed here
}

// A Keeping says where the secret of an account would be kept.
type Keeping struct {
	Store string // its name: "keyring"
	Where string // "the OS keyring", "the encrypted file …"
	Why   string // why there
	// Passphrase: one is needed. New: it will be that of a new file, so it is asked for twice.
	Passphrase, New bool
}

// Accounts are the user's profiles. All calls may take their time, so they are made
// in commands; their errors are in words for people, and need not be clean.
type Accounts interface {
	// List returns the accounts in their order, and the name of the default one.
	List(ctx context.Context) (all []Account, standard string, err error)
	// CheckName judges the name of a new account.
	CheckName(name string) error
	// Check asks the API, by a call that changes nothing, whether the account can be used.
	// An [*AskError] is answered by calling it again with what was typed.
	Check(ctx context.Context, a Account, typed Typed) error
	// Keeping says where the account's secret would be kept.
	Keeping(ctx context.Context, a Account) (Keeping, error)
	// Save keeps the account, its secret where Keeping said. The first one becomes the
	// default. Said are words about how that went. After an error nothing was kept.
	Save(ctx context.Context, a Account, keep Keeping, passphrase Typed) (said string, err error)
	// Use is what the console needs to go on with an account; nil is the sandbox.
	Use(ctx context.Context, a *Account) (Deps, error)
}
