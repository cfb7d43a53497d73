package messaging

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

const maskedSecret = `S3cr3t-Pass??>>~~1/é"\x`

func testMask() Mask {
	var h Hidden
	h.Pair("api-user", maskedSecret)
	return h.Mask()
}

// TestSpellings: a secret is found in whatever spelling a server, a framework or a dump
// gives it, and nothing else is lost.
func TestSpellings(t *testing.T) {
	basic := base64.StdEncoding.EncodeToString([]byte("api-user:" + maskedSecret))
	quoted := func(s string) string { b, _ := json.Marshal(s); return strings.Trim(string(b), `"`) }
	slashes := strings.NewReplacer("/", `\/`)
	wrapped := func(s, by string) string {
		var b strings.Builder
		for i := 0; i < len(s); i += 20 {
			b.WriteString(s[i:min(i+20, len(s))] + by)
		}
		return strings.TrimSuffix(b.String(), by)
	}
	mask := testMask()
	for name, spelt := range map[string]string{
		"as it is":             maskedSecret,
		"JSON":                 quoted(maskedSecret),
		"JSON within JSON":     quoted(quoted(maskedSecret)),
		"JSON, three deep":     quoted(quoted(quoted(maskedSecret))),
		"a Go string":          strings.Trim(fmt.Sprintf("%q", maskedSecret), `"`),
		"a Go string in ASCII": strings.Trim(fmt.Sprintf("%+q", maskedSecret), `"`),
		"a query":              url.QueryEscape(maskedSecret),
		"a path":               url.PathEscape(maskedSecret),
		"a query within one":   url.QueryEscape(url.QueryEscape(maskedSecret)),
		"HTML":                 html.EscapeString(maskedSecret),
		"hex":                  hex.EncodeToString([]byte(maskedSecret)),
		"hex, large":           fmt.Sprintf("%X", maskedSecret),
		"hex, spaced":          fmt.Sprintf("% x", maskedSecret),
		"hex with colons":      separated(hex.EncodeToString([]byte(maskedSecret)), ":"),
		"decimal":              strings.Trim(fmt.Sprintf("%d", []byte(maskedSecret)), "[]"),
		"with the username":    "api-user:" + maskedSecret,
		"the header":           basic,
		"the header, URL-safe": base64.URLEncoding.EncodeToString([]byte("api-user:" + maskedSecret)),
		"without its padding":  strings.TrimRight(basic, "="),
		"PHP's slashes":        slashes.Replace(basic),
		".NET's plus":          strings.NewReplacer("+", `\u002B`, "/", `\u002F`, "=", `\u003D`).Replace(basic),
		"the header, %2F":      url.QueryEscape(basic),
		"the header, %252F":    url.QueryEscape(url.QueryEscape(basic)),
		"entities":             strings.NewReplacer("+", "&plus;", "/", "&sol;", "=", "&#61;").Replace(basic),
		"entities in hex":      strings.NewReplacer("+", "&#x2B;", "/", "&#x2f;", "=", "&#X3d;").Replace(basic),
		"C":                    strings.NewReplacer("/", `\x2F`, "+", `\053`).Replace(basic),
		"JavaScript":           strings.NewReplacer("/", `\u{2f}`, "+", `\u{2b}`).Replace(basic),
		"lines of mail":        wrapped(basic, "\r\n"),
		"lines of mail, JSON":  wrapped(basic, `\r\n`),
		"a folded header":      wrapped(basic, "\r\n\t"),
		"unfolded":             wrapped(basic, " "),
		"lower case":           strings.ToLower(basic),
		"upper case":           strings.ToUpper(basic),
		"base64 of the header": base64.StdEncoding.EncodeToString([]byte(basic)),
		"the header in hex":    hex.EncodeToString([]byte(basic)),
	} {
		text := `{"echo":"<` + spelt + `>"}`
		if got := mask.String(text); got != `{"echo":"<[secret]>"}` {
			t.Errorf("%s: got %s from %s", name, got, text)
		}
	}
	for begin := range 3 { // within something longer, base64 has three forms
		whole := strings.Repeat("x", begin) + "Authorization: " + maskedSecret + " and more"
		got := mask.String(base64.StdEncoding.EncodeToString([]byte(whole)))
		if !strings.Contains(got, hidden) || strings.Count(got, hidden) > 2 {
			t.Errorf("base64 from %d: got %s", begin, got)
		}
	}
}

