package messaging

import (
	"fmt"
	"strings"
	"unicode"
)

// Curl is the shell command that sends m as [Client.Send] does, once. Credentials
// stand in it as environment variables, never as values. What a shell or terminal
// could take for something else is quoted; the result may have several lines.
func (c *Client) Curl(m Message) (string, error) {
	body, err := m.Body()
	if err != nil {
		return "", err
	}
	auth := `-H "Authorization: $BW_AUTHORIZATION"`
	if k, ok := c.auth.(authKind); ok {
		auth = k.curlAuth()
	}
	return fmt.Sprintf("curl -X POST %s \\\n  %s \\\n  -H 'Content-Type: %s' \\\n  --data-raw %s",
		shellQuote(c.url("/messages", nil)), auth, jsonType, shellQuote(EscapeJSON(body))), nil
}

// shellQuote makes s one word of a POSIX shell.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// EscapeJSON rewrites JSON so that a terminal may show it: every character that
// is not printable (C1 controls, bidi controls, zero-width characters) becomes a
// \u escape, which is the same value. Bytes that are no UTF-8 become \ufffd. In
// valid JSON such characters stand within strings only; line feeds, carriage
// returns and tabs between the tokens stay, other C0 controls are dropped.
func EscapeJSON(body []byte) string {
	var b strings.Builder
	b.Grow(len(body))
	for _, r := range string(body) {
		switch {
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r < ' ':
		case r == unicode.ReplacementChar:
			b.WriteString(`\ufffd`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// isPrintable reports whether s holds nothing that is invisible or moves a cursor.
func isPrintable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar })
}
