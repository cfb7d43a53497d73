// Package sandbox is Bandwidth's messaging API v2 as an http.Handler, for
// trying, tests and demos. Nothing it accepts ever reaches a telephone.
//
// It was written from Bandwidth's published pages and shares no code with the
// client in package messaging (only the counting of segments), so that a
// mistake in the client shows here instead of being repeated.
//
//	POST /api/v1/oauth2/token                  a bearer token for client id and secret
//	POST /api/v2/users/{account}/messages      create a message
//	GET  /api/v2/users/{account}/messages      what became of messages
//	GET  /api/v2/users/{account}/media         list uploads
//	PUT  /api/v2/users/{account}/media/{name}  upload; GET downloads, DELETE removes
//	GET  /api/v2/accounts/{account}/…          how the account is set up: its application and the
//	                                           location of that, campaigns and numbers, toll-free
//	                                           verification, short codes; see Config.AccountSetup
//	POST /sandbox/inbound                      somebody writes to a number of the account
//
// A request is refused for the first of these that is wrong: the Host header
// (421), the path (404), the credentials or the account (401), the method (405),
// what it accepts (406), the content type (415), the body (400). Only a message
// that passes every rule meets the recipients below, so a refusal for bad
// credentials is the same whoever the message is for.
//
// # Recipients that make things happen
//
//	+1999555CCCC          CCCC a delivery error code (4…, 5… or 9…): accepted, then fails with it
//	+19995550902          fails with 9902 (no receipt came in time), and 6 s later is delivered
//	                      after all
//	+19995550400 …0401 …0403 …0500 …0503
//	                      that status with the API's JSON; nothing is created
//	+19995550429          429 with "Retry-After: 1" twice, then the message is accepted and
//	                      the count begins again; one count for the whole sandbox
//	+19995550430          429 without Retry-After, as when the account's queue is full, always
//	+19995550502          a gateway's HTML page; nothing is created
//	+19995550504          a gateway's HTML page; the message IS created, as when the
//	                      gateway lost patience with an API that was only slow
//	+19995550001          accepted, stays QUEUED (until its expiration, if it has one)
//	+19995550002          created, then the connection is reset without an answer
//	+19995550003          created, then no answer for 120 s, then the 202
//	+19995550004          the connection is reset without an answer; nothing is created
//	+19995550005          created; a complete HTTP answer, 202, whose JSON stops half way
//	+19995550010          answers "Thanks!" a second after it was delivered; …0011 answers STOP,
//	                      …0012 START, …0013 HELP, …0014 a picture; to a group, the whole group;
//	                      to a sender id, nothing
//
// Of several such recipients in one group message, the first in the order of
// "to" decides what is answered; what happens to each recipient's copy afterwards
// is decided by that recipient alone.
//
// # What is kept
//
// Everything is in memory and bounded: the newest 100,000 messages with at most
// 128 MiB of request bodies (the oldest are forgotten), 10,000 uploads with at
// most 256 MiB (a further one is refused with 507), 64 MiB of callbacks waiting
// to be posted (further events are not posted), 100,000 answers still to come.
//
// # Rates
//
// The account's rate and queue are imitated on request (Config.Rate and Queue), the
// limit of the list always (Config.ListRate). The list shows what waits as QUEUED.
//
// # What is not known
//
// Nobody has seen which messageStatus the API gives a message with 9902 (here:
// FAILED) or one that came in (here: RECEIVED), or how it words the 429 of the list;
// what roles are called in a token, and what carriers are in the answer about a short code.
//
// Sources: https://dev.bandwidth.com/apis/messaging-apis/messaging and
// https://dev.bandwidth.com/docs/messaging/ (createMessage, errors, webhooks,
// mediaManagement, getMessage, ratelimits); the API's description of July 2026; for how
// an account is set up also https://github.com/Bandwidth/cli of June 2026.
package sandbox

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	// BasePath is the path below which the API lives; an API base URL is
	// "http://" + host + BasePath.
	BasePath = "/api/v2"
	// TokenPath is the path of the token endpoint, on the same host.
	TokenPath = "/api/v1/oauth2/token"
	// InboundPath is the path, on the same host, at which somebody writes to one
	// of the account's numbers. The API has nothing like it.
	InboundPath = "/sandbox/inbound"
)

// Sandbox is the API with one customer: one account, one application and its
// numbers. It is an http.Handler and safe for concurrent use. Requests with a
// Host header that names no loopback host are refused, so that no web page can
// reach it by pointing a name of its own at this machine.
type Sandbox struct {
	account     string
	application string
	numbers     []string
	setup       accountSetup
	now         func() time.Time
	log         func(line string)

	clientID     string
	user, client digest   // what Basic has to say, at the API and at the token endpoint
	tokenKey     [32]byte // signs bearer tokens, which therefore end with the sandbox

	messages messageStore
	media    mediaStore
	busy     queueBusy
	sends    sendQueue
	lists    window
	courier  *courier // nil without a callback URL

	closed <-chan struct{}
	stop   context.CancelFunc // closes closed
}

