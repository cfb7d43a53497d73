// Package config says who is sending and to where. [Settings] and [Profile], which
// hold no secrets, come from flags, the environment and the user's [File]. A [Chain]
// finds the [Credentials] that go with them, whose secret masks itself, in the
// environment or in a [Store]: the keyring of the operating system or an encrypted file.
//
// The environment is read through a [Lookup]; only go-keyring and the programs that
// are started see that of the process. The package knows nothing of messages: it does
// not judge whether a number, an address or an id is a good one.
package config

import (
	"net/url"
	"strings"
)

// Lookup finds an environment variable, as os.LookupEnv does.
type Lookup func(name string) (value string, ok bool)

// get is the value of a variable. Empty is the same as not set: an environment
// cannot be trusted to tell the two apart.
func (l Lookup) get(name string) string {
	value, _ := l(name)
	return value
}

// The environment variables that settings are read from.
const (
	EnvAccountID     = "BW_ACCOUNT_ID"
	EnvApplicationID = "BW_MESSAGING_APPLICATION_ID"
	EnvNumber        = "BW_NUMBER" // one number, or several with commas between them
	EnvBaseURL       = "TELEX_BASE_URL"
	EnvBaseURLAlso   = "BW_MESSAGING_URL" // what Bandwidth's own tool reads: without /api/v2
	EnvTokenURL      = "TELEX_TOKEN_URL"  //nolint:gosec // the name of an address
	EnvRegion        = "TELEX_REGION"
)

// DefaultRegion is where a number without a country code is taken to be.
const DefaultRegion = "US"

// apiPath is what every address of the API ends with. Bandwidth's own tool adds
// it to what it finds in BW_MESSAGING_URL.
const apiPath = "/api/v2"

// Settings are who is sending and to where. An empty field is one that was not
// set. Printing Settings shows no secret, for there is none in them.
type Settings struct {
	AccountID     string
	ApplicationID string
	Numbers       []string // as written; the first is the default sender
	BaseURL       string   // of the API
	TokenURL      string   // of the endpoint that exchanges client credentials
	Region        string   // ISO 3166 code in capitals, for numbers without a country code
}

// FromEnvironment reads the settings that env holds.
func FromEnvironment(env Lookup) Settings {
	s := Settings{
		AccountID:     strings.TrimSpace(env.get(EnvAccountID)),
		ApplicationID: strings.TrimSpace(env.get(EnvApplicationID)),
		BaseURL:       strings.TrimSpace(env.get(EnvBaseURL)),
		TokenURL:      strings.TrimSpace(env.get(EnvTokenURL)),
		Region:        strings.ToUpper(strings.TrimSpace(env.get(EnvRegion))),
	}
	for number := range strings.SplitSeq(env.get(EnvNumber), ",") {
		if number = strings.TrimSpace(number); number != "" {
			s.Numbers = append(s.Numbers, number)
		}
	}
	if s.BaseURL == "" {
		s.BaseURL = withAPIPath(strings.TrimSpace(env.get(EnvBaseURLAlso)))
	}
	return s
}

// Default is what holds where nothing was set. Addresses stay empty: whoever
// makes the calls knows where the API is.
func Default() Settings { return Settings{Region: DefaultRegion} }

// Over lays s over below: a field that s sets wins, all others are below's.
// The result shares its Numbers with one of the two.
func (s Settings) Over(below Settings) Settings {
	over := func(top *string, under string) {
		if *top == "" {
			*top = under
		}
	}
	over(&s.AccountID, below.AccountID)
	over(&s.ApplicationID, below.ApplicationID)
	over(&s.BaseURL, below.BaseURL)
	over(&s.TokenURL, below.TokenURL)
	over(&s.Region, below.Region)
	if len(s.Numbers) == 0 {
		s.Numbers = below.Numbers
	}
	return s
}

// withAPIPath makes a base URL of what Bandwidth's tool calls one. What cannot be
// read as a URL is returned as it is, for its user to refuse.
func withAPIPath(base string) string {
	u, err := url.Parse(base)
	if err != nil || base == "" {
		return base
	}
	u.Path = strings.TrimRight(u.Path, "/")
	if !strings.HasSuffix(u.Path, apiPath) {
		u.Path += apiPath
	}
	return u.String()
}
