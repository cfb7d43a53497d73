package who

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/sandbox"
)

// An Ear is where the sandbox that runs inside a console calls back, so that what becomes
// of messages, and what its recipients answer, gets into that console's outbox with no
// set-up. Its methods are safe for concurrent use.
type Ear struct {
	By outbox.By // for whom it hears

	store atomic.Pointer[outbox.Outbox]
	told  sync.Once
	open  chan struct{} // closed when the outbox is there
}

// NewEar is one that hears nothing yet.
func NewEar(by outbox.By) *Ear { return &Ear{By: by, open: make(chan struct{})} }

// errNoEar makes the sandbox post a callback again a moment later.
var errNoEar = errors.New("the outbox is not open yet")

// Tell says which outbox records what is heard from now on; nil changes nothing.
func (e *Ear) Tell(o *outbox.Outbox) {
	if o != nil {
		e.store.Store(o)
		e.told.Do(func() { close(e.open) })
	}
}

// answer answers with no person what the recipients of the sandbox write, as the user wants
// it, until stop is called. What becomes of the answers is in the outbox.
func (e *Ear) answer(ctx context.Context, how outbox.AnswerOptions) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	over := make(chan struct{})
	go func() {
		defer close(over)
		select {
		case <-e.open:
		case <-ctx.Done():
			return
		}
		how.By = e.By
		_ = e.store.Load().Answer(ctx, how) // the outbox failed: whoever uses it is told
	}()
	return func() {
		cancel()
		<-over
	}
}

func (e *Ear) receive(ctx context.Context, events []callback.Event) error {
	o := e.store.Load()
	if o == nil {
		return errNoEar
	}
	_, err := o.Receive(ctx, e.By, events)
	return err
}

// listen serves callbacks on a port of this machine, and has a sandbox post them there,
// with a password of this run.
func (e *Ear) listen(ctx context.Context, c *sandbox.Config) (stop func(), err error) {
	pair := callback.Pair{User: "sandbox", Password: rand.Text()}
	handler, err := callback.New(callback.Config{Receive: e.receive, Pairs: []callback.Pair{pair}})
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the sandbox: %w", err)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: callback.BodyTime,
		ErrorLog: log.New(io.Discard, "", 0), // nothing may write to a terminal that a full-screen program owns
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // it ends when it is closed
	}()
	c.CallbackURL = "http://" + listener.Addr().String() + "/"
	c.CallbackUser, c.CallbackPassword = pair.User, pair.Password
	return func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if server.Shutdown(grace) != nil {
			_ = server.Close()
		}
		<-served
	}, nil
}
