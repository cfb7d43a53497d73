package ui

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/text/texttest"
)

// hostile holds what could move a cursor, set a title, start a string that eats
// the rest, or reorder what is read. It begins and ends with letters to be found.
const hostile = "Qx\x1b[2J" + foreignStyle + "\x1b]0;owned\a\x1b]8;;http://evil\x1b\\\x1bP1$r\x1b\\\u009b31m\u009d0;t\u009c\u0090q\x9b2J\x9d\x90\u202egnp.exe\u2066\u200b\ufeff\u061c\u2028\x00\x7f\b\r\n\t\u00adzQ"

// foreignStyle is a style that no theme has, so that it is told from those of telex.
const foreignStyle = "\x1b[8;5m"

var ownSGR = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// checkTerminal demands that nothing but telex's own colours can act on a terminal.
func checkTerminal(t *testing.T, where, content string, bad func(rune) bool) {
	t.Helper()
	if strings.Contains(content, foreignStyle) {
		t.Errorf("%s: got a style of somebody else in %q", where, content)
	}
	rest := ownSGR.ReplaceAllString(content, "")
	for i, r := range rest {
		if r != '\n' && bad(r) {
			t.Errorf("%s: got %U at byte %d, want no such character: %q", where, r, i, rest)
			return
		}
	}
}

func hostileAnswer(status int, body []byte) *messaging.Answer {
	return &messaging.Answer{
		Status: status, Line: hostile, Proto: "HTTP/1.1" + hostile, Body: body, Latency: time.Second, Truncated: true,
		Header: http.Header{"X-" + hostile: {hostile}, "Server": {hostile, "x\r\ny"}, "Content-Type": {"text/html" + hostile}},
	}
}

func hostileJSON(t *testing.T) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]any{
		"id": hostile, "owner": hostile, "time": hostile, "to": []string{hostile, hostile}, "from": hostile, "text": hostile,
		hostile: hostile, "nested": map[string]any{hostile: []any{hostile, 1, nil}}, "type": hostile, "description": hostile,
	})
	if err != nil {
		t.Fatal(err)
	}
	// The encoder escapes what is most dangerous; an attacker does not.
	for escaped, raw := range map[string]string{`\u2028`: "\u2028", `\u007f`: "\x7f", `\ufffd`: "\x9b"} {
		body = []byte(strings.ReplaceAll(string(body), escaped, raw))
	}
	return body
}

func hostileError(t *testing.T, o messaging.Outcome, status int, body []byte) error {
	t.Helper()
	tries := []messaging.Attempt{
		{Status: 0, Err: errors.New(hostile), Took: time.Second, Waited: time.Second},
		{Status: status, Took: time.Second},
	}
	return &messaging.Error{
		Op: "send message", Outcome: o, Status: status, Type: hostile, Detail: hostile, Attempts: tries,
		Fields: []messaging.FieldError{{Name: "text", Description: hostile}, {Name: hostile, Description: hostile}, {Name: "to[0]" + hostile}},
		Answer: hostileAnswer(status, body), Err: errors.New(hostile),
	}
}

// TestHostileAnswersNeverReachTheTerminal shows answers made to harm in every view.
func TestHostileAnswersNeverReachTheTerminal(t *testing.T) {
	sample.Whole(t)
	receipt := func(body []byte) func(context.Context, messaging.Message) (*messaging.Receipt, error) {
		return func(context.Context, messaging.Message) (*messaging.Receipt, error) {
			return &messaging.Receipt{
				ID: hostile, Owner: hostile, Time: hostile, To: []string{hostile}, Answer: hostileAnswer(202, body),
				Attempts: []messaging.Attempt{{Err: errors.New(hostile)}, {Status: 202}},
			}, nil
		}
	}
	fails := func(err error) func(context.Context, messaging.Message) (*messaging.Receipt, error) {
		return func(context.Context, messaging.Message) (*messaging.Receipt, error) { return nil, err }
	}
	good := hostileJSON(t)
	token := &messaging.Error{Op: "get token", Outcome: messaging.Unsent, Err: hostileError(t, messaging.Rejected, 401, good)}
	for name, send := range map[string]func(context.Context, messaging.Message) (*messaging.Receipt, error){
		"receipt":           receipt(good),
		"receipt, no JSON":  receipt([]byte(hostile)),
		"receipt, an array": receipt([]byte(`["` + hostile + `"]`)),
		"rejected":          fails(hostileError(t, messaging.Rejected, 400, good)),
		"rejected, no JSON": fails(hostileError(t, messaging.Rejected, 404, []byte(hostile))),
		"odd status":        fails(hostileError(t, messaging.Unknown, 299, good)),
		"gateway":           fails(hostileError(t, messaging.Unknown, 502, []byte("<html>"+hostile))),
		"no answer":         fails(hostileError(t, messaging.Unknown, 0, nil)),
		"unsent":            fails(hostileError(t, messaging.Unsent, 0, nil)),
		"token":             fails(token),
		"unheard of":        fails(errors.New(hostile)),
		"not valid":         fails(messaging.Problems{{Field: "x" + hostile, Index: -1, Value: hostile, Why: hostile}}),
	} {
		t.Run(name, func(t *testing.T) { showHostile(t, send) })
	}
}

