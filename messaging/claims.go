package messaging

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"telex/messaging/internal/netjson"
)

// Claims are what a bearer token says of whom it is for. Nobody has checked its
// signature, which only Bandwidth can: they are for telling people, and decide nothing.
// The words are foreign: clean them before showing them on a terminal.
type Claims struct {
	Accounts []string // ids of the accounts that it is good for; none: it names no account
	Roles    []string // what it may do, in Bandwidth's words
	Express  bool     // it is of a Build account, which has voice only: no message can be sent
}

// The limits of a token.
const (
	maxTokenBytes  = 64 << 10
	maxClaims      = 1_000 // accounts, and roles
	maxClaimLength = 200   // bytes of one
)

// ErrNoClaims means that there is no token, or one that says nothing of itself.
var ErrNoClaims = errors.New("the access token says nothing of the account")

// Claims reads the bearer token that calls are made with, and fetches one where there is
// none yet. Errors are those of the token endpoint, or match [ErrNoClaims].
func (d *Dashboard) Claims(ctx context.Context) (Claims, error) {
	fail := func(why string) (Claims, error) {
		return Claims{}, &Error{Op: "read access token", Outcome: Rejected, Err: fmt.Errorf("%w: %s", ErrNoClaims, why)}
	}
	ctx = context.WithValue(ctx, clientKey{}, d.client)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.client.base, nil)
	if err != nil {
		return fail("the address of the dashboard cannot be used")
	}
	if err := d.client.auth.Authorize(r); err != nil {
		return Claims{}, err
	}
	token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !isBearer {
		return fail("a username and password have none")
	}
	claims, err := readClaims(token, d.client.mask(d.client.auth, d.client.http, r))
	if err != nil {
		return fail(err.Error())
	}
	return claims, nil
}

// readClaims reads the second part of a JWT (RFC 7519, 3). The errors repeat nothing of
// it.
func readClaims(token string, mask Mask) (Claims, error) {
	if len(token) > maxTokenBytes {
		return Claims{}, errors.New("it is too long")
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return Claims{}, errors.New("it is no JWT")
	}
	said, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return Claims{}, errors.New("it is no JWT: its claims are not in base64")
	}
	var claims struct {
		Accounts []json.RawMessage `json:"accounts"`
		Roles    []json.RawMessage `json:"roles"`
		Express  bool              `json:"express"`
	}
	if netjson.Decode(mask.Bytes(said), &claims) != nil {
		return Claims{}, errors.New("its claims are not a JSON object")
	}
	return Claims{claimsOf(claims.Accounts), claimsOf(claims.Roles), claims.Express}, nil
}

// claimsOf are those of a list that are a word or a number.
func claimsOf(list []json.RawMessage) []string {
	var words []string
	for _, raw := range list[:min(len(list), maxClaims)] {
		word := string(raw)
		if raw[0] == '"' {
			_ = json.Unmarshal(raw, &word) // which is well-formed
		} else if strings.Trim(word, "0123456789") != "" {
			continue
		}
		if word != "" && len(word) <= maxClaimLength {
			words = append(words, word)
		}
	}
	return words
}

// OtherAccountError goes with a 401 to a token that is for other accounts. Accounts are
// what [Claims] has of them.
type OtherAccountError struct {
	Accounts []string
	Account  string // that was asked for
}

// mostAccountsNamed is how many are named.
const mostAccountsNamed = 6

// Error names the first of the accounts that the token is for, and the one that it is not
// for.
func (e *OtherAccountError) Error() string {
	if len(e.Accounts) == 1 {
		return fmt.Sprintf("the credentials are for account %s, and not for %s", e.Accounts[0], e.Account)
	}
	named, more := e.Accounts, ""
	if n := len(named) - mostAccountsNamed; n > 0 {
		named, more = named[:mostAccountsNamed], fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("the credentials are for the accounts %s%s, and not for %s", strings.Join(named, ", "), more, e.Account)
}
