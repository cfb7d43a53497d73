package cli

import (
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strings"

	"telex/config"
	"telex/messaging"
)

// minHidden is the shortest secret that is taken out wherever it stands. A
// shorter one would turn up within words and numbers that have nothing to do
// with it; only what was made of it for the wire is then looked for.
const minHidden = 8

// hide makes everything that is printed from now on pass without the secret of c.
// Telex prints no credentials, but a gateway may repeat the request it was sent,
// and --json hands its answer on. Call it before anything is sent. Credentials that
// were hidden before stay so.
func (p *printer) hide(c config.Credentials) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, form := range wireForms(c) {
		if !slices.Contains(p.hidden, form) {
			p.hidden = append(p.hidden, form, "[secret]")
		}
	}
	p.mask = strings.NewReplacer(p.hidden...)
}

// masked is text without the secret.
func (p *printer) masked(text string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mask.Replace(text)
}

// maskAnswer takes the secret out of an answer. Nil is nothing to do.
func maskAnswer(a *messaging.Answer, mask func(string) string) {
	if a == nil {
		return
	}
	a.Line, a.Body = mask(a.Line), []byte(mask(string(a.Body)))
	for _, values := range a.Header {
		for i, v := range values {
			values[i] = mask(v)
		}
	}
}

// maskError takes the secret out of what the other side said of a failed call.
func maskError(e *messaging.Error, mask func(string) string) {
	e.Type, e.Detail = mask(e.Type), mask(e.Detail)
	for i, f := range e.Fields {
		e.Fields[i] = messaging.FieldError{Name: mask(f.Name), Description: mask(f.Description)}
	}
	maskAnswer(e.Answer, mask)
	if inner, ok := errors.AsType[*messaging.Error](e.Err); ok {
		maskError(inner, mask) // of the token endpoint
	}
}

// wireForms is what the secret of c looks like in a request, or in JSON or HTML
// that repeats one.
func wireForms(c config.Credentials) []string {
	secret := c.Secret.Reveal()
	if secret == "" {
		return nil
	}
	both := c.ID + ":" + secret
	escaped := url.QueryEscape(c.ID) + ":" + url.QueryEscape(secret) // RFC 6749, 2.3.1
	forms := []string{
		base64.StdEncoding.EncodeToString([]byte(both)),
		base64.StdEncoding.EncodeToString([]byte(escaped)),
		both,
		escaped,
	}
	if len(secret) < minHidden || strings.Trim(secret, "0123456789") == "" {
		return forms
	}
	forms = append(forms, secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)))
	if quoted, err := encode(secret); err == nil {
		forms = append(forms, strings.Trim(strings.TrimSpace(string(quoted)), `"`))
	}
	return forms
}
