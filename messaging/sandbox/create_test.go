package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The five requests of Bandwidth's page on creating messages, and the answers it
// prints but for id and time.
func TestPublishedExamples(t *testing.T) {
	const (
		common = `"from":"+12345678901","text":"Hey, check this out!",` +
			`"applicationId":"93de2206-9669-4e07-948d-329f4b722ee2","tag":"test message"`
		answered = common + `,"owner":"+12345678901","direction":"out","segmentCount":1`
		one      = `"to":["+12345678902"],`
		group    = `"to":["+12345678902","+12345678903"],`
		picture  = `,"media":["https://s3.amazonaws.com/bw-v2-api/demo.jpg"]`
		pictures = `,"media":["https://s3.amazonaws.com/bw-v2-api/demo.jpg","https://s3.amazonaws.com/bw-v2-api/demo2.jpg"]`
	)
	tests := []struct{ name, request, answer string }{
		{"text", one + common, one + answered},
		{"picture", one + common + picture, one + answered + picture},
		{"pictures", one + common + pictures, one + answered + pictures},
		{"group", group + common, group + answered},
		{"group with picture", group + common + picture, group + answered + picture},
	}
	w := newWorld(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := w.do("POST", messagesPath, "{"+tt.request+"}")
			if a.status != http.StatusAccepted {
				t.Fatalf("got %d %s, want 202", a.status, a.body)
			}
			got := decode[map[string]any](t, a.body)
			if !regexp.MustCompile(`^1772366400000[0-9a-z]{16}$`).MatchString(fmt.Sprint(got["id"])) {
				t.Errorf("got id %v, want 29 characters that begin with the time in milliseconds", got["id"])
			}
			if got["time"] != "2026-03-01T12:00:00.000Z" {
				t.Errorf("got time %v", got["time"])
			}
			delete(got, "id")
			delete(got, "time")
			if want := decode[map[string]any](t, "{"+tt.answer+"}"); !reflect.DeepEqual(got, want) {
				t.Errorf("got %v\nwant %v", got, want)
			}
			if got := a.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
				t.Errorf("got content type %q", got)
			}
		})
	}
}

func TestCreateAccepts(t *testing.T) {
	tests := []struct {
		name    string
		request string
		want    map[string]any // fields of the answer; nil: absent
	}{
		{"one recipient as a string", requestWith("to", "+12345678902"), map[string]any{"to": []any{"+12345678902"}}},
		{"ten recipients", textTo(numbers(10)...), map[string]any{"segmentCount": 1.0}},
		{"media only", requestWith("text", nil, "media", []string{"http://a.example/b"}), map[string]any{"text": nil}},
		{"nulls are absent", requestWith("tag", json.RawMessage("null"), "media", json.RawMessage("null")), map[string]any{"tag": nil, "media": nil}},
		{"unknown fields", requestWith("colour", "blue"), map[string]any{"colour": nil}},
		{"sender id", requestWith("from", "A&B+c-d_ 12"), map[string]any{"from": "A&B+c-d_ 12", "owner": "A&B+c-d_ 12"}},
		{"longest text", requestWith("text", strings.Repeat("€", 2048)), map[string]any{"segmentCount": 27.0}},
		{"text of 2048 astral characters", requestWith("text", strings.Repeat("😀", 2048)), nil},
		{"longest tag", requestWith("tag", strings.Repeat("é", 1024)), nil},
		{"longest media URL", requestWith("media", []string{longURL(4096)}), map[string]any{"segmentCount": 1.0}},
		{"GSM-7 in two", requestWith("text", strings.Repeat("a", 161)), map[string]any{"segmentCount": 2.0}},
		{"UCS-2 in two", requestWith("text", strings.Repeat("ж", 71)), map[string]any{"segmentCount": 2.0}},
		{"MMS is one", requestWith("text", strings.Repeat("a", 161), "media", []string{"http://a.example/b"}), map[string]any{"segmentCount": 1.0}},
		{"high priority", requestWith("priority", "high"), map[string]any{"priority": "high"}},
		{"default priority", requestWith("priority", "default"), map[string]any{"priority": "default"}},
		{"no priority", requestWith(), map[string]any{"priority": nil, "expiration": nil, "tag": nil, "media": nil}},
		{"expiration", requestWith("expiration", "2026-03-01T07:00:01-05:00"), map[string]any{"expiration": "2026-03-01T07:00:01-05:00"}},
		{"markup stays as it is", requestWith("text", "<a&b>"), map[string]any{"text": "<a&b>"}},
	}
	w := newWorld(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := w.do("POST", messagesPath, tt.request)
			if a.status != http.StatusAccepted {
				t.Fatalf("got %d %s, want 202", a.status, a.body)
			}
			got := decode[map[string]any](t, a.body)
			for name, want := range tt.want {
				if !reflect.DeepEqual(got[name], want) {
					t.Errorf("%s: got %v, want %v", name, got[name], want)
				}
			}
		})
	}
}

