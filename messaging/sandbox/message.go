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

// timeFormat is how the API writes times: RFC 3339 in UTC, to the millisecond.
const timeFormat = "2006-01-02T15:04:05.000Z"

// message is a message that was created. It never changes: what became of it
// follows from created and the clock (see delivery.go).
type message struct {
	seq      int64 // 1 for the first message created
	id       string
	created  time.Time // UTC, whole milliseconds
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

// keep makes m, which is complete but for what the sandbox gives it, a message
// created now.
func (s *Sandbox) keep(m *message, now time.Time) {
	m.created = now.UTC().Truncate(time.Millisecond)
	m.id = newID(m.created)
	m.segments = 1 // MMS is not cut into segments
	if !m.mms() {
		m.segments = segment.Of(m.text).Segments
	}
	s.messages.add(m)
	if s.courier != nil {
		s.courier.plan(m)
	}
}

// Record is a message the sandbox created, for tests to hold against what a
// client believes.
type Record struct {
	ID         string
	Time       time.Time // UTC
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
// not its creation was ever answered. The caller owns the result.
func (s *Sandbox) Created() []Record {
	kept := s.messages.all()
	records := make([]Record, len(kept))
	for i, m := range kept {
		records[i] = Record{
			ID: m.id, Time: m.created, From: m.from, To: slices.Clone(m.to), Text: m.text,
			Media: slices.Clone(m.media), Tag: m.tag, Priority: m.priority, Expiration: m.expiry,
			Body: slices.Clone(m.body),
		}
	}
	return records
}

// messageStore keeps the newest messages, within maxMessages and maxMessageBytes.
// The zero store is empty; it is safe for concurrent use.
type messageStore struct {
	mu    sync.Mutex
	kept  []*message // oldest first; elements are never changed or overwritten
	bytes int        // of the bodies in kept
	last  int64      // seq of the newest
}

// add keeps m as the newest, giving it its seq.
func (st *messageStore) add(m *message) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.last++
	m.seq = st.last
	st.kept = append(st.kept, m)
	st.bytes += len(m.body)
	for len(st.kept) > maxMessages || st.bytes > maxMessageBytes {
		st.bytes -= len(st.kept[0].body)
		st.kept = st.kept[1:]
	}
}

// all returns what is kept, oldest first; it must not be changed.
func (st *messageStore) all() []*message {
	st.mu.Lock()
	defer st.mu.Unlock()
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
