package messaging

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestQueryEncoding(t *testing.T) {
	at := time.Date(2026, 5, 1, 14, 0, 0, 123456789, time.FixedZone("", 2*3600))
	for _, c := range []struct {
		name string
		q    Query
		want url.Values
	}{
		{"zero", Query{}, url.Values{}},
		{"numbers", Query{Source: []string{"+12345678901"}, Destination: []string{"+12345678902", "+12345678903"}}, url.Values{"sourceTn": {"+12345678901"}, "destinationTn": {"+12345678902,+12345678903"}}},
		{"times", Query{From: at, To: at.Add(time.Hour)}, url.Values{"fromDateTime": {"2026-05-01T12:00:00.123Z"}, "toDateTime": {"2026-05-01T13:00:00.123Z"}}},
		{
			"everything else",
			Query{
				MessageID: "a&b=c d", Status: StatusFailed, Direction: "OUTBOUND", Type: "sms", ErrorCode: 4720,
				Carrier: "AT&T", CampaignID: "C1", Product: "P2P #1", Sort: "sourceTn:desc", Limit: 7, PageToken: "g+/=%",
				Location: "L1", CallingCountry: "USA", CalledCountry: "CAN",
			},
			url.Values{
				"messageId": {"a&b=c d"}, "messageStatus": {"FAILED"}, "messageDirection": {"OUTBOUND"}, "messageType": {"sms"},
				"errorCode": {"4720"}, "carrierName": {"AT&T"}, "campaignId": {"C1"}, "product": {"P2P #1"},
				"sort": {"sourceTn:desc"}, "limit": {"7"}, "pageToken": {"g+/=%"},
				"location": {"L1"}, "callingNumberCountryA3": {"USA"}, "calledNumberCountryA3": {"CAN"},
			},
		},
		{
			"measured",
			Query{Measured: Measured{FromSegments: 1, ToSegments: 3, FromSize: 10, ToSize: 500, BWLatency: 5, CarrierLatency: 6, BWQueued: true, CarrierQueued: true}},
			url.Values{
				"fromSegmentCount": {"1"}, "toSegmentCount": {"3"}, "fromMessageSize": {"10"}, "toMessageSize": {"500"},
				"fromBwLatency": {"5"}, "fromCarrierLatency": {"6"}, "bwQueued": {"true"}, "carrierQueued": {"true"},
			},
		},
	} {
		base := handle(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet || r.URL.Path != "/users/9900000/messages" {
				t.Errorf("%s: got %s %s", c.name, r.Method, r.URL)
			}
			got := r.URL.Query()
			if total := got["limitTotalCount"]; !slices.Equal(total, []string{"true"}) {
				t.Errorf("%s: got limitTotalCount %q, want true", c.name, total)
			}
			got.Del("limitTotalCount")
			if len(got)+len(c.want) > 0 && !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s: got query %v, want %v", c.name, got, c.want)
			}
			_, _ = io.WriteString(w, `{"totalCount":0,"messages":[]}`)
		})
		if p, err := testClient(t, base).List(t.Context(), c.q); err != nil || len(p.Records) != 0 {
			t.Errorf("%s: got %+v, %v, want an empty page", c.name, p, err)
		}
	}
}

func TestReadPage(t *testing.T) {
	full := Record{
		MessageID: "m", AccountID: "9900000", Source: "+1", Destination: "+2", Status: StatusUndelivered, Direction: "OUTBOUND",
		Type: "sms", SegmentCount: 1, ErrorCode: 4720, ReceiveTime: "2026-05-01T12:00:00Z", CarrierName: "other",
		MessageSize: 27, MessageLength: 18, AttachmentCount: 1, RecipientCount: 1, CampaignID: "C", CampaignClass: "T", Product: "P2P",
		Location: "L", CallingCountry: "USA", CalledCountry: "CAN", BWLatency: 20, CarrierLatency: 1.5,
	}
	const item = `{"messageId":"m","accountId":"9900000","sourceTn":"+1","destinationTn":"+2","messageStatus":"UNDELIVERED",` +
		`"messageDirection":"OUTBOUND","messageType":"sms","segmentCount":1,"errorCode":4720,"receiveTime":"2026-05-01T12:00:00Z",` +
		`"carrierName":"other","messageSize":27,"messageLength":18,"attachmentCount":1,"recipientCount":1,"campaignId":"C",` +
		`"campaignClass":"T","product":"P2P","location":"L","callingNumberCountryA3":"USA","calledNumberCountryA3":"CAN","bwLatency":20,"carrierLatency":1.5,"new":{}}`
	for _, c := range []struct {
		body string
		want *Page // nil if it cannot be read
	}{
		{`{"totalCount":100,"pageInfo":{"nextPageToken":"n","prevPage":"x"},"messages":[` + item + `]}`, &Page{100, "n", []Record{full}}},
		{`{"totalCount":"many","pageInfo":null,"messages":[{"messageId":"a","segmentCount":"two","carrierName":null}]}`, &Page{0, "", []Record{{MessageID: "a"}}}},
		{`{"messages":[]}`, &Page{Records: []Record{}}},
		{`{"messages":[{"MessageId":"a","messageId":"b"}]}`, &Page{Records: []Record{{MessageID: "b"}}}},
		{`{"messages":[{"messageId":"a","messageId":"b"}]}`, nil},
		{`{"messages":null}`, &Page{Records: []Record{}}},
		{`{"Messages":[]}`, nil},
		{`{}`, nil},
		{receiptJSON, nil},
		{`[]`, nil},
		{`{"messages":[7,"x",null]}`, &Page{0, "", []Record{{}, {}, {}}}},
		{`{"messages":[`, nil},
		{``, nil},
		{htmlBody, nil},
	} {
		p, err := readPage([]byte(c.body))
		if (err == nil) != (c.want != nil) || err == nil && !reflect.DeepEqual(p, c.want) {
			t.Errorf("%s: got %+v, %v, want %+v", c.body, p, err, c.want)
		}
	}
}

