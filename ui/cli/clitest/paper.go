package clitest

import (
	"bytes"
	"regexp"
	"sync"
	"testing"
	"time"
)

// Patience is how long a test waits for what must come before it has failed. It ends a test
// that would hang and nothing else: a busy machine may take half of it.
const Patience = time.Minute

// A Paper takes down what a program prints, and lets a test wait for it. Several
// goroutines may use it.
type Paper struct {
	mu   sync.Mutex
	wake chan struct{} // closed, and made anew, at each change
	text bytes.Buffer
}

// NewPaper is an empty one.
func NewPaper() *Paper { return &Paper{wake: make(chan struct{})} }

// Write takes down b.
func (p *Paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.wake)
	p.wake = make(chan struct{})
	return p.text.Write(b)
}

// String is all that was written so far.
func (p *Paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// Await waits until a regular expression is found, and returns what its last group is.
func (p *Paper) Await(t testing.TB, pattern string) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	deadline := time.After(Patience)
	for {
		p.mu.Lock()
		found, wake := re.FindStringSubmatch(p.text.String()), p.wake
		p.mu.Unlock()
		if found != nil {
			return found[len(found)-1]
		}
		select {
		case <-wake:
		case <-deadline:
			t.Fatalf("got\n%s\nwant %q in it", p, pattern)
		}
	}
}
