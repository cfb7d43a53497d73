package ui

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"

	"telex/messaging"
	"telex/ui/page"
)

// pasted are values that do something where they are shown or pasted.
var pasted = []string{
	"abc\n\x15touch /tmp/ran\r\x1b[2J", "abc\n", "a\rb", "a\tb", "a b", "a;b", "$(touch x)", "`touch x`", "a|b", "a&b", "a>b", "a'b", `a"b`, `a\b`,
	"-rf", ".", "~", "a*", "a!b", "#", "\x1b]52;c;eA==\x07", "a\u009bb", "a\u202eb", "a\u200bb", "a\u2028b", "\x00", "\x7f", "caf\xe9", "ü", strings.Repeat("a", 300),
}

// TestCopiedID: an id is copied if it is one, and nothing else is.
func TestCopiedID(t *testing.T) {
	for _, id := range []string{"15910549216812k7u5v3ldq6ytzbn", "9e0df4ca-b18d-40d7-a59f-82fcdf5ae8e6", "an-id"} {
		if got, ok := copyID(id).(page.CopyOut); !ok || got.Value != id {
			t.Errorf("copyID(%q) = %+v, want it as it is", id, got)
		}
	}
	for _, id := range append(pasted, "") {
		if got, ok := copyID(id).(page.CopyOut); ok {
			t.Errorf("copyID(%q) copies %q, want that it is refused", id, got.Value)
		}
	}
}

// TestCopiedBody: what is copied of a body is one line without a control character,
// and says the same.
func TestCopiedBody(t *testing.T) {
	for _, text := range pasted {
		pretty, err := json.MarshalIndent(map[string]string{"id": text}, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		raw := `{"id": "` + strings.ToValidUTF8(text, "") + `",` + "\r\n\t" + `"x": 1}` // as a server may write it
		for _, body := range []string{string(pretty), raw, text, "<html>\n" + text} {
			got := oneLineJSON([]byte(body))
			if i := strings.IndexFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
				t.Errorf("oneLineJSON(%q) = %q, want nothing that cannot be seen", body, got)
			}
			var was, is any
			if json.Unmarshal([]byte(body), &was) != nil {
				was = strings.ToValidUTF8(body, "\ufffd")
			}
			if err := json.Unmarshal([]byte(got), &is); err != nil {
				t.Errorf("oneLineJSON(%q) = %q, %v, want JSON", body, got, err)
			}
			if a, b := asText(t, was), asText(t, is); a != b {
				t.Errorf("oneLineJSON(%q) says %s, want %s", body, b, a)
			}
		}
	}
}

func asText(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestCopiesAreClean presses y and Y on every page that has them, after an answer that
// holds what would run in a shell.
func TestCopiesAreClean(t *testing.T) {
	evil := func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		body, err := json.MarshalIndent(map[string]any{"id": pasted[0], "to": m.To, "note": "$(touch x)\u202e\u009b"}, "", "  ")
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
	for _, text := range pasted {
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
