package messaging

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

const (
	htmlBody    = "<html><body>Bad gateway</body></html>"
	unknownPath = `{"timestamp":"2026-05-01T12:00:00Z","status":500,"error":"Internal Server Error","message":"oops","path":"/x"}`
	notThere    = `{"timestamp":"2026-05-01T12:00:00.000+0000","status":404,"error":"Not Found","message":"Not Found","path":"/x"}`
	rfc9457     = `{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"oops"}`
	cutRefusal  = `{"type":"internal-error","descr`
)

// TestOutcomes is the design's table: what each answer means for the message.
func TestOutcomes(t *testing.T) {
	bodies := map[string]string{
		"the API's JSON": refusalJSON, "HTML": htmlBody, "nothing": "", "a receipt": receiptJSON,
		"the API's 404":              notThere,
		"the form for unknown paths": unknownPath, "RFC 9457": rfc9457, "half JSON": cutRefusal,
		"null": "null", "an array": "[]", "a number": "7",
	}
	statuses := []int{
		200, 201, 202, 204, 206, 299, 300, 301, 302, 303, 304, 307, 308, 399, 400, 401, 403, 404, 405, 406, 408,
		409, 410, 413, 415, 418, 422, 425, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 507, 511, 520, 599, 600, 999,
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			for _, status := range statuses {
				synctest.Test(t, func(t *testing.T) { checkOutcome(t, status, body) })
			}
		})
	}
}

func checkOutcome(t *testing.T, status int, body string) {
	t.Helper()
	c, api := fakeClient(t, answer(status, body, "Location: https://elsewhere.example/"))
	r, err := c.Send(t.Context(), testMessage())
	own, tries := body == refusalJSON, 1
	want := Unknown
	switch {
	case status/100 == 2 && body == receiptJSON:
		if err != nil || r.ID == "" || OutcomeOf(err) != Accepted || api.calls() != 1 {
			t.Errorf("%d: got %+v, %v, %d calls, want a receipt after one", status, r, err, api.calls())
		}
		return
	case status/100 == 4 && own, status == 404 && body == notThere:
		want = Rejected
	case status/100 == 5 && own && status != 502 && status != 504:
		want = Rejected
	}
	if want == Rejected && (status == 500 || status == 503) {
		tries = 2
	}
	if r != nil {
		t.Errorf("%d %s: got receipt %+v, want none", status, body, r)
	}
	e := wantError(t, err, want, status)
	limited := status == 429 && own
	if !limited && api.calls() != tries || limited && api.calls() < 3 {
		t.Errorf("%d %s: got %d requests, want %d", status, body, api.calls(), tries)
	}
	if len(e.Attempts) != api.calls() || e.Answer == nil || string(e.Answer.Body) != body {
		t.Errorf("%d %s: got %d attempts and answer %+v, want %d and the body", status, body, len(e.Attempts), e.Answer, api.calls())
	}
	if got, want := errors.Is(err, ErrUnauthorized), status == 401 || status == 403; got != want {
		t.Errorf("%d: got ErrUnauthorized %v, want %v", status, got, want)
	}
	if got, want := errors.Is(err, ErrRateLimited), status == 429; got != want {
		t.Errorf("%d: got ErrRateLimited %v, want %v", status, got, want)
	}
	if own && status >= 300 && (e.Type != "request-validation" || e.Detail != "'from' is unknown" || len(e.Fields) != 1 || e.Fields[0].Name != "from") {
		t.Errorf("%d: got %q, %q, %v, want the API's words", status, e.Type, e.Detail, e.Fields)
	}
	if text := err.Error(); (want == Unknown) != strings.Contains(text, "outcome unknown") {
		t.Errorf("%d: got %q, want the outcome named if unknown", status, text)
	}
	wantPrintable(t, err.Error())
}

// TestChallenges: a 401 or 407 with its challenge was not applied, whoever says so.
func TestChallenges(t *testing.T) {
	for _, c := range []struct {
		status int
		header string
		want   Outcome
	}{
		{401, "WWW-Authenticate: Bearer", Rejected},
		{401, "Proxy-Authenticate: Basic", Unknown},
		{401, "X: y", Unknown},
		{403, "WWW-Authenticate: Bearer", Unknown},
		{407, "Proxy-Authenticate: Basic", Rejected},
		{407, "WWW-Authenticate: Basic", Unknown},
	} {
		client, api := fakeClient(t, answer(c.status, htmlBody, c.header))
		_, err := client.Send(t.Context(), testMessage())
		wantOutcome(t, err, c.want, c.status)
		if api.calls() != 1 {
			t.Errorf("%d with %s: got %d requests, want one", c.status, c.header, api.calls())
		}
	}
}

// TestHarmlessRefusals: a call that creates nothing is refused by any 4xx.
func TestHarmlessRefusals(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 408, 499} {
		client, _ := fakeClient(t, answer(status, htmlBody))
		_, err := client.List(t.Context(), Query{Limit: 1})
		wantOutcome(t, err, Rejected, status)
	}
}

