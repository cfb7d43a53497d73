// Package account is who sends: what is known of one of the user's accounts, what
// makes that usable, and the way from it to the API.
//
// Its rules:
//   - [Fields] is the one table of what an account consists of. Whoever asks for an
//     account, reads one, or looks at one goes by it: Setup's form, telex login with
//     flags or questions, telex doctor and telex send. So a value is good in all of
//     them or in none.
//   - A field is judged by the rule by which sending would fail, where there is one in
//     package messaging, and by no weaker one.
//   - A secret is a [Typed] or nothing. No error, printed or not, holds one.
//   - Profiles are kept elsewhere: files, keyrings and passphrases come in through
//     [Accounts]. The package draws nothing and asks nobody.
package account

import (
	"context"
	"slices"
	"time"

	"telex/messaging/number"
)

// AskWithin is the time limit of a question to the API.
const AskWithin = 20 * time.Second

// ShortPassphrase is under how many characters a passphrase of a file is called short: the
// least that NIST SP 800-63B (section 3.1.1) has for a secret that people choose.
const ShortPassphrase = 8

// An Account is one of the user's ways to send. What it holds need not be clean, nor
// pass its judges. Its secret hides from whatever prints it.
type Account struct {
	Name          string
	AccountID     string
	ApplicationID string
	Numbers       []string // the first is the default sender
	Basic         bool     // HTTP Basic: a username and a password; otherwise OAuth
	ID            string   // client id or username
	Secret        Typed    // client secret or password; nil leaves the one that is kept
	BaseURL       string   // "": Bandwidth's own
	TokenURL      string   // of the endpoint for tokens; "": the one that belongs to BaseURL
	Region        string   // of numbers without a country code: "US"
	Production    bool     // asks once more before it sends
	Kept          string   // where its secret is: "keyring"; "" if it is kept nowhere
	Environment   bool     // it is that of the environment, and no profile: it cannot be changed here
}

// Settled is the account with its numbers as they are read in its region, each once.
// Numbers that cannot be read stay as they are, for [Field.Judge] to refuse.
func (a Account) Settled() Account {
	var settled []string
	for _, typed := range a.Numbers {
		sender := typed
		if read, _, err := number.ParseSender(typed, a.Region); err == nil {
			sender = read
		}
		if !slices.Contains(settled, sender) {
			settled = append(settled, sender)
		}
	}
	a.Numbers = settled
	return a
}

// A Keeping says where the secret of an account would be kept.
type Keeping struct {
	Store string // its name: "keyring"
	Where string // "the OS keyring", "the encrypted file …"
	Why   string // why there
	// Passphrase: one is needed. New: it will be that of a new file, so it is asked for twice.
	Passphrase, New bool
}

// Kept is what came of keeping an account. Its words are phrases without a full stop,
// and need not be clean. The zero Kept is an account whose secret stayed as it was.
type Kept struct {
	Where    string   // the secret is: "the keyring"
	Why      string   // it is there
	Warnings []string // what did not go as it should but did not stand in the way
	Removed  string   // where the secret was before, and is not any more; "" for nowhere
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
	// Inspect looks at how an account that was checked is set up at Bandwidth; see the
	// function of that name. An error means that it could not be asked at all.
	Inspect(ctx context.Context, a Account) ([]Finding, error)
	// Keeping says where the account's secret would be kept.
	Keeping(ctx context.Context, a Account) (Keeping, error)
	// Save keeps the account, its secret where Keeping said, both or neither. The first
	// account becomes the default. After an error nothing was kept; if that is not sure,
	// Warnings say so.
	Save(ctx context.Context, a Account, keep Keeping, passphrase Typed) (Kept, error)
}
