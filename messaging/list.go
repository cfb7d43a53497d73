package messaging

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"telex/messaging/internal/netjson"
)

// Status is how far the API says a message has come.
type Status string

// The statuses that the API documents. Others may come.
const (
	StatusReceived    Status = "RECEIVED"
	StatusQueued      Status = "QUEUED"
	StatusSending     Status = "SENDING"
	StatusSent        Status = "SENT"
	StatusFailed      Status = "FAILED"
	StatusDelivered   Status = "DELIVERED"
	StatusAccepted    Status = "ACCEPTED"
	StatusUndelivered Status = "UNDELIVERED"
)

// Final reports whether no other status follows. SENT is not final, though for
// many carriers nothing ever follows it. With [CodeNoReceipt] beside it FAILED is
// not the end either: a late receipt may still come.
func (s Status) Final() bool {
	switch s {
	case StatusFailed, StatusDelivered, StatusUndelivered:
		return true
	case StatusReceived, StatusQueued, StatusSending, StatusSent, StatusAccepted:
		return false
	}
	return false
}

// A Query selects messages of the account. The API wants at least one filter;
// zero fields are left out.
type Query struct {
	MessageID   string
	Source      []string // full numbers, at most 10, or one prefix of 5 characters or more
	Destination []string // likewise
	Status      Status
	Direction   string // "INBOUND" or "OUTBOUND"
	Type        string // "sms", "mms" or "rcs"
	ErrorCode   int
	From, To    time.Time // bounds of the receive time; the API keeps 14 days
	Carrier     string
	CampaignID  string
	Product     string
	Location    string
	// CallingCountry and CalledCountry are those of sender and recipient, ISO 3166-1
	// alpha-3: "USA".
	CallingCountry, CalledCountry string
	Measured                      Measured
	Sort                          string // a field and a direction: "sourceTn:desc"
	Limit                         int    // of one page; 0 is the API's default of 100
	PageToken                     string // from [Page.Next]
}

// Measured selects messages by what was measured of them; zero fields are left out. The API
// knows latencies of accounts that have a feature of its for them.
type Measured struct {
	FromSegments, ToSegments int
	FromSize, ToSize         int  // bytes
	BWLatency                int  // seconds at Bandwidth at least
	CarrierLatency           int  // seconds at the carrier at least
	BWQueued                 bool // only those that Bandwidth has not sent on yet
	CarrierQueued            bool // only those of which the carrier has not said more yet
}

// set adds the parameters to a query.
func (m Measured) set(v url.Values) {
	for name, n := range map[string]int{
		"fromSegmentCount": m.FromSegments, "toSegmentCount": m.ToSegments, "fromMessageSize": m.FromSize, "toMessageSize": m.ToSize,
		"fromBwLatency": m.BWLatency, "fromCarrierLatency": m.CarrierLatency,
	} {
		if n != 0 {
			v.Set(name, strconv.Itoa(n))
		}
	}
	for name, only := range map[string]bool{"bwQueued": m.BWQueued, "carrierQueued": m.CarrierQueued} {
		if only {
			v.Set(name, "true")
		}
	}
}

func (q Query) values() url.Values {
	// The API then counts no further than 10,000, and answers sooner.
	v := url.Values{"limitTotalCount": {"true"}}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("messageId", q.MessageID)
	set("sourceTn", strings.Join(q.Source, ","))
	set("destinationTn", strings.Join(q.Destination, ","))
	set("messageStatus", string(q.Status))
	set("messageDirection", q.Direction)
	set("messageType", q.Type)
	set("carrierName", q.Carrier)
	set("campaignId", q.CampaignID)
	set("product", q.Product)
	set("location", q.Location)
	set("callingNumberCountryA3", q.CallingCountry)
	set("calledNumberCountryA3", q.CalledCountry)
	set("sort", q.Sort)
	set("pageToken", q.PageToken)
	q.Measured.set(v)
	if q.ErrorCode != 0 {
		set("errorCode", strconv.Itoa(q.ErrorCode))
	}
	if q.Limit != 0 {
		set("limit", strconv.Itoa(q.Limit))
	}
	if !q.From.IsZero() {
		set("fromDateTime", apiTime(q.From))
	}
	if !q.To.IsZero() {
		set("toDateTime", apiTime(q.To))
	}
	return v
}

