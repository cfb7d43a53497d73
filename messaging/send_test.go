package messaging

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

// The five examples of the API's create-message page.
func examples() []struct {
	name string
	m    Message
	body string
} {
	with := func(change func(*Message)) Message {
		m := testMessage()
		change(&m)
		return m
	}
	const demo, demo2 = "https://s3.amazonaws.com/bw-v2-api/demo.jpg", "https://s3.amazonaws.com/bw-v2-api/demo2.jpg"
	return []struct {
		name string
		m    Message
		body string
	}{
		{"single text message", testMessage(), `{
    "to"            : ["+12345678902"],
    "from"          : "+12345678901",
    "text"          : "Hey, check this out!",
    "applicationId" : "93de2206-9669-4e07-948d-329f4b722ee2",
    "tag"           : "test message"
}`},
		{"picture message", with(func(m *Message) { m.Media = []string{demo} }), `{
    "to"            : ["+12345678902"],
    "from"          : "+12345678901",
    "text"          : "Hey, check this out!",
    "applicationId" : "93de2206-9669-4e07-948d-329f4b722ee2",
    "media"         : [
      "https://s3.amazonaws.com/bw-v2-api/demo.jpg"
    ],
    "tag"           : "test message"
}`},
		{"multiple pictures", with(func(m *Message) { m.Media = []string{demo, demo2} }), `{
    "to"            : ["+12345678902"],
    "from"          : "+12345678901",
    "text"          : "Hey, check this out!",
    "applicationId" : "93de2206-9669-4e07-948d-329f4b722ee2",
    "media"         : [
      "https://s3.amazonaws.com/bw-v2-api/demo.jpg",
      "https://s3.amazonaws.com/bw-v2-api/demo2.jpg"
    ],
    "tag"           : "test message"
}`},
		{"group message", with(func(m *Message) { m.To = []string{"+12345678902", "+12345678903"} }), `{
    "to"            : [
      "+12345678902",
      "+12345678903"
    ],
    "from"          : "+12345678901",
    "text"          : "Hey, check this out!",
    "applicationId" : "93de2206-9669-4e07-948d-329f4b722ee2",
    "tag"           : "test message"
}`},
		{"picture to a group", with(func(m *Message) {
			m.To, m.Media = []string{"+12345678902", "+12345678903"}, []string{demo}
		}), `{
    "to"            : [
      "+12345678902",
      "+12345678903"
    ],
    "from"          : "+12345678901",
    "text"          : "Hey, check this out!",
    "applicationId" : "93de2206-9669-4e07-948d-329f4b722ee2",
    "media"         : [
      "https://s3.amazonaws.com/bw-v2-api/demo.jpg"
    ],
    "tag"           : "test message"
}`},
	}
}

func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("got %q, which is no JSON: %v", got, err)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("want %q, which is no JSON: %v", want, err)
	}
	if !reflect.DeepEqual(g, w) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestSendExamples(t *testing.T) {
	for _, e := range examples() {
		t.Run(e.name, func(t *testing.T) {
			to, _ := json.Marshal(e.m.To)
			want := strings.Replace(receiptJSON, `["+12345678902"]`, string(to), 1)
			base := handle(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPost || r.URL.Path != "/users/9900000/messages" || r.URL.RawQuery != "" {
					t.Errorf("got %s %s, want POST /users/9900000/messages", r.Method, r.URL)
				}
				if user, password, _ := r.BasicAuth(); user != testUser || password != testSecret {
					t.Errorf("got credentials %q, %q, want %q, %q", user, password, testUser, testSecret)
				}
				for name, want := range map[string]string{
					"Content-Type": "application/json; charset=utf-8", "Accept": "application/json",
					"User-Agent": "telex/1.0", "Accept-Encoding": "",
				} {
					if got := r.Header.Get(name); got != want {
						t.Errorf("got %s %q, want %q", name, got, want)
					}
				}
				body, _ := io.ReadAll(r.Body)
				sameJSON(t, string(body), e.body)
				if want, _ := e.m.Body(); string(body) != string(want) {
					t.Errorf("got %s on the wire, want what Body says: %s", body, want)
				}
				w.Header().Set("Content-Type", "application/json; charset=utf-8")
				w.WriteHeader(http.StatusAccepted)
				_, _ = io.WriteString(w, want)
			})
			r, err := testClient(t, base, WithUserAgent("telex/1.0")).Send(t.Context(), e.m)
			if err != nil {
				t.Fatalf("got error %v", err)
			}
			if r.ID != "14762070468292kw2fuqty55yp2b2" || r.SegmentCount != 1 || r.Direction != "out" {
				t.Errorf("got receipt %+v, want that of %s", r, want)
			}
			if r.Answer.Status != 202 || r.Answer.Line != "202 Accepted" || string(r.Answer.Body) != want || r.Answer.Truncated {
				t.Errorf("got answer %+v, want 202 Accepted with %s", r.Answer, want)
			}
			if len(r.Attempts) != 1 || r.Attempts[0].Status != 202 || r.Attempts[0].Err != nil || r.Attempts[0].Waited != 0 {
				t.Errorf("got attempts %+v, want one of status 202", r.Attempts)
			}
		})
	}
}

