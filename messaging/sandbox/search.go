package sandbox

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultLimit = 100
	// maxReach bounds how far into a result limit and pageToken may reach.
	// Source: the parameter "limit" in the API's description.
	maxReach = 10_000
)

// search is what a request for a list asks for.
type search struct {
	tests      []filter
	order      func(a, b *item) int // nil: newest first
	limit      int
	limitTotal bool
	page       position

	params url.Values // as given, for the links to other pages
}

func (q *search) matches(it *item) bool {
	for _, test := range q.tests {
		if !test(it) {
			return false
		}
	}
	return true
}

// parseSearch reads a query string. The error is for the client to read.
func parseSearch(rawQuery string) (*search, error) {
	params, err := url.ParseQuery(rawQuery)
	if err != nil {
		return nil, errors.New("the query is not URL encoded")
	}
	if len(params) == 0 {
		return nil, errors.New("at least one query parameter is needed, such as messageId or sourceTn")
	}
	q := &search{limit: defaultLimit, params: params}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		values := params[name]
		if len(values) != 1 || values[0] == "" {
			return nil, fmt.Errorf("%s must be given once, with a value", shorten(name))
		}
		if err := q.add(name, values[0]); err != nil {
			return nil, fmt.Errorf("%s: %w", shorten(name), err)
		}
	}
	if err := q.turnTo(params.Get("pageToken")); err != nil {
		return nil, err
	}
	if q.page.Offset+q.limit > maxReach {
		return nil, fmt.Errorf("limit: with what pageToken skips, it reaches beyond the first %d", maxReach)
	}
	return q, nil
}

// add makes one parameter part of q.
func (q *search) add(name, value string) error {
	switch name {
	case "sort":
		return q.sort(value)
	case "limit":
		limit, err := strconv.Atoi(value)
		if err != nil || limit < 1 || limit > maxReach {
			return mustBe(value, fmt.Sprintf("a number from 1 to %d", maxReach))
		}
		q.limit = limit
	case "limitTotalCount":
		q.limitTotal = value == "true"
		return oneOf(value, "true", "false")
	case "pageToken": // read by turnTo, when all else is known
	default:
		test, err := filterFor(name, value)
		if err != nil {
			return err
		}
		q.tests = append(q.tests, test)
	}
	return nil
}

// sort reads "sourceTn:desc".
func (q *search) sort(value string) error {
	field, direction, _ := strings.Cut(value, ":")
	order := orderBy(field)
	if order == nil || (direction != "asc" && direction != "desc") {
		return fmt.Errorf("'%s' must be a field of the answer and asc or desc, such as sourceTn:desc", shorten(value))
	}
	q.order = order
	if direction == "desc" {
		q.order = func(a, b *item) int { return order(b, a) }
	}
	return nil
}

// orderBy compares two items by a field, ascending; nil if they are not sorted
// by that.
func orderBy(field string) func(a, b *item) int {
	byText := func(of func(*item) string) func(a, b *item) int {
		return func(a, b *item) int { return cmp.Compare(of(a), of(b)) }
	}
	byNumber := func(of func(*item) int) func(a, b *item) int {
		return func(a, b *item) int { return cmp.Compare(of(a), of(b)) }
	}
	switch field {
	case "messageId":
		return byText(func(it *item) string { return it.MessageID })
	case "sourceTn":
		return byText(func(it *item) string { return it.SourceTN })
	case "destinationTn":
		return byText(func(it *item) string { return it.DestinationTN })
	case "messageStatus":
		return byText(func(it *item) string { return it.Status })
	case "messageType":
		return byText(func(it *item) string { return it.Type })
	case "product":
		return byText(func(it *item) string { return it.Product })
	case "segmentCount":
		return byNumber(func(it *item) int { return it.SegmentCount })
	case "errorCode":
		return byNumber(func(it *item) int { return it.ErrorCode })
	case "messageLength":
		return byNumber(func(it *item) int { return it.MessageLength })
	case "receiveTime":
		return func(a, b *item) int { return a.received.Compare(b.received) }
	default:
		return nil
	}
}

// position is where a page begins. A page token is a position in JSON in base64.
type position struct {
	Newest int64  // seq of the newest message when the first page was asked for
	Offset int    // how many copies come before
	Search uint64 // which search it is part of
}

// turnTo makes q begin where token says; "" is the first page.
func (q *search) turnTo(token string) error {
	sum := q.sum()
	if token != "" {
		b, err := base64.RawURLEncoding.DecodeString(token)
		if err == nil {
			err = json.Unmarshal(b, &q.page)
		}
		if err != nil || q.page.Search != sum || q.page.Offset < 0 || q.page.Offset > maxReach {
			return errors.New("pageToken: it does not belong to this search: the other parameters must stay the same")
		}
	}
	q.page.Search = sum
	return nil
}

// sum tells searches apart by everything but page and size of page.
func (q *search) sum() uint64 {
	rest := maps.Clone(q.params)
	rest.Del("pageToken")
	rest.Del("limit")
	h := fnv.New64a()
	_, _ = h.Write([]byte(rest.Encode())) // never fails
	return h.Sum64()
}

// pages says how to get the pages before and after this one of total copies
// listed at address.
func (q *search) pages(address string, total int) pageInfo {
	var p pageInfo
	if q.page.Offset > 0 {
		p.PrevPageToken, p.PrevPage = q.link(address, max(q.page.Offset-q.limit, 0))
	}
	if next := q.page.Offset + q.limit; next < total && next < maxReach {
		p.NextPageToken, p.NextPage = q.link(address, next)
	}
	return p
}

func (q *search) link(address string, offset int) (token, link string) {
	to := q.page
	to.Offset = offset
	token = base64.RawURLEncoding.EncodeToString(encodeJSON(to))
	params := maps.Clone(q.params)
	params.Set("pageToken", token)
	return token, address + "?" + params.Encode()
}
