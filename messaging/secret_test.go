package messaging

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
)

// wantNoSecret looks for a secret in every form in which it could be told.
func wantNoSecret(t *testing.T, text, secret string) {
	t.Helper()
	text = strings.ToLower(text)
	for form, s := range map[string]string{
		"plain":   secret,
		"escaped": url.QueryEscape(secret),
		"quoted":  strings.Trim(fmt.Sprintf("%q", secret), `"`),
		"hex":     hex.EncodeToString([]byte(secret)),
		"spaced":  fmt.Sprintf("% x", secret),
		"base64":  base64.StdEncoding.EncodeToString([]byte(secret)),
		"basic":   base64.StdEncoding.EncodeToString([]byte(testUser + ":" + secret)),
		"client":  base64.StdEncoding.EncodeToString([]byte(testUser + ":" + url.QueryEscape(secret))),
		"bytes":   strings.Trim(fmt.Sprintf("%d", []byte(secret)), "[]"),
	} {
		if strings.Contains(text, strings.ToLower(s)) {
			t.Errorf("got the secret (%s) in %.500q", form, text)
		}
	}
}

// allVerbs is v in every way in which fmt, slog and JSON would write it.
func allVerbs(v any) string {
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%T", "%p", "%o", "%t"} {
		fmt.Fprintf(&b, verb+"\n", v)
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
		slog.New(h).Info("x", "value", v)
	}
	j, err := json.Marshal(v)
	fmt.Fprintln(&b, string(j), err)
	return b.String()
}

func TestNothingShowsSecrets(t *testing.T) {
	const token = "ey.Very-Secret.Token"
	tokenAnswer := answer(200, `{"access_token":"`+token+`","token_type":"bearer","expires_in":3600}`, "Content-Type: application/json")
	echo := func(r *http.Request) (*http.Response, error) { // repeats what it was sent
		id, secret, _ := r.BasicAuth()
		body, _ := json.Marshal(map[string]string{"error": secret, "error_description": "no: " + id + " " + secret + " " + r.Header.Get("Authorization")})
		return answer(401, string(body), "Content-Type: application/json")(r)
	}
	oauth, err := OAuth(testUser, testSecret, "https://token.example/oauth2/token")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		auth  Authorizer
		steps []step
	}{
		"basic, accepted": {Basic(testUser, testSecret), []step{answer(202, receiptJSON)}},
		"basic, refused":  {Basic(testUser, testSecret), []step{answer(401, refusalJSON)}},
		"basic, cut":      {Basic(testUser, testSecret), []step{failing(fmt.Errorf("read: %w", noConnection()))}},
		"oauth, accepted": {oauth, []step{tokenAnswer, answer(202, receiptJSON)}},
		"oauth, refused":  {newOAuth(t), []step{tokenAnswer, answer(401, refusalJSON), tokenAnswer, answer(401, refusalJSON)}},
		"oauth, echoed":   {newOAuth(t), []step{echo}},
		"oauth, nonsense": {newOAuth(t), []step{answer(200, "token "+testSecret)}},
	} {
		synctest.Test(t, func(t *testing.T) {
			client := authClient(t, c.auth, DefaultBaseURL, WithHTTPClient(&http.Client{Transport: &fakeAPI{steps: c.steps}}))
			receipt, err := client.Send(t.Context(), testMessage())
			curl, curlErr := client.Curl(testMessage())
			k := call{op: "send message", method: http.MethodPost, url: client.url("/messages", nil), body: []byte("{}")}
			for _, v := range []any{client, *client, c.auth, err, receipt, curl, curlErr, k, &k, []any{client, c.auth, err}} {
				text := allVerbs(v)
				wantNoSecret(t, text, testSecret)
				wantNoSecret(t, text, token)
			}
			if e, ok := err.(*Error); ok { //nolint:errorlint // its own parts, one by one
				wantNoSecret(t, allVerbs(*e)+allVerbs(e.Attempts)+allVerbs(e.Err)+allVerbs(e.Answer), testSecret)
				wantNoSecret(t, allVerbs(*e)+allVerbs(e.Attempts)+allVerbs(e.Err)+allVerbs(e.Answer), token)
			}
			if t.Failed() {
				t.Logf("%s: %v", name, err)
			}
		})
	}
}

func TestBaseURLWarning(t *testing.T) {
	for base, want := range map[string]bool{
		DefaultBaseURL: false, DefaultBaseURL + "/": false, "https://gateway.example/bw/api/v2": false, "http://127.0.0.1:8095/api/v2": false,
		"https://gateway.example": true, "https://gateway.example/api/v2/x": true, "https://gateway.example/xapi/v2": true, "http://localhost:1/": true,
		"https://messaging.bandwidth.com": false, "": false, "https://user:hunter2@gateway.example": false, // refused, with its own words
	} {
		if got := BaseURLWarning(base); (got != "") != want || want && !strings.Contains(got, base) {
			t.Errorf("BaseURLWarning(%q): got %q, want one: %v", base, got, want)
		}
	}
}