func TestCreateRefuses(t *testing.T) {
	tests := []struct {
		name    string
		request string
		fields  string // named by the errors, in order
	}{
		{"no JSON", `to=+12345678902`, "body"},
		{"half JSON", `{"to":["+12345678902"],`, "body"},
		{"two values", requestWith() + "{}", "body"},
		{"array", `[]`, "body"},
		{"null", `null`, "body"},
		{"not UTF-8", `{"text":"` + "\xff" + `"}`, "body"},
		{"too large", `{"x":"` + strings.Repeat("x", maxCreateBytes) + `"}`, "body"},
		{"empty object", `{}`, "to from applicationId text"},
		{"no recipients", requestWith("to", []string{}), "to"},
		{"to is a number", requestWith("to", int64(12345678902)), "to"},
		{"to has a null", requestWith("to", []any{nil}), "to"},
		{"eleven recipients", textTo(numbers(11)...), "to"},
		{"same recipient twice", textTo("+12345678902", "+12345678903", "+12345678902"), "to"},
		{"recipients without plus, with letters, too long, with 0", textTo("12345678902", "+1234567890a", "+1234567890123456", "+01234567", "+", ""), "to to to to to to"},
		{"no from", requestWith("from", nil), "from"},
		{"from is somebody else's", requestWith("from", "+12345678902"), "from"},
		{"from is no number", requestWith("from", "12345"), "from"},
		{"from is too long a sender id", requestWith("from", "abcdefghijkl"), "from"},
		{"from has a character no sender id has", requestWith("from", "a.b"), "from"},
		{"from is a list", requestWith("from", []string{DefaultNumber}), "from"},
		{"no application", requestWith("applicationId", nil), "applicationId"},
		{"another application", requestWith("applicationId", "93de2206-9669-4e07-948d-329f4b722ee3"), "applicationId"},
		{"neither text nor media", requestWith("text", nil), "text"},
		{"empty text and no media", requestWith("text", "", "media", []string{}), "text"},
		{"text too long", requestWith("text", strings.Repeat("€", 2049)), "text"},
		{"text is a number", requestWith("text", 5), "text"},
		{"media is a string", requestWith("media", "http://a.example/b"), "media"},
		{"media has a relative and an ftp URL", requestWith("media", []string{"/b", "ftp://a.example/b"}), "media media"},
		{"media URL too long", requestWith("media", []string{longURL(4097)}), "media"},
		{"tag too long", requestWith("tag", strings.Repeat("é", 1025)), "tag"},
		{"unknown priority", requestWith("priority", "HIGH"), "priority"},
		{"empty priority", requestWith("priority", ""), "priority"},
		{"expiration now", requestWith("expiration", "2026-03-01T12:00:00Z"), "expiration"},
		{"expiration is a date", requestWith("expiration", "2027-03-01"), "expiration"},
		{
			"all at once", requestWith("to", "x", "from", "x.", "applicationId", "x", "media", "x", "tag", 1, "priority", "x", "expiration", "x"),
			"media tag to from applicationId priority expiration",
		},
	}
	w := newWorld(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := w.do("POST", messagesPath, tt.request)
			got := decode[problem](t, a.body)
			if a.status != http.StatusBadRequest || got.Type != "request-validation" || got.Description == "" {
				t.Fatalf("got %d %s, want 400 request-validation", a.status, a.body)
			}
			var fields []string
			for _, f := range got.FieldErrors {
				fields = append(fields, f.FieldName)
			}
			if strings.Join(fields, " ") != tt.fields {
				t.Errorf("got errors %+v, want fields %s", got.FieldErrors, tt.fields)
			}
		})
	}
	if n := len(w.sandbox.Created()); n != 0 {
		t.Errorf("got %d messages created, want 0", n)
	}
}

