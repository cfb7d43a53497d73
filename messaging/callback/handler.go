package callback

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"
)

const (
	// BodyTime is how long a body may take to arrive. It is as long as Bandwidth waits for
	// an answer.
	BodyTime = 10 * time.Second
	// ReceiveTime is how long a receiver may take, so that Bandwidth, which waits for 10 s,
	// still hears of it.
	ReceiveTime = 9 * time.Second

	retryAfter = "10" // seconds; Bandwidth keeps to times of its own
)

var (
	// ErrCredentials means that a callback came with none of the right pairs.
	ErrCredentials = errors.New("without the right user name and password")
	// ErrBrowser means that a web page of another site had a browser post.
	ErrBrowser = errors.New("a web page of another site posted it")
)

// A Pair is a user name and password that callbacks come with. Printing it, or encoding
// it in JSON, shows the user only.
type Pair struct {
	User     string
	Password string `json:"-"`
}

// Format prints the user, whatever the verb.
func (p Pair) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "user %q", p.User) }

// A Config says how a [Handler] works.
type Config struct {
	// Receive takes the events of one request. When it returns nil Bandwidth is told that
	// they arrived, and never posts them again: return only once they are where a crash
	// cannot take them away. After an error Bandwidth posts them again, for 24 hours.
	//
	// It is called by many requests at once. Its context ends after [ReceiveTime], and not
	// when the other side hangs up: what was read is worth recording. It holds the values
	// of the request's context. The events are its own.
	Receive func(ctx context.Context, events []Event) error
	// Pairs are those that callbacks may come with. An application has one for what comes
	// in and one for what happens to messages. Without any, everybody may post, and all
	// events are [Untrusted].
	Pairs []Pair
	// Answered is told of each request after it was answered: with which status, and why
	// if that is no 2xx. The error is what Receive returned, or wraps [ErrNotEvents],
	// [ErrTooLarge], [ErrCredentials] or [ErrBrowser]; of a method that is not served, a
	// body that broke off or a panic it says so. It is called by many requests at once, and
	// the answer leaves when it returns. Nil tells nobody.
	Answered func(r *http.Request, status int, err error)
}

// A Handler receives callbacks on any path. It is an [http.Handler] and safe for
// concurrent use. What it answers:
//
//	POST   200 with an empty body once Receive returned nil, and for an empty array
//	       400 for what is not a JSON array of events, or one event
//	       401 without one of the right pairs, if there are any; nothing is read then
//	       403 for what a browser posts for a web page of another site
//	       413 over MaxBody bytes or MaxEvents events
//	       503 with Retry-After after an error or a panic of Receive
//	GET    200 and "ok", for health checks; HEAD likewise
//	others 405
//
// It sets the time within which a body has to arrive, [BodyTime], also of a request that
// it refuses: the server reads such a body before it answers. The time for the header and
// the number of connections are for the server to limit.
type Handler struct {
	receive  func(context.Context, []Event) error
	answered func(*http.Request, int, error)
	pairs    [][sha256.Size]byte
	browsers *http.CrossOriginProtection
}

// New makes a Handler. A Config without Receive, or with a pair that HTTP Basic cannot
// carry or that is half empty, is an error, which holds no password.
func New(c Config) (*Handler, error) {
	if c.Receive == nil {
		return nil, errors.New("a callback handler needs something that receives")
	}
	h := &Handler{receive: c.Receive, answered: c.Answered, browsers: http.NewCrossOriginProtection()}
	if h.answered == nil {
		h.answered = func(*http.Request, int, error) {}
	}
	for _, p := range c.Pairs {
		if err := p.check(); err != nil {
			return nil, err
		}
		h.pairs = append(h.pairs, digest(p.User, p.Password))
	}
	return h, nil
}

func (p Pair) check() error {
	switch {
	case p.User == "":
		return errors.New("a user name for callbacks is empty")
	case strings.Contains(p.User, ":"):
		return fmt.Errorf("user name %q holds a colon, which HTTP Basic cannot carry", p.User)
	case strings.ContainsFunc(p.User, unicode.IsControl):
		return fmt.Errorf("user name %q holds a control character", p.User)
	case p.Password == "":
		return fmt.Errorf("the password of user name %q is empty", p.User)
	case strings.ContainsFunc(p.Password, unicode.IsControl):
		return fmt.Errorf("the password of user name %q holds a control character, such as the end of a line", p.User)
	}
	return nil
}

// digest makes pairs of any length be compared in the same time. A user name has no
// colon, so no two pairs are written alike.
func digest(user, password string) [sha256.Size]byte {
	return sha256.Sum256([]byte(user + ":" + password))
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// A server that has no such deadline has one of its own, or none.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(BodyTime))
	status, err := h.serve(w, r)
	defer func() { _ = recover() }() // of Answered: what is recorded is to be answered all the same
	h.answered(r, status, err)
}

// serve answers, and says what with.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request) (status int, err error) {
	switch r.Method {
	case http.MethodPost:
	case http.MethodGet, http.MethodHead:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = io.WriteString(w, "ok\n")
		return http.StatusOK, nil
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		return refuse(w, http.StatusMethodNotAllowed, fmt.Errorf("method %q is not served", r.Method))
	}
	trust := Untrusted
	if len(h.pairs) > 0 {
		if !h.knows(r) {
			w.Header().Set("WWW-Authenticate", `Basic realm="callbacks", charset="UTF-8"`)
			return refuse(w, http.StatusUnauthorized, ErrCredentials)
		}
		trust = Trusted
	}
	if h.browsers.Check(r) != nil {
		return refuse(w, http.StatusForbidden, ErrBrowser)
	}
	events, err := readEvents(w, r)
	switch {
	case errors.Is(err, ErrTooLarge):
		return refuse(w, http.StatusRequestEntityTooLarge, err)
	case err != nil:
		return refuse(w, http.StatusBadRequest, err)
	}
	if len(events) > 0 {
		for i := range events {
			events[i].Trust = trust
		}
		if err := h.hand(r.Context(), events); err != nil {
			w.Header().Set("Retry-After", retryAfter)
			return refuse(w, http.StatusServiceUnavailable, err)
		}
	}
	w.WriteHeader(http.StatusOK)
	return http.StatusOK, nil
}

// knows reports whether r carries one of the pairs. How long it takes depends on none of
// them.
func (h *Handler) knows(r *http.Request) bool {
	user, password, ok := r.BasicAuth()
	given := digest(user, password)
	found := 0
	for _, p := range h.pairs {
		found |= subtle.ConstantTimeCompare(given[:], p[:])
	}
	return ok && found == 1
}

// readEvents reads the body within its limits.
func readEvents(w http.ResponseWriter, r *http.Request) ([]Event, error) {
	if r.ContentLength > MaxBody {
		return nil, ErrTooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, ErrTooLarge
	}
	if err != nil {
		return nil, fmt.Errorf("%w: its body broke off", ErrNotEvents)
	}
	// Only now: what is left of a body that broke off is bounded by the deadline still.
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	return Parse(body)
}

// hand gives events to the receiver, and makes an error of a panic.
func (h *Handler) hand(ctx context.Context, events []Event) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ReceiveTime)
	defer cancel()
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("receiving panicked: %v", fault)
		}
	}()
	return h.receive(ctx, events)
}

// refuse answers with a status and its name, which tells nobody more than the number.
func refuse(w http.ResponseWriter, status int, why error) (int, error) {
	http.Error(w, strings.ToLower(http.StatusText(status)), status)
	return status, why
}