func TestMessageBody(t *testing.T) {
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.FixedZone("", 2*3600))
	for _, c := range []struct {
		name string
		m    Message
		want string
	}{
		{"zero", Message{}, `{"from":"","to":[],"applicationId":""}`},
		{"one recipient is an array", Message{To: []string{"+12"}}, `{"from":"","to":["+12"],"applicationId":""}`},
		{"empty media is absent", Message{Media: []string{}}, `{"from":"","to":[],"applicationId":""}`},
		{"priority and expiration", Message{Priority: PriorityHigh, Expiration: at}, `{"from":"","to":[],"applicationId":"","priority":"high","expiration":"2030-01-02T03:04:05+02:00"}`},
		{"nothing escaped needlessly", Message{Text: "<a&b> \"q\" \x00\n€😀"}, `{"from":"","to":[],"text":"<a&b> \"q\" \u0000\n€😀","applicationId":""}`},
	} {
		b, err := c.m.Body()
		if err != nil || string(b) != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.name, b, err, c.want)
		}
	}
	if b, err := (Message{Expiration: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}).Body(); err == nil {
		t.Errorf("got %s for the year 10000, want an error", b)
	}
	if m := (Message{}); m.IsMMS() || m.IsGroup() {
		t.Error("got the zero message as MMS or group")
	}
	if m := (Message{To: numbers(2), Media: mediaURLs(1)}); !m.IsMMS() || !m.IsGroup() {
		t.Error("got a message with media for two as no MMS or no group")
	}
}

func TestSendRefusesInvalid(t *testing.T) {
	c, api := fakeClient(t, answer(202, receiptJSON))
	for name, m := range map[string]Message{
		"zero":                     {},
		"a zone that JSON has not": {From: "A", To: numbers(1), Text: "x", ApplicationID: "x", Expiration: time.Now().Add(time.Hour).In(time.FixedZone("", 25*3600))},
	} {
		_, err := c.Send(t.Context(), m)
		e := wantError(t, err, Unsent, 0)
		if name == "zero" && !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
		if ps, ok := errors.AsType[Problems](err); name == "zero" && (!ok || len(ps) == 0) {
			t.Errorf("%s: got %v, want the Problems within", name, err)
		}
		if api.calls() != 0 || len(e.Attempts) != 0 || e.Answer != nil {
			t.Errorf("%s: got %d calls, %+v, want none", name, api.calls(), e)
		}
	}
}

