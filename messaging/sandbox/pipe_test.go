package sandbox

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
)

// pipes is a network inside one test: connections dialled arrive at Accept.
// Unlike the real one it lets testing/synctest see who is waiting.
type pipes struct {
	arriving chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

// serve serves h on a network of its own and returns a transport that reaches
// it, whatever the address, for as long as the test runs.
func serve(t *testing.T, h http.Handler) *http.Transport {
	p := &pipes{arriving: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(p) // ends with http.ErrServerClosed
	}()
	transport := &http.Transport{DialContext: p.dial}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		<-done
	})
	return transport
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.arriving <- server:
		return client, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.arriving:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