// TestReceived: what RFC 3339 cannot write again is no time.
func TestReceived(t *testing.T) {
	for told, known := range map[string]bool{"2026-05-01T12:00:00+02:00": true, "9999-12-31T23:59:59Z": true, "9999-12-31T23:59:59-01:00": false, "0001-01-01T00:00:00+01:00": false, "yesterday": false} {
		if at := (Record{ReceiveTime: told}).Received(); at.IsZero() == known {
			t.Errorf("%s: got %v, want a time: %v", told, at, known)
		}
	}
}

// pages serves n pages of two records; the page token is the number of the page.
func pages(n int) step {
	return func(r *http.Request) (*http.Response, error) {
		page := 0
		_, _ = fmt.Sscan(r.URL.Query().Get("pageToken"), &page)
		next := ""
		if page+1 < n {
			next = fmt.Sprint(page + 1)
		}
		return answer(200, fmt.Sprintf(`{"pageInfo":{"nextPageToken":%q},"messages":[{"messageId":"%d a"},{"messageId":"%d b"}]}`, next, page, page))(r)
	}
}

func TestMessagesGoesThroughAllPages(t *testing.T) {
	client, api := fakeClient(t, pages(3))
	var got []string
	for r, err := range client.Messages(t.Context(), Query{Status: StatusSent}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.MessageID)
	}
	if want := []string{"0 a", "0 b", "1 a", "1 b", "2 a", "2 b"}; !slices.Equal(got, want) || api.calls() != 3 {
		t.Errorf("got %q in %d calls, want %q in 3", got, api.calls(), want)
	}
}

func TestMessagesEnds(t *testing.T) {
	t.Run("when the caller has enough", func(t *testing.T) {
		client, api := fakeClient(t, pages(3))
		for _, err := range client.Messages(t.Context(), Query{}) {
			if err != nil {
				t.Error(err)
			}
			break
		}
		if api.calls() != 1 {
			t.Errorf("got %d calls, want 1", api.calls())
		}
	})
	t.Run("when a page names itself as the next", func(t *testing.T) {
		client, api := fakeClient(t, answer(200, `{"pageInfo":{"nextPageToken":"x"},"messages":[{}]}`))
		for _, err := range client.Messages(t.Context(), Query{}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if api.calls() != 2 {
			t.Errorf("got %d calls, want 2", api.calls())
		}
	})
	t.Run("after an error", func(t *testing.T) {
		client, api := fakeClient(t, pages(9), answer(400, refusalJSON))
		var errs, records int
		for _, err := range client.Messages(t.Context(), Query{}) {
			if err != nil {
				errs++
				wantOutcome(t, err, Rejected, 400)
			} else {
				records++
			}
		}
		if errs != 1 || records != 2 || api.calls() != 2 {
			t.Errorf("got %d records, %d errors, %d calls, want 2, 1, 2", records, errs, api.calls())
		}
	})
}

func TestListFailures(t *testing.T) {
	page := answer(200, `{"totalCount":1,"messages":[{"messageId":"a"}]}`)
	for _, c := range []struct {
		name  string
		steps []step
		calls int
		ok    bool
	}{
		{"a read is tried again", []step{failing(io.ErrUnexpectedEOF), answer(502, htmlBody), page}, 3, true},
		{"but not for ever", []step{failing(io.ErrUnexpectedEOF)}, 3, false},
		{"limited", []step{answer(429, "", "Retry-After: 30"), page}, 2, true},
		{"nonsense", []step{answer(200, htmlBody), page}, 1, false},
		{"refused", []step{answer(400, refusalJSON), page}, 1, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, api := fakeClient(t, c.steps...)
			p, err := client.List(t.Context(), Query{Limit: 1})
			if (err == nil) != c.ok || api.calls() != c.calls || c.ok && len(p.Records) != 1 {
				t.Errorf("%s: got %+v, %v after %d calls, want ok %v after %d", c.name, p, err, api.calls(), c.ok, c.calls)
			}
			if err != nil {
				wantOutcome(t, err, OutcomeOf(err), asError(t, err).Status)
				wantPrintable(t, err.Error())
			}
		})
	}
}

func TestStatusFinal(t *testing.T) {
	for s, want := range map[Status]bool{
		StatusReceived: false, StatusQueued: false, StatusSending: false, StatusSent: false, StatusAccepted: false,
		StatusFailed: true, StatusDelivered: true, StatusUndelivered: true, "NEW": false, "": false,
	} {
		if s.Final() != want {
			t.Errorf("%q.Final(): got %v, want %v", s, !want, want)
		}
	}
}

func FuzzReadPage(f *testing.F) {
	f.Add([]byte(`{"totalCount":1,"pageInfo":{"nextPageToken":"n"},"messages":[{"messageId":"a","errorCode":"x"}]}`))
	f.Add([]byte(`{"messages":[[],{},7,"\u001b",null]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := readPage(body)
		if (p == nil) == (err == nil) || err == nil && !json.Valid(body) {
			t.Errorf("got %+v, %v for %q", p, err, body)
		}
	})
}
