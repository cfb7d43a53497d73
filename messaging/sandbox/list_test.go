package sandbox

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
)

// list asks for messages and returns the answer, which must be 200.
func (w *world) list(query string) listBody {
	w.Helper()
	a := w.do("GET", messagesPath+"?"+query, "")
	if a.status != 200 || a.header.Get("Content-Type") != jsonType {
		w.Fatalf("list %s: got %d %s", query, a.status, a.body)
	}
	return decode[listBody](w.T, a.body)
}

// recipients are those of a list's items, without the digits all have in common.
func recipients(l listBody) string {
	var all []string
	for _, it := range l.Messages {
		all = append(all, strings.TrimPrefix(it.DestinationTN, "+1"))
	}
	return strings.Join(all, " ")
}

func TestListItem(t *testing.T) {
	w := newWorld(t)
	w.clock.advance(123456 * time.Microsecond)
	sms := w.create(requestWith("text", "żółw"))
	mms := w.create(requestWith("to", []string{"+12345678903"}, "media", []string{"http://a.example/1", "http://a.example/2"}, "from", "Acme"))
	w.clock.advance(time.Minute)
	common := `"messageStatus":"DELIVERED","messageDirection":"OUTBOUND",`
	nulls := `"campaignClass":null,"campaignId":null,"bwLatency":null,"carrierLatency":null,"location":null,`
	for id, want := range map[string]string{
		sms.ID: `"sourceTn":"+12345678901","destinationTn":"+12345678902",` + common + nulls + `"messageType":"sms",
			"segmentCount":1,"errorCode":0,"receiveTime":"2026-03-01T12:00:00.123Z","carrierName":"other","messageSize":7,
			"messageLength":4,"attachmentCount":0,"recipientCount":1,"product":"LOCAL_A2P",
			"callingNumberCountryA3":"USA","calledNumberCountryA3":"USA"`,
		mms.ID: `"sourceTn":"Acme","destinationTn":"+12345678903",` + common + nulls + `"messageType":"mms",
			"segmentCount":1,"errorCode":0,"receiveTime":"2026-03-01T12:00:00.123Z","carrierName":null,"messageSize":20,
			"messageLength":20,"attachmentCount":2,"recipientCount":1,"product":"ALPHA_NUMERIC",
			"callingNumberCountryA3":null,"calledNumberCountryA3":"USA"`,
	} {
		a := w.do("GET", messagesPath+"?messageId="+id, "")
		want := decode[any](t, `{"totalCount":1,"pageInfo":{},"messages":[{"messageId":"`+id+`","accountId":"9900000",`+want+`}]}`)
		if got := decode[any](t, a.body); !reflect.DeepEqual(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	}
}

// listWorld has five messages, six copies, one a minute; the last is on its way.
func listWorld(t *testing.T) (w *world, ids []string) {
	w = newWorld(t)
	for i, request := range []string{
		requestWith("to", "+12345678902"),                                          // delivered
		requestWith("to", "+19995554775", "text", strings.Repeat("a", 161)),        // failed, two segments
		requestWith("to", []string{"+12345678904", "+12345678905"}),                // group: MMS
		requestWith("to", "+12345678906", "from", "Acme"),                          // sender id
		requestWith("to", "+12345670007", "media", []string{"http://a.example/b"}), // picture
	} {
		if i > 0 {
			w.clock.advance(time.Minute)
		}
		ids = append(ids, w.create(request).ID)
	}
	w.clock.advance(1500 * time.Millisecond)
	return w, ids
}

func TestListFilters(t *testing.T) {
	const all = "2345670007 2345678906 2345678904 2345678905 9995554775 2345678902" // newest first
	w, ids := listWorld(t)
	tests := []struct{ query, want string }{
		{"limit=100", all},
		{"messageId=" + ids[1], "9995554775"},
		{"messageId=" + ids[2], "2345678904 2345678905"},
		{"messageId=nothing", ""},
		{"sourceTn=%2B12345678901", "2345670007 2345678904 2345678905 9995554775 2345678902"},
		{"sourceTn=Acme", "2345678906"},
		{"sourceTn=Acme,%2B12345678901", all},
		{"sourceTn=%2B1234", "2345670007 2345678904 2345678905 9995554775 2345678902"},
		{"destinationTn=%2B12345678902", "2345678902"},
		{"destinationTn=%2B12345678902,%2B12345678905", "2345678905 2345678902"},
		{"destinationTn=%2B1234567890", "2345678906 2345678904 2345678905 2345678902"},
		{"destinationTn=%2B1999", "9995554775"},
		{"destinationTn=45678", ""},
		{"messageStatus=DELIVERED", "2345678906 2345678904 2345678905 2345678902"},
		{"messageStatus=SENDING", "2345670007"},
		{"messageStatus=FAILED", "9995554775"},
		{"messageStatus=UNDELIVERED", ""},
		{"messageDirection=OUTBOUND", all},
		{"messageDirection=INBOUND", ""},
		{"messageType=sms", "2345678906 9995554775 2345678902"},
		{"messageType=mms", "2345670007 2345678904 2345678905"},
		{"messageType=rcs", ""},
		{"errorCode=4775", "9995554775"},
		{"errorCode=0", "2345670007 2345678906 2345678904 2345678905 2345678902"},
		{"fromDateTime=2026-03-01T12:03:00Z", "2345670007 2345678906"},
		{"fromDateTime=2026-03-01T12:03:00.001Z", "2345670007"},
		{"toDateTime=2026-03-01T12:01:00Z", "9995554775 2345678902"},
		{"fromDateTime=2026-03-01T13:01:00%2B01:00&toDateTime=2026-03-01T12:02:00.000Z", "2345678904 2345678905 9995554775"},
		{"carrierName=other", "2345678906 9995554775 2345678902"},
		{"carrierName=AT%26T", ""},
		{"campaignId=CJEUMDK", ""},
		{"location=123ABC", ""},
		{"callingNumberCountryA3=USA&messageType=sms", "9995554775 2345678902"},
		{"calledNumberCountryA3=USA", all},
		{"calledNumberCountryA3=CAN", ""},
		{"fromSegmentCount=2", "9995554775"},
		{"toSegmentCount=1&messageType=sms", "2345678906 2345678902"},
		{"fromMessageSize=21", "9995554775"},
		{"toMessageSize=20&messageType=sms", "2345678906 2345678902"},
		{"fromBwLatency=0", ""},
		{"fromCarrierLatency=0", ""},
		{"bwQueued=true", ""},
		{"bwQueued=false", all},
		{"carrierQueued=true", ""},
		{"carrierQueued=false", all},
		{"product=ALPHA_NUMERIC", "2345678906"},
		{"product=LOCAL_A2P&messageType=sms", "9995554775 2345678902"},
		{"sort=destinationTn:asc", "2345670007 2345678902 2345678904 2345678905 2345678906 9995554775"},
		{"sort=destinationTn:desc", "9995554775 2345678906 2345678905 2345678904 2345678902 2345670007"},
		{"sort=receiveTime:asc", "2345678902 9995554775 2345678904 2345678905 2345678906 2345670007"},
		{"sort=messageStatus:asc&messageType=mms", "2345678904 2345678905 2345670007"},
		{"sort=segmentCount:desc&messageType=sms", "9995554775 2345678906 2345678902"},
		{"sort=errorCode:desc&limit=1", "9995554775"},
		{"sort=sourceTn:desc&limit=1", "2345678906"},
		{"sort=messageLength:desc&limit=1", "9995554775"},
		{"sort=messageType:desc&limit=1", "2345678906"},
		{"sort=product:asc&limit=1", "2345678906"},
		{"sort=messageId:asc", "2345678902 9995554775 2345678904 2345678905 2345678906 2345670007"},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			got := w.list(tt.query)
			if recipients(got) != tt.want {
				t.Errorf("got %s\nwant %s", recipients(got), tt.want)
			}
			if !strings.Contains(tt.query, "limit=1") && got.TotalCount != len(got.Messages) {
				t.Errorf("got total %d of %d", got.TotalCount, len(got.Messages))
			}
		})
	}
}

