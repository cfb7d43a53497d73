package sandbox

import (
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"
)

// What a zero Config stands for.
const (
	DefaultUsername      = "sandbox"
	DefaultPassword      = "sandbox"
	DefaultClientID      = "sandbox"
	DefaultClientSecret  = "sandbox"
	DefaultAccountID     = "9900000"
	DefaultApplicationID = "93de2206-9669-4e07-948d-329f4b722ee2"
	DefaultNumber        = "+12345678901"
)

// Config is who the sandbox's one customer is. An empty field means its default.
// Printing or logging a Config shows no secret.
type Config struct {
	// Username and Password are what HTTP Basic has to carry.
	Username, Password string
	// ClientID and ClientSecret are what the token endpoint asks for.
	ClientID, ClientSecret string
	// AccountID is the account in every path; it holds no slash.
	AccountID string
	// ApplicationID is the one application messages may be sent through.
	ApplicationID string
	// Numbers are the account's telephone numbers in E.164. New copies the slice.
	Numbers []string
	// CallbackURL, an absolute http or https URL, gets what happens to each
	// message as the API's callbacks. Empty: none are posted.
	CallbackURL string
	// Now is the clock that messages, tokens and uploads live by, by default
	// time.Now; it is called concurrently. Pauses (a withheld answer, a callback
	// that is due later) are real timers whatever Now says.
	Now func() time.Time
	// Log, if not nil, gets one line for each request when it has been answered
	// and for each callback when it has been tried: printable ASCII, no newline,
	// no credential, nothing of what a message says. It is called concurrently.
	Log func(line string)
}

// String describes c without its secrets.
func (c Config) String() string {
	return fmt.Sprintf("sandbox account %q, application %q, numbers %q", c.AccountID, c.ApplicationID, c.Numbers)
}

// GoString is String, so that %#v shows no secret either.
func (c Config) GoString() string { return c.String() }

// LogValue is String, for log/slog.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

func (c Config) withDefaults() Config {
	for _, f := range []struct {
		field    *string
		standard string
	}{
		{&c.Username, DefaultUsername},
		{&c.Password, DefaultPassword},
		{&c.ClientID, DefaultClientID},
		{&c.ClientSecret, DefaultClientSecret},
		{&c.AccountID, DefaultAccountID},
		{&c.ApplicationID, DefaultApplicationID},
	} {
		if *f.field == "" {
			*f.field = f.standard
		}
	}
	if len(c.Numbers) == 0 {
		c.Numbers = []string{DefaultNumber}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = func(string) {}
	}
	return c
}

// check says what a person would have to change in c, with the value that is wrong.
func (c Config) check() error {
	if strings.Contains(c.AccountID, "/") {
		return fmt.Errorf("sandbox account %q: an account id holds no slash", c.AccountID)
	}
	for _, n := range c.Numbers {
		if !isE164(n) {
			return fmt.Errorf("sandbox number %q: not in E.164, such as %s", n, DefaultNumber)
		}
	}
	if c.CallbackURL == "" {
		return nil
	}
	u, err := url.Parse(c.CallbackURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		// The URL itself is left out: it may carry a password.
		return fmt.Errorf("sandbox callback URL: not an absolute http or https URL")
	}
	return nil
}
