package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"telex/messaging"
	"telex/ui/page"
)

// What is copied goes to the terminal as OSC 52, which nobody answers. A terminal
// inside another one may have to be asked to pass it on.

const (
	// mostCopied is how many bytes the strictest of the usual terminals take, of the
	// value itself: 100,000 characters of the sequence.
	mostCopied = 74_994
	// screenString is how long a string may be that GNU screen passes on.
	screenString = 768 - len("\x1bP\x1b\\")
)

// multiplexer is the program that telex runs in; "" for none or one that is not known.
func multiplexer(environ []string) string {
	name := envOf(environ, "TERM")
	switch {
	case envOf(environ, "TMUX") != "", strings.HasPrefix(name, "tmux"):
		return "tmux"
	case envOf(environ, "STY") != "", strings.HasPrefix(name, "screen"):
		return "screen" // or a tmux at the other end of an SSH line: both understand what screen gets
	}
	return ""
}

// clipboard is what puts value into the clipboard of the terminal at the end, and how
// sure that is.
func clipboard(environ []string, value string) (sequence, words string) {
	plain := ansi.SetSystemClipboard(value)
	switch multiplexer(environ) {
	case "tmux": // which takes the one with set-clipboard on, and passes the other with allow-passthrough on
		return plain + ansi.TmuxPassthrough(plain), "sent to tmux (OSC 52), which takes it with set-clipboard on"
	case "screen": // it drops the first, which a tmux takes that calls itself screen; tmux drops the second
		return plain + ansi.ScreenPassthrough(plain, screenString), "sent through screen to the terminal's clipboard (OSC 52), if it takes it"
	}
	return plain, "sent to the terminal's clipboard (OSC 52), if it takes it"
}

// What is in the clipboard is pasted anywhere, into a shell too, where a line end runs
// what stands before it. So nothing foreign gets into it as it came: an id only if it
// is one, and an answer as JSON of one line.

// copyID copies an id of the API.
func copyID(id string) page.Intent {
	switch {
	case id == "":
		return page.Warn("there is no id to copy: the API's id of this message is not known")
	case !isID(id):
		return page.Warn("the id holds characters that no id of Bandwidth has, so it is not copied: it might run as a command where it is pasted")
	}
	return page.CopyOut{What: "id", Value: id}
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

// copyBody copies the body of a request or an answer.
func copyBody(what string, body []byte) page.Intent {
	return page.CopyOut{What: what, Value: oneLineJSON(body)}
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

// copyOut copies a value, or says why not. It can be selected on the screen as well.
func (a *app) copyOut(in page.CopyOut) tea.Cmd {
	if n := len(in.Value); n > mostCopied {
		a.say(page.Status{Text: fmt.Sprintf("the %s is %d KB, more than terminals take: select it on the screen, or use telex show", in.What, n/1000), Kind: page.StatusFailed})
		return nil
	}
	sequence, words := clipboard(a.deps.Environ, in.Value)
	a.say(page.Status{Text: in.What + " " + words, Kind: page.StatusDone})
	if sequence == ansi.SetSystemClipboard(in.Value) {
		return tea.SetClipboard(in.Value)
	}
	return tea.Raw(sequence)
}
