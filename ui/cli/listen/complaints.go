package listen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"telex/messaging/callback"
	"telex/ui/cli/say"
)

// quiet is how long nothing more is said of what keeps going wrong in the same way.
const quiet = time.Minute

// complaints say what was not recorded and why, without a line for each of a thousand.
type complaints struct {
	say func(format string, args ...any) // returns at once, whoever reads: a callback is answered after it
	now func() time.Time
	own string // the nonce of our own probe, of which one is to be refused

	mu      sync.Mutex
	said    map[int]time.Time // by status
	unsaid  map[int]int
	refused int // in all, but for those that will come again
	failing bool
}

// answered is told of each answer; see [callback.Config].
func (c *complaints) answered(r *http.Request, status int, err error) {
	if r.Header.Get(probeHeader) == c.own {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		if c.failing && r.Method == http.MethodPost {
			c.failing = false
			c.say("listen: recording again")
		}
		return
	}
	if status == http.StatusServiceUnavailable {
		c.failing = true
	} else {
		c.refused++
	}
	if at, ok := c.said[status]; ok && c.now().Sub(at) < quiet {
		c.unsaid[status]++
		return
	}
	what, next := refusal(status, err)
	if n := c.unsaid[status]; n > 0 {
		what += fmt.Sprintf(", and %d more before", n)
	}
	c.said[status], c.unsaid[status] = c.now(), 0
	c.say("listen: %s (from %s)", what, host(r.RemoteAddr))
	if next != "" {
		c.say("  %s", next)
	}
}

// refusal says what was answered, and what to do.
func refusal(status int, err error) (what, next string) {
	switch {
	case status == http.StatusServiceUnavailable:
		what, _, next = say.Parts(err)
		what = "a callback could not be recorded, so it was refused and comes again: " + what
		if errors.Is(err, context.DeadlineExceeded) {
			next = "another telex may hold the outbox, or the disk is slow"
		}
	case errors.Is(err, callback.ErrCredentials):
		return "refused a post without the right user name and password", "the application's callback credentials have to be those of --user"
	case errors.Is(err, callback.ErrTooLarge):
		what = "refused a post that is too large for callbacks"
	case errors.Is(err, callback.ErrNotEvents):
		what = "refused a post that holds no events of Bandwidth"
	case errors.Is(err, callback.ErrBrowser):
		what = "refused a post of a browser, for a web page of another site"
	default:
		what = "refused: " + err.Error()
	}
	return what, next
}

// host is who is at an address.
func host(addr string) string {
	if h, _, err := net.SplitHostPort(addr); err == nil {
		return h
	}
	if addr == "" || addr == "@" {
		return "a local socket"
	}
	return addr
}
