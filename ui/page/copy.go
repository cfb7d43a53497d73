package page

import (
	"bytes"
	"encoding/json"
	"strings"

	"telex/messaging"
)

// What is in the clipboard is pasted anywhere, into a shell too, where a line end runs
// what stands before it. So nothing foreign gets into it as it came: an id only if it
// is one, and an answer as JSON of one line.

// CopyID copies an id of the API.
func CopyID(id string) Intent {
	switch {
	case id == "":
		return Warn("there is no id to copy: the API's id of this message is not known")
	case !isID(id):
		return Warn("the id holds characters that no id of Bandwidth has, so it is not copied: it might run as a command where it is pasted")
	}
	return CopyOut{What: "id", Value: id}
}

// mostID is far more than an id of the API has, which is about 29 characters.
const mostID = 200

// isID reports whether s is a word that means nothing to a shell and is no flag.
func isID(s string) bool {
	if s == "" || len(s) > mostID || s[0] == '-' || s[0] == '.' {
		return false
	}
	for _, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && !strings.ContainsRune("-_.:", r) {
			return false
		}
	}
	return true
}

// CopyBody copies the body of a request or an answer.
func CopyBody(what string, body []byte) Intent {
	return CopyOut{What: what, Value: oneLineJSON(body)}
}

// oneLineJSON is a body as JSON of one line, in which nothing but what can be seen
// stands as it is. A body that is no JSON becomes a string.
func oneLineJSON(body []byte) string {
	var b bytes.Buffer
	if json.Compact(&b, body) != nil {
		b.Reset()
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(string(body)) // strings always encode
	}
	return messaging.EscapeJSON(bytes.TrimSpace(b.Bytes()))
}
