package outbox

import (
	"encoding/json"
	"fmt"
	"time"
)

// A Reason is why a run was paused or cancelled, or why it holds. The zero one is none, or
// that nobody said.
type Reason struct {
	Kind ReasonKind `json:"kind"`
	// Code is the delivery error code that says so; 0 if none does.
	Code   int    `json:"code,omitempty"`
	Sender string `json:"sender,omitempty"` // the number of ours that it is about
	Failed int    `json:"failed,omitempty"` // how many of the last ones did
	// Note is what somebody says of it: a person, or the API. Clean it before showing it.
	Note string `json:"note,omitempty"`
}

// ReasonKind is what kind of reason one is.
type ReasonKind string

// The kinds of reasons to pause a run. A person has to do something before it goes on.
const (
	ReasonPerson      ReasonKind = "person"      // somebody paused or cancelled it
	ReasonCode        ReasonKind = "code"        // [messaging.ReactStopNow]: the sender or the account is wrong
	ReasonSeveral     ReasonKind = "several"     // [messaging.ReactStopIfMany], to three of the last
	ReasonFailures    ReasonKind = "failures"    // too many of the last failed: see [Broadcast.StopAt]
	ReasonCredentials ReasonKind = "credentials" // the API refused them
	ReasonSender      ReasonKind = "sender"      // the API takes nothing from this number or for this application
	ReasonProxy       ReasonKind = "proxy"       // it is not set up correctly
	ReasonBetween     ReasonKind = "between"     // something on the way to the API refuses requests
	ReasonLost        ReasonKind = "lost"        // of several in a row it is unknown whether they were created
)

// ReasonApproved stands among the moves of a run: somebody approved it, whom the note names.
const ReasonApproved ReasonKind = "approved"

// The kinds of reasons to hold a run. It goes on by itself.
const (
	HoldLimited  ReasonKind = "limited"  // the API takes no more for now (429)
	HoldOffline  ReasonKind = "offline"  // there is no connection
	HoldMidnight ReasonKind = "midnight" // a carrier takes no more today: see [messaging.ReactHoldUntilMidnight]
)

// A Hold keeps a running run from sending for some time.
type Hold struct {
	Until  time.Time // zero: it holds nothing
	Reason Reason
}

// String says the reason in a few words, without those of others.
func (r Reason) String() string {
	switch r.Kind {
	case "":
		return ""
	case ReasonPerson:
		return "by hand"
	case ReasonCode:
		return fmt.Sprintf("delivery error %d from %s: every further message would fail", r.Code, r.Sender)
	case ReasonSeveral:
		return fmt.Sprintf("delivery error %d, one of those that happened to %d of the last %d", r.Code, r.Failed, LastFinal)
	case ReasonFailures:
		return fmt.Sprintf("%d of the last %d failed", r.Failed, LastFinal)
	case ReasonCredentials:
		return "the credentials were refused"
	case ReasonSender:
		return "Bandwidth takes nothing from " + r.Sender
	case ReasonProxy:
		return "the proxy is not set up correctly"
	case ReasonBetween:
		return "something in between refuses requests"
	case ReasonLost:
		return fmt.Sprintf("of %d messages in a row it is unknown whether they were created", mostLost)
	case ReasonApproved:
		return "approved"
	case HoldLimited:
		return "Bandwidth accepts no more messages for now (HTTP 429)"
	case HoldOffline:
		return "there is no connection"
	case HoldMidnight:
		return fmt.Sprintf("delivery error %d: the carrier takes no more before midnight in Los Angeles", r.Code)
	}
	return string(r.Kind)
}

func (r Reason) encode() string {
	if r == (Reason{}) {
		return ""
	}
	r.Note = short(r.Note)
	b, err := json.Marshal(r)
	if err != nil {
		return "" // strings and numbers always encode
	}
	return string(b)
}

// reasonOf reads what encode wrote; what cannot be read is no reason.
func reasonOf(s string) (r Reason) {
	if s != "" && json.Unmarshal([]byte(s), &r) != nil {
		return Reason{}
	}
	return r
}

// midnight is the next one where T-Mobile's day ends, by which it counts.
func midnight(now time.Time) time.Time {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil { // a machine without zones: winter's, in which it ends later
		zone = time.FixedZone("PST", -8*60*60)
	}
	y, m, d := now.In(zone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, zone)
}
