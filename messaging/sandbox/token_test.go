package sandbox

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

const formType = "application/x-www-form-urlencoded"

// askToken posts form to the token endpoint, without the API's credentials.
func (w *world) askToken(form string, edit ...func(*http.Request)) answer {
	w.Helper()
	plain := func(r *http.Request) {
		r.Header.Del("Authorization")
		r.Header.Set("Content-Type", formType)
	}
	return w.do("POST", TokenPath, form, append([]func(*http.Request){plain}, edit...)...)
}

func asClient(id, secret string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(id, secret) }
}

func TestToken(t *testing.T) {
	const grant = "grant_type=client_credentials"
	tests := []struct {
		name   string
		form   string
		edit   func(*http.Request)
		status int
		kind   string // of the error
	}{
		{"basic", grant, asClient("sandbox", "sandbox"), 200, ""},
		{"basic, form-encoded", grant, asClient("%73andbox", "sandbo%78"), 200, ""},
		{"in the form", grant + "&client_id=sandbox&client_secret=sandbox", header("X", ""), 200, ""},
		{"scope is ignored", grant + "&scope=x", asClient("sandbox", "sandbox"), 200, ""},
		{"wrong secret", grant, asClient("sandbox", "x"), 401, "invalid_client"},
		{"wrong id", grant, asClient("x", "sandbox"), 401, "invalid_client"},
		{"wrong secret in the form", grant + "&client_id=sandbox&client_secret=x", header("X", ""), 401, "invalid_client"},
		{"basic decides", grant + "&client_id=sandbox&client_secret=sandbox", asClient("x", "x"), 401, "invalid_client"},
		{"no client", grant, header("X", ""), 401, "invalid_client"},
		{"another grant", "grant_type=password", asClient("sandbox", "sandbox"), 400, "unsupported_grant_type"},
		{"no grant", "scope=x", asClient("sandbox", "sandbox"), 400, "invalid_request"},
		{"two grants", grant + "&" + grant, asClient("sandbox", "sandbox"), 400, "invalid_request"},
		{"JSON", `{"grant_type":"client_credentials"}`, header("Content-Type", "application/json"), 400, "invalid_request"},
		{"bad form", grant + "&a=%zz", asClient("sandbox", "sandbox"), 400, "invalid_request"},
		{"huge form", grant + "&a=" + strings.Repeat("a", maxTokenFormBytes), asClient("sandbox", "sandbox"), 400, "invalid_request"},
	}
	w := newWorld(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := w.askToken(tt.form, tt.edit)
			if a.status != tt.status || a.header.Get("Content-Type") != jsonType || a.header.Get("Cache-Control") != "no-store" {
				t.Fatalf("got %d %v %s, want %d, JSON, no-store", a.status, a.header, a.body, tt.status)
			}
			got := decode[map[string]any](t, a.body)
			if tt.kind != "" {
				if got["error"] != tt.kind || len(a.header.Values("WWW-Authenticate")) != map[bool]int{true: 1}[tt.status == 401] {
					t.Errorf("got %s %v, want error %s", a.body, a.header, tt.kind)
				}
				return
			}
			if token, _ := got["access_token"].(string); token == "" || got["token_type"] != "Bearer" || got["expires_in"] != 3600.0 || len(got) != 3 {
				t.Errorf("got %s, want a bearer token for 3600 s", a.body)
			}
		})
	}
}

// A query is no place for credentials, and is not looked at.
func TestTokenFromQuery(t *testing.T) {
	w := newWorld(t)
	r := func(r *http.Request) {
		r.URL.RawQuery = "grant_type=client_credentials&client_id=sandbox&client_secret=sandbox"
	}
	if a := w.askToken("x=y", r); a.status != 401 {
		t.Errorf("got %d %s, want 401", a.status, a.body)
	}
	if line := <-w.log; strings.Contains(line, "secret") {
		t.Errorf("the log has the query: %q", line)
	}
}

func TestTokenIsGoodForAnHour(t *testing.T) {
	w := newWorld(t)
	issue := func() string {
		a := w.askToken("grant_type=client_credentials", asClient("sandbox", "sandbox"))
		return decode[map[string]any](t, a.body)["access_token"].(string)
	}
	token := issue()
	if again := issue(); again == token {
		t.Errorf("got the same token twice: %s", token)
	}
	status := func(token string) int {
		return w.do("POST", messagesPath, textTo("+12345678902"), header("Authorization", "bearer "+token)).status
	}
	if got := status(token); got != 202 {
		t.Errorf("new: got %d, want 202", got)
	}
	w.clock.advance(time.Hour - time.Millisecond)
	if got := status(token); got != 202 {
		t.Errorf("just before an hour: got %d, want 202", got)
	}
	w.clock.advance(time.Millisecond)
	if got := status(token); got != 401 {
		t.Errorf("after an hour: got %d, want 401", got)
	}
	fresh := issue()
	forged := []byte(fresh)
	forged[3] ^= 1 // another letter of base64, in the part that is signed
	if got := status(string(forged)); got != 401 {
		t.Errorf("forged: got %d, want 401", got)
	}
	if other := newWorld(t); other.do("GET", messagesPath+"?limit=1", "", header("Authorization", "Bearer "+fresh)).status != 401 {
		t.Error("another sandbox took the token")
	}
}
