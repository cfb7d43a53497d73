package sandbox

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxNumbers = 10 // in one filter
	minPrefix  = 5  // characters of a partial number
)

// A filter reports whether an item is one of those asked for.
type filter func(*item) bool

// never lets nothing through: no item has what is asked for.
func never(*item) bool { return false }

// filterFor is the filter that a parameter of the list stands for. The error is
// for the client to read. Source of the parameters and their values: the list
// of messages in the API's description.
func filterFor(name, value string) (filter, error) {
	switch name {
	case "messageId":
		return func(it *item) bool { return it.MessageID == value }, nil
	case "sourceTn":
		return byNumber(value, func(it *item) string { return it.SourceTN })
	case "destinationTn":
		return byNumber(value, func(it *item) string { return it.DestinationTN })
	case "messageStatus":
		return func(it *item) bool { return it.Status == value },
			oneOf(value, received, queued, sending, sent, failed, delivered, "ACCEPTED", "UNDELIVERED")
	case "messageDirection":
		return func(it *item) bool { return it.Direction == value }, oneOf(value, "INBOUND", "OUTBOUND")
	case "messageType":
		return func(it *item) bool { return it.Type == value }, oneOf(value, "sms", "mms", "rcs")
	case "product":
		return func(it *item) bool { return it.Product == value },
			oneOf(value, "LOCAL_A2P", "P2P", "SHORT_CODE_REACH", "TOLL_FREE", "HOSTED_SHORT_CODE", "ALPHA_NUMERIC",
				"RBM_MEDIA", "RBM_RICH", "RBM_CONVERSATIONAL")
	case "carrierName":
		return func(it *item) bool { return is(it.CarrierName, value) }, nil
	case "callingNumberCountryA3":
		return func(it *item) bool { return is(it.CallingCountry, value) }, nil
	case "calledNumberCountryA3":
		return func(it *item) bool { return is(it.CalledCountry, value) }, nil
	case "bwQueued":
		return func(it *item) bool { return (it.Status == received || it.Status == queued) == (value == "true") },
			oneOf(value, "true", "false")
	case "carrierQueued":
		return func(it *item) bool { return (it.Status == sent) == (value == "true") }, oneOf(value, "true", "false")
	case "campaignId", "location":
		return never, nil
	case "fromDateTime", "toDateTime":
		return byTime(name, value)
	default:
		return byCount(name, value)
	}
}

// byTime lets through what was received at value or after, or at value or before.
func byTime(name, value string) (filter, error) {
	at, err := time.Parse(time.RFC3339, value)
	switch {
	case err != nil:
		return nil, mustBe(value, "a date-time such as 2022-09-14T18:20:16.000Z, URL encoded")
	case name == "fromDateTime":
		return func(it *item) bool { return !it.received.Before(at) }, nil
	default:
		return func(it *item) bool { return !it.received.After(at) }, nil
	}
}

// byCount is the filter of a parameter whose value is a number.
func byCount(name, value string) (filter, error) {
	n, err := strconv.Atoi(value)
	filters := map[string]filter{
		"errorCode":          func(it *item) bool { return it.ErrorCode == n },
		"fromSegmentCount":   func(it *item) bool { return it.SegmentCount >= n },
		"toSegmentCount":     func(it *item) bool { return it.SegmentCount <= n },
		"fromMessageSize":    func(it *item) bool { return it.MessageSize >= n },
		"toMessageSize":      func(it *item) bool { return it.MessageSize <= n },
		"fromBwLatency":      never,
		"fromCarrierLatency": never,
	}
	switch f, ok := filters[name]; {
	case !ok:
		return nil, errors.New("there is no such parameter")
	case err != nil:
		return nil, mustBe(value, "a number")
	default:
		return f, nil
	}
}

// byNumber lets through items whose number is value, is in the comma list that
// value is, or begins with value.
func byNumber(value string, of func(*item) string) (filter, error) {
	if strings.HasPrefix(value, " ") {
		return nil, errors.New("begins with a space: a plus has to be URL encoded, as %2B")
	}
	numbers := strings.Split(value, ",")
	switch {
	case len(numbers) > maxNumbers:
		return nil, fmt.Errorf("has %d numbers, and the limit is %d", len(numbers), maxNumbers)
	case len(numbers) > 1:
		for _, n := range numbers {
			if !isE164(n) && !isShortCode(n) && !isSenderID(n) {
				return nil, mustBe(n, "a full number, as it is one of several")
			}
		}
		return func(it *item) bool { return slices.Contains(numbers, of(it)) }, nil
	case len(value) < minPrefix && !isSenderID(value):
		return nil, mustBe(value, fmt.Sprintf("at least %d characters long", minPrefix))
	default:
		return func(it *item) bool { return strings.HasPrefix(of(it), value) }, nil
	}
}

func is(have *string, want string) bool { return have != nil && *have == want }

// oneOf is an error if value is none of those allowed.
func oneOf(value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return mustBe(value, "one of "+strings.Join(allowed, ", "))
}

func mustBe(value, what string) error {
	return fmt.Errorf("'%s' must be %s", shorten(value), what)
}