func TestListRefuses(t *testing.T) {
	w := newWorld(t)
	for _, query := range []string{
		"", "messageId=", "messageId=a&messageId=b", "a=%zz", "colour=blue", "sourcetn=%2B12345678901",
		"sourceTn=+12345678901", "destinationTn=%2B123", "destinationTn=%2B12345678902,%2B1234567890x",
		"sourceTn=" + url.QueryEscape(strings.Join(numbers(11), ",")),
		"messageStatus=delivered", "messageStatus=DONE", "messageDirection=out", "messageType=SMS", "errorCode=none", "product=MMS", "bwQueued=1", "carrierQueued=maybe", "toSegmentCount=x",
		"fromDateTime=2026-03-01", "fromDateTime=2026-03-01T12:00:00+01:00", "toDateTime=yesterday",
		"sort=sourceTn", "sort=sourceTn:up", "sort=text:asc", "limit=0", "limit=-1", "limit=10001", "limit=ten",
		"limitTotalCount=yes", "limit=1&pageToken=x", "limit=1&pageToken=e30",
	} {
		a := w.do("GET", messagesPath+"?"+query, "")
		if p := decode[problem](t, a.body); a.status != 400 || p.Type != "request-validation" || p.Description == "" {
			t.Errorf("%q: got %d %s, want 400 request-validation", query, a.status, a.body)
		}
	}
	if a := w.do("GET", messagesPath+"?limit=1", "", header("Accept", "text/html")); a.status != 406 {
		t.Errorf("got %d, want 406", a.status)
	}
}

