package config

import (
	"fmt"
	"strings"
)

// EnvProfile is the environment variable that names the profile to use.
const EnvProfile = "TELEX_PROFILE"

// maxNameBytes bounds the name of a profile, which stands in headers and prompts.
const maxNameBytes = 64

// A Profile is one of the user's ways to send: who, from where, and where the secret
// for that is kept. It holds no secret itself. An empty field is one that was not set.
type Profile struct {
	Name          string
	AccountID     string
	ApplicationID string
	Numbers       []string // as written; the first is the default sender
	Auth          Kind
	ClientID      string // used if Auth is OAuth
	Username      string // used if Auth is Basic
	BaseURL       string
	TokenURL      string
	Region        string    // ISO 3166 code in capitals
	Store         StoreName // where login put the secret; "" if it did not
	Command       []string  // prints the secret: a program and its arguments
	Production    bool      // marked in the console, which asks once more before it sends
	Approve       bool      // a second person has to approve each broadcast
	MMSReceipts   bool      // Bandwidth gives this account receipts of MMS
	OptOutWords   []string  // keywords that opt out beside the usual ones
	Rate          string    // how fast runs are sent, as written
	Hours         string    // when people may be texted, as written
	Countries     []string  // whose numbers runs may go to, in capitals; none: all
	MediaBudget   int       // bytes that the files of a message are made to fit into; 0 is the usual
	MediaDelete   bool      // files of a broadcast are deleted at Bandwidth when it is through
	Price         Price     // what messages cost, as the user says; [File.Put] leaves what the file has
	Budget        Budget    // what they may cost; [File.Put] leaves what the file has
	Outbox        Database  // where messages are recorded; [File.Put] leaves what the file has
}

// Settings are what the profile says of who is sending and to where. Flags and
// environment go over them, defaults beneath; see [Settings.Over].
func (p Profile) Settings() Settings {
	return Settings{
		AccountID: p.AccountID, ApplicationID: p.ApplicationID, Numbers: p.Numbers,
		BaseURL: p.BaseURL, TokenURL: p.TokenURL, Region: p.Region,
	}
}

// ID is what goes with the secret: the client id or the username.
func (p Profile) ID() string {
	if p.Auth == Basic {
		return p.Username
	}
	return p.ClientID
}

// SetID sets what [Profile.ID] returns.
func (p *Profile) SetID(id string) {
	if p.Auth == Basic {
		p.Username = id
	} else {
		p.ClientID = id
	}
}

// Key is what the profile's secret is kept under.
func (p Profile) Key() Key { return Key{Profile: p.Name, AccountID: p.AccountID} }

// Check reports what the file of profiles could not hold. It names the key. Whether
// numbers, addresses and ids are good ones is for others to judge.
func (p Profile) Check() error {
	if err := CheckName(p.Name); err != nil {
		return err
	}
	for _, f := range p.fields() {
		if err := f.check(); err != nil {
			return fmt.Errorf("profile %s: %s %w; allowed: %s", p.Name, f.name, err, f.allowed)
		}
	}
	return nil
}

// CheckName judges the name of a profile. It is at most 64 letters from a to z,
// digits, hyphens and underscores.
func CheckName(name string) error {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_'
	}
	if name == "" || len(name) > maxNameBytes || strings.ContainsFunc(name, func(r rune) bool { return !plain(r) }) {
		return fmt.Errorf("%q is not a name for a profile; use up to %d letters from a to z, digits, - and _", name, maxNameBytes)
	}
	return nil
}
