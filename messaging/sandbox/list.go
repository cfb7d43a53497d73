package sandbox

import (
	"net/http"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"
)

// listedFor is how long after its creation a message can be found.
const listedFor = 14 * 24 * time.Hour

// maxTotal is what totalCount stops at with limitTotalCount.
const maxTotal = 10_000

// item is what the list tells of a message to one recipient. The fields that are
// always null are those of features the sandbox's account does not have; the
// API's description allows null there.
type item struct {
	MessageID       string  `json:"messageId"`
	AccountID       string  `json:"accountId"`
	SourceTN        string  `json:"sourceTn"`
	DestinationTN   string  `json:"destinationTn"`
	Status          string  `json:"messageStatus"`
	Direction       string  `json:"messageDirection"`
	Type            string  `json:"messageType"`
	SegmentCount    int     `json:"segmentCount"`
	ErrorCode       int     `json:"errorCode"` // 0: none
	ReceiveTime     string  `json:"receiveTime"`
	CarrierName     *string `json:"carrierName"` // null for MMS
	MessageSize     int     `json:"messageSize"` // bytes of text
	MessageLength   int     `json:"messageLength"`
	AttachmentCount int     `json:"attachmentCount"`
	RecipientCount  int     `json:"recipientCount"`
	CampaignClass   *string `json:"campaignClass"`          // always null
	CampaignID      *string `json:"campaignId"`             // always null
	BwLatency       *int    `json:"bwLatency"`              // always null
	CarrierLatency  *int    `json:"carrierLatency"`         // always null
	CallingCountry  *string `json:"callingNumberCountryA3"` // "USA" for +1 and short codes, else null: a guess
	CalledCountry   *string `json:"calledNumberCountryA3"`  // likewise
	Product         string  `json:"product"`
	Location        *string `json:"location"` // always null

	received time.Time
}

// listBody is the answer to a search.
type listBody struct {
	TotalCount int      `json:"totalCount"`
	PageInfo   pageInfo `json:"pageInfo"`
	Messages   []item   `json:"messages"`
}

type pageInfo struct {
	PrevPage      string `json:"prevPage,omitempty"`
	NextPage      string `json:"nextPage,omitempty"`
	PrevPageToken string `json:"prevPageToken,omitempty"`
	NextPageToken string `json:"nextPageToken,omitempty"`
}

func (s *Sandbox) listMessages(x *exchange, r *http.Request) {
	if !acceptsJSON(x, r) {
		return
	}
	now := s.now()
	// Every request comes from this machine, so there is one count for all.
	if left, ok := s.lists.admit(now); !ok {
		refuseList(x, left)
		return
	}
	q, err := parseSearch(r.URL.RawQuery)
	if err != nil {
		x.refuse(http.StatusBadRequest, "request-validation", "Your request could not be accepted: "+err.Error())
		return
	}
	found := s.find(q, now)
	answer := listBody{TotalCount: len(found), Messages: []item{}, PageInfo: q.pages(s.address(r, "messages"), len(found))}
	if q.limitTotal {
		answer.TotalCount = min(answer.TotalCount, maxTotal)
	}
	from := min(q.page.Offset, len(found))
	for _, c := range found[from:min(from+q.limit, len(found))] {
		answer.Messages = append(answer.Messages, s.item(c, now))
	}
	x.json(http.StatusOK, answer)
}

// A messageCopy is one recipient's share of a message.
type messageCopy struct {
	*message
	recipient string
}

// find is every copy q asks for, in its order: without one, newest first. What
// was created after the first page was asked for is left out, so that pages do
// not shift under their reader: find notes in q which message was then newest.
func (s *Sandbox) find(q *search, now time.Time) []messageCopy {
	var found []messageCopy
	kept := s.messages.all(now)
	if q.page.Newest == 0 && len(kept) > 0 {
		q.page.Newest = kept[len(kept)-1].seq
	}
	for _, m := range slices.Backward(kept) {
		if m.seq > q.page.Newest || now.Sub(m.created) > listedFor {
			continue
		}
		for _, recipient := range m.recipients() {
			c := messageCopy{m, recipient}
			if it := s.item(c, now); q.matches(&it) {
				found = append(found, c)
			}
		}
	}
	if q.order != nil {
		sort.SliceStable(found, func(i, j int) bool {
			itemA, itemB := s.item(found[i], now), s.item(found[j], now)
			return q.order(&itemA, &itemB) < 0
		})
	}
	return found
}

// recipients are those of whom the list tells: of a message that came in only the
// number of the account, for another of its numbers got a message of its own.
func (m *message) recipients() []string {
	if m.inbound() {
		return []string{m.owner}
	}
	return m.to
}

// item is what there is to tell of c now.
func (s *Sandbox) item(c messageCopy, now time.Time) item {
	state := c.state(c.recipient, now)
	it := item{
		MessageID:       c.id,
		AccountID:       s.account,
		SourceTN:        c.from,
		DestinationTN:   c.recipient,
		Status:          state.status,
		Direction:       "OUTBOUND",
		Type:            "mms",
		SegmentCount:    c.segments,
		ErrorCode:       state.code,
		ReceiveTime:     c.created.Format(timeFormat),
		MessageSize:     len(c.text),
		MessageLength:   utf8.RuneCountInString(c.text),
		AttachmentCount: len(c.media),
		RecipientCount:  len(c.to),
		CallingCountry:  countryOf(c.from),
		CalledCountry:   countryOf(c.recipient),
		Product:         productOf(c.from),
		received:        c.created.Truncate(time.Millisecond), // as written
	}
	if c.inbound() {
		it.Direction, it.Product = "INBOUND", productOf(c.owner)
	}
	if !c.mms() {
		it.Type, it.CarrierName = "sms", new("other")
	}
	return it
}

// countryOf is the country of a number as far as the sandbox knows any.
func countryOf(number string) *string {
	if strings.HasPrefix(number, "+1") || isShortCode(number) {
		return new("USA")
	}
	return nil
}

// productOf is the kind of messaging a sender means.
func productOf(from string) string {
	switch {
	case isSenderID(from):
		return "ALPHA_NUMERIC"
	case isShortCode(from):
		return "SHORT_CODE_REACH"
	}
	for _, code := range []string{"800", "833", "844", "855", "866", "877", "888"} {
		if strings.HasPrefix(from, "+1"+code) {
			return "TOLL_FREE"
		}
	}
	return "LOCAL_A2P"
}
