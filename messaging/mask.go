package messaging

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sort"
	"strings"
	"sync"
	"syscall"

	"telex/messaging/internal/netjson"
)

// What stands between us and the API may repeat what it was sent, and does so in its
// own spelling: JSON with \/ or \u002F, a query with %2F, a page with &#47;, base64 in
// its other alphabet or over several lines, a dump in hex, one of these within another.
// Answers and errors are shown and kept, so secrets are taken out where these are made.
//
// A Mask looks for each form of a secret in the text as it is, and in what the text is
// after its escapes were undone once, twice, up to maxUndone times. Both are folded
// before: case, white space and the two alphabets of base64 make no difference.

// A Mask takes secrets out of text that others wrote. The zero Mask, nil, takes out
// nothing. It is safe for concurrent use. A function hides what it looks for from fmt.
type Mask func(text []byte, cut bool) []byte

// hidden stands where a secret was.
const hidden = "[secret]"

const (
	// minHidden is the shortest form that is looked for, in bytes after folding. A
	// shorter one would turn up within words that have nothing to do with it.
	minHidden = 8
	// maxUndone is how many layers of escapes are undone: JSON within JSON within a
	// query is three.
	maxUndone = 4
)

// Bytes is text without the secrets. It is text itself if there are none in it.
func (m Mask) Bytes(text []byte) []byte {
	if m == nil {
		return text
	}
	return m(text, false)
}

// String is [Mask.Bytes] for a string.
func (m Mask) String(text string) string {
	if m == nil {
		return text
	}
	return string(m([]byte(text), false))
}

// A Hidden is what a [Mask] looks for: credentials in all their forms. The zero value
// is none. It holds secrets, so do not print it.
type Hidden struct{ forms []secretForm }

// secretForm is one way in which a secret may be written, folded.
type secretForm struct {
	text string
	open int // bytes at its beginning that are no secret, such as a username
}

// Pair adds a username or client id and its secret. The name alone is no secret.
func (h *Hidden) Pair(id, secret string) {
	if secret == "" {
		return
	}
	// A secret of digits would be found in telephone numbers and times.
	if strings.Trim(secret, "0123456789") != "" {
		h.secret(secret)
		h.secret(url.QueryEscape(secret)) // with + for a space
	}
	h.named(id, secret)
	h.named(url.QueryEscape(id), url.QueryEscape(secret)) // RFC 6749, 2.3.1
}

// named adds what HTTP Basic sends.
func (h *Hidden) named(id, secret string) {
	both := id + ":" + secret
	h.add(both, len(id)+1)
	h.encoded(both, len(id)+1)
	// The header has it in base64, and who dumps the header encodes that.
	h.encoded(base64.StdEncoding.EncodeToString([]byte(both)), base64.StdEncoding.EncodedLen(len(id)+1))
}

// Token adds a secret that stands by itself, such as a bearer token.
func (h *Hidden) Token(token string) { h.secret(token) }

func (h *Hidden) secret(secret string) {
	h.add(secret, 0)
	h.encoded(secret, 0)
}

// Header adds the credentials of an Authorization or Proxy-Authorization header.
func (h *Hidden) Header(value string) {
	scheme, credentials, _ := strings.Cut(value, " ")
	credentials = strings.TrimSpace(credentials)
	if both, err := base64.StdEncoding.DecodeString(credentials); err == nil && strings.EqualFold(scheme, "Basic") {
		id, secret, _ := strings.Cut(string(both), ":")
		h.Pair(id, secret)
		return
	}
	if credentials == "" {
		credentials = scheme
	}
	h.Token(credentials)
}

// encoded adds text in base64 and hex. In base64 its characters depend on where it
// begins within what is encoded: there are three ways.
func (h *Hidden) encoded(text string, open int) {
	for before := range 3 {
		whole := base64.RawStdEncoding.EncodeToString([]byte("\x00\x00"[:before] + text))
		// The first characters hold bits of what comes before, the last of what follows.
		first, last := (before*8+5)/6, len(whole)
		if n := (before + len(text)) % 3; n != 0 {
			last--
			if before == 0 { // it may end here too
				h.add(whole, open*4/3+1)
			}
		}
		if first < last {
			h.add(whole[first:last], open*4/3+1)
		}
	}
	digits := hex.EncodeToString([]byte(text))
	h.add(digits, 2*open)
	for _, between := range []string{":", ",", `\x`, "%", "0x", ",0x"} {
		h.add(separated(digits, between), (2+len(between))*open)
	}
	decimal := strings.Trim(fmt.Sprintf("%d", []byte(text)), "[]")
	h.add(decimal, 0)
	h.add(strings.ReplaceAll(decimal, " ", ","), 0)
}

