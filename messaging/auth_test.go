package messaging

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

const testTokenURL = "https://token.example/api/v1/oauth2/token"

func newOAuth(t *testing.T) Authorizer {
	t.Helper()
	a, err := OAuth(testUser, testSecret, testTokenURL)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// token is the step that gives out a token for so many seconds.
func token(name string, seconds int) step {
	return answer(200, fmt.Sprintf(`{"access_token":%q,"token_type":"bearer","expires_in":%d}`, name, seconds), "Content-Type: application/json")
}

// oauthClient has its tokens from tokens and its messages answered by messages.
func oauthClient(t *testing.T, tokens, messages *fakeAPI) *Client {
	t.Helper()
	both := roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Host == "token.example" {
			return tokens.RoundTrip(r)
		}
		return messages.RoundTrip(r)
	})
	return authClient(t, newOAuth(t), DefaultBaseURL, WithHTTPClient(&http.Client{Transport: both}))
}

func TestTokenExchange(t *testing.T) {
	api := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/token":
			id, secret, _ := r.BasicAuth()
			if r.Method != http.MethodPost || id != testUser || secret != "p4ss%3Aw%25rd%2642" || r.FormValue("grant_type") != "client_credentials" {
				t.Errorf("got %s with %q, %q, form %v, want the client credentials in a POST", r.Method, id, secret, r.Form)
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprint(w, `{"access_token":"abc","token_type":"bearer","expires_in":3600}`)
		default:
			if got := r.Header.Get("Authorization"); got != "Bearer abc" {
				t.Errorf("got Authorization %q, want Bearer abc", got)
			}
			w.WriteHeader(http.StatusAccepted)
			_, _ = fmt.Fprint(w, receiptJSON)
		}
	}))
	defer api.Close()
	auth, err := OAuth(testUser, testSecret, api.URL+"/token")
	if err != nil {
		t.Fatal(err)
	}
	h := trusting(t, transportOf(t, api.Client()).TLSClientConfig.RootCAs)
	// The token endpoint's certificate is trusted by the client's transport only.
	if _, err := authClient(t, auth, api.URL, WithHTTPClient(h)).Send(t.Context(), testMessage()); err != nil {
		t.Errorf("got %v, want a receipt", err)
	}
}

// TestOneExchangeForMany: fifty sends at once need one token, and one more after
// it was refused to all of them.
func TestOneExchangeForMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(s step) step {
			return func(r *http.Request) (*http.Response, error) {
				time.Sleep(time.Second) //nolint:forbidigo // in the bubble's own time
				return s(r)
			}
		}
		var refused atomic.Bool
		var turn atomic.Int64
		tokens := &fakeAPI{steps: []step{slow(token("first", 3600)), slow(token("second", 3600)), failing(errors.New("a third exchange"))}}
		messages := &fakeAPI{steps: []step{slow(func(r *http.Request) (*http.Response, error) {
			// Some answers come long after the token was renewed for others.
			time.Sleep(time.Duration(turn.Add(1)%50) * 100 * time.Millisecond) //nolint:forbidigo // in the bubble's own time
			if refused.Load() && r.Header.Get("Authorization") == "Bearer first" {
				return answer(401, refusalJSON)(r)
			}
			return answer(202, receiptJSON)(r)
		})}}
		client := oauthClient(t, tokens, messages)
		for round := range 2 {
			var wg sync.WaitGroup
			for range 50 {
				wg.Go(func() {
					if _, err := client.Send(t.Context(), testMessage()); err != nil {
						t.Errorf("round %d: %v", round, err)
					}
				})
			}
			wg.Wait()
			if got := tokens.calls(); got != round+1 {
				t.Errorf("round %d: got %d exchanges, want %d", round, got, round+1)
			}
			refused.Store(true)
		}
		if got := messages.calls(); got != 150 {
			t.Errorf("got %d messages, want 50, 50 refused and 50 again", got)
		}
	})
}

func TestTokenRenewal(t *testing.T) {
	for _, c := range []struct {
		name    string
		seconds int
		after   time.Duration // between two sends
		want    int           // exchanges
	}{
		{"long before the end", 3600, 30 * time.Minute, 1},
		{"just over a minute before the end", 3600, 59*time.Minute - time.Millisecond, 1},
		{"a minute before the end", 3600, 59 * time.Minute, 2},
		{"after the end", 3600, 2 * time.Hour, 2},
		{"a short token, soon", 30, 14 * time.Second, 1},
		{"a short token, half over", 30, 15 * time.Second, 2},
		{"a token without end", 0, 1000 * time.Hour, 1},
		{"a token that has ended", -5, 0, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			tokens := &fakeAPI{steps: []step{token("first", c.seconds), token("second", 3600)}}
			messages := &fakeAPI{steps: []step{answer(202, receiptJSON)}}
			client := oauthClient(t, tokens, messages)
			for i := range 2 {
				if _, err := client.Send(t.Context(), testMessage()); err != nil {
					t.Fatalf("%s: send %d: %v", c.name, i, err)
				}
				if i == 0 {
					time.Sleep(c.after) //nolint:forbidigo // in the bubble's own time
				}
			}
			want := []string{"Bearer first", "Bearer first"}
			if c.want == 2 {
				want[1] = "Bearer second"
			}
			if tokens.calls() != c.want || !slices.Equal(messages.auths, want) {
				t.Errorf("%s: got %d exchanges, %v, want %d, %v", c.name, tokens.calls(), messages.auths, c.want, want)
			}
		})
	}
}