// TestNotMasked: what is no secret stays.
func TestNotMasked(t *testing.T) {
	mask := testMask()
	for _, text := range []string{
		"", "api-user", "client id api-user", `{"id":"1","text":"S3cr3t"}`, "S3cr3t-Pas", strings.Repeat("\\", 100), "%", "&", "%zz&;\\",
		receiptJSON, refusalJSON, htmlBody, "\\u", "\\u{", "&#;", "100%25",
	} {
		if got := mask.String(text); got != text {
			t.Errorf("got %q from %q, want it as it is", got, text)
		}
	}
	var none Hidden
	if none.Mask().String(maskedSecret) != maskedSecret || Mask(nil).String("x") != "x" {
		t.Error("got something taken out by no mask")
	}
	var short Hidden
	short.Pair("u", "pass")
	short.Pair("user", "12345678901")
	text := "u pass to +12345678901"
	if got := short.Mask().String(text); got != text {
		t.Errorf("got %q, want short secrets and numbers left where they stand", got)
	}
	if got := short.Mask().String("Basic " + base64.StdEncoding.EncodeToString([]byte("user:12345678901"))); got != "Basic "+hidden {
		t.Errorf("got %q, want what is sent of them taken out", got)
	}
}

// TestCutSecrets: the beginning of a secret at the end of what was cut is one too, but a
// username is none.
func TestCutSecrets(t *testing.T) {
	mask := testMask()
	basic := base64.StdEncoding.EncodeToString([]byte("api-user:" + maskedSecret))
	for text, want := range map[string]string{
		"x " + maskedSecret[:10]: "x " + hidden, "x " + maskedSecret[:4]: "x " + maskedSecret[:4],
		"x " + basic[:25]: "x " + hidden, "x api-user:": "x api-user:", "x api-user": "x api-user",
	} {
		if got := string(mask([]byte(text), true)); got != want {
			t.Errorf("got %q from %q, want %q", got, text, want)
		}
	}
}

