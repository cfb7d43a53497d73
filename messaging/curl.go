package messaging

import (
	"fmt"
	"strings"
)

// Curl is the shell command that sends m as [Client.Send] does, once. With [OAuth] a
// command that gets a token comes first. Credentials stand in it as environment
// variables, never as values. What a shell or terminal could take for something else
// is quoted; the result has several lines, and does the same in bash, zsh and fish.
func (c *Client) Curl(m Message) (string, error) {
	body, err := m.Body()
	if err != nil {
		return "", err
	}
	before, auth := "", `-H "Authorization: $BW_AUTHORIZATION"`
	if k, ok := c.auth.(authKind); ok {
		auth = k.curlAuth()
	}
	if o, ok := c.auth.(*oauth); ok {
		before = curlToken(o.tokenURL)
	}
	return before + fmt.Sprintf("curl -X POST %s \\\n  %s \\\n  -H 'Content-Type: %s' \\\n  --data-raw %s",
		ShellQuote(c.url("/messages", nil)), auth, jsonType, ShellQuote(EscapeJSON(body))), nil
}

// curlToken is the shell command that exchanges client id and secret for the token
// that Curl uses.
func curlToken(tokenURL string) string {
	return `export BW_ACCESS_TOKEN="$(curl -sS -u "$BW_CLIENT_ID:$BW_CLIENT_SECRET" -d grant_type=client_credentials ` + `\` + "\n  " +
		ShellQuote(tokenURL) + ` | sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p')"` + "\n"
}

// ShellQuote makes s one word of a POSIX shell and of fish, which, unlike the former,
// takes a backslash in single quotes for something before another and before a quote.
func ShellQuote(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for i := range len(s) {
		switch {
		case s[i] == '\'':
			b.WriteString(`'\''`)
		case s[i] == '\\' && (i+1 == len(s) || s[i+1] == '\\' || s[i+1] == '\''):
			b.WriteString(`'"\\"'`)
		default:
			b.WriteByte(s[i])
		}
	}
	b.WriteByte('\'')
	return b.String()
}
