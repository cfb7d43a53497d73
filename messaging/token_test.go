package messaging

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"telex/messaging/internal/netjson"
)

// TestTokenTypes: bearer in any case, and as nobody said otherwise.
func TestTokenTypes(t *testing.T) {
	for _, kind := range []string{`,"token_type":"bearer"`, `,"token_type":"Bearer"`, `,"token_type":"BEARER"`, "", `,"token_type":null`, `,"token_type":""`} {
		for _, life := range []string{"", `,"expires_in":3600`, `,"expires_in":"3600"`, `,"expires_in":0`, `,"expires_in":30`, `,"expires_in":1e300`, `,"expires_in":"soon"`} {
			tokens := &fakeAPI{steps: []step{answer(200, `{"access_token":"a"`+kind+life+"}\n")}}
			messages := &fakeAPI{steps: []step{answer(202, receiptJSON)}}
			if _, err := oauthClient(t, tokens, messages).Send(t.Context(), testMessage()); err != nil || messages.auths[0] != "Bearer a" {
				t.Errorf("%s%s: got %v, %q, want the token used", kind, life, err, messages.auths)
			}
		}
	}
}

// TestPageInPlaceOfToken: who answered is named by the address that was asked and by
// the one that answered.
func TestPageInPlaceOfToken(t *testing.T) {
	s := startRaw(t, false, answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"))
	auth, err := OAuth(testUser, testSecret, s.url)
	if err != nil {
		t.Fatal(err)
	}
	_, err = authClient(t, auth, s.url, WithHTTPClient(trusting(t, nil))).Send(t.Context(), testMessage())
	wantOutcome(t, err, Unsent, 0)
	host := strings.TrimSuffix(strings.TrimPrefix(s.url, "http://"), "/v2")
	if want := "token endpoint " + s.url + " from " + host; !errors.Is(err, netjson.ErrWebPage) || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}

// TestRefusedCredentials: what is known of a refusal beside the API's words.
func TestRefusedCredentials(t *testing.T) {
	before, after := time.Date(2026, 12, 1, 23, 59, 59, 0, time.UTC), time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC)
	oauth := func(secret string) Authorizer {
		a, err := OAuth(testUser, secret, testTokenURL)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	tokenRefused := []step{answer(401, `{"error":"invalid_client"}`)}
	messageRefused := []step{token("a", 0), answer(401, refusalJSON), token("a", 0), answer(401, refusalJSON)}
	ofAccounts := func(accounts string) []step {
		return []step{token(jwt(`{"accounts":`+accounts+`}`), 0), answer(401, refusalJSON), token(jwt(`{"accounts":`+accounts+`}`), 0), answer(401, refusalJSON)}
	}
	for _, c := range []struct {
		name  string
		auth  Authorizer
		now   time.Time
		steps []step
		want  error // nil for none of those that are looked for
	}{
		{"Basic in time", Basic("u", "p"), before, []step{answer(401, refusalJSON)}, nil},
		{"Basic after its end", Basic("u", "p"), after, []step{answer(401, refusalJSON)}, errBasicEnded},
		{"Basic forbidden", Basic("u", "p"), after, []step{answer(403, refusalJSON)}, nil},
		{"a password in quotes", Basic("u", `"p"`), before, []step{answer(401, refusalJSON)}, ErrOddSecret},
		{"a password with a blank", Basic("u", "p "), before, []step{answer(401, refusalJSON)}, ErrOddSecret},
		{"a password of two parts", Basic("u", `a "b" c`), before, []step{answer(401, refusalJSON)}, nil},
		{"a client secret", oauth("p"), after, tokenRefused, errRefusedSecret},
		{"a client secret in quotes", oauth("'p'"), after, tokenRefused, ErrOddSecret},
		{"a token", oauth("p"), after, messageRefused, nil},
		{"a token for it", oauth("p"), after, ofAccounts(`["2","` + testAccount + `"]`), nil},
		{"a token for none", oauth("p"), after, ofAccounts(`[]`), nil},
	} {
		client := authClient(t, c.auth, DefaultBaseURL, WithHTTPClient(&http.Client{Transport: &fakeAPI{steps: c.steps}}), WithClock(func() time.Time { return c.now }))
		_, err := client.Send(t.Context(), testMessage())
		for _, kind := range []error{errBasicEnded, ErrOddSecret} {
			if got, want := errors.Is(err, kind), c.want == kind; got != want { //nolint:errorlint // a sentinel itself
				t.Errorf("%s: got %v, want %v", c.name, err, c.want)
			}
		}
		if other, is := errors.AsType[*OtherAccountError](err); is {
			t.Errorf("%s: got %v, want no other account named", c.name, other)
		}
		if c.want != nil && !errors.Is(err, c.want) || !errors.Is(err, ErrUnauthorized) {
			t.Errorf("%s: got %v, want %v, unauthorized", c.name, err, c.want)
		}
	}
}

// TestOtherAccount: a 401 to a token for other accounts names them, some of them.
func TestOtherAccount(t *testing.T) {
	for accounts, want := range map[string]string{
		`["2"]`:                             "the credentials are for account 2, and not for " + testAccount,
		`["2",3]`:                           "the credentials are for the accounts 2, 3, and not for " + testAccount,
		`["1","2","3","4","5","6","7","8"]`: "the credentials are for the accounts 1, 2, 3, 4, 5, 6 and 2 more, and not for " + testAccount,
	} {
		tokens := &fakeAPI{steps: []step{token(jwt(`{"accounts":`+accounts+`}`), 0)}}
		messages := &fakeAPI{steps: []step{answer(401, refusalJSON)}}
		_, err := oauthClient(t, tokens, messages).Send(t.Context(), testMessage())
		if err == nil || !errors.Is(err, ErrUnauthorized) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", accounts, err, want)
		}
	}
}
