package who

import (
	"testing"

	"telex/config"
	"telex/messaging"
)

func TestTokenURL(t *testing.T) {
	t.Parallel()
	tests := []struct{ set, base, want string }{
		{"", messaging.DefaultBaseURL, messaging.DefaultTokenURL},
		{"", "https://gateway.example/api/v2", messaging.DefaultTokenURL},
		{"", "http://127.0.0.1:8095/api/v2", "http://127.0.0.1:8095/api/v1/oauth2/token"},
		{"", "https://localhost:8443/api/v2", "https://localhost:8443/api/v1/oauth2/token"},
		{"", "http://[::1]:8095/x/api/v2", "http://[::1]:8095/api/v1/oauth2/token"},
		{"", "https://localhost.example/api/v2", messaging.DefaultTokenURL},
		{"https://t.example", "http://127.0.0.1:8095/api/v2", "https://t.example"},
	}
	for _, tt := range tests {
		if got := TokenURL(tt.set, tt.base); got != tt.want {
			t.Errorf("tokenURL(%q, %q): got %s, want %s", tt.set, tt.base, got, tt.want)
		}
	}
}

// TestDashboardURL: what is asked about the account goes to the host that gave the token,
// and to no other.
func TestDashboardURL(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{
		messaging.DefaultTokenURL:                   messaging.DefaultDashboardURL,
		"http://127.0.0.1:8095/api/v1/oauth2/token": "http://127.0.0.1:8095/api/v2",
		"https://id.example:8443/x/oauth2/token":    "https://id.example:8443/api/v2",
		"http://id.example/token":                   messaging.DefaultDashboardURL, // no token comes from there
		"https://u:p@id.example/token":              messaging.DefaultDashboardURL,
	} {
		if got := dashboardURL(token); got != want {
			t.Errorf("%s: got %s, want %s", token, got, want)
		}
	}
}

// TestAddress: the address is written as the client and the rows of the outbox have it, or
// a listener would ask about none of them.
func TestAddress(t *testing.T) {
	t.Parallel()
	auth := messaging.Basic("user", "s3cret")
	for _, set := range []string{"", "https://gateway.example/api/v2", "https://gateway.example/api/v2/", "https://gateway.example/api/v2//"} {
		id := Identity{Settings: config.Settings{BaseURL: set}}
		client, err := messaging.New("9900000", auth, messaging.WithBaseURL(set))
		if set == "" {
			client, err = messaging.New("9900000", auth)
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := id.Address(); got != client.BaseURL() {
			t.Errorf("%q: got %s, want %s", set, got, client.BaseURL())
		}
	}
}
