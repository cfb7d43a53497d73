package sandbox

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
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

	DefaultCallbackRetries = 4
)

const (
	maxCallbackRetries = 16
	maxQueue           = 10_000_000     // segments
	maxQueueLasts      = 24 * time.Hour // Bandwidth's longest is 4 hours
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
	// Numbers are the account's telephone numbers in E.164, and its short codes, of
	// five or six bare digits. New copies the slice.
	Numbers []string
	// Rate is how many segments a second, or in another span, the account sends on:
	// an SMS counts by its segments, an MMS once, a group MMS once a recipient. What
	// is accepted faster than that stays QUEUED until its turn. Zero: no limit.
	Rate Rate
	// Queue is how many segments may wait for their turn; a message with which there
	// would be more gets a 429 with no Retry-After. Zero: 15 minutes of Rate.
	Queue int
	// ListRate is how many searches for messages are answered; further ones get a
	// 429 with Retry-After. Zero: the API's 3,500 in 5 minutes.
	ListRate Rate
	// CallbackURL, an absolute http or https URL, gets what happens to each message,
	// and messages that come in, as the API's callbacks. Empty: none are posted.
	CallbackURL string
	// CallbackUser and CallbackPassword go with each callback as HTTP Basic. An
	// empty user: none do.
	CallbackUser, CallbackPassword string
	// CallbackTypes are those of [CallbackTypes] that are posted, as the
	// application's RequestedCallbackTypes; empty: all. message-received always is.
	CallbackTypes []string
	// CallbackRetries is how often a callback that is not answered with a 2xx in 10 s
	// is tried again: after a second, then after twice as long each time, so 16 take
	// 18 hours. Zero: 4 times. Negative: never.
	CallbackRetries int
	// CallbackDoubles has each callback posted twice, a second apart, and
	// CallbackReorder those of a message in reverse order once all is over: both
	// happen with the API, and a receiver has to bear it.
	CallbackDoubles, CallbackReorder bool
	// MMSReceipts is the account's feature of delivery receipts for MMS: it makes
	// message-sending callbacks for MMS and groups, and message-delivered mean the
	// handset. Without it, message-delivered for those is said when the carrier's MMS
	// centre has them.
	MMSReceipts bool
	// AccountSetup is how the account is set up, where that is not as it should be: any
	// of [AccountSetups]. Empty: all is well.
	AccountSetup []string
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
	if c.Queue == 0 && c.Rate.limits() {
		c.Queue = max(int(queueLasts/c.Rate.interval()), 1)
	}
	if c.ListRate == (Rate{}) {
		c.ListRate = Rate{listsAWindow, listWindow}
	}
	if len(c.CallbackTypes) == 0 {
		c.CallbackTypes = CallbackTypes()
	}
	if c.CallbackRetries == 0 {
		c.CallbackRetries = DefaultCallbackRetries
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
		if !isNumber(n) {
			return fmt.Errorf("sandbox number %q: not in E.164, such as %s, nor a short code, such as 12345", n, DefaultNumber)
		}
	}
	for _, name := range c.AccountSetup {
		if !slices.Contains(AccountSetups(), name) {
			return fmt.Errorf("sandbox account setup %q: there are %s", name, strings.Join(AccountSetups(), ", "))
		}
	}
	if err := c.checkQueue(); err != nil {
		return err
	}
	return c.checkCallbacks()
}

func (c Config) checkQueue() error {
	switch {
	case c.Queue != 0 && !c.Rate.limits():
		return fmt.Errorf("sandbox queue of %d: a queue needs a rate, such as 1/s", c.Queue)
	case c.Queue < 0 || c.Queue > maxQueue:
		return fmt.Errorf("sandbox queue of %d: want 1 to %d segments", c.Queue, maxQueue)
	case c.Rate.limits() && time.Duration(c.Queue) > maxQueueLasts/c.Rate.interval():
		return fmt.Errorf("sandbox queue of %d: at %s it would last longer than %.0f hours", c.Queue, c.Rate, maxQueueLasts.Hours())
	}
	return nil
}

// checkCallbacks repeats neither the URL, which may carry a password, nor the user.
func (c Config) checkCallbacks() error {
	for _, t := range c.CallbackTypes {
		if !slices.Contains(CallbackTypes(), t) {
			return fmt.Errorf("sandbox callback type %q: there are %s", t, strings.Join(CallbackTypes(), ", "))
		}
	}
	switch {
	case c.CallbackRetries > maxCallbackRetries:
		return fmt.Errorf("sandbox callback retries %d: at most %d, which take 18 hours", c.CallbackRetries, maxCallbackRetries)
	case strings.Contains(c.CallbackUser, ":"):
		return errors.New("sandbox callback user: HTTP Basic allows no colon in it")
	case c.CallbackUser == "" && c.CallbackPassword != "":
		return errors.New("sandbox callback password: it needs a callback user")
	case c.CallbackUser != "" && c.CallbackURL == "":
		return errors.New("sandbox callback user: it needs a callback URL")
	case c.CallbackURL == "":
		return nil
	}
	u, err := url.Parse(c.CallbackURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return errors.New("sandbox callback URL: not an absolute http or https URL")
	}
	return nil
}
