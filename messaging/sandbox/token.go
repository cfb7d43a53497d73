package sandbox

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	tokenLife         = time.Hour
	maxTokenFormBytes = 64 << 10
)

// digest stands for a name and its secret, so that the sandbox keeps neither.
type digest [sha256.Size]byte

func digestOf(name, secret string) digest {
	return sha256.Sum256([]byte(name + "\x00" + secret))
}

func (d digest) matches(name, secret string) bool {
	other := digestOf(name, secret)
	return subtle.ConstantTimeCompare(d[:], other[:]) == 1
}

// authorised reports whether r carries the username and password, or a bearer
// token of this sandbox that has not expired.
func (s *Sandbox) authorised(r *http.Request) bool {
	if name, password, ok := r.BasicAuth(); ok {
		return s.user.matches(name, password)
	}
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return isBearer(r) && s.tokenValid(token)
}

// isBearer reports whether r carries a token.
func isBearer(r *http.Request) bool {
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer")
}

// serveToken is the token endpoint: the client credentials grant of RFC 6749,
// section 4.4, and its errors, section 5.2.
func (s *Sandbox) serveToken(x *exchange, r *http.Request) {
	x.Header().Set("Cache-Control", "no-store")
	x.Header().Set("Pragma", "no-cache")
	if r.Method != http.MethodPost {
		methodNotAllowed(x, "POST")
		return
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		oauthError(x, http.StatusBadRequest, "invalid_request", "the content type must be application/x-www-form-urlencoded")
		return
	}
	r.Body = http.MaxBytesReader(x, r.Body, maxTokenFormBytes)
	if err := r.ParseForm(); err != nil {
		oauthError(x, http.StatusBadRequest, "invalid_request", "the form cannot be read")
		return
	}
	if !s.clientKnown(r) {
		x.Header().Set("WWW-Authenticate", `Basic realm="sandbox"`)
		oauthError(x, http.StatusUnauthorized, "invalid_client", "client authentication failed")
		return
	}
	switch grant := r.PostForm["grant_type"]; {
	case len(grant) != 1 || grant[0] == "":
		oauthError(x, http.StatusBadRequest, "invalid_request", "grant_type must be given once")
	case grant[0] != "client_credentials":
		oauthError(x, http.StatusBadRequest, "unsupported_grant_type", "only client_credentials is supported")
	default:
		x.note = "token issued"
		x.json(http.StatusOK, struct {
			AccessToken string `json:"access_token"`
			TokenType   string `json:"token_type"`
			ExpiresIn   int    `json:"expires_in"` // seconds
		}{s.issueToken(), "Bearer", int(tokenLife / time.Second)})
	}
}

func oauthError(x *exchange, status int, kind, description string) {
	x.note = kind
	x.json(status, struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}{kind, description})
}

// clientKnown reports whether r, whose form has been read, carries the client id
// and secret, in HTTP Basic or else in the form. In Basic they are taken as they
// are and also form-decoded: RFC 6749, section 2.3.1, wants them encoded, and
// not every client does it.
func (s *Sandbox) clientKnown(r *http.Request) bool {
	id, secret, ok := r.BasicAuth()
	if !ok {
		return s.client.matches(r.PostForm.Get("client_id"), r.PostForm.Get("client_secret"))
	}
	if s.client.matches(id, secret) {
		return true
	}
	plainID, errID := url.QueryUnescape(id)
	plainSecret, errSecret := url.QueryUnescape(secret)
	return errors.Join(errID, errSecret) == nil && s.client.matches(plainID, plainSecret)
}

// A token is a JWT (RFC 7519), signed with HS256 and a key of the sandbox's own. So none
// has to be remembered. What it says of the account is what Bandwidth's tokens say.
type tokenClaims struct {
	ID       string   `json:"jti"`
	Client   string   `json:"client_id"`
	Accounts []string `json:"accounts"`
	Roles    []string `json:"roles"`
	Express  bool     `json:"express"` // of a Build account
	Expires  int64    `json:"exp"`     // seconds since 1970
	ExpireMS int64    `json:"exp_ms"`  // the same to the millisecond, for the sandbox
}

func (s *Sandbox) issueToken() string {
	expires := s.now().Add(tokenLife)
	header := []byte(`{"alg":"HS256","typ":"JWT"}`)
	claims := encodeJSON(tokenClaims{
		ID: rand.Text(), Client: s.clientID, Accounts: s.setup.accounts(s.account), Roles: s.setup.roles(),
		Express: s.setup.has(setupBuildAccount), Expires: expires.Unix(), ExpireMS: expires.UnixMilli(),
	})
	encode := base64.RawURLEncoding.EncodeToString
	said := encode(header) + "." + encode(claims)
	return said + "." + encode(s.sign([]byte(said)))
}

func (s *Sandbox) tokenValid(token string) bool {
	end := strings.LastIndexByte(token, '.')
	if end < 0 {
		return false
	}
	said := token[:end]
	signature, err := base64.RawURLEncoding.DecodeString(token[end+1:])
	if err != nil || !hmac.Equal(signature, s.sign([]byte(said))) {
		return false
	}
	// From here on it is as issueToken wrote it.
	_, encoded, _ := strings.Cut(said, ".")
	plain, err := base64.RawURLEncoding.DecodeString(encoded)
	var claims tokenClaims
	if err != nil || json.Unmarshal(plain, &claims) != nil {
		return false
	}
	return s.now().UnixMilli() < claims.ExpireMS
}

func (s *Sandbox) sign(b []byte) []byte {
	mac := hmac.New(sha256.New, s.tokenKey[:])
	mac.Write(b)
	return mac.Sum(nil)
}
