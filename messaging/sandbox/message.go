package sandbox

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
	"time"

	"telex/messaging/segment"
)

const (
	maxMessages     = 100_000
	maxMessageBytes = 128 << 20 // of request bodies
)

// How the API writes times: RFC 3339 in UTC, to the millisecond in answers and to
// the microsecond in callbacks.
const (
	timeFormat     = "2006-01-02T15:04:05.000Z"
	callbackFormat = "2006-01-02T15:04:05.000000Z"
)

// message is a message that was created, or that came in. It never changes: what
// became of it follows from created, turn and the clock (see delivery.go).
type message struct {
	seq      int64 // 1 for the first message created
	id       string
	owner    string    // of one that came in: the number of the account it reached; else ""
	created  time.Time // UTC, whole microseconds
	turn     time.Time // when the account's queue comes to it; not before created
	refused  int       // the delivery error code it is refused with, whoever it is for; 0: none
	to       []string
	from     string
	text     string
	app      string
	media    []string
	tag      string
	priority string
	expiry   string    // as requested
	expires  time.Time // expiry; zero if there is none
	body     []byte    // the request, as received
	segments int       // what the API calls segmentCount
}

// mms reports whether m goes out as MMS: with media, or to a group.
func (m *message) mms() bool { return len(m.media) > 0 || len(m.to) > 1 }

// inbound reports whether m came in.
func (m *message) inbound() bool { return m.owner != "" }

// cut counts the segments of m, whose other fields are as requested.
func (m *message) cut() {
	m.segments = 1 // MMS is not cut into segments
	if !m.mms() {
		m.segments = segment.Of(m.text).Segments
	}
}

// stamp gives m its time and its id.
func (m *message) stamp(now time.Time) {
	m.created = now.UTC().Truncate(time.Microsecond)
	m.id = newID(m.created)
	if m.turn.Before(m.created) {
		m.turn = m.created
	}
}

// keep makes m, which is complete but for its time and id, a message created now.
func (s *Sandbox) keep(m *message, now time.Time) {
	m.stamp(now)
	s.messages.add(m)
	if s.courier != nil {
		s.courier.plan(m)
	}
}

// Record is a message the sandbox created, for tests to hold against what a
// client believes.
type Record struct {
	ID         string
	Time       time.Time // UTC, whole milliseconds, as answered
	From       string
	To         []string
	Text       string
	Media      []string
	Tag        string
	Priority   string
	Expiration string // as requested
	Body       []byte // the request body, as received
}

// Created returns every message created and still kept, oldest first, whether or
// not its creation was ever answered. What came in is left out. The caller owns
// the result.
func (s *Sandbox) Created() []Record {
	records := []Record{}
	for _, m := range s.messages.all(s.now()) {
		if m.inbound() {
			continue
		}
		records = append(records, Record{
			ID: m.id, Time: m.created.Truncate(time.Millisecond), From: m.from, To: slices.Clone(m.to), Text: m.text,
			Media: slices.Clone(m.media), Tag: m.tag, Priority: m.priority, Expiration: m.expiry,
			Body: slices.Clone(m.body),
		})
	}
	return records
}

// messageStore keeps the newest messages, within maxMessages and maxMessageBytes.
// The zero store is empty; it is safe for concurrent use.
type messageStore struct {
	mu     sync.Mutex
	kept   []*message // oldest first; elements are never changed or overwritten
	bytes  int        // of the bodies in kept
	last   int64      // seq of the newest
	coming []*message // come in later, the first of them first; at most maxMessages
}

// add keeps m as the newest, giving it its seq, after all that has come in by then.
func (st *messageStore) add(m *message) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.arrive(m.created)
	st.append(m)
}

// await has m, which carries the time it comes in at, added at that time. It is
// false, and m forgotten, if too many are coming.
func (st *messageStore) await(m *message) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	if len(st.coming) >= maxMessages {
		return false
	}
	i, _ := slices.BinarySearchFunc(st.coming, m, func(a, b *message) int {
		if a.created.After(b.created) {
			return 1
		}
		return -1 // after those of the same time
	})
	st.coming = slices.Insert(st.coming, i, m)
	return true
}

// arrive adds what has come in by now. The caller holds mu.
func (st *messageStore) arrive(now time.Time) {
	for len(st.coming) > 0 && !st.coming[0].created.After(now) {
		st.append(st.coming[0])
		st.coming = st.coming[1:]
	}
}

// append keeps m as the newest. The caller holds mu.
func (st *messageStore) append(m *message) {
	st.last++
	m.seq = st.last
	st.kept = append(st.kept, m)
	st.bytes += len(m.body)
	for len(st.kept) > maxMessages || st.bytes > maxMessageBytes {
		st.bytes -= len(st.kept[0].body)
		st.kept = st.kept[1:]
	}
}

// all returns what is kept by now, oldest first; it must not be changed.
func (st *messageStore) all(now time.Time) []*message {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.arrive(now)
	return st.kept[:len(st.kept):len(st.kept)]
}

// newID makes an id like the API's, 14762070468292kw2fuqty55yp2b2: 13 digits of
// milliseconds since 1970 and 16 random characters in base 36.
func newID(now time.Time) string {
	limit := new(big.Int).Exp(big.NewInt(36), big.NewInt(16), nil)
	n, err := rand.Int(rand.Reader, limit)
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	random := n.Text(36)
	return fmt.Sprintf("%013d%s%s", max(now.UnixMilli(), 0), strings.Repeat("0", 16-len(random)), random)
}