func showHostile(t *testing.T, send func(context.Context, messaging.Message) (*messaging.Receipt, error)) {
	t.Helper()
	deps := testDeps(&fakeSender{send: send})
	deps.Link.Lister = &fakeLister{list: func(context.Context, messaging.Query) (*messaging.Page, error) {
		rec := messaging.Record{Destination: hostile, Status: hostile, ErrorCode: 99999, CarrierName: hostile}
		return &messaging.Page{Records: []messaging.Record{rec, rec}}, nil
	}}
	drive(t, deps, func(d *driver) {
		d.write("Hi", "+19195551212")
		d.enterOnReview()
		d.at("Response")
		for _, size := range [][2]int{{80, 24}, {40, 12}, {250, 80}} {
			d.size(size[0], size[1])
			for _, k := range []string{"home", "j", "down", "pgdown", "end", "j", "r", "down", "end", "y", "Y", "f1", "esc", "home"} {
				d.press(k)
				checkTerminal(t, k, d.a.View().Content, texttest.Dangerous)
				checkFits(t, d, size[0], size[1])
			}
			d.advance(5 * time.Second)
			checkTerminal(t, "after a look", d.a.View().Content, texttest.Dangerous)
		}
		for _, l := range d.a.batch.unfinished() {
			checkTerminal(t, "unfinished", l, texttest.Dangerous)
		}
	})
}

// TestHostileInputNeverReachesTheTerminal pastes the same, and configures it.
func TestHostileInputNeverReachesTheTerminal(t *testing.T) {
	deps := testDeps(&fakeSender{send: refuse()})
	deps.Profile, deps.AccountID, deps.ApplicationID = hostile, hostile, hostile
	deps.Numbers, deps.Link.BaseURL, deps.Sandbox = []string{hostile}, hostile, false
	deps.Link.Curl = func(messaging.Message) (string, error) { return hostile, nil }
	deps.LookAtMedia = func(context.Context, string) (messaging.MediaFacts, error) {
		return messaging.MediaFacts{Status: 200, Type: hostile, Size: 1 << 40}, nil
	}
	drive(t, deps, func(d *driver) {
		look := func(where string) {
			for _, size := range [][2]int{{80, 24}, {40, 12}, {250, 80}} {
				d.size(size[0], size[1])
				checkTerminal(t, where, d.a.View().Content, texttest.Dangerous)
				checkFits(t, d, size[0], size[1])
			}
		}
		for range 5 {
			d.send(tea.PasteMsg{Content: hostile})
			look("Compose")
			d.press("tab")
		}
		d.press("ctrl+p", "ctrl+p", "ctrl+r")
		look("replace")
		d.press("esc", "ctrl+n")
		look("Recipients")
		d.a.form.To = append(d.a.form.To, hostile, hostile+"2")
		d.paste(hostile)
		d.press("enter")
		look("Recipients, entered")
		d.press("tab", "tab", "x")
		look("Recipients, removed")
		d.a.form.Media = append(d.a.form.Media, hostile, "https://example.com/"+hostile)
		d.press("ctrl+n")
		d.paste(hostile)
		d.press("enter")
		look("Media")
		d.press("tab", "x")
		look("Media, removed")
		d.press("ctrl+n")
		look("Review")
		for _, k := range []string{"j", "right", "u", "down", "y"} {
			d.press(k)
			look("Review " + k)
		}
		d.send(edited{path: hostile, err: errors.New(hostile)})
		look("editor")
	})
}
