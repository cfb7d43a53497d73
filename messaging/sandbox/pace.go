package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// The figures of a new account and of the list, which the sandbox uses where it
// was told no other.
//
// Sources: the support pages on rates and the queue (360014169214, 360014275073);
// the list's 429 in the API's description, whose example of Retry-After is the
// length of the window.
const (
	queueLasts     = 15 * time.Minute // of the account's rate, which its queue holds
	listsAWindow   = 3500
	listWindow     = 5 * time.Minute
	standardMinute = 60
	standardQueue  = 900
)

// sendQueue is what the account has accepted and not yet sent on. It counts
// segments, whoever sends them: one SMS by its segments, an MMS as one, a group
// MMS as one a recipient. The zero value has no limit. It is safe for concurrent use.
//
// A message with high priority takes its turn as any other; Bandwidth lets it go
// first. What expires in the queue is counted until its turn.
type sendQueue struct {
	rate     Rate
	capacity int // in segments

	mu   sync.Mutex
	free time.Time // when everything in it will have been sent on
}

// admit takes a message of so many segments at now and says when its turn comes.
// It is false, and nothing changes, if the queue cannot hold it.
func (q *sendQueue) admit(segments int, now time.Time) (turn time.Time, ok bool) {
	if !q.rate.limits() {
		return now, true
	}
	each := q.rate.interval()
	q.mu.Lock()
	defer q.mu.Unlock()
	turn = now
	if q.free.After(now) {
		turn = q.free
	}
	waiting := int((turn.Sub(now) + each - 1) / each)
	if waiting+segments > q.capacity {
		return time.Time{}, false
	}
	q.free = turn.Add(time.Duration(segments) * each)
	return turn, true
}

// refuse answers as the API does when the queue is full: with no Retry-After.
func (q *sendQueue) refuse(x *exchange) {
	minute, capacity := standardMinute, standardQueue
	if q.rate.limits() {
		minute, capacity = q.rate.perMinute(), q.capacity
	}
	lasts := queueLasts
	if q.rate.limits() {
		lasts = time.Duration(capacity) * q.rate.interval()
	}
	// The API's own words.
	// Source: https://dev.bandwidth.com/docs/messaging/ratelimits/
	x.refuse(http.StatusTooManyRequests, "max-message-queue-size-exceeded", fmt.Sprintf(
		"The SMS queue for your account is full and cannot accept more messages right now. "+
			"Your allowed rate is %d messages per minute. The capacity of this queue is %d messages (%s minutes). "+
			"Reduce your message sending rate, or contact support to increase your allowed rate.",
		minute, capacity, strconv.FormatFloat(lasts.Minutes(), 'g', 3, 64)))
}

// load is how much of the account's rate m takes.
func (m *message) load() int {
	if m.mms() {
		return len(m.to)
	}
	return m.segments
}

// window counts requests in spans of time that begin with a request. The zero
// value has no limit. It is safe for concurrent use.
type window struct {
	rate Rate

	mu    sync.Mutex
	began time.Time
	count int
}

// admit counts one request at now. If it is one too many, it is not let through
// and left is the time until one will be.
func (v *window) admit(now time.Time) (left time.Duration, ok bool) {
	if !v.rate.limits() {
		return 0, true
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if age := now.Sub(v.began); age < 0 || age >= v.rate.Per {
		v.began, v.count = now, 0
	}
	if v.count >= v.rate.Count {
		return v.rate.Per - now.Sub(v.began), false
	}
	v.count++
	return 0, true
}

// refuseList answers a search that is one too many, to be tried again after left.
func refuseList(x *exchange, left time.Duration) {
	seconds := max(int((left+time.Second-1)/time.Second), 1)
	x.Header().Set("Retry-After", strconv.Itoa(seconds))
	x.refuse(http.StatusTooManyRequests, "rate_limit_exceeded", "Too many requests. Try again later.")
}
