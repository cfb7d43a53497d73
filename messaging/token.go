package messaging

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

const opToken = "get access token"

// exchanger is the exchange of client credentials for a token, by the HTTP client
// of the call that needs it.
func exchanger(conf *clientcredentials.Config) func(context.Context) (*bearer, error) {
	fallback := guarded(NewHTTPClient()) // for who calls Authorize without a Client
	return func(ctx context.Context) (*bearer, error) {
		client, ok := ctx.Value(clientKey{}).(*http.Client)
		if !ok {
			client = fallback
		}
		ctx, cancel := context.WithTimeoutCause(ctx, tokenTimeLimit, errTokenSlow)
		defer cancel()
		t, err := conf.Token(context.WithValue(ctx, oauth2.HTTPClient, client))
		if err != nil {
			return nil, tokenError(ctx, err, conf)
		}
		if strings.ContainsFunc(t.AccessToken, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return nil, tokenError(ctx, errors.New("it holds characters that no token has"), conf)
		}
		b := &bearer{header: func() string { return "Bearer " + t.AccessToken }}
		if !t.Expiry.IsZero() {
			// A token that lives for a minute or less would be stale from the start.
			early := min(renewBefore, time.Until(t.Expiry)/2)
			b.renew = t.Expiry.Add(-early)
		}
		return b, nil
	}
}

// tokenError makes an *Error of a failed exchange. The endpoint's body is left
// out, and so are words of it that repeat what was sent.
func tokenError(ctx context.Context, err error, conf *clientcredentials.Config) error {
	e := &Error{Op: opToken, Outcome: Unsent}
	if refusal, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		e.Type, e.Detail = withoutSecret(refusal.ErrorCode, conf), withoutSecret(refusal.ErrorDescription, conf)
		e.Status = refusal.Response.StatusCode
		switch e.Type {
		case "invalid_client", "unauthorized_client", "access_denied":
			e.Err = errRefusedClient
		default:
			if e.Status < 500 {
				e.Err = errToken
			}
		}
		return e
	}
	_, transport := errors.AsType[*url.Error](err)
	e.Err = plainCause(ctx, err)
	if !transport && ctx.Err() == nil {
		e.Err = fmt.Errorf("%w: %w", errToken, e.Err)
	}
	return e
}

// withoutSecret is s, or nothing if the client secret is in it in any form that it
// was sent in.
func withoutSecret(s string, conf *clientcredentials.Config) string {
	id, secret := url.QueryEscape(conf.ClientID), url.QueryEscape(conf.ClientSecret)
	basic := base64.StdEncoding.EncodeToString([]byte(id + ":" + secret))
	for _, form := range []string{conf.ClientSecret, secret, basic} {
		if form != "" && strings.Contains(s, form) {
			return ""
		}
	}
	return s
}
