package ui

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"

	"telex/messaging"
	"telex/ui/text/texttest"
)

// TestCopiesAreClean presses y and Y on every page that has them, after an answer that
// holds what would run in a shell.
func TestCopiesAreClean(t *testing.T) {
	evil := func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		body, err := json.MarshalIndent(map[string]any{"id": texttest.Pasted[0], "to": m.To, "note": "$(touch x)\u202e\u009b"}, "", "  ")
		if err != nil {
			return nil, err
		}
		return receiptOf(body)
	}
	drive(t, testDeps(&fakeSender{send: evil}), func(d *driver) {
		clean := func(where string, copies bool) {
			d.t.Helper()
			if (d.copied != "") != copies || strings.ContainsFunc(d.copied, func(r rune) bool { return !unicode.IsPrint(r) }) {
				d.t.Errorf("%s: got %q copied, want something: %v, of one line, and clean", where, d.copied, copies)
			}
			d.copied = ""
		}
		d.write("Hi\nthere \u2028", five[0])
		d.press("j", "y")
		clean("JSON on Review", true)
		d.press("j")
		d.enterOnReview()
		d.at("Response")
		d.press("y")
		clean("the id on Response", false)
		d.see("not copied")
		d.press("Y")
		clean("the answer on Response", true)
		d.press("f2", "y")
		clean("the id in History", false)
		d.press("enter", "y")
		clean("the id of a message of History", false)
		d.press("Y")
		clean("the answer in History", true)
	})
}

// TestCopiedCurl: the equal command has line ends only where a backslash goes on.
func TestCopiedCurl(t *testing.T) {
	deps := sandboxDeps(t)
	for _, text := range texttest.Pasted {
		command, err := deps.Link.Curl(messaging.Message{From: five[1], To: five[:1], Text: text, ApplicationID: "a"})
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.SplitAfter(command, "\\\n") {
			line = strings.TrimSuffix(line, "\\\n")
			if strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("the command for %q has the line %q, want nothing that cannot be seen", text, line)
			}
		}
	}
}

// TestCurlThatFailedIsNotCopied: where no curl command can be made that is said, and the
// reason is not copied as if it were one.
func TestCurlThatFailedIsNotCopied(t *testing.T) {
	for why, curl := range map[string]func(messaging.Message) (string, error){
		"the text is no␛ UTF-8":   func(messaging.Message) (string, error) { return "", errors.New("the text is no\x1b UTF-8") },
		"no account is connected": nil,
	} {
		deps := testDeps(&fakeSender{send: accept})
		deps.Link.Curl = curl
		drive(t, deps, func(d *driver) {
			d.write("Hi", five[0])
			d.press("u")
			d.see("There is no curl command: " + why)
			d.press("y")
			d.see("there is no curl command to copy: " + why)
			if d.copied != "" {
				d.t.Errorf("got %q copied, want nothing", d.copied)
			}
		})
	}
}
