package outbox

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"telex/messaging"
)

// TestMemoryIsBounded: what was settled long ago is not held, nor brought back after it
// was deleted.
func TestMemoryIsBounded(t *testing.T) {
	var m memory
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for id := range int64(100) {
		m.begun(Plan{Messages: []messaging.Message{{Text: fmt.Sprint("x", id)}}}, []int64{id}, at)
		m.ended(id, &messaging.Receipt{ID: fmt.Sprint("api-", id)}, nil, at)
		m.settled(id)
		at = at.Add(time.Hour)
	}
	if n := len(m.rows); n > 2 {
		t.Errorf("got %d messages in memory after 100 hours, want those of the last minutes", n)
	}
}

// TestMemoryCountsFromTheSend: a message that was made long ago is remembered for as long as
// the guard asks about it, and one that left is not forgotten because somebody says that it
// does not leave.
func TestMemoryCountsFromTheSend(t *testing.T) {
	var m memory
	made := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	now := made.Add(24 * time.Hour)
	m.begun(Plan{Messages: make([]messaging.Message, 3)}, []int64{3, 1, 2}, made)
	m.ended(3, &messaging.Receipt{ID: "api-3"}, nil, made)
	m.settled(3)
	m.started(1, now)
	m.stays([]int64{1, 2})
	m.ended(1, &messaging.Receipt{ID: "api-1"}, nil, now)
	m.settled(1)
	m.begun(Plan{}, nil, now.Add(RepeatedWithin))
	if len(m.rows) != 1 || m.rows[1] == nil {
		t.Errorf("got %v in memory %s after the send, want message 1", m.rows, RepeatedWithin)
	}
	m.begun(Plan{}, nil, now.Add(RepeatedWithin+time.Second))
	if len(m.rows) != 0 {
		t.Errorf("got %v in memory later, want nothing", m.rows)
	}
}

// TestHopelessWords: the reason that those behind a message are told is the real one.
func TestHopelessWords(t *testing.T) {
	seen := map[string]bool{}
	for _, err := range []error{
		&messaging.Error{Status: 403, Outcome: messaging.Rejected},
		&messaging.Error{Status: 403, Outcome: messaging.Unknown}, // in a gateway's words
		&messaging.Error{Status: 429, Outcome: messaging.Rejected},
		&messaging.Error{Outcome: messaging.Unsent, Err: fmt.Errorf("HTTPS_PROXY: %w", messaging.ErrProxy)},
		&messaging.Error{Outcome: messaging.Unsent, Err: errors.New("refused")},
	} {
		why := Hopeless(Result{Err: err})
		if why == "" || seen[why] {
			t.Errorf("Hopeless(%v) = %q, want a reason of its own", err, why)
		}
		seen[why] = true
	}
}