func TestReadProblem(t *testing.T) {
	for _, c := range []struct {
		body, typ, detail string
		fields            int
		own               bool
	}{
		{refusalJSON, "request-validation", "'from' is unknown", 1, true},
		{`{"type":"a","description":"b"}`, "a", "b", 0, true},
		{`{"Type":"a","DESCRIPTION":"b"}`, "", "", 0, false},
		{`{"type":"a","Type":"c","description":"b"}`, "a", "b", 0, true},
		{`{"type":"a","type":"a","description":"b"}`, "a", "b", 0, true},
		{`{"type":"a","type":"c","description":"b"}`, "", "", 0, false},
		{`{"\u0074ype":"a","description":"b"}`, "a", "b", 0, true},
		{`{"type":"a","description":"b","fieldErrors":"none"}`, "a", "b", 0, true},
		{`{"type":"a","description":"b","fieldErrors":null,"new":{}}`, "a", "b", 0, true},
		{unknownPath, "Internal Server Error", "oops", 0, false},
		{rfc9457, "about:blank", "", 0, false},
		{`{"description":"b"}`, "", "b", 0, false},
		{`{"type":7,"description":"b"}`, "", "b", 0, false},
		{`{"error":"a"}`, "a", "", 0, false},
		{`{"type":"","description":""}`, "", "", 0, false},
		{`{}`, "", "", 0, false},
		{`[{"type":"a","description":"b"}]`, "", "", 0, false},
		{`{"type":"a","description":"b"`, "", "", 0, false},
		{htmlBody, "", "", 0, false},
		{"", "", "", 0, false},
	} {
		p, by := readProblem([]byte(c.body))
		if p.Type != c.typ || p.Description != c.detail || len(p.FieldErrors) != c.fields || (by == ofAPI) != c.own {
			t.Errorf("%s: got %+v, %v, want %q, %q, %d fields, %v", c.body, p, by, c.typ, c.detail, c.fields, c.own)
		}
	}
}

func FuzzReadProblem(f *testing.F) {
	for _, s := range []string{refusalJSON, unknownPath, rfc9457, htmlBody, `{"type":"\ufffd"}`, `{"type":"\u001b","description":"\u202e","fieldErrors":[{}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		p, by := readProblem(body)
		if by == ofAPI && (p.Type == "" || p.Description == "") {
			t.Errorf("got %+v as the API's own from %q", p, body)
		}
		e := &Error{Op: "send message", Status: 500, Type: p.Type, Detail: p.Description, Fields: p.FieldErrors}
		wantPrintable(t, e.Error())
	})
}

// TestHostileWords: whatever an answer holds, the error can go to a terminal.
func TestHostileWords(t *testing.T) {
	for _, word := range []string{"\x1b[2J", "\x1b]52;c;eA==\a", "\u009b31m", "\u202egnp.exe", "\u200b", "a\r\nb", "\x7f", "\xff\xfe", "\u2028"} {
		e := &Error{
			Op: "send message", Status: 400, Outcome: Rejected, Type: word, Detail: word,
			Fields: []FieldError{{Name: word, Description: word}}, Err: errors.New(word),
		}
		wantPrintable(t, e.Error())
		wantPrintable(t, printableError{errors.New(word)}.Error())
	}
	e := &Error{Op: "send message", Status: 400, Outcome: Rejected, Detail: strings.Repeat("long ", 1e5), Fields: make([]FieldError, 1e4)}
	if n := len(e.Error()); n > 1000 {
		t.Errorf("got an error of %d bytes, want it bounded", n)
	}
}

func TestErrorText(t *testing.T) {
	for _, c := range []struct {
		err  *Error
		want string
	}{
		{&Error{Op: "send message", Status: 400, Outcome: Rejected, Type: "request-validation", Detail: "no"}, `send message: HTTP 400 Bad Request: "request-validation": "no"`},
		{&Error{Op: "send message", Status: 499, Outcome: Rejected}, `send message: HTTP 499`},
		{&Error{Op: "send message", Status: 502, Outcome: Unknown}, `send message: HTTP 502 Bad Gateway (outcome unknown)`},
		{&Error{Op: "send message", Outcome: Unsent, Err: errors.New("no route")}, `send message: no route (outcome unsent)`},
		{&Error{Op: "send message", Outcome: Unsent, Err: &Error{Op: "get access token", Outcome: Unsent, Err: errors.New("no route")}}, `send message: get access token: no route (outcome unsent)`},
		{&Error{Op: "send message", Status: 400, Outcome: Rejected, Fields: []FieldError{{"to", "bad"}}}, `send message: HTTP 400 Bad Request; field "to": "bad"`},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %s\nwant %s", got, c.want)
		}
	}
	for o, want := range map[Outcome]string{Unknown: "unknown", Accepted: "accepted", Rejected: "rejected", Unsent: "unsent", 9: "Outcome(9)"} {
		if o.String() != want {
			t.Errorf("got %q, want %q", o, want)
		}
	}
	if got := OutcomeOf(errors.New("other")); got != Unknown {
		t.Errorf("got %s for a foreign error, want unknown", got)
	}
	if got := OutcomeOf(fmt.Errorf("wrapped: %w", &Error{Outcome: Rejected})); got != Rejected {
		t.Errorf("got %s for a wrapped error, want rejected", got)
	}
}

// TestRedirectsAreAnswers: neither the message nor the credentials go elsewhere.
func TestRedirectsAreAnswers(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, location := range []string{"/elsewhere", "", "://\x7f", "%zz"} {
			hits := 0
			base := handle(t, func(w http.ResponseWriter, r *http.Request) {
				hits++
				if r.URL.Path != "/users/9900000/messages" {
					t.Errorf("%d: got a request for %s, want none", status, r.URL)
				}
				if location != "" {
					w.Header().Set("Location", location)
				}
				w.WriteHeader(status)
			})
			_, err := testClient(t, base).Send(t.Context(), testMessage())
			if got := OutcomeOf(err); got != Unknown || hits != 1 {
				t.Errorf("%d to %q: got %s after %d requests, want unknown after 1: %v", status, location, got, hits, err)
			}
			wantPrintable(t, err.Error())
		}
	}
}
