package messaging

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	// DefaultBaseURL is where Bandwidth serves the API.
	DefaultBaseURL = "https://messaging.bandwidth.com/api/v2"
	// DefaultTimeLimit bounds a whole call, retries and pauses included, if its
	// context has no deadline of its own.
	DefaultTimeLimit = 60 * time.Second
)

// A Client calls the API for one account. It is safe for concurrent use.
type Client struct {
	base    string // without trailing slash
	account string
	auth    Authorizer
	http    *http.Client // guarded
	traced  bool         // its transport tells of every connection that it uses
	agent   string
	now     func() time.Time
	retries Retries                                            // complete
	limited *pause                                             // of all calls that create messages
	seen    func(op string, try Attempt)                       // told of each try; nil for nobody
	mask    func(Authorizer, *http.Client, *http.Request) Mask // what answers to a request pass; see maskKeeper
}

// defaultAgent is the User-Agent of who does not say otherwise.
const defaultAgent = "telex"

// An Option changes a Client while [New] makes it.
type Option func(*Client)

// WithBaseURL replaces [DefaultBaseURL].
func WithBaseURL(base string) Option { return func(c *Client) { c.base = base } }

// WithHTTPClient replaces the client of [NewHTTPClient]. It is copied, and never
// follows redirects; [OAuth] uses it for its token endpoint too. How well a failure
// is understood depends on its transport:
//   - that of NewHTTPClient, with other certificates or proxies, loses nothing;
//   - with another [*http.Transport] (without RegisterProtocol) a try is unsent only
//     if it got no connection;
//   - with any other RoundTripper it is unsent only if dialling failed.
//
// Every other failure without an answer is then unknown.
func WithHTTPClient(h *http.Client) Option { return func(c *Client) { c.http = h } }

// WithUserAgent replaces the User-Agent header, which is "telex".
func WithUserAgent(agent string) Option { return func(c *Client) { c.agent = agent } }

// WithClock replaces time.Now where the date matters: an expiration is to come, and Bandwidth
// ends HTTP Basic on one. It is not what limits and pauses are measured by.
func WithClock(now func() time.Time) Option { return func(c *Client) { c.now = now } }

// WithTries has seen called after each try of each call, before the pause that follows it,
// with what the call was for: "send message", "get access token". It changes nothing of
// what is done, should return soon, and may be called by several goroutines at once. No
// secret is in what it is given.
func WithTries(seen func(op string, try Attempt)) Option { return func(c *Client) { c.seen = seen } }

// tell tells of a try.
func (c *Client) tell(op string, try Attempt) {
	if c.seen != nil {
		c.seen(op, try)
	}
}

// New makes a client for the account with the given id. It opens no connection.
// It fails where [CheckAccount] or [CheckBaseURL] does, for [Retries] that make no
// sense, and where the credentials or the HTTP client are nil, or the credentials empty:
// then the error is [ErrNoCredentials].
func New(account string, auth Authorizer, options ...Option) (*Client, error) {
	return newClient(account, auth, DefaultBaseURL, CheckBaseURL, options)
}

// newClient makes the client of an API whose address is base, if the options do not say
// otherwise, and good if check says so.
func newClient(account string, auth Authorizer, base string, check func(string) error, options []Option) (*Client, error) {
	c := &Client{
		base: base, account: account, auth: auth,
		http: NewHTTPClient(), agent: defaultAgent, now: time.Now, limited: &pause{}, mask: maskKeeper(),
	}
	for _, o := range options {
		o(c)
	}
	c.base = strings.TrimRight(c.base, "/")
	err := check(c.base)
	if err != nil {
		return nil, err
	}
	if err := CheckAccount(account); err != nil {
		return nil, err
	}
	if !isPrintable(c.agent) {
		return nil, fmt.Errorf("user agent %q is not printable", c.agent)
	}
	if auth == nil {
		return nil, ErrNoCredentials
	}
	if e, ok := auth.(emptiable); ok && e.isEmpty() {
		return nil, fmt.Errorf("%w: the username or the password is empty", ErrNoCredentials)
	}
	if c.retries, err = c.retries.complete(); err != nil {
		return nil, err
	}
	if c.http == nil {
		return nil, errors.New("no HTTP client")
	}
	_, c.traced = c.http.Transport.(*http.Transport)
	c.traced = c.traced || c.http.Transport == nil
	c.http = guarded(c.http)
	return c, nil
}

// CheckAccount says why an account id cannot be a part of a URL, as it has to be.
func CheckAccount(account string) error {
	if account == "" {
		return errors.New("the account id is empty")
	}
	if strings.ContainsAny(account, `/\?#% `) || !isPrintable(account) || account == "." || account == ".." {
		return fmt.Errorf("account id %q cannot be part of a URL", account)
	}
	return nil
}

