package sandbox

import (
	"bytes"
	"image/png"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// receive has a message come in and returns its id.
func (w *world) receive(body string) string {
	w.Helper()
	a := w.do(http.MethodPost, InboundPath, body, func(r *http.Request) { r.Header.Del("Authorization") })
	got := decode[map[string]string](w.T, a.body)
	if a.status != http.StatusAccepted || len(got) != 1 || got["id"] == "" {
		w.Fatalf("receive %s: got %d %s, want 202 and an id", body, a.status, a.body)
	}
	return got["id"]
}

func TestInboundIsListed(t *testing.T) {
	w := newWorldOf(t, Config{Numbers: []string{DefaultNumber, "+18005550100"}})
	id := w.receive(`{"from":"+19195551212","to":["+18005550100","+19195551213"],"text":"a private matter","media":["https://a.example/b"]}`)
	w.create(requestWith())
	got := w.list("messageDirection=INBOUND").Messages
	if len(got) != 1 {
		t.Fatalf("got %+v, want one message", got)
	}
	it := got[0]
	if it.MessageID != id || it.SourceTN != "+19195551212" || it.DestinationTN != "+18005550100" || it.Status != "RECEIVED" ||
		it.Type != "mms" || it.SegmentCount != 1 || it.RecipientCount != 2 || it.AttachmentCount != 1 || it.Product != "TOLL_FREE" {
		t.Errorf("got %+v", it)
	}
	if a := w.do("GET", messagesPath+"?messageDirection=INBOUND", ""); strings.Contains(a.body, "private") {
		t.Errorf("the list tells the text: %s", a.body)
	}
	if created := w.sandbox.Created(); len(created) != 1 || created[0].From != DefaultNumber {
		t.Errorf("got %+v created, want only what was sent", created)
	}
}

func TestInboundCallback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, v := callbackWorldOf(t, Config{CallbackTypes: []string{typeFailed}}) // which do not matter to it
		id := w.receive(`{"from":"12345","to":"+12345678901","text":"Hi <you> & €"}`)
		want := `[{"type":"message-received","time":"2000-01-01T00:00:00.000000Z","description":"Incoming message received",` +
			`"to":"+12345678901","message":{"id":"` + id + `","owner":"+12345678901",` +
			`"applicationId":"93de2206-9669-4e07-948d-329f4b722ee2","time":"2000-01-01T00:00:00.000000Z","segmentCount":1,` +
			`"direction":"in","to":["+12345678901"],"from":"12345","text":"Hi <you> & €"}}]`
		if got := v.next(1)[0].raw; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

// Each number of the account in a group gets a message of its own.
func TestInboundForSeveralNumbers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const other = "+18005550100"
		w, v := callbackWorldOf(t, Config{Numbers: []string{DefaultNumber, other}})
		id := w.receive(`{"from":"+19195551212","to":["` + other + `","+19195551213","` + DefaultNumber + `"],"text":"Hi"}`)
		owners := map[string]string{}
		for _, d := range v.next(2) {
			owners[d.event.Message.Owner] = d.event.Message.ID
			if len(d.event.Message.To) != 3 || d.event.To != d.event.Message.Owner {
				t.Errorf("got %s", d.raw)
			}
		}
		if owners[other] != id || owners[DefaultNumber] == "" || owners[DefaultNumber] == id || len(owners) != 2 {
			t.Errorf("got %v, want two ids, that of %s %s", owners, other, id)
		}
	})
}

func TestInboundRefuses(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct{ body, fields string }{
		{`{}`, "from to text"},
		{`[]`, "body"},
		{`{"from":"+19195551212","to":["+12345678902"],"text":"x"}`, "to"}, // nobody here
		{`{"from":"919","to":["+12345678901"],"text":"x"}`, "from"},
		{`{"from":"+19195551212","to":["+12345678901","+12345678901"],"text":"x"}`, "to"},
		{`{"from":"+19195551212","to":["+12345678901","x"],"text":"x"}`, "to"},
		{`{"from":"+19195551212","to":["+12345678901"],"media":["ftp://a"]}`, "media"},
		{`{"from":"+19195551212","to":["+12345678901"],"text":7}`, "text"},
	} {
		a := w.do("POST", InboundPath, tt.body)
		var fields []string
		for _, e := range decode[problem](t, a.body).FieldErrors {
			fields = append(fields, e.FieldName)
		}
		if a.status != 400 || strings.Join(fields, " ") != tt.fields {
			t.Errorf("%s: got %d %s, want 400 for %s", tt.body, a.status, a.body, tt.fields)
		}
	}
	for _, edit := range []func(*http.Request){header("Content-Type", "text/plain"), header("Content-Type", "application/x-www-form-urlencoded")} {
		if a := w.do("POST", InboundPath, `{}`, edit); a.status != 415 {
			t.Errorf("got %d %s, want 415: a web page could send this", a.status, a.body)
		}
	}
	if a := w.do("GET", InboundPath, ""); a.status != 405 || a.header.Get("Allow") != "POST" {
		t.Errorf("GET: got %d, want 405", a.status)
	}
	if n := w.list("limit=1").TotalCount; n != 0 {
		t.Errorf("got %d messages of refused requests", n)
	}
}

