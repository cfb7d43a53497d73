package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// A proxy stands between telex and the server, and can cut what goes through it. It counts the
// messages of the protocol that telex sends: https://www.postgresql.org/docs/current/protocol-message-formats.html
type proxy struct {
	listener net.Listener
	socket   string
	mu       sync.Mutex
	conns    map[net.Conn]bool
	// cut is asked before each message is passed on; what it says is done.
	cut func(kind byte, body []byte) cut
}

// A cut is how a connection ends; the zero value is that it does not.
type cut int

const (
	whole        cut = iota
	before           // the server never gets the message
	after            // the server gets it and answers, and telex never gets the answer
	silentBefore     // the same as before, but nobody hears of the end
	silentAfter      // the same as after, but nobody hears of the end
)

func newProxy(t testing.TB) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	sample.Must(t, err)
	_, socket := server.Socket()
	p := &proxy{listener: l, socket: socket, conns: map[net.Conn]bool{}}
	t.Cleanup(func() {
		_ = l.Close()
		p.cutAll()
	})
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go p.pass(conn)
		}
	}()
	return p
}

// through is a place that is reached by the proxy.
func (p *proxy) through(at place) place {
	at.config = at.config.Copy()
	address := p.listener.Addr().(*net.TCPAddr)
	at.config.Host, at.config.Port, at.config.TLSConfig, at.config.Fallbacks = "127.0.0.1", uint16(address.Port), nil, nil
	return at
}

// set says what is cut from now on.
func (p *proxy) set(cut func(kind byte, body []byte) cut) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = cut
}

func (p *proxy) asked(kind byte, body []byte) cut {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut == nil {
		return whole
	}
	return p.cut(kind, body)
}

// cutAll ends every connection.
func (p *proxy) cutAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

func (p *proxy) note(c net.Conn, open bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if open {
		p.conns[c] = true
	} else {
		delete(p.conns, c)
	}
}

// pass is one connection.
func (p *proxy) pass(client net.Conn) {
	defer func() { _ = client.Close() }()
	back, err := net.Dial("unix", p.socket)
	if err != nil {
		return
	}
	defer func() { _ = back.Close() }()
	p.note(client, true)
	defer p.note(client, false)
	var mu sync.Mutex
	muted, silent := false, false // telex gets no answers any more, and no end either
	over := make(chan struct{})
	go func() {
		defer close(over)
		b := make([]byte, 1<<16)
		for {
			n, err := back.Read(b)
			if err != nil {
				break
			}
			mu.Lock()
			if !muted {
				_, err = client.Write(b[:n])
			}
			mu.Unlock()
			if err != nil {
				break
			}
		}
		mu.Lock()
		defer mu.Unlock()
		if !silent {
			_ = client.Close()
		}
	}()
	// The first message has no kind.
	if message, err := read(client, false); err != nil || !write(back, message) {
		return
	}
	for {
		message, err := read(client, true)
		if err != nil {
			return
		}
		switch how := p.asked(message[0], message[5:]); how {
		case before:
			return
		case after:
			mu.Lock()
			muted = true
			mu.Unlock()
			_ = write(back, message)
			_ = back.(*net.UnixConn).CloseWrite() // which the server reads when it has done it
			<-over
			return
		case silentBefore, silentAfter:
			mu.Lock()
			muted, silent = true, true
			mu.Unlock()
			if how == silentBefore {
				_ = back.Close() // else the server keeps the lock until it has waited for long enough
			} else {
				_ = write(back, message)
			}
			_, _ = io.Copy(io.Discard, client) // until telex gives it up
			return
		case whole:
			if !write(back, message) {
				return
			}
		}
	}
}

func write(c net.Conn, b []byte) bool {
	_, err := c.Write(b)
	return err == nil
}

// read is one message.
func read(c net.Conn, kind bool) ([]byte, error) {
	head := make([]byte, 4)
	if kind {
		head = make([]byte, 5)
	}
	if _, err := io.ReadFull(c, head); err != nil {
		return nil, err
	}
	size := head[len(head)-4:]
	rest := make([]byte, int(size[0])<<24|int(size[1])<<16|int(size[2])<<8|int(size[3])-4)
	_, err := io.ReadFull(c, rest)
	return append(head, rest...), err
}

// downAtCommit cuts the first commit, and after it everything: the server is gone.
func downAtCommit(how cut) func(kind byte, body []byte) cut {
	down := false
	return func(kind byte, body []byte) cut {
		if down {
			return before
		}
		if down = isCommit(kind, body); down {
			return how
		}
		return whole
	}
}

// isCommit reports whether a message of the protocol asks for a commit.
func isCommit(kind byte, body []byte) bool {
	return kind == 'Q' && strings.HasPrefix(strings.ToLower(string(body)), "commit")
}

