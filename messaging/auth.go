package messaging

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// An Authorizer puts credentials on requests. Authorize is called before every
// try, by several goroutines at once, and may use the network within the
// request's context. An error means that the request was not sent.
type Authorizer interface {
	Authorize(r *http.Request) error
}

// renewer is an Authorizer whose credentials can go stale. renew drops them if they
// are still those of the given Authorization header, which the API refused.
type renewer interface{ renew(used string) }

// secretive is an Authorizer that holds secrets beside those that it puts on requests.
type secretive interface{ tell(h *Hidden) }

// emptiable is an Authorizer that may have been made of nothing.
type emptiable interface{ isEmpty() bool }

// authKind is how [Client.Curl] writes the credentials: by the names of
// environment variables, never by value.
type authKind interface{ curlAuth() string }

// Basic authorises by API username and password.
//
// Bandwidth has said that API users stop working on 2 December 2026; see [OAuth]. From
// then on a 401 says so. [New] refuses it with [ErrNoCredentials] if either is empty.
func Basic(username, password string) Authorizer {
	// A closure, because fmt prints the fields of structs, unexported ones too.
	return basic(func(r *http.Request) { r.SetBasicAuth(username, password) })
}

type basic func(*http.Request)

func (b basic) Authorize(r *http.Request) error {
	b(r)
	return nil
}

func (b basic) isEmpty() bool {
	r := http.Request{Header: http.Header{}}
	b(&r)
	username, password, _ := r.BasicAuth()
	return username == "" || password == ""
}

func (b basic) curlAuth() string { return `-u "$BW_USERNAME:$BW_PASSWORD"` }

const (
	// DefaultTokenURL is where Bandwidth exchanges client credentials for tokens.
	DefaultTokenURL = "https://api.bandwidth.com/api/v1/oauth2/token" //nolint:gosec // an address

	// renewBefore is how early a token is renewed: longer than a request takes.
	renewBefore = time.Minute
	// tokenTimeLimit bounds the exchange, so that a token endpoint which never
	// answers does not use up the time of the message.
	tokenTimeLimit = 15 * time.Second
)

var (
	// errToken marks failures of the token endpoint that another try at once would
	// not mend.
	errToken = errors.New("no access token")
	// errTokenSlow is the end of tokenTimeLimit.
	errTokenSlow = fmt.Errorf("the token endpoint did not answer within %s", tokenTimeLimit)
	// errRefusedClient is OAuth's own way to say it, which comes with status 400 too.
	errRefusedClient = fmt.Errorf("client id or secret refused: %w", ErrUnauthorized)
	// errRefusedSecret is errRefusedClient for invalid_client: at Bandwidth a client
	// secret can have a date on which it ends.
	errRefusedSecret = fmt.Errorf("client id or secret refused, or the secret has expired: %w", ErrUnauthorized)
	// ErrOddSecret goes with refused credentials whose secret looks as if more was taken
	// for it than it is. It may be right all the same.
	ErrOddSecret = errors.New("the secret begins or ends with a blank, or stands in quotes, and was sent like that; if it was pasted or comes from an env file, give it without them")
	// errBasicEnded goes with a 401 to a username and password after basicEnds.
	errBasicEnded = errors.New("usernames and passwords (HTTP Basic) ended on 2 December 2026: Bandwidth takes a client id and secret only")
)

// isOdd reports whether a secret has blanks around it, or the quotes of an env file.
func isOdd(secret string) bool {
	if strings.TrimSpace(secret) != secret {
		return true
	}
	n := len(secret)
	return n > 1 && secret[0] == secret[n-1] && strings.ContainsRune("\"'`", rune(secret[0]))
}

// basicEnds is when Bandwidth ends HTTP Basic for its API:
// https://dev.bandwidth.com/docs/account/credentials/management
var basicEnds = time.Date(2026, time.December, 2, 0, 0, 0, 0, time.UTC)

