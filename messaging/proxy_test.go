package messaging

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestProxyFault: what net/http would pass over without a word is an error.
func TestProxyFault(t *testing.T) {
	for value, want := range map[string]string{
		"http://proxy.example:3128": "", "https://proxy.example": "", "socks5://proxy.example:1080": "", "socks5h://10.0.0.1": "",
		"proxy.example:3128": "", "proxy.example": "", "http://user:hunter2@proxy.example:3128": "", "user:hunter2@proxy.example:3128": "",
		"http://[::1]:3128": "", "http://proxy.example:3128/": "",
		"http://proxy.example:31x8": "cannot be read", "http://user:hunter2%zz@proxy.example": "cannot be read", "http://hunter2\x7f": "cannot be read",
		"://hunter2": "cannot be read", "http://user:hunter2@[::1": "cannot be read",
		"http://": "names no host", "http://:3128": "names no host", "http://a, http://hunter2": "cannot be read", "http://a;b": "names no host",
		"socks4://hunter2": "scheme", "ftp://hunter2": "scheme", "htp://proxy.example": "scheme",
		"http://proxy.example:0": "port", "http://proxy.example:99999": "port",
	} {
		got := proxyFault(value)
		if want == "" && got != "" || !strings.Contains(got, want) || strings.Contains(got, "hunter2") {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}

func TestEnvironmentProxy(t *testing.T) {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy"} {
		for _, other := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"} {
			t.Setenv(other, "")
		}
		t.Setenv(name, "http://user:hunter2@proxy.example:31x8")
		for address, bad := range map[string]bool{
			"https://messaging.bandwidth.com/api/v2": true, "http://messaging.bandwidth.com/api/v2": false,
			"https://localhost/": false, "https://127.0.0.1:8/": false, "https://[::1]/": false,
		} {
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			through, err := EnvironmentProxy(&http.Request{URL: u})
			if (err != nil) != bad || bad && (!errors.Is(err, ErrProxy) || !strings.HasPrefix(err.Error(), name+" is not the address of a proxy: ") || strings.Contains(err.Error(), "hunter2")) {
				t.Errorf("%s for %s: got %v, %v, want an error %v that names the variable", name, address, through, err, bad)
			}
		}
		// Nothing leaves by another way, and nothing is tried again.
		auths := map[string]Authorizer{"Basic": Basic("u", "p"), "a token": newOAuth(t)}
		for kind, auth := range auths {
			_, err := authClient(t, auth, DefaultBaseURL).Send(t.Context(), testMessage())
			e := wantError(t, err, Unsent, 0)
			if !errors.Is(err, ErrProxy) || len(e.Attempts) != 1 || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s: got %v after %d attempts, want the variable named after one", kind, err, len(e.Attempts))
			}
		}
		if _, err := LookAtMedia(t.Context(), "https://example.org/a.png", ""); !errors.Is(err, ErrProxy) {
			t.Errorf("got %v for a look at media, want the variable named", err)
		}
	}
}

// TestExempt: NO_PROXY by the rules of net/http.
func TestExempt(t *testing.T) {
	for _, c := range []struct {
		list, address string
		want          bool
	}{
		{"", "https://messaging.bandwidth.com/", false},
		{"*", "https://messaging.bandwidth.com/", true},
		{"example.org, bandwidth.com", "https://messaging.bandwidth.com/", true},
		{".bandwidth.com", "https://messaging.bandwidth.com/", true},
		{"*.bandwidth.com", "https://messaging.bandwidth.com/", true},
		{"BANDWIDTH.com", "https://messaging.bandwidth.com/", true},
		{".bandwidth.com", "https://bandwidth.com/", false},
		{"bandwidth.com", "https://bandwidth.com/", true},
		{"width.com", "https://bandwidth.com/", false},
		{"bandwidth.com:443", "https://messaging.bandwidth.com/", true},
		{"bandwidth.com:8443", "https://messaging.bandwidth.com/", false},
		{"bandwidth.com:8443", "https://messaging.bandwidth.com:8443/", true},
		{"10.0.0.0/8", "https://10.1.2.3/", true},
		{"10.0.0.0/8", "https://11.1.2.3/", false},
		{"10.1.2.3", "https://10.1.2.3:8/", true},
		{"[fd00::1]:443", "https://[fd00::1]/", true},
		{"fd00::1", "https://[fd00::1]/", true},
		{" , ,:80", "https://example.org/", false},
	} {
		u, err := url.Parse(c.address)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"NO_PROXY", "no_proxy"} {
			got := exempt(u, func(asked string) string {
				if asked == name {
					return c.list
				}
				return ""
			})
			if got != c.want {
				t.Errorf("%s=%q for %s: got %v, want %v", name, c.list, c.address, got, c.want)
			}
		}
	}
}
