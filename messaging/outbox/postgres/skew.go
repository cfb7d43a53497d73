package postgres

import (
	"sync"
	"time"
)

// A skew is by how much the clock of the server is ahead of that of this host: each answer
// with a time says between what it lies.
type skew struct {
	mu          sync.Mutex
	known       bool
	least, most time.Duration
}

// skewNoise is a difference that says nothing: times of the server are microseconds.
const skewNoise = time.Millisecond

// learn takes what the server's clock showed somewhere between two times of this host's.
func (s *skew) learn(server, before, after time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	least, most := server.Sub(after.Round(0)), server.Sub(before.Round(0))
	if s.known && max(s.least, least) <= min(s.most, most)+skewNoise {
		least, most = max(s.least, least), min(s.most, most)
	} // else one of the clocks was set
	s.known, s.least, s.most = true, least, most
}

// ahead is the skew, or nothing where the clocks may show the same.
func (s *skew) ahead() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.least <= skewNoise && s.most >= -skewNoise {
		return 0
	}
	return s.least + (s.most-s.least)/2
}
