package sandbox

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
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
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer") && s.tokenValid(token)
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

// A token is, in base64, 16 random bytes, when it expires (milliseconds since
// 1970, big-endian) and a signature of both. So none has to be remembered.
const (
	tokenNonce = 16
	tokenSaid  = tokenNonce + 8
)

func (s *Sandbox) issueToken() string {
	said := make([]byte, tokenSaid, tokenSaid+sha256.Size)
	rand.Read(said[:tokenNonce]) // never fails
	expires := s.now().Add(tokenLife).UnixMilli()
	binary.BigEndian.PutUint64(said[tokenNonce:], uint64(expires))
	return base64.RawURLEncoding.EncodeToString(append(said, s.sign(said)...))
}

func (s *Sandbox) tokenValid(token string) bool {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != tokenSaid+sha256.Size || !hmac.Equal(b[tokenSaid:], s.sign(b[:tokenSaid])) {
		return false
	}
	expires := int64(binary.BigEndian.Uint64(b[tokenNonce:tokenSaid])) //nolint:gosec // as written by issueToken
	return s.now().UnixMilli() < expires
}

func (s *Sandbox) sign(b []byte) []byte {
	mac := hmac.New(sha256.New, s.tokenKey[:])
	mac.Write(b)
	return mac.Sum(nil)
}