func TestRenewalAfter401(t *testing.T) {
	no, ok := answer(401, refusalJSON), answer(202, receiptJSON)
	for _, c := range []struct {
		name            string
		messages        []step
		tokens, calls   int
		outcome         Outcome
		status          int
		wantUnsentAfter bool
	}{
		{"renewed", []step{no, ok}, 2, 2, Accepted, 202, false},
		{"refused again", []step{no}, 2, 2, Rejected, 401, false},
		{"refused, then an error, then refused", []step{no, answer(500, refusalJSON), no}, 2, 3, Rejected, 401, false},
		{"refused, then lost", []step{no, failing(errors.New("cut"))}, 2, 2, Unknown, 0, false},
		{"403", []step{answer(403, refusalJSON), ok}, 1, 1, Rejected, 403, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			tokens := &fakeAPI{steps: []step{token("first", 3600), token("second", 3600)}}
			messages := &fakeAPI{steps: c.messages}
			start := time.Now()
			_, err := oauthClient(t, tokens, messages).Send(t.Context(), testMessage())
			if tokens.calls() != c.tokens || messages.calls() != c.calls {
				t.Errorf("%s: got %d exchanges, %d messages, want %d, %d", c.name, tokens.calls(), messages.calls(), c.tokens, c.calls)
			}
			if c.outcome == Accepted {
				if err != nil || time.Since(start) != 0 {
					t.Errorf("%s: got %v after %s, want a receipt at once", c.name, err, time.Since(start))
				}
				return
			}
			wantOutcome(t, err, c.outcome, c.status)
		})
	}
}

// TestTokenFailures: without a token nothing was sent, and the error says why.
func TestTokenFailures(t *testing.T) {
	down := failing(noConnection())
	for _, c := range []struct {
		name         string
		tokens       []step
		calls        int
		unauthorized bool
		limited      bool
		want         string
	}{
		{"refused", []step{answer(401, `{"error":"invalid_client"}`)}, 1, true, false, "client id or secret refused"},
		{"refused as the RFC wants it", []step{answer(400, `{"error":"invalid_client","error_description":"no\u001b[2J"}`)}, 1, true, false, "client id or secret refused"},
		{"refused in HTML", []step{answer(403, htmlBody)}, 1, true, false, "HTTP 403"},
		{"refused with 200", []step{answer(200, `{"error":"access_denied"}`)}, 1, true, false, "client id or secret refused"},
		{"a bad request", []step{answer(400, `{"error":"unsupported_grant_type"}`)}, 1, false, false, "unsupported_grant_type"},
		{"limited", []step{answer(429, "")}, 1, false, true, "HTTP 429"},
		{"not there", []step{answer(404, htmlBody)}, 1, false, false, "HTTP 404"},
		{"a server error, for ever", []step{answer(503, htmlBody)}, 3, false, false, "HTTP 503"},
		{"no connection, for ever", []step{down}, 3, false, false, "connection refused"},
		{"redirected", []step{answer(302, "", "Location: https://elsewhere.example/")}, 1, false, false, "HTTP 302"},
		{"redirected, to be repeated", []step{answer(307, "", "Location: https://elsewhere.example/")}, 1, false, false, "HTTP 307"},
		{"another protocol", []step{answer(101, "")}, 1, false, false, "HTTP 101"},
		{"HTML", []step{answer(200, htmlBody)}, 1, false, false, "no access token: the answer is a web page"},
		{"a page to sign in", []step{answer(200, " \r\n<!DOCTYPE html><title>Sign in", "Content-Type: text/html")}, 1, false, false, "in place of the token endpoint " + testTokenURL},
		{"a page that says 511", []step{answer(511, htmlBody)}, 3, false, false, "HTTP 511"},
		{"a token of another type", []step{answer(200, `{"access_token":"a","token_type":"mac"}`)}, 1, false, false, `tokens of type "mac", and only those of type bearer`},
		{"a token by another name", []step{answer(200, `{"Access_Token":"a","token_type":"bearer"}`)}, 1, false, false, "no access token"},
		{"two tokens", []step{answer(200, `{"access_token":"a","access_token":"b"}`)}, 1, false, false, "two values"},
		{"a client that is refused", []step{answer(401, `{"error":"unauthorized_client"}`)}, 1, true, false, "client id or secret refused"},
		{"nothing", []step{answer(200, "")}, 1, false, false, "no access token"},
		{"no token", []step{answer(200, `{"token_type":"bearer"}`)}, 1, false, false, "no access token"},
		{"an empty token", []step{token("", 3600)}, 1, false, false, "no access token"},
		{"a token with a line feed", []step{token("a\r\nX: y", 3600)}, 1, false, false, "no access token"},
		{"a token of other bytes", []step{token("a\u00e9", 3600)}, 1, false, false, "no access token"},
	} {
		synctest.Test(t, func(t *testing.T) {
			tokens, messages := &fakeAPI{steps: c.tokens}, &fakeAPI{steps: []step{answer(202, receiptJSON)}}
			_, err := oauthClient(t, tokens, messages).Send(t.Context(), testMessage())
			e := wantError(t, err, Unsent, 0)
			if tokens.calls() != c.calls || messages.calls() != 0 || len(e.Attempts) != c.calls {
				t.Errorf("%s: got %d exchanges, %d messages, %d attempts, want %d, 0, %d", c.name, tokens.calls(), messages.calls(), len(e.Attempts), c.calls, c.calls)
			}
			if errors.Is(err, ErrUnauthorized) != c.unauthorized || errors.Is(err, ErrRateLimited) != c.limited {
				t.Errorf("%s: got %v, want unauthorized %v, limited %v", c.name, err, c.unauthorized, c.limited)
			}
			if text := err.Error(); !strings.Contains(text, c.want) || !strings.HasPrefix(text, "send message: get access token: ") {
				t.Errorf("%s: got %q, want %q in it", c.name, text, c.want)
			}
			wantPrintable(t, err.Error())
		})
	}
}

func TestTokenEndpointComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens := &fakeAPI{steps: []step{failing(noConnection()), answer(502, htmlBody), token("third", 3600)}}
		messages := &fakeAPI{steps: []step{answer(202, receiptJSON)}}
		if _, err := oauthClient(t, tokens, messages).Send(t.Context(), testMessage()); err != nil {
			t.Errorf("got %v, want a receipt by the third exchange", err)
		}
	})
}

// TestStallingTokenEndpoint: it costs its own time limit a try, then the message's.
func TestStallingTokenEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens, messages := &fakeAPI{steps: []step{silence}}, &fakeAPI{steps: []step{answer(202, receiptJSON)}}
		client := oauthClient(t, tokens, messages)
		start := time.Now()
		_, err := client.Send(t.Context(), testMessage())
		wantOutcome(t, err, Unsent, 0)
		if took := time.Since(start); tokens.calls() != 3 || took < 45*time.Second || took > 47*time.Second || !errors.Is(err, errTokenSlow) {
			t.Errorf("got %d exchanges in %s, %v, want 3 of 15 s each", tokens.calls(), took, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start = time.Now()
		_, err = client.Send(ctx, testMessage())
		wantOutcome(t, err, Unsent, 0)
		if took := time.Since(start); took != 5*time.Second || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %s, %v, want the end of the context", took, err)
		}
	})
}

// TestWaitingForTheTurn: who waits for another's exchange can give up alone, and
// takes over when the other fails.
func TestWaitingForTheTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens := &fakeAPI{steps: []step{silence, token("second", 3600)}}
		messages := &fakeAPI{steps: []step{answer(202, receiptJSON)}}
		client := oauthClient(t, tokens, messages)
		var wg sync.WaitGroup
		for i, limit := range []time.Duration{3 * time.Second, time.Second, 20 * time.Second} {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * time.Millisecond) //nolint:forbidigo // in the bubble's own time: the first has the turn
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				start := time.Now()
				_, err := client.Send(ctx, testMessage())
				if want := []Outcome{Unsent, Unsent, Accepted}[i]; OutcomeOf(err) != want {
					t.Errorf("sender %d: got %v after %s, want %s", i, err, time.Since(start), want)
				}
				if took := time.Since(start); i < 2 && took != limit || i == 2 && took > 3*time.Second {
					t.Errorf("sender %d: got %s, want its own limit, or the end of the first", i, took)
				}
			})
		}
		wg.Wait()
	})
}

func TestAuthorizeWithoutClient(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/token" {
			t.Errorf("got %s with %v, want no redirect followed", r.URL, r.Header)
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusTemporaryRedirect)
	}))
	defer s.Close()
	auth, err := OAuth(testUser, testSecret, s.URL+"/token")
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, s.URL, nil).WithContext(t.Context())
	if err := auth.Authorize(r); OutcomeOf(err) != Unsent || r.Header.Get("Authorization") != "" {
		t.Errorf("got %v, %v, want an error and no header", err, r.Header)
	}
}

func TestFailingAuthorizer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("the vault is \x1b[31mlocked")
		api := &fakeAPI{steps: []step{answer(202, receiptJSON)}}
		client := authClient(t, authFunc(func(*http.Request) error { return broken }), DefaultBaseURL, WithHTTPClient(&http.Client{Transport: api}))
		_, err := client.Send(t.Context(), testMessage())
		wantOutcome(t, err, Unsent, 0)
		if !errors.Is(err, broken) || api.calls() != 0 {
			t.Errorf("got %v, %d calls, want the cause and none", err, api.calls())
		}
		wantPrintable(t, err.Error()+asError(t, err).Attempts[0].Err.Error())
	})
}

type authFunc func(*http.Request) error

func (f authFunc) Authorize(r *http.Request) error { return f(r) }