func TestReadReceipt(t *testing.T) {
	for _, c := range []struct {
		body string
		want *Receipt // nil if it names no message
	}{
		{`{"id":"a"}`, &Receipt{ID: "a"}},
		{`{"id":"a","to":"+12","media":null}`, &Receipt{ID: "a", To: stringList{"+12"}}},
		{`{"id":"a","to":["+12","+13"],"segmentCount":"2","owner":"+1"}`, &Receipt{ID: "a", To: stringList{"+12", "+13"}, Owner: "+1"}},
		{`{"to":[1,2],"segmentCount":1.5,"text":{},"id":"a"}`, &Receipt{ID: "a"}},
		{`{"id":"a","priority":"urgent","expiration":"soon","time":"x","unknown":[{}]}`, &Receipt{ID: "a", Priority: "urgent", Expiration: "soon", Time: "x"}},
		{` {"id":"a"} `, &Receipt{ID: "a"}},
		{`{"id":"a"`, nil},
		{`{"id":"a"}{"id":"b"}`, nil},
		{`{"id":""}`, nil},
		{`{"id":"   "}`, nil},
		{`{"id":"\u0000\u001b\n"}`, nil},
		{`{"id":"\u200b\u00a0\ufeff\u3164\u2800\ufe0f"}`, nil},
		{`{"ID":"a"}`, nil},
		{`{"Id":"a","id":"b"}`, &Receipt{ID: "b"}},
		{`{"id":"b","ID":"a"}`, &Receipt{ID: "b"}},
		{`{"id":"a","id":"a"}`, &Receipt{ID: "a"}},
		{`{"id":"a","id":"b"}`, nil},
		{`{"id":"a","x":1,"x":2}`, &Receipt{ID: "a"}},
		{`{"id":7}`, nil},
		{`{"id":null}`, nil},
		{`{}`, nil},
		{`[]`, nil},
		{`["id"]`, nil},
		{`null`, nil},
		{`"id"`, nil},
		{``, nil},
		{`<html>Accepted</html>`, nil},
	} {
		a := &Answer{Body: []byte(c.body)}
		var m Message
		if c.want != nil {
			m.To = c.want.To
		}
		r, err := readReceipt(a, m)
		if c.want == nil {
			if !errors.Is(err, errNoID) {
				t.Errorf("%s: got %+v, %v, want %v", c.body, r, err, errNoID)
			}
			continue
		}
		if err != nil || r.Answer != a {
			t.Errorf("%s: got %+v, %v, want %+v", c.body, r, err, c.want)
			continue
		}
		if r.Answer = nil; fmt.Sprintf("%#v", r) != fmt.Sprintf("%#v", c.want) {
			t.Errorf("%s: got %+v, want %+v", c.body, r, c.want)
		}
	}
}

// TestAnotherMessage: a receipt that names another message is not ours, and one that
// spells ours otherwise is.
func TestAnotherMessage(t *testing.T) {
	m := Message{
		From: "+12345678901", To: []string{"+12345678902", "+12345678903"}, Text: "Don\u2019t go \u2013 caf\u00e9 at 5!",
		ApplicationID: testApp, Tag: "job-7", Media: []string{"https://example.org/a.png"},
	}
	sender := m
	sender.From = "Acme Shop"
	russian := m
	russian.Text = "Привет, мир"
	for _, c := range []struct {
		m    Message
		body string
		want string // of the error; "" if it is ours
	}{
		{m, `{"id":"a","to":["+12345678903","+12345678902"]}`, ""},
		{m, `{"id":"a","to":["12345678902","1 (234) 567-8903"],"from":"12345678901"}`, ""},
		{m, `{"id":"a","to":[]}`, ""},
		{m, `{"id":"a","to":["+12345678902"]}`, "its to is"},
		{m, `{"id":"a","to":"+12345678902"}`, "its to is"},
		{m, `{"id":"a","to":["+12345678902","+12345678904"]}`, "its to is"},
		{m, `{"id":"a","to":["+12345678902","+12345678903","+12345678904"]}`, "its to is"},
		{m, `{"id":"a","from":"+12345678909"}`, `its from is "+12345678909", not "+12345678901"`},
		{m, `{"id":"a","from":"Acme"}`, "its from is"},
		{sender, `{"id":"a","from":"ACME  shop "}`, ""},
		{sender, `{"id":"a","from":"Acme Shot"}`, "its from is"},
		{m, `{"id":"a","text":"Don't go - caf\u00e9 at 5"}`, ""},
		{m, `{"id":"a","text":"Don't go - cafe\u0301 at 5!"}`, ""},
		{m, `{"id":"a","text":"Don't go at 5!"}`, "its text is not"},
		{m, `{"id":"a","text":"Don\u2019t go \u2013 caf\u00e9 at 6!"}`, "its text is not"},
		{russian, `{"id":"a","text":"ПРИВЕТ МИР"}`, ""},
		{russian, `{"id":"a","text":"Прощай, мир"}`, "its text is not"},
		{m, `{"id":"a","applicationId":"93DE2206-9669-4E07-948D-329F4B722EE2"}`, ""},
		{m, `{"id":"a","applicationId":"93de2206-9669-4e07-948d-329f4b722ee3"}`, "its applicationId is"},
		{m, `{"id":"a","tag":"job-7 "}`, ""},
		{m, `{"id":"a","tag":"job-8"}`, "its tag is"},
		{m, `{"id":"a","media":["https://cdn.example.org/1"]}`, ""},
		{m, `{"id":"a","media":["https://example.org/a.png","https://example.org/b.png"]}`, "its media is"},
		{m, `{"id":"a","direction":"in"}`, "its direction is"},
		{m, `{"id":"a","direction":"out","owner":"+19999999999","time":"1999-01-01T00:00:00Z","priority":"high"}`, ""},
	} {
		_, err := readReceipt(&Answer{Body: []byte(c.body)}, c.m)
		if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, errOther) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %q", c.body, err, c.want)
		}
	}
}