// keepMessages makes n messages without a request for each.
func (w *world) keepMessages(n int) {
	for _, to := range numbers(n) {
		m := &message{to: []string{to}, from: DefaultNumber, text: "x", app: DefaultApplicationID}
		m.cut()
		w.sandbox.keep(m, w.clock.Now())
	}
}

func TestListPages(t *testing.T) {
	w := newWorld(t)
	w.keepMessages(250)
	query := "messageDirection=OUTBOUND&sort=destinationTn:asc"
	var got []string
	page := w.list(query)
	for n := 1; ; n++ {
		if want := []int{0, 100, 100, 50}[n]; len(page.Messages) != want || page.TotalCount != 250 {
			t.Fatalf("page %d: got %d of %d, want %d of 250", n, len(page.Messages), page.TotalCount, want)
		}
		if (page.PageInfo.PrevPageToken != "") != (n > 1) || (page.PageInfo.PrevPage != "") != (n > 1) {
			t.Errorf("page %d: got %+v", n, page.PageInfo)
		}
		for _, it := range page.Messages {
			got = append(got, it.DestinationTN)
		}
		if page.PageInfo.NextPageToken == "" {
			break
		}
		w.keepMessages(3) // what comes later does not shift the pages
		link, ok := strings.CutPrefix(page.PageInfo.NextPage, w.url+messagesPath+"?")
		if want := query + "&pageToken=" + page.PageInfo.NextPageToken; !ok || !sameQuery(t, link, want) {
			t.Fatalf("page %d: got link %s, want query %s", n, page.PageInfo.NextPage, want)
		}
		page = w.list(link)
	}
	if want := numbers(250); !reflect.DeepEqual(got, want) {
		t.Errorf("got %d recipients, not each of %d once and in order", len(got), len(want))
	}
	if back := w.list(query + "&pageToken=" + page.PageInfo.PrevPageToken); back.Messages[0].DestinationTN != numbers(101)[100] {
		t.Errorf("back from the last page: got %s first, want %s", back.Messages[0].DestinationTN, numbers(101)[100])
	}
	if a := w.do("GET", messagesPath+"?messageDirection=OUTBOUND&pageToken="+page.PageInfo.PrevPageToken, ""); a.status != 400 {
		t.Errorf("token of another search: got %d %s, want 400", a.status, a.body)
	}
}