// separated puts something between bytes in hex.
func separated(digits, between string) string {
	var b strings.Builder
	for i := 0; i < len(digits); i += 2 {
		if i > 0 {
			b.WriteString(between)
		}
		b.WriteString(digits[i : i+2])
	}
	return b.String()
}

// add adds one form, as it is and with its own escapes undone: a secret may hold what
// looks like one.
func (h *Hidden) add(text string, open int) {
	plain := layerOf([]byte(text))
	for range maxUndone {
		var more bool
		if plain, more = plain.undone(); !more {
			break
		}
	}
	for _, t := range []string{text, string(plain.text)} {
		folded, _ := fold([]byte(t))
		f := secretForm{strings.TrimRight(string(folded), "="), open}
		if len(f.text) >= minHidden && !slices.Contains(h.forms, f) {
			h.forms = append(h.forms, f)
		}
	}
}

// Mask takes out what was added so far.
func (h *Hidden) Mask() Mask {
	if len(h.forms) == 0 {
		return nil
	}
	forms := lookoutFor(h.forms)
	return func(text []byte, cut bool) []byte {
		var found []span
		layer := layerOf(text)
		for range maxUndone + 1 {
			found = append(found, layer.find(forms, cut)...)
			var more bool
			if layer, more = layer.undone(); !more {
				break
			}
		}
		return replaced(text, found)
	}
}

// span is a part of a text.
type span struct{ from, to int }

// replaced is text with hidden in place of what was found.
func replaced(text []byte, found []span) []byte {
	if len(found) == 0 {
		return text
	}
	sort.Slice(found, func(i, j int) bool { return found[i].from < found[j].from })
	var b bytes.Buffer
	end := 0
	for i, s := range found {
		if i == 0 || s.from > end {
			b.Write(text[end:s.from])
			b.WriteString(hidden)
		}
		end = max(end, s.to)
	}
	b.Write(text[end:])
	return b.Bytes()
}

// requestMask hides what the request r was authorised by, on its way and at its end,
// and what else h holds.
func requestMask(h Hidden, client *http.Client, r *http.Request) Mask {
	if used := r.Header.Get("Authorization"); used != "" {
		h.Header(used)
	}
	if proxy := proxyOf(client.Transport, r); proxy != nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		h.Pair(proxy.User.Username(), password)
	}
	return h.Mask()
}

// maskKeeper keeps the mask of the last request for those like it, for making one takes
// half a millisecond. A function hides what it keeps from fmt.
func maskKeeper() func(auth Authorizer, client *http.Client, r *http.Request) Mask {
	var mu sync.Mutex
	var kept Mask
	var of string
	return func(auth Authorizer, client *http.Client, r *http.Request) Mask {
		key := r.Header.Get("Authorization")
		if proxy := proxyOf(client.Transport, r); proxy != nil && proxy.User != nil {
			key += "\n" + proxy.User.String() // no header holds a line end
		}
		mu.Lock()
		defer mu.Unlock()
		if kept == nil || key != of {
			var secrets Hidden
			if s, ok := auth.(secretive); ok {
				s.tell(&secrets)
			}
			kept, of = requestMask(secrets, client, r), key
		}
		return kept
	}
}

// hide takes secrets out of an answer before anybody sees it. The names of headers are
// foreign words too.
func (a *Answer) hide(m Mask) {
	if m == nil {
		return
	}
	a.Body = m(a.Body, a.Truncated)
	a.Line, a.Proto = m.String(a.Line), m.String(a.Proto)
	header := make(http.Header, len(a.Header))
	for name, values := range a.Header {
		name = m.String(name)
		for _, v := range values {
			header[name] = append(header[name], m.String(v))
		}
	}
	a.Header = header
}

// plainError is err for an [Error] or an [Attempt]: printable, and without secrets. An
// error that holds one is not kept, for fmt would find it there; what can be asked of
// it with errors.Is is.
func (m Mask) plainError(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	clean := m.String(text)
	if clean == text {
		return printableError{err}
	}
	var kinds []error
	for _, kind := range knownKinds() {
		if errors.Is(err, kind) {
			kinds = append(kinds, kind)
		}
	}
	return printableError{&maskedError{clean, kinds}}
}

// knownKinds are the causes that somebody decides by.
func knownKinds() []error {
	return []error{
		context.Canceled, context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF, os.ErrDeadlineExceeded,
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE,
		ErrUnauthorized, ErrInvalid, errToken, errTokenSlow, ErrProxy, errCut, errNoID, errOther, netjson.ErrWebPage,
	}
}

// maskedError is an error without the secret that it held.
type maskedError struct {
	text  string
	kinds []error
}

func (e *maskedError) Error() string   { return e.text }
func (e *maskedError) Unwrap() []error { return e.kinds }
