package messaging

import (
	"fmt"
	"strings"
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