// Bandwidth's own SDKs test for these words.
func TestWordsForBadNumber(t *testing.T) {
	a := newWorld(t).do("POST", messagesPath, textTo("+1invalid"))
	want := `{"type":"request-validation","description":"Your request could not be accepted","fieldErrors":[` +
		`{"fieldName":"to","description":"'+1invalid' must be replaced with a valid E164 formatted telephone number"}]}`
	if a.body != want {
		t.Errorf("got  %s\nwant %s", a.body, want)
	}
}

// However long a wrong value is, the description that repeats it is short.
func TestLongValuesAreShortened(t *testing.T) {
	a := newWorld(t).do("POST", messagesPath, requestWith("applicationId", strings.Repeat("ü", 5000)))
	want := "'" + strings.Repeat("ü", 64) + "…' is not an application of this account"
	if got := decode[problem](t, a.body); len(got.FieldErrors) != 1 || got.FieldErrors[0].Description != want {
		t.Errorf("got %s, want %s", a.body, want)
	}
}

// A refusal does not grow with what is wrong.
func TestErrorsAreBounded(t *testing.T) {
	a := newWorld(t).do("POST", messagesPath, requestWith("media", strings.Split(strings.Repeat("x ", 1000), " ")))
	if got := len(decode[problem](t, a.body).FieldErrors); got != maxFieldErrors {
		t.Errorf("got %d errors, want %d", got, maxFieldErrors)
	}
}

func TestCreateNegotiates(t *testing.T) {
	tests := []struct {
		header, value string
		status        int
		kind          string
	}{
		{"Content-Type", "application/json", 202, ""},
		{"Content-Type", "Application/JSON; charset=\"UTF-8\"", 202, ""},
		{"Content-Type", "", 415, "unsupported-content-type"},
		{"Content-Type", "text/plain", 415, "unsupported-content-type"},
		{"Content-Type", "application/json; charset=iso-8859-1", 415, "unsupported-content-type"},
		{"Content-Encoding", "gzip", 415, "unsupported-content-type"},
		{"Accept", "application/json, text/plain, */*", 202, ""},
		{"Accept", "text/html, application/*;q=0.5", 202, ""},
		{"Accept", "text/html", 406, "not-acceptable"},
		{"Accept", "application/json;q=0", 406, "not-acceptable"},
	}
	w := newWorld(t)
	for _, tt := range tests {
		t.Run(tt.header+" "+tt.value, func(t *testing.T) {
			a := w.do("POST", messagesPath, textTo("+12345678902"), header(tt.header, tt.value))
			if a.status != tt.status {
				t.Fatalf("got %d %s, want %d", a.status, a.body, tt.status)
			}
			if tt.kind != "" && decode[problem](t, a.body).Type != tt.kind {
				t.Errorf("got %s, want type %q", a.body, tt.kind)
			}
		})
	}
}

func TestCreated(t *testing.T) {
	w := newWorld(t)
	request := requestWith("to", "+12345678902", "tag", "t", "media", []string{"http://a.example/b"},
		"priority", "high", "expiration", "2026-03-02T00:00:00Z")
	first := w.create(request)
	w.clock.advance(time.Minute)
	w.create(textTo("+12345678903"))
	got := w.sandbox.Created()
	want := Record{
		ID: first.ID, Time: epoch, From: DefaultNumber, To: []string{"+12345678902"}, Text: "Hey, check this out!",
		Media: []string{"http://a.example/b"}, Tag: "t", Priority: "high", Expiration: "2026-03-02T00:00:00Z",
		Body: []byte(request),
	}
	if len(got) != 2 || !reflect.DeepEqual(got[0], want) {
		t.Fatalf("got %+v\nwant first of two %+v", got, want)
	}
	got[0].Body[0], got[0].To[0] = 'X', "changed"
	if again := w.sandbox.Created(); !reflect.DeepEqual(again[0], want) {
		t.Errorf("a caller's change shows: got %+v", again[0])
	}
}

func TestNewID(t *testing.T) {
	seen := map[string]bool{}
	for _, now := range []time.Time{epoch, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(-1, 0), time.Unix(0, 0)} {
		for range 200 {
			id := newID(now)
			if len(id) != 29 || seen[id] {
				t.Fatalf("got id %q at %v: not 29 characters, or not new", id, now)
			}
			seen[id] = true
		}
	}
}

// numbers are n different telephone numbers.
func numbers(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("+1234567%04d", i)
	}
	return all
}

// longURL is a web URL of n characters.
func longURL(n int) string {
	const start = "https://a.example/"
	return start + strings.Repeat("x", n-len(start))
}