// apiTime is the form of a time in a query: UTC, milliseconds.
func apiTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// A Record is what the API remembers of one message to one recipient. It has
// neither text nor tag: Bandwidth keeps neither.
type Record struct {
	MessageID       string `json:"messageId"`
	AccountID       string `json:"accountId"`
	Source          string `json:"sourceTn"`
	Destination     string `json:"destinationTn"`
	Status          Status `json:"messageStatus"`
	Direction       string `json:"messageDirection"`
	Type            string `json:"messageType"`
	SegmentCount    int    `json:"segmentCount"`
	ErrorCode       int    `json:"errorCode"`   // 0 is none; see [ExplainCode]
	ReceiveTime     string `json:"receiveTime"` // as received; see [Record.Received]
	CarrierName     string `json:"carrierName"`
	MessageSize     int    `json:"messageSize"`   // bytes
	MessageLength   int    `json:"messageLength"` // characters
	AttachmentCount int    `json:"attachmentCount"`
	RecipientCount  int    `json:"recipientCount"`
	CampaignID      string `json:"campaignId"`
	CampaignClass   string `json:"campaignClass"`
	Product         string `json:"product"`
	Location        string `json:"location"`               // as received
	CallingCountry  string `json:"callingNumberCountryA3"` // of the sender: ISO 3166-1 alpha-3, "USA"
	CalledCountry   string `json:"calledNumberCountryA3"`  // of the recipient, likewise

	// Seconds at Bandwidth and at the carrier; 0 if not told, as is usual: an account
	// needs a feature of its own for them.
	BWLatency      float64 `json:"bwLatency"`
	CarrierLatency float64 `json:"carrierLatency"`
}

// Received is [Record.ReceiveTime] as a time, with the offset that came; zero if it is not
// one in RFC 3339.
func (r Record) Received() time.Time { return timeOf(r.ReceiveTime) }

// timeOf is a time of the API's; zero if it is none.
func timeOf(s string) time.Time {
	t, err := netjson.Time(s)
	if err != nil {
		return time.Time{}
	}
	return t
}

// A Page is one page of a list.
type Page struct {
	Total   int // of all pages, 10,000 at most
	Next    string
	Records []Record
}

// List asks for one page of messages. It may be repeated without harm, and tries
// again by itself after passing failures. Errors are [*Error]s.
//
// See https://dev.bandwidth.com/apis/messaging-apis/messaging/#tag/Messages/operation/listMessages
func (c *Client) List(ctx context.Context, q Query) (*Page, error) {
	const op = "list messages"
	answer, attempts, err := c.do(ctx, call{
		op: op, method: http.MethodGet, url: c.url("/messages", q.values()), repeatable: true,
		header: http.Header{"Accept": {"application/json"}},
	})
	if err != nil {
		return nil, err
	}
	page, err := readPage(answer.Body)
	if err != nil {
		return nil, &Error{
			Op: op, Outcome: Unknown, Status: answer.Status,
			Answer: answer, Attempts: attempts, Err: err,
		}
	}
	return page, nil
}

// readPage decodes a list. An answer without messages in it is not a list, and does
// not say that there are none.
func readPage(body []byte) (*Page, error) {
	var list struct {
		TotalCount int `json:"totalCount"`
		PageInfo   struct {
			NextPageToken string `json:"nextPageToken"`
		} `json:"pageInfo"`
		Messages json.RawMessage `json:"messages"`
	}
	if err := netjson.Decode(body, &list); err != nil {
		return nil, fmt.Errorf("the list cannot be read: %w", err)
	}
	if list.Messages == nil {
		return nil, errors.New("the list cannot be read: it has no field messages")
	}
	records, err := netjson.DecodeList[Record](list.Messages)
	if err != nil {
		return nil, fmt.Errorf("the list cannot be read: its messages: %w", err)
	}
	return &Page{Total: list.TotalCount, Next: list.PageInfo.NextPageToken, Records: records}, nil
}

// Messages goes through all pages of a list. It ends after the first error.
func (c *Client) Messages(ctx context.Context, q Query) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for {
			page, err := c.List(ctx, q)
			if err != nil {
				yield(Record{}, err)
				return
			}
			for _, r := range page.Records {
				if !yield(r, nil) {
					return
				}
			}
			if page.Next == "" || page.Next == q.PageToken {
				return
			}
			q.PageToken = page.Next
		}
	}
}