// New makes a sandbox. The zero Config is valid; see Config for what is not.
// With a callback URL it starts a goroutine, which ends with ctx or with Close.
func New(ctx context.Context, c Config) (*Sandbox, error) {
	c = c.withDefaults()
	if err := c.check(); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	s := &Sandbox{
		account:     c.AccountID,
		application: c.ApplicationID,
		numbers:     slices.Clone(c.Numbers),
		setup:       setupOf(c),
		now:         c.Now,
		log:         c.Log,
		clientID:    c.ClientID,
		user:        digestOf(c.Username, c.Password),
		client:      digestOf(c.ClientID, c.ClientSecret),
		sends:       sendQueue{rate: c.Rate, capacity: c.Queue},
		lists:       window{rate: c.ListRate},
		closed:      ctx.Done(),
		stop:        stop,
	}
	rand.Read(s.tokenKey[:]) // never fails: crypto/rand ends the program instead
	if c.CallbackURL != "" {
		s.courier = newCourier(c)
		s.courier.start(ctx)
	}
	return s, nil
}

// Close ends callbacks under way or still to come and requests that wait for an
// answer, as the end of New's context does, and returns when the sandbox's
// goroutines have ended. It may be called more than once. A closed sandbox
// answers requests but posts no callbacks.
func (s *Sandbox) Close() {
	s.stop()
	if s.courier != nil {
		s.courier.wait()
	}
}

// ServeHTTP answers one request to the API or the token endpoint.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{ResponseWriter: w}
	defer func() { s.log(x.line(r)) }() // also when the handler aborts the connection
	w.Header().Set("Server", "telex-sandbox")
	w.Header().Set("X-Content-Type-Options", "nosniff")

	if !isLoopback(r.Host) {
		x.refuse(http.StatusMisdirectedRequest, "misdirected-request",
			"The sandbox answers only under the name of a loopback host, such as 127.0.0.1 or localhost")
		return
	}
	if r.URL.Path == TokenPath {
		s.serveToken(x, r)
		return
	}
	if r.URL.Path == InboundPath {
		s.serveInbound(x, r)
		return
	}
	if path, ok := strings.CutPrefix(r.URL.Path, accountsPath); ok {
		s.serveAccount(x, r, path)
		return
	}
	t, ok := parseTarget(r.URL.Path)
	switch {
	case !ok:
		s.notFound(x, r)
	case t.account != s.account || !s.authorised(r) || s.setup.has(setupOtherAccount) && isBearer(r):
		unauthorized(x)
	case s.setup.has(setupBuildAccount):
		x.refuse(http.StatusForbidden, "forbidden", "The user may not use messaging")
	default:
		s.serveAPI(x, r, t)
	}
}

// serveAPI answers a request that has a known path and may be answered.
func (s *Sandbox) serveAPI(x *exchange, r *http.Request, t target) {
	switch {
	case t.resource == "messages" && r.Method == http.MethodPost:
		s.createMessage(x, r)
	case t.resource == "messages" && reads(r):
		s.listMessages(x, r)
	case t.resource == "messages":
		methodNotAllowed(x, "GET, HEAD, POST")
	case t.name == "" && reads(r):
		s.listMedia(x, r)
	case t.name == "":
		methodNotAllowed(x, "GET, HEAD")
	case reads(r):
		s.downloadMedia(x, t.name)
	case r.Method == http.MethodPut:
		s.uploadMedia(x, r, t.name)
	case r.Method == http.MethodDelete:
		s.deleteMedia(x, t.name)
	default:
		methodNotAllowed(x, "DELETE, GET, HEAD, PUT")
	}
}

// reads reports whether r only asks for something; net/http leaves out the body
// of an answer to HEAD by itself.
func reads(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead
}

// address is the URL of one of the customer's collections, "messages" or
// "media", as the client of r knows it.
func (s *Sandbox) address(r *http.Request, collection string) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + BasePath + "/users/" + url.PathEscape(s.account) + "/" + collection
}

// target is what a path of the API names.
type target struct {
	account  string
	resource string // "messages" or "media"
	name     string // of one upload, which may contain slashes; "" for the collection
}

// parseTarget reads a decoded path. An upload's name may have been sent with its
// slashes escaped or not: Bandwidth's SDKs escape them.
func parseTarget(path string) (target, bool) {
	rest, ok := strings.CutPrefix(path, BasePath+"/users/")
	if !ok {
		return target{}, false
	}
	account, rest, ok := strings.Cut(rest, "/")
	if !ok || account == "" {
		return target{}, false
	}
	if rest == "messages" || rest == "media" {
		return target{account: account, resource: rest}, true
	}
	name, ok := strings.CutPrefix(rest, "media/")
	if !ok || name == "" {
		return target{}, false
	}
	return target{account: account, resource: "media", name: name}, true
}
