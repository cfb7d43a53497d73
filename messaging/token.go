package messaging

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"telex/messaging/internal/netjson"
)

const opToken = "get access token"

// An exchange is how a client id and secret are turned into a token.
type exchange struct{ id, secret, url string }

// tokenAnswer is the body of a token endpoint's answer, good or bad (RFC 6749, 5.1 and
// 5.2).
type tokenAnswer struct {
	AccessToken string          `json:"access_token"`
	TokenType   string          `json:"token_type"`
	ExpiresIn   json.RawMessage `json:"expires_in"` // a number, or a number in a string
	Error       string          `json:"error"`
	Description string          `json:"error_description"`
}

// exchanger is the exchange of client credentials for a token, by the HTTP client
// of the call that needs it.
func exchanger(x exchange) func(context.Context) (*bearer, error) {
	fallback := &Client{http: guarded(NewHTTPClient()), traced: true, agent: defaultAgent} // for who calls Authorize without a Client
	return func(ctx context.Context) (*bearer, error) {
		client, ok := ctx.Value(clientKey{}).(*Client)
		if !ok {
			client = fallback
		}
		ctx, cancel := context.WithTimeoutCause(ctx, tokenTimeLimit, errTokenSlow)
		defer cancel()
		return x.fetch(ctx, client)
	}
}

// tell adds the client's credentials to what is taken out of answers.
func (x exchange) tell(h *Hidden) { h.Pair(x.id, x.secret) }

// request is what is asked of the token endpoint (RFC 6749, 4.4.2 and 2.3.1).
func (x exchange) request(ctx context.Context, agent string) (*http.Request, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, x.url, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, errors.New("the address of the token endpoint cannot be used")
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", agent)
	r.SetBasicAuth(url.QueryEscape(x.id), url.QueryEscape(x.secret))
	return r, nil
}

// fetch makes one exchange. Errors are *Errors. Neither body nor headers of the answer
// are in them, for they may hold a token; its error and error_description are.
func (x exchange) fetch(ctx context.Context, client *Client) (token *bearer, err error) {
	e := &Error{Op: opToken, Outcome: Unsent}
	try := Attempt{Start: time.Now()}
	defer func() {
		try.Took, try.Err = time.Since(try.Start), e.Err
		client.tell(opToken, try)
	}()
	w := &wire{traced: client.traced}
	r, err := x.request(w.trace(ctx), client.agent)
	if err != nil {
		e.Err = fmt.Errorf("%w: %w", errToken, err)
		return nil, e
	}
	var secrets Hidden
	x.tell(&secrets)
	mask := requestMask(secrets, client.http, r)
	start := time.Now()
	resp, err := client.http.Do(r) //nolint:bodyclose // readAnswer closes it
	var a *Answer
	if err == nil {
		a, err = readAnswer(resp, start)
	}
	if err != nil {
		e.Err = mask.plainError(withoutForeign(plainCause(ctx, err)))
		return nil, e
	}
	try.Status = a.Status
	var said tokenAnswer
	unread := netjson.Decode(a.Body, &said)
	if errors.Is(unread, netjson.ErrWebPage) {
		unread = webPageOf(x.url, w.peer)
	}
	if a.Status/100 != 2 || said.Error != "" {
		if said.AccessToken != "" {
			secrets.Token(said.AccessToken)
			mask = requestMask(secrets, client.http, r)
		}
		e = refusedExchange(e, a.Status, said, unread, mask)
		if e.Err != nil && errors.Is(e, ErrUnauthorized) && isOdd(x.secret) {
			e.Err = fmt.Errorf("%w: %w", e.Err, ErrOddSecret)
		}
		return nil, e
	}
	token, err = said.bearer(unread)
	if err != nil {
		e.Err = mask.plainError(fmt.Errorf("%w: %w", errToken, err))
		return nil, e
	}
	return token, nil
}

// refusedExchange makes e say what a token endpoint answered that gave no token.
func refusedExchange(e *Error, status int, said tokenAnswer, unread error, mask Mask) *Error {
	e.Status, e.Type, e.Detail = status, mask.String(said.Error), mask.String(said.Description)
	switch {
	case e.Type == "invalid_client":
		e.Err = errRefusedSecret
	case e.Type == "unauthorized_client", e.Type == "access_denied":
		e.Err = errRefusedClient
	case e.Status < 500 && errors.Is(unread, netjson.ErrWebPage):
		e.Err = fmt.Errorf("%w: %w", errToken, unread)
	case e.Status < 500:
		e.Err = errToken
	}
	return e
}

// bearer is the token of a good answer. Unread is why it could not be decoded.
func (t tokenAnswer) bearer(unread error) (*bearer, error) {
	switch {
	case unread != nil:
		return nil, unread
	case t.AccessToken == "":
		return nil, errors.New("the answer holds no token")
	case strings.ContainsFunc(t.AccessToken, func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, errors.New("it holds characters that tokens never have")
	// RFC 6749, 7.1: who does not understand the type must not use the token. Without
	// a type it is taken for the one that was asked for.
	case t.TokenType != "" && !strings.EqualFold(t.TokenType, "bearer"):
		return nil, fmt.Errorf("the token endpoint gives tokens of type %s, and only those of type bearer can be used", quoteShort(t.TokenType))
	}
	b := &bearer{header: func() string { return "Bearer " + t.AccessToken }}
	if lives := t.lives(); lives != 0 {
		// A token that lives for a minute or less would be stale from the start.
		b.renew = time.Now().Add(lives - min(renewBefore, lives/2))
	}
	return b, nil
}

// longestLife bounds what is believed of a token's life.
const longestLife = 365 * 24 * time.Hour

// lives is how long the token can be used from now on; 0 if that was not said.
func (t tokenAnswer) lives() time.Duration {
	seconds, err := strconv.ParseFloat(strings.Trim(string(t.ExpiresIn), `" `), 64)
	if err != nil || seconds != seconds {
		return 0
	}
	return time.Duration(min(max(seconds, -1), longestLife.Seconds()) * float64(time.Second))
}

// webPageOf says that something else than the token endpoint at address answered, and
// from where.
func webPageOf(address string, peer interface{ String() string }) error {
	from := ""
	if peer != nil {
		from = " from " + peer.String()
	}
	return fmt.Errorf("%w in place of the token endpoint %s%s, as a captive portal, a single sign-on or a proxy does", netjson.ErrWebPage, printable(address), from)
}

// withoutForeign leaves out what net/http quotes of an answer that is no HTTP: nobody
// knows whether a token is in it.
func withoutForeign(err error) error {
	text := err.Error()
	if i := strings.IndexByte(text, '"'); i >= 0 && strings.Contains(text[:i], "malformed") {
		return errors.New(strings.TrimRight(text[:i], " :"))
	}
	return err
}
