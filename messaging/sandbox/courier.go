package sandbox

import (
	"bytes"
	"container/heap"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// The API tries a callback again for 24 hours; a sandbox gives up earlier, unless
// it is told to try more often.
const (
	postTimeout = 10 * time.Second // the API's
	retryAfter  = time.Second      // after the first try; doubled after each further one
	postsAtOnce = 8
	maxWaiting  = 64 << 20 // bytes of posts that wait
	maxReply    = 64 << 10 // bytes read of an answer
)

// courier posts callbacks when they are due: at most postsAtOnce at a time, each
// up to so many tries until it is answered with a 2xx.
type courier struct {
	url      string
	client   *http.Client
	log      func(line string)
	sign     func(*http.Request) // puts credentials on a post; a closure, because fmt prints fields
	types    []string            // of the events posted
	tries    int
	receipts bool // the account gets receipts for MMS
	doubles  bool // each is posted twice
	reorder  bool // those of a message are posted in reverse order

	mu      sync.Mutex
	waiting postHeap
	bytes   int           // of the bodies in waiting
	wake    chan struct{} // holds one value when waiting has changed
	slots   chan struct{} // holds a value for each post under way
	running sync.WaitGroup
}

// post is one callback that waits to be posted.
type post struct {
	due   time.Time
	tries int    // so far
	name  string // for the log
	body  []byte
}

// newCourier makes a courier as c, with its defaults, says.
func newCourier(c Config) *courier {
	sign := func(*http.Request) {}
	if user, password := c.CallbackUser, c.CallbackPassword; user != "" {
		sign = func(r *http.Request) { r.SetBasicAuth(user, password) }
	}
	return &courier{
		url:      c.CallbackURL,
		sign:     sign,
		types:    slices.Clone(c.CallbackTypes),
		tries:    1 + max(c.CallbackRetries, 0),
		receipts: c.MMSReceipts,
		doubles:  c.CallbackDoubles,
		reorder:  c.CallbackReorder,
		client: &http.Client{
			Timeout:   postTimeout,
			Transport: &http.Transport{Proxy: http.ProxyFromEnvironment},
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			},
		},
		log:   c.Log,
		wake:  make(chan struct{}, 1),
		slots: make(chan struct{}, postsAtOnce),
	}
}

// start lets c work until ctx ends.
func (c *courier) start(ctx context.Context) {
	c.running.Go(func() { c.run(ctx) })
}

// wait returns when nothing of c runs any more.
func (c *courier) wait() {
	c.running.Wait()
	c.client.CloseIdleConnections()
}

// add has p posted when it is due, unless too many wait already.
func (c *courier) add(p post) {
	c.mu.Lock()
	full := c.bytes+len(p.body) > maxWaiting
	if !full {
		c.bytes += len(p.body)
		heap.Push(&c.waiting, p)
	}
	c.mu.Unlock()
	if full {
		c.log("callback " + p.name + " dropped: too many are waiting")
		return
	}
	select {
	case c.wake <- struct{}{}:
	default: // somebody else's wake-up is still to come
	}
}

func (c *courier) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		case <-timer.C:
		}
		for {
			p, ok := c.takeDue(timer)
			if !ok {
				break
			}
			select {
			case <-ctx.Done():
				return
			case c.slots <- struct{}{}:
			}
			c.running.Go(func() {
				c.try(ctx, p)
				<-c.slots
			})
		}
	}
}

// takeDue takes the first post that is due. If none is, it sets timer to when
// the first will be.
func (c *courier) takeDue(timer *time.Timer) (post, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		return post{}, false
	}
	if wait := time.Until(c.waiting[0].due); wait > 0 {
		timer.Reset(wait)
		return post{}, false
	}
	p := heap.Pop(&c.waiting).(post)
	c.bytes -= len(p.body)
	return p, true
}

// try posts p once, and has it tried again later if that did not work.
func (c *courier) try(ctx context.Context, p post) {
	status, err := c.post(ctx, p.body)
	if ctx.Err() != nil {
		return
	}
	p.tries++
	outcome := fmt.Sprint(status)
	if err != nil {
		outcome = "no answer" // err itself may quote what the other side said
	}
	c.log(fmt.Sprintf("callback %s %s, try %d of %d", p.name, outcome, p.tries, c.tries))
	if (err == nil && status/100 == 2) || p.tries >= c.tries {
		return
	}
	p.due = time.Now().Add(retryAfter << (p.tries - 1))
	c.add(p)
}

// post posts body and returns the status of the answer.
func (c *courier) post(ctx context.Context, body []byte) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("make callback: %w", err)
	}
	req.Header.Set("Content-Type", jsonType)
	req.Header.Set("User-Agent", "BandwidthAPI/v2")
	c.sign(req)
	resp, err := c.client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("post callback: %w", err)
	}
	defer resp.Body.Close()
	// Read so that the connection can be used again; the status says it all.
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxReply))
	return resp.StatusCode, nil
}

// postHeap is a container/heap with the first post due on top.
type postHeap []post

func (h postHeap) Len() int           { return len(h) }
func (h postHeap) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h postHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *postHeap) Push(p any)        { *h = append(*h, p.(post)) }
func (h *postHeap) Pop() any {
	last := len(*h) - 1
	p := (*h)[last]
	(*h)[last] = post{} // let go of the body
	*h = (*h)[:last]
	return p
}