func TestRecipientsThatAnswer(t *testing.T) {
	for to, want := range map[string]string{"+19995550010": "Thanks!", "+19995550011": "STOP", "+19995550012": "START", "+19995550013": "HELP", "+19995550014": ""} {
		t.Run(to, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, v := callbackWorld(t)
				w.create(textTo(to))
				got := v.next(3)[2]
				if got.event.Type != "message-received" || got.after != deliveredAfter+replyAfter || got.event.Message.From != to || got.event.Message.Text != want {
					t.Fatalf("after %v: got %s, want %q from %s", got.after, got.raw, want, to)
				}
				if it := w.list("messageDirection=INBOUND").Messages; len(it) != 1 || it[0].MessageID != got.event.Message.ID {
					t.Errorf("got %+v in the list", it)
				}
				if to != "+19995550014" {
					return
				}
				if len(got.event.Message.Media) != 1 {
					t.Fatalf("got %s, want a picture", got.raw)
				}
				a := w.do("GET", strings.TrimPrefix(got.event.Message.Media[0], w.url), "")
				if _, err := png.Decode(bytes.NewReader([]byte(a.body))); err != nil || a.header.Get("Content-Type") != "image/png" {
					t.Errorf("got %d %v, %v, want a PNG", a.status, a.header, err)
				}
			})
		})
	}
}

// An answer is in no list before its time, goes to the whole group, and comes only
// to what was delivered.
func TestAnswers(t *testing.T) {
	w := newWorld(t)
	w.create(textTo("+19995550010", "+12345678902"))
	w.create(requestWith("from", "Acme", "to", "+19995550010"))
	w.create(requestWith("to", "+19995550011", "expiration", epoch.Add(time.Millisecond).Format(time.RFC3339Nano)))
	w.clock.advance(deliveredAfter + replyAfter - time.Millisecond)
	w.create(textTo("+12345678903"))
	if got := w.list("messageDirection=INBOUND").Messages; len(got) != 0 {
		t.Fatalf("got %+v before its time", got)
	}
	w.clock.advance(2 * time.Millisecond)
	w.create(textTo("+12345678904"))
	if got, want := recipients(w.list("sort=receiveTime:asc&fromDateTime="+epoch.Add(time.Second).Format(time.RFC3339))), "2345678903 2345678901 2345678904"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := recipients(w.list("limit=3")), "2345678904 2345678901 2345678903"; got != want {
		t.Errorf("newest first: got %s, want %s", got, want)
	}
	answers := w.list("messageDirection=INBOUND").Messages
	if len(answers) != 1 || answers[0].RecipientCount != 2 || answers[0].Type != "mms" {
		t.Errorf("got %+v, want one answer to the group", answers)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	var st messageStore
	for range maxMessages {
		if !st.await(&message{created: epoch}) {
			t.Fatal("refused too early")
		}
	}
	if st.await(&message{created: epoch}) {
		t.Error("got one more than the store holds")
	}
	if got := len(st.all(epoch)); got != maxMessages {
		t.Errorf("got %d, want %d", got, maxMessages)
	}
}

func TestShortCodes(t *testing.T) {
	w := newWorldOf(t, Config{Numbers: []string{DefaultNumber, "12345", "345678"}})
	for from, want := range map[string]int{
		"12345": 202, "345678": 202, "54321": 400, "+12345": 400, "01234": 400, "1234": 400, "1234567": 400, "+345678": 400,
	} {
		if a := w.do("POST", messagesPath, requestWith("from", from)); a.status != want {
			t.Errorf("from %s: got %d %s, want %d", from, a.status, a.body, want)
		}
	}
	if a := w.do("POST", messagesPath, requestWith("to", "12345")); a.status != 400 {
		t.Errorf("to a short code: got %d, want 400", a.status)
	}
	got := w.list("sourceTn=12345,%2B12345678901").Messages
	if len(got) != 1 || got[0].Product != "SHORT_CODE_REACH" || got[0].SourceTN != "12345" || !reflect.DeepEqual(got[0].CallingCountry, new("USA")) {
		t.Errorf("got %+v", got)
	}
}

// Whatever comes in at the sandbox's own doors, it is answered in JSON.
func FuzzInbound(f *testing.F) {
	f.Add(`{"from":"+19195551212","to":["+12345678901"],"text":"Hi","media":["https://a.example/b"]}`)
	f.Add(`{"from":"12345","to":"+12345678901","text":"\u0000"}`)
	f.Add(`{"from":null,"to":[null],"media":[{}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		sb := newSandbox(t, Config{})
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1"+InboundPath, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		sb.ServeHTTP(w, r)
		if w.Code != http.StatusAccepted && w.Code != http.StatusBadRequest {
			t.Fatalf("%q: got %d %s", body, w.Code, w.Body)
		}
		decode[map[string]any](t, w.Body.String())
		if got := len(sb.messages.all(time.Now())); (got == 1) != (w.Code == http.StatusAccepted) {
			t.Errorf("%q: got %d messages with %d", body, got, w.Code)
		}
	})
}