// OAuth authorises by a bearer token, for which it exchanges the client id and
// secret (RFC 6749, 4.4) at tokenURL, [DefaultTokenURL] if that is empty. The
// token lives in memory only, is shared by all requests, renewed a minute before
// it ends, and once after the API answered 401. The exchange goes by the HTTP client
// of the [Client] that asks for it. OAuth fails where [CheckTokenURL] fails,
// and with [ErrNoCredentials] if the client id or the secret is empty.
func OAuth(clientID, clientSecret, tokenURL string) (Authorizer, error) {
	if tokenURL == "" {
		tokenURL = DefaultTokenURL
	}
	if err := CheckTokenURL(tokenURL); err != nil {
		return nil, &Error{Op: "set up token endpoint", Outcome: Unsent, Err: err}
	}
	if clientID == "" || clientSecret == "" {
		return nil, &Error{Op: "set up credentials", Outcome: Unsent, Err: fmt.Errorf("%w: the client id or the client secret is empty", ErrNoCredentials)}
	}
	x := exchange{clientID, clientSecret, tokenURL}
	return &oauth{turn: make(chan struct{}, 1), exchange: exchanger(x), secrets: x.tell, tokenURL: tokenURL}, nil
}

// oauth keeps one token. Whoever holds the turn may exchange; the others wait for
// it and then find the new token there.
type oauth struct {
	turn     chan struct{}
	exchange func(context.Context) (*bearer, error) // a closure hides the secret from fmt
	secrets  func(*Hidden)                          // likewise
	tokenURL string                                 // for people; exchange knows it
	mu       sync.Mutex
	token    *bearer
	failed   error // of an exchange that nobody waited for; the next one to ask gets it
}

// bearer is a token. No pointer would hide it: fmt follows them for a verb that
// does not suit.
type bearer struct {
	header func() string // as it stands in the Authorization header
	renew  time.Time     // when to ask for another; zero if only a 401 says so
}

func (o *oauth) curlAuth() string { return `-H "Authorization: Bearer $BW_ACCESS_TOKEN"` }

func (o *oauth) tell(h *Hidden) { o.secrets(h) }

func (o *oauth) Authorize(r *http.Request) error {
	token, err := o.get(r.Context())
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", token.header())
	return nil
}

func (o *oauth) get(ctx context.Context) (*bearer, error) {
	if t := o.fresh(); t != nil {
		return t, nil
	}
	select {
	case o.turn <- struct{}{}:
		defer func() { <-o.turn }()
	case <-ctx.Done():
		return nil, &Error{Op: opToken, Outcome: Unsent, Err: context.Cause(ctx)}
	}
	if t := o.fresh(); t != nil {
		return t, nil
	}
	if err := o.failure(); err != nil {
		return nil, err
	}
	t, err := o.exchange(ctx)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.token = t
	return t, nil
}

// begin gets a token in the background, unless one is there or somebody else gets one.
func (o *oauth) begin(ctx context.Context) {
	if o.fresh() != nil {
		return
	}
	select {
	case o.turn <- struct{}{}:
	default:
		return
	}
	go func() {
		t, err := o.exchange(ctx)
		o.mu.Lock()
		o.token, o.failed = t, err
		o.mu.Unlock()
		<-o.turn
	}()
}

// failure is why a token that was asked for early did not come, once: a secret that was
// refused is not sent again at once.
func (o *oauth) failure() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	err := o.failed
	o.failed = nil
	return err
}

// fresh is the token in memory if it will do for another request.
func (o *oauth) fresh() *bearer {
	o.mu.Lock()
	defer o.mu.Unlock()
	if t := o.token; t != nil && (t.renew.IsZero() || time.Now().Before(t.renew)) {
		return t
	}
	return nil
}

// renew leaves a newer token alone: of many requests that were refused together
// only the first asks for another.
func (o *oauth) renew(used string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.token != nil && o.token.header() == used {
		o.token = nil
	}
}