// spell writes s in a random spelling, some layers deep.
func spell(r *rand.Rand, s string) string {
	for range 1 + r.IntN(3) {
		var b strings.Builder
		kind := r.IntN(4)
		for _, c := range []byte(s) {
			special := strings.IndexByte(`\%&`, c) >= 0 // has to be escaped, or would be taken for one
			switch {
			case !special && r.IntN(3) > 0:
				b.WriteByte(c)
			case kind == 0:
				fmt.Fprintf(&b, []string{"%%%02x", "%%%02X"}[r.IntN(2)], c)
			case kind == 1:
				fmt.Fprintf(&b, []string{`\u%04x`, `\u%04X`, `\x%02x`}[r.IntN(3)], c)
			case kind == 2:
				fmt.Fprintf(&b, []string{"&#%d;", "&#x%x;", "&#X%X;"}[r.IntN(3)], c)
			case c == '/' || special:
				b.WriteString(`\` + string(c))
			default:
				b.WriteByte(c)
			}
		}
		s = b.String()
	}
	return s
}

// FuzzMask: whatever the secret and its spelling, it is taken out and what stands around
// it is not.
func FuzzMask(f *testing.F) {
	for i, s := range []string{"S3cr3t-Pass??>>~~1", "p4ss:w%rd&42", `back\slash"quote`, "%41%42%43%44%45", "a+b c/d=e_f-g", "&amp;&lt;&gt;"} {
		f.Add(s, uint64(i), uint8(i))
	}
	f.Fuzz(func(t *testing.T, secret string, seed uint64, form uint8) {
		for _, c := range []byte(secret) {
			if c <= ' ' || c > '~' {
				t.Skip("credentials are printable")
			}
		}
		if len(secret) < minHidden || strings.Trim(secret, "0123456789=") == "" || strings.HasSuffix(secret, "=") {
			t.Skip("too short to be looked for by itself")
		}
		both := "user:" + secret
		plain := []string{
			secret, both, base64.StdEncoding.EncodeToString([]byte(both)), base64.RawURLEncoding.EncodeToString([]byte(both)),
			hex.EncodeToString([]byte(both)), url.QueryEscape(secret),
		}[form%6]
		var h Hidden
		h.Pair("user", secret)
		r := rand.New(rand.NewPCG(seed, 1))
		text := "«" + spell(r, plain) + "»"
		got := h.Mask().String(text)
		if !strings.Contains(got, hidden) || !strings.HasPrefix(got, "«") || !strings.HasSuffix(got, "»") {
			t.Errorf("secret %q as %q: got %q", secret, text, got)
		}
		if left := strings.TrimSuffix(strings.TrimPrefix(got, "«"), "»"); strings.ReplaceAll(left, hidden, "") != "" && form%6 != 1 && form%6 != 4 {
			t.Errorf("secret %q as %q: got %q, want nothing of it left", secret, text, got)
		}
	})
}

// TestEchoedCredentials: a gateway that repeats our request gives no secret away, in any
// part of its answer or of the error that it causes.
func TestEchoedCredentials(t *testing.T) {
	const password = "S3cr3t-Pass??>>~~1"
	basic := base64.StdEncoding.EncodeToString([]byte("user:" + password))
	body := func(format string) func(string) string {
		return func(auth string) string {
			b := fmt.Sprintf(format, auth)
			return httpAnswer("400 Bad Request", b)
		}
	}
	for name, say := range map[string]func(auth string) string{
		"a receipt":            func(auth string) string { return httpAnswer("202 Accepted", `{"id":"1","echo":"`+auth+`"}`) },
		"a receipt by that id": func(auth string) string { return httpAnswer("202 Accepted", `{"id":"`+auth+`"}`) },
		"a refusal":            body(`{"type":"t","description":"%s"}`),
		"a refusal, PHP": func(auth string) string {
			return body(`{"type":"t","description":"%s"}`)(strings.ReplaceAll(auth, "/", `\/`))
		},
		"a refusal of fields": body(`{"type":"t","description":"d","fieldErrors":[{"fieldName":"%[1]s","description":"%[1]s"}]}`),
		"a gateway":           func(auth string) string { return httpAnswer("502 Bad Gateway", "<p>"+auth) },
		"the reason":          func(auth string) string { return httpAnswer("400 "+auth, "") },
		"a header": func(auth string) string {
			return "HTTP/1.1 502 Bad\r\nX-Echo: " + auth + "\r\nContent-Length: 0\r\n\r\n"
		},
		"a header's name": func(auth string) string {
			return "HTTP/1.1 502 Bad\r\nX-" + strings.NewReplacer("/", "_", "=", "", "+", "-", " ", "-").Replace(auth) + ": x\r\nContent-Length: 0\r\n\r\n"
		},
		"a folded header": func(auth string) string {
			return "HTTP/1.1 502 Bad\r\nX-Echo: " + auth[:20] + "\r\n " + auth[20:] + "\r\nContent-Length: 0\r\n\r\n"
		},
		"the status line":          func(auth string) string { return auth + "\r\n\r\n" },
		"the status":               func(auth string) string { return "HTTP/1.1 " + auth + "\r\n\r\n" },
		"the protocol":             func(auth string) string { return auth + " 202 OK\r\n\r\n" },
		"a header without a colon": func(auth string) string { return "HTTP/1.1 202 OK\r\n" + auth + "\r\n\r\n" },
		"the length":               func(auth string) string { return "HTTP/1.1 202 OK\r\nContent-Length: " + auth + "\r\n\r\n" },
		"the transfer":             func(auth string) string { return "HTTP/1.1 202 OK\r\nTransfer-Encoding: " + auth + "\r\n\r\n" },
		"a chunk": func(auth string) string {
			return "HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + auth + "\r\n"
		},
		"a body that is cut": func(auth string) string {
			return "HTTP/1.1 502 Bad\r\nContent-Length: 1000\r\n\r\n" + auth[:len(auth)-3]
		},
		"the password, percent":        func(string) string { return httpAnswer("502 Bad", url.QueryEscape(password)) },
		"the password in JSON":         func(string) string { return httpAnswer("502 Bad", `{"p":"S3cr3t-Pass??\u003e\u003e~~1"}`) },
		"the password in a dump":       func(string) string { return httpAnswer("502 Bad", fmt.Sprintf("% x", password)) },
		"the password as the reason":   func(string) string { return "HTTP/1.1 400 " + password + "\r\nContent-Length: 0\r\n\r\n" },
		"the password without a colon": func(string) string { return "HTTP/1.1 202 OK\r\n" + password + "\r\n\r\n" },
	} {
		s := startRaw(t, false, answering(say("Basic "+basic)))
		c, err := New(testAccount, Basic("user", password), WithBaseURL(s.url), WithHTTPClient(trusting(t, nil)))
		if err != nil {
			t.Fatal(err)
		}
		receipt, err := c.Send(t.Context(), testMessage())
		seen := allVerbs(err)
		var answer *Answer
		var attempts []Attempt
		if receipt != nil {
			seen += allVerbs(receipt) + receipt.ID
			answer, attempts = receipt.Answer, receipt.Attempts
		} else {
			e := asError(t, err)
			answer, attempts = e.Answer, e.Attempts
			seen += allVerbs(*e) + allVerbs(e.Err) + e.Type + e.Detail + fmt.Sprint(e.Fields)
		}
		for _, a := range attempts {
			seen += allVerbs(a.Err)
		}
		if answer != nil {
			seen += fmt.Sprintf("%s %v %s %s", answer.Body, answer.Header, answer.Line, answer.Proto)
		}
		// The mask finds nothing more, and neither does a plain search.
		if left := testMaskOf("user", password).String(seen); left != seen || !strings.Contains(seen, hidden) && name != "the status" && name != "a chunk" {
			t.Errorf("%s: got %.600q, want the credentials hidden", name, seen)
		}
		for _, part := range []string{basic, strings.TrimRight(basic, "="), strings.ToLower(basic)[:16], password, "S3cr3t-Pass"} {
			if strings.Contains(strings.ToLower(seen), strings.ToLower(part)) {
				t.Errorf("%s: got %q in %.600q", name, part, seen)
			}
		}
	}
}

func testMaskOf(id, secret string) Mask {
	var h Hidden
	h.Pair(id, secret)
	return h.Mask()
}

// TestMaskedErrorsKeepTheirKind: what a sender decides by survives.
func TestMaskedErrorsKeepTheirKind(t *testing.T) {
	mask := testMask()
	err := mask.plainError(fmt.Errorf("said %s: %w", maskedSecret, io.ErrUnexpectedEOF))
	if !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "S3cr3t") {
		t.Errorf("got %v, want an unexpected EOF without the secret", err)
	}
	cause := &Error{Op: "x"}
	if err := mask.plainError(cause); !errors.Is(err, cause) {
		t.Errorf("got %v, want an error without a secret kept", err)
	}
}

// TestProxyPasswords: a proxy that repeats what it was sent gives no password away.
func TestProxyPasswords(t *testing.T) {
	const password = "Pr0xy-p@ss/word"
	for name, say := range map[string]func(auth string) string{
		"the reason":               func(auth string) string { return "HTTP/1.1 407 " + auth + "\r\n\r\n" },
		"the status line":          func(auth string) string { return auth + "\r\n\r\n" },
		"a header without a colon": func(auth string) string { return "HTTP/1.1 407 No\r\n" + auth + "\r\n\r\n" },
		"the password":             func(string) string { return "HTTP/1.1 407 " + password + "\r\n\r\n" },
	} {
		for _, target := range []string{"https://api.example/api/v2", "token"} {
			s := startRaw(t, false, answering(say("Basic "+base64.StdEncoding.EncodeToString([]byte("me:"+password)))))
			h := trusting(t, nil)
			proxy, _ := url.Parse(s.url)
			proxy.Path, proxy.User = "", url.UserPassword("me", password)
			transportOf(t, h).Proxy = http.ProxyURL(proxy)
			auth := Basic("user", "another secret")
			base := target
			if target == "token" {
				auth, base = newOAuth(t), "https://api.example/api/v2"
			}
			ctx, cancel := context.WithCancel(t.Context())
			_, _, fail := authClient(t, auth, base, WithHTTPClient(h)).try(ctx, call{op: "send message", method: http.MethodPost, url: base, creates: true})
			cancel()
			seen := allVerbs(fail) + allVerbs(fail.Err)
			wantOutcome(t, fail, Unsent, 0)
			if testMaskOf("me", password).String(seen) != seen {
				t.Errorf("%s, %s: got %s, want the proxy's password hidden", name, target, seen)
			}
		}
	}
}

// TestHeadersAreCopied: the header that net/http holds is not written to.
func TestHeadersAreCopied(t *testing.T) {
	h := http.Header{"X": {maskedSecret}}
	a := &Answer{Header: h, Body: []byte(maskedSecret), Line: maskedSecret}
	a.hide(testMask())
	if a.Header.Get("X") != hidden || h.Get("X") != maskedSecret || string(a.Body) != hidden || a.Line != hidden {
		t.Errorf("got %+v from %v", a, h)
	}
}

// TestTokenAnswersStayInside: neither what was sent to a token endpoint nor the token
// that it gave is in an error.
func TestTokenAnswersStayInside(t *testing.T) {
	const given = "ey.J0.very-secret-token"
	for name, play := range map[string]string{
		"a header without a colon": "HTTP/1.1 200 OK\r\n{\"access_token\":\"" + given + "\"}\r\n\r\n",
		"no HTTP":                  "{\"access_token\":\"" + given + "\"}\r\n\r\n",
		"half of it":               httpAnswer("200 OK", `{"access_token":"`+given),
		"with an error":            httpAnswer("400 Bad Request", `{"access_token":"`+given+`","error":"x","error_description":"`+given+`"}`),
		"of another type":          httpAnswer("200 OK", `{"access_token":"`+given+`","token_type":"mac"}`),
		"twice":                    httpAnswer("200 OK", `{"access_token":"`+given+`","access_token":"other"}`),
	} {
		s := startRaw(t, false, answering(play))
		auth, err := OAuth(testUser, testSecret, s.url)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodGet, s.url, nil).WithContext(t.Context())
		err = auth.Authorize(r)
		if err == nil {
			t.Errorf("%s: got %v, want an error", name, r.Header)
			continue
		}
		wantNoSecret(t, allVerbs(err), given)
		wantNoSecret(t, allVerbs(err), testSecret)
	}
}

// TestMaskFollowsToken: the mask that is kept is that of the credentials in use.
func TestMaskFollowsToken(t *testing.T) {
	echo := func(r *http.Request) (*http.Response, error) {
		return answer(400, `{"type":"t","description":"`+r.Header.Get("Authorization")+`"}`)(r)
	}
	for range 2 {
		tokens := &fakeAPI{steps: []step{token("first-token", 0), token("second-token", 0)}}
		messages := &fakeAPI{steps: []step{answer(401, refusalJSON), echo, echo}}
		client := oauthClient(t, tokens, messages)
		for range 2 {
			_, err := client.Send(t.Context(), testMessage())
			if e := wantError(t, err, Rejected, 400); e.Detail != "Bearer "+hidden {
				t.Errorf("got %q, want the token that was used hidden", e.Detail)
			}
		}
	}
}