func TestCheckTokenURL(t *testing.T) {
	for address, want := range map[string]string{
		DefaultTokenURL: "", "https://sso.example/token": "", "http://127.0.0.1:1/users/x": "", "https://messaging.bandwidth.com/token": "",
		"": "it looks like " + DefaultTokenURL, "http://sso.example/token": "not encrypted", "https://u:hunter2@sso.example": "user name or password",
	} {
		err := CheckTokenURL(address)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("CheckTokenURL(%q): got %v, want %q", address, err, want)
		}
	}
}

func TestBaseURLErrorsHoldNoPassword(t *testing.T) {
	for _, base := range []string{
		"https://user:hunter2@example.com/v2", "http://user:hunter2@example.com", "user:hunter2@example.com",
		"https//user:hunter2@example.com", "//user:hunter2@", "https://user:hunter2%zz@example.com", "ftp://user:hunter2@example.com",
		"https:user:hunter2@example.com", "https://user:hunter2@/v2", "https://user:hunter2@example.com:port/",
	} {
		err := CheckBaseURL(base)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: got %v, want an error without the password", base, err)
		}
		if _, err := OAuth("id", "secret", base); err == nil || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "hunter2") {
			t.Errorf("%q: got %v, want an error without the password", base, err)
		}
	}
}

func TestCheckBaseURL(t *testing.T) {
	for base, want := range map[string]string{
		DefaultBaseURL:                                                  "",
		"https://example.com":                                           "",
		"https://messaging.bandwidth.com":                               "it is " + DefaultBaseURL,
		"https://messaging.bandwidth.com/":                              "it is " + DefaultBaseURL,
		"https://Messaging.Bandwidth.com/API/V2":                        "it is " + DefaultBaseURL,
		"https://messaging.bandwidth.com/api/v2/":                       "",
		"https://messaging.bandwidth.com:443/api/v2":                    "",
		"https://messaging.bandwidth.com/api/v1":                        "it is " + DefaultBaseURL,
		"https://messaging.bandwidth.com/api/v2/users/9900000/messages": "it is " + DefaultBaseURL,
		"https://api.bandwidth.com/api/v2":                              "is at " + DefaultBaseURL,
		"https://dashboard.bandwidth.com/api/v2":                        "is at " + DefaultBaseURL,
		"https://bandwidth.com":                                         "is at " + DefaultBaseURL,
		"https://gateway.example/bw/api/v2/users/9900000/messages":      "leave that out: https://gateway.example/bw/api/v2",
		"https://gateway.example/bw/api/v2/users/9900000":               "leave that out: https://gateway.example/bw/api/v2",
		"http://127.0.0.1:8095/api/v2/users/9900000/messages/":          "leave that out: http://127.0.0.1:8095/api/v2",
		"https://gateway.example/users":                                 "leave that out: https://gateway.example",
		"https://gateway.example/superusers/v2":                         "",
		"https://notbandwidth.com/v2":                                   "",
		"https://example.com:8443/a/b":                                  "",
		"HTTPS://EXAMPLE.COM/":                                          "",
		"http://localhost:8095/v2":                                      "",
		"http://LocalHost":                                              "",
		"http://127.0.0.1:1":                                            "",
		"http://127.9.9.9":                                              "",
		"http://[::1]:8095":                                             "",
		"http://[::ffff:127.0.0.1]":                                     "",
		"http://0.0.0.0:8095":                                           "not encrypted",
		"http://127.0.0.1.example.com":                                  "not encrypted",
		"http://localhost.example.com":                                  "not encrypted",
		"http://192.168.0.1":                                            "not encrypted",
		"https://example.com?x=1":                                       "no query",
		"https://example.com/?":                                         "no query",
		"https://example.com#x":                                         "no query",
		"https://example.com/#":                                         "no query",
		"https:///v2":                                                   "names no host",
		"https://:443":                                                  "names no host",
		"example.com/v2":                                                "names no host",
		"":                                                              "names no host",
		"ftp://example.com":                                             `scheme "ftp"`,
		"https://exa mple.com":                                          "is not a URL",
		"https://example.com/\x1b":                                      "is not a URL",
	} {
		err := CheckBaseURL(base)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("CheckBaseURL(%q): got %v, want %q", base, err, want)
		}
		if err != nil {
			wantPrintable(t, err.Error())
		}
	}
}
