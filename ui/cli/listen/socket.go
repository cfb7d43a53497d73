package listen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"syscall"

	"telex/config"
	"telex/ui/cli/say"
	"telex/ui/cli/service"
)

// DefaultAddr is where telex listens if it is not told otherwise.
const DefaultAddr = "127.0.0.1:8096"

// maxConnections is how many connections are served at once. What comes beyond waits in
// the backlog of the system.
const maxConnections = 256

// openSockets are those to listen on: the ones that a service manager opened, or one of
// our own at addr. Public allows addresses that others than this machine reach.
func openSockets(ctx context.Context, env config.Lookup, addr string, public bool) (sockets []net.Listener, given bool, err error) {
	given = true
	if sockets, err = service.Sockets(env, maxConnections); err == nil && len(sockets) == 0 {
		given = false
		var own net.Listener
		if own, err = open(ctx, addr, public); own != nil {
			sockets = []net.Listener{own}
		}
	}
	for _, s := range sockets {
		if tcp, ok := s.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() && !public && err == nil {
			err = notPublic(tcp.String())
		}
	}
	if err != nil {
		for _, s := range sockets {
			_ = s.Close()
		}
		return nil, false, err
	}
	slots := make(chan struct{}, maxConnections)
	for i, s := range sockets {
		sockets[i] = newBounded(s, slots)
	}
	return sockets, given, nil
}

// notPublic refuses an address that others reach.
func notPublic(addr string) error {
	return &say.UsageError{
		What: addr + " can be reached from other machines, and what is posted there is not encrypted",
		Hint: "listen on 127.0.0.1 behind a proxy with TLS (docs/listen.md has some), or add --public",
	}
}

// open opens a socket. Whether it is public is judged by what the name stands for before
// anybody can reach it.
func open(ctx context.Context, addr string, public bool) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &say.UsageError{What: "--addr " + strconv.Quote(addr) + ": want host and port, such as " + DefaultAddr}
	}
	if host != "" {
		if host, err = resolve(ctx, host); err != nil {
			return nil, &say.UsageError{What: "--addr " + strconv.Quote(addr) + ": " + err.Error()}
		}
	}
	ip, err := netip.ParseAddr(host)
	if !public && (err != nil || !ip.Unmap().IsLoopback()) {
		return nil, notPublic("--addr " + addr)
	}
	network := "tcp"
	if ip.Is4() {
		network = "tcp4" // "tcp" takes 0.0.0.0 for all addresses of IPv6 too
	}
	s, err := new(net.ListenConfig).Listen(ctx, network, net.JoinHostPort(host, port))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, &busyError{addr}
	case err != nil:
		return nil, &say.UsageError{What: fmt.Sprintf("--addr %q: %v", addr, err)}
	}
	return s, nil
}

// resolve is the address that a host stands for.
func resolve(ctx context.Context, host string) (string, error) {
	if _, err := netip.ParseAddr(host); err == nil {
		return host, nil
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return "", fmt.Errorf("%s stands for no address: %w", host, err)
	}
	return found[0].Unmap().String(), nil
}

// A busyError means that something listens at an address already.
type busyError struct{ addr string }

func (e *busyError) Error() string { return e.addr + " is in use: something listens there already" }

// A bounded listener has no more connections open than there are slots.
type bounded struct {
	net.Listener
	slots chan struct{} // holds a value for each connection
	done  chan struct{} // closed by close
	close func() error
}

func newBounded(l net.Listener, slots chan struct{}) *bounded {
	done := make(chan struct{})
	return &bounded{Listener: l, slots: slots, done: done, close: sync.OnceValue(func() error {
		close(done)
		return l.Close()
	})}
}

func (b *bounded) Accept() (net.Conn, error) {
	select {
	case b.slots <- struct{}{}:
	case <-b.done:
		return nil, net.ErrClosed
	}
	c, err := b.Listener.Accept()
	if err != nil {
		<-b.slots
		return nil, err //nolint:wrapcheck // the server knows which ones pass
	}
	return &boundedConn{Conn: c, free: sync.OnceFunc(func() { <-b.slots })}, nil
}

func (b *bounded) Close() error { return b.close() }

// A boundedConn gives its slot back once.
type boundedConn struct {
	net.Conn
	free func()
}

func (c *boundedConn) Close() error {
	defer c.free()
	return c.Conn.Close() //nolint:wrapcheck // it is the connection's
}
