package who

import (
	"testing"

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
