package listen

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"

	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// TestLineWithoutText: where texts are written down nowhere, none stands on a line for
// people, which may go into a journal.
func TestLineWithoutText(t *testing.T) {
	t.Parallel()
	v := callback.Event{Type: callback.MessageReceived, To: "+12345678901", Trust: callback.Trusted}
	v.Message.ID, v.Message.From, v.Message.Text = "came-1", "+19195550102", "My diagnosis"
	h := heard{Event: v, Taken: outbox.Taken{Message: 1, State: outbox.Received, News: true}, noText: true}
	if got := h.line(); strings.Contains(got, "diagnosis") || !strings.HasSuffix(got, "+19195550102 wrote to +12345678901 (texts are not kept)") {
		t.Errorf("got %q", got)
	}
	h.Event.Message.Text, h.Event.Message.Media = "", []string{"a", "b"}
	if got := h.line(); !strings.HasSuffix(got, "+19195550102 wrote to +12345678901 [2 files]") {
		t.Errorf("got %q", got)
	}
}

// FuzzLine: whatever is posted, an event is one clean line, and one line of JSON in which
// nothing can drive a terminal.
func FuzzLine(f *testing.F) {
	f.Add([]byte(event("message-failed", "a", `,"errorCode":4720`)), int64(1), true)
	f.Add([]byte(written("a\x1b[2J", "+1\u202e9", "two\nlines\u2028\x1b]0;x\x07")), int64(0), false)
	f.Add([]byte(`[{"type":"suggestion-response","description":"\u001b[31m\u009b","to":"\u0000","message":{"suggestionResponse":{"text":"\r\n"}}}]`), int64(7), true)
	f.Add([]byte(`[{"type":"requested-location-response\u0085","carrierName":"\ufeff"}]`), int64(7), true)
	f.Fuzz(func(t *testing.T, body []byte, id int64, news bool) {
		events, err := callback.Parse(body)
		if err != nil {
			return
		}
		for _, v := range events {
			h := heard{Event: v, Taken: outbox.Taken{Message: id, News: news}, at: time.Unix(1795667088, 0)}
			if line := h.line(); line != text.Clean(line) || strings.ContainsAny(line, "\n\r") {
				t.Fatalf("a line that is not clean: %q", line)
			}
			line := h.json()
			if !json.Valid([]byte(line)) || strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
				t.Fatalf("JSON that drives a terminal: %q", line)
			}
			var r row
			if err := json.Unmarshal([]byte(line), &r); err != nil || r.Type != string(v.Type) || r.News != news {
				t.Fatalf("%v: %q", err, line)
			}
		}
	})
}