// once is a cut of the nth message that which is true of, and of no other.
func once(nth int, how cut, which func(kind byte, body []byte) bool) (do func(byte, []byte) cut, was func() bool) {
	n := 0
	return func(kind byte, body []byte) cut {
		if !which(kind, body) {
			return whole
		}
		if n++; n == nth {
			return how
		}
		return whole
	}, func() bool { return n >= nth }
}

// TestCommitCut: where the connection ends amid a commit it is found out how that ended, and
// what was not committed is made again: once.
func TestCommitCut(t *testing.T) {
	for name, how := range map[string]cut{"before it": before, "after it": after} {
		t.Run(name, func(t *testing.T) {
			at := newPlace(t)
			p := newProxy(t)
			cutOff := p.through(at)
			var decided []bool
			cutOff.hooks.decided = func(committed bool) { decided = append(decided, committed) }
			o := opened(t, cutOff)
			do, was := once(1, how, isCommit)
			p.set(do)
			made := 0
			err := o.Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error {
				made++
				_, err := tx.ExecContext(ctx, "INSERT INTO drafts (owner, created_at, updated_at, body) VALUES ('', 0, 0, 'x')")
				return err
			})
			sample.Must(t, err)
			p.set(nil)
			wantMade := 1
			if how == before {
				wantMade = 2
			}
			if !was() || made != wantMade || len(decided) != 1 || decided[0] != (how == after) {
				t.Errorf("cut: %v, made %d times, decided %v, want it made %d times", was(), made, decided, wantMade)
			}
			if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM drafts"); n != 1 {
				t.Errorf("%d rows, want 1", n)
			}
		})
	}
}

// TestCutAtEachStep: the connection ends at every message of the protocol, one after the other,
// of a whole send. Nothing leaves without a row that says so, none leaves twice, and no row
// has another outcome than its message.
func TestCutAtEachStep(t *testing.T) {
	for _, how := range []cut{before, after} {
		t.Run(map[cut]string{before: "before", after: "after"}[how], func(t *testing.T) {
			at := newPlace(t)
			p := newProxy(t)
			cutOff := p.through(at)
			cutOff.hooks.resting = func(time.Duration) error { return nil }
			watch, o := opened(t, at), opened(t, cutOff) // the first of which is not cut off
			for nth, through := 1, false; !through; nth++ {
				through = sendCut(t, watch, o, p, nth, how)
				if nth > 500 {
					t.Fatal("a send has more than 500 messages")
				}
				if sample.Quick() {
					nth += 6
				}
			}
		})
	}
}

// sendCut is one send with a cut at the nth message. It reports whether the send was through
// before.
func sendCut(t *testing.T, watch, o process, p *proxy, nth int, how cut) (through bool) {
	t.Helper()
	text := fmt.Sprintf("cut-%d-at-%03d", how, nth)
	do, was := once(nth, how, func(byte, []byte) bool { return true })
	p.set(do)
	posts := 0
	api := sample.API{OnSend: func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
		posts++
		found, err := watch.List(ctx, outbox.Filter{Search: m.Text, State: outbox.Sending})
		if err != nil || len(found) != 1 {
			t.Errorf("cut %d: %d rows say that it is being sent, %v, want 1 before it leaves", nth, len(found), err)
		}
		return sample.Receipt("api-"+m.Text, m), nil
	}}
	batch, err := o.Plan(t.Context(), api, outbox.Plan{Messages: []messaging.Message{sample.SMS(text)}, Yes: true})
	if err != nil {
		t.Errorf("cut %d: Plan = %v, want it made again", nth, err)
	} else {
		batch.Run(t.Context(), outbox.RunOptions{After: func(_ int, r outbox.Result) {
			if r.Err != nil || r.Unrecorded != nil {
				t.Errorf("cut %d: %+v, want it accepted", nth, r)
			}
		}})
	}
	p.set(nil)
	found, err := watch.List(t.Context(), outbox.Filter{Search: text})
	if err != nil || len(found) != 1 || posts != 1 || found[0].State != outbox.Accepted {
		t.Errorf("cut %d: %d posts and rows %v, %v, want one of each, accepted", nth, posts, found, err)
	}
	return !was()
}

// TestServerAway: without a server nothing is recorded, and so nothing is sent; a change that
// comes while it is started anew waits for it.
func TestServerAway(t *testing.T) {
	at := newPlace(t)
	p := newProxy(t)
	cutOff := p.through(at)
	cutOff.hooks.patience = 1
	o := opened(t, cutOff)
	p.set(func(byte, []byte) cut { return before })
	p.cutAll()
	posts := 0
	_, err := o.Plan(t.Context(), sample.API{OnSend: func(context.Context, messaging.Message) (*messaging.Receipt, error) {
		posts++
		return nil, errors.New("no")
	}}, outbox.Plan{Messages: []messaging.Message{sample.SMS("into the void")}})
	sample.WantFailure(t, err, o.Path(), nil, "into the void")
	if posts != 0 {
		t.Errorf("%d messages left, want 0", posts)
	}
	p.set(nil)
	sample.Begun(t, o.Outbox, sample.SMS("again"))
}