// TestAnswerTooMany: from an answer too many on, each answer on a connection is that of
// the request before. It is noticed, and nothing goes by that connection any more.
func TestAnswerTooMany(t *testing.T) {
	to := func(n int) string { return fmt.Sprintf("+1234567890%d", n) }
	receipt := func(n int) string {
		return httpAnswer("202 Accepted", fmt.Sprintf(`{"id":"m%d","to":[%q],"from":"+12345678901"}`, n, to(n)))
	}
	for _, secure := range []bool{false, true} {
		s := startRaw(t, secure, func(s *rawServer, conn net.Conn) {
			r := bufio.NewReader(conn)
			s.mu.Lock()
			first := s.conns == 1
			s.mu.Unlock()
			for n := 1; s.readRequest(r); n++ {
				about := n + 1 // the second message is the first on its new connection
				if first {
					about = n - 1 // the answer of a request that somebody gave up
				}
				_, _ = io.WriteString(conn, receipt(about))
			}
		})
		c := s.client(t)
		m := testMessage()
		m.To = []string{to(1)}
		_, err := c.Send(t.Context(), m)
		if wantOutcome(t, err, Unknown, 202); !errors.Is(err, errOther) || !strings.Contains(err.Error(), "another message") {
			t.Errorf("TLS %v: got %v, want it said that the answer is another's", secure, err)
		}
		for n := 2; n <= 3; n++ {
			m.To = []string{to(n)}
			if got, err := c.Send(t.Context(), m); err != nil || got.ID != fmt.Sprintf("m%d", n) {
				t.Errorf("TLS %v: got %+v, %v, want message %d by a new connection", secure, got, err, n)
			}
		}
		if conns, requests, _ := s.seen(); conns != 2 || requests != 3 {
			t.Errorf("TLS %v: got %d connections, %d requests, want 2, 3", secure, conns, requests)
		}
	}
}

func FuzzReadReceipt(f *testing.F) {
	f.Add([]byte(receiptJSON))
	f.Add([]byte(`{"id":"a","to":"b","media":[1]}`))
	f.Add([]byte(`{"id":"a","segmentCount":"x"`))
	f.Add([]byte(strings.Repeat("[", 20000)))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := readReceipt(&Answer{Body: body}, testMessage())
		if (r == nil) == (err == nil) {
			t.Fatalf("got %+v, %v for %q, want one of them", r, err, body)
		}
		if err == nil && (isBlankID(r.ID) || !json.Valid(body)) {
			t.Errorf("got receipt %+v for %q, want an error: no id or no JSON", r, body)
		}
	})
}