// CheckBaseURL says why base cannot be the API's address: where [CheckTokenURL] fails;
// an address at Bandwidth that is not the API's; and that of a call, such as the one
// that messages are posted to. The error has the right address where it can be told.
func CheckBaseURL(base string) error {
	u, err := checkAddress("base URL", base, DefaultBaseURL)
	if err != nil {
		return err
	}
	path := strings.TrimRight(u.Path, "/")
	if host := strings.ToLower(u.Hostname()); host == "bandwidth.com" || strings.HasSuffix(host, ".bandwidth.com") {
		api, _ := url.Parse(DefaultBaseURL) // a constant
		switch {
		case host == api.Host && path == api.Path:
			return nil
		case host == api.Host:
			return fmt.Errorf("base URL %q has another path than the API; it is %s", base, DefaultBaseURL)
		case isOtherService(host):
			return fmt.Errorf("base URL %q is another service of Bandwidth's; the messaging API is at %s", base, DefaultBaseURL)
		}
	}
	if i := strings.Index(path+"/", "/users/"); i >= 0 {
		u.Path, u.RawPath = path[:i], ""
		return fmt.Errorf("base URL %q goes on to the calls of one account; leave that out: %s", base, u)
	}
	return nil
}

// isOtherService reports whether a host of Bandwidth's serves something else than the
// messaging API.
func isOtherService(host string) bool {
	name, _, _ := strings.Cut(host, ".")
	return slices.Contains([]string{"bandwidth", "www", "api", "dev", "dashboard", "voice", "numbers", "mfa", "insights"}, name)
}

// BaseURLWarning says what is odd about a base URL that [CheckBaseURL] lets pass; "" if
// nothing is.
func BaseURLWarning(base string) string {
	u, err := url.Parse(base)
	if err != nil || CheckBaseURL(base) != nil || strings.HasSuffix(strings.TrimRight(u.Path, "/"), apiPath) {
		return ""
	}
	return fmt.Sprintf("the base URL %s does not end in %s, as that of the API does; if answers are odd, look there first", base, apiPath)
}

// apiPath is how the API's base URL ends.
const apiPath = "/api/v2"

// CheckTokenURL says why an address cannot be that of a token endpoint: anything but
// https is refused unless the host is loopback, for it would show credentials and text
// to the network; so is one with credentials, a query or a fragment in it.
func CheckTokenURL(address string) error {
	_, err := checkAddress("token URL", address, DefaultTokenURL)
	return err
}

// checkAddress is what holds for every address that secrets are sent to. The error
// calls it what, and shows an example of it.
func checkAddress(what, address, example string) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil: // it would repeat what may hold a password, and so would address in the next two
		return nil, fmt.Errorf("the %s is not a URL", what)
	case u.User != nil:
		return nil, fmt.Errorf("the %s must not hold a user name or password", what)
	case u.Hostname() == "":
		return nil, fmt.Errorf("the %s names no host; it looks like %s", what, example)
	case strings.ContainsAny(address, "?#"):
		return nil, fmt.Errorf("%s %q must end with its path: no query, no fragment", what, u.Scheme+"://"+u.Host+u.Path)
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return u, nil
	case u.Scheme == "http":
		return nil, fmt.Errorf("%s %q is not encrypted; use https (http is for loopback addresses only)", what, address)
	}
	return nil, fmt.Errorf("%s %q has the scheme %q; use https", what, address, u.Scheme)
}

// isLoopback reports whether host can only be this machine.
func isLoopback(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	return strings.EqualFold(host, "localhost")
}

// Account is the id of the account that the client calls for.
func (c *Client) Account() string { return c.account }

// BaseURL is the address of the API, without a trailing slash.
func (c *Client) BaseURL() string { return c.base }

// url is the address of a path below the account, with the path's segments
// escaped by the caller.
func (c *Client) url(path string, query url.Values) string {
	u := c.base + "/users/" + url.PathEscape(c.account) + path
	if len(query) > 0 {
		u += "?" + query.Encode()
	}
	return u
}

// A call is one operation on the API, which may take several tries.
type call struct {
	op     string // for errors
	method string
	url    string
	header http.Header
	body   []byte
	// repeatable is set for calls that may be made twice without harm: reads, and
	// writes that say the same thing again.
	repeatable bool
	// creates is set for the one that makes a message: its outcome is that of a message.
	creates bool
	// read decodes a whole 2xx; its error leaves the outcome unknown. Nil reads nothing.
	read func(*Answer) error
	// into receives the body of a 2xx in place of Answer.Body; see Client.Download.
	into io.Writer
}

func (k call) request() (*http.Request, error) {
	var body io.Reader
	if k.body != nil {
		body = bytes.NewReader(k.body)
	}
	r, err := http.NewRequest(k.method, k.url, body) //nolint:noctx // the try adds its own
	if err != nil {
		return nil, errors.New("the address of the API cannot be used")
	}
	for name, values := range k.header {
		r.Header[name] = values
	}
	return r, nil
}