func sameQuery(t *testing.T, a, b string) bool {
	valuesA, errA := url.ParseQuery(a)
	valuesB, errB := url.ParseQuery(b)
	if errA != nil || errB != nil {
		t.Fatalf("parse %q: %v; %q: %v", a, errA, b, errB)
	}
	return reflect.DeepEqual(valuesA, valuesB)
}

// A list reaches no further than its first 10,000 items.
func TestListReach(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	w := newWorld(t)
	for range 2 {
		w.keepMessages(6000)
	}
	first := w.list("messageDirection=OUTBOUND&limit=9000")
	if first.TotalCount != 12000 || len(first.Messages) != 9000 {
		t.Fatalf("got %d of %d, want 9000 of 12000", len(first.Messages), first.TotalCount)
	}
	token := "messageDirection=OUTBOUND&pageToken=" + first.PageInfo.NextPageToken
	if a := w.do("GET", messagesPath+"?"+token+"&limit=1001", ""); a.status != 400 {
		t.Errorf("beyond: got %d, want 400", a.status)
	}
	second := w.list(token + "&limit=1000")
	if len(second.Messages) != 1000 || second.PageInfo.NextPageToken != "" {
		t.Errorf("got %d messages and next %q, want 1000 and none", len(second.Messages), second.PageInfo.NextPageToken)
	}
	if got := w.list("limit=1&limitTotalCount=true").TotalCount; got != 10000 {
		t.Errorf("limited: got total %d, want 10000", got)
	}
	if got := w.list("limit=1&limitTotalCount=false").TotalCount; got != 12000 {
		t.Errorf("not limited: got total %d, want 12000", got)
	}
}

func TestListForgetsAfterFourteenDays(t *testing.T) {
	w := newWorld(t)
	w.create(textTo("+12345678902"))
	for _, tt := range []struct {
		advance time.Duration
		want    int
	}{{14 * 24 * time.Hour, 1}, {time.Millisecond, 0}} {
		w.clock.advance(tt.advance)
		if got := w.list("limit=1").TotalCount; got != tt.want {
			t.Errorf("at %v: got %d, want %d", w.clock.Now(), got, tt.want)
		}
	}
}

func TestMessagesAreBounded(t *testing.T) {
	t.Run("in number", func(t *testing.T) {
		var st messageStore
		for range maxMessages + 3 {
			st.add(&message{})
		}
		if got := st.all(time.Time{}); len(got) != maxMessages || got[0].seq != 4 {
			t.Errorf("got %d messages from %d, want %d from 4", len(got), got[0].seq, maxMessages)
		}
	})
	t.Run("in bytes", func(t *testing.T) {
		var st messageStore
		body := make([]byte, 1<<20)
		for range 130 {
			st.add(&message{body: body})
		}
		if got := st.all(time.Time{}); len(got) != 128 || got[0].seq != 3 {
			t.Errorf("got %d messages from %d, want 128 from 3", len(got), got[0].seq)
		}
	})
}

func TestProducts(t *testing.T) {
	for from, want := range map[string]string{
		"+18005550100": "TOLL_FREE", "+18885550100": "TOLL_FREE", "+18225550100": "LOCAL_A2P", "+19195551212": "LOCAL_A2P", "Acme": "ALPHA_NUMERIC",
	} {
		if got := productOf(from); got != want {
			t.Errorf("%s: got %s, want %s", from, got, want)
		}
	}
}

// Creating, listing and looking back at once: for the race detector.
func TestConcurrentUse(t *testing.T) {
	w := newWorld(t)
	done := make(chan error)
	const clients, each = 4, 20
	for range clients {
		go func() {
			for range each {
				if _, err := w.try("POST", messagesPath, textTo("+12345678902")); err != nil {
					done <- fmt.Errorf("create: %w", err)
					return
				}
				if _, err := w.try("GET", messagesPath+"?limit=5", ""); err != nil {
					done <- fmt.Errorf("list: %w", err)
					return
				}
				w.sandbox.Created()
			}
			done <- nil
		}()
	}
	for range clients {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if got := w.list("limit=1").TotalCount; got != clients*each {
		t.Errorf("got %d messages, want %d", got, clients*each)
	}
}
