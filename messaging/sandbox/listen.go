package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

const (
	headerTimeout = 10 * time.Second // to send the header of a request
	stopGrace     = 2 * time.Second  // for requests under way when the server stops
)

// Server is a sandbox being served on a loopback address.
type Server struct {
	// BaseURL is the API's base URL, such as http://127.0.0.1:8095/api/v2. It
	// has no trailing slash and must not be changed.
	BaseURL string

	stopped chan struct{}
	err     error // set before stopped is closed
}

// Listen serves s on addr, "127.0.0.1:8095" or "localhost:0" (0: any free port),
// and returns as soon as connections are accepted. An address that is not a
// loopback address, or names no host, is an error: the sandbox's credentials are
// known to everybody.
//
// When ctx ends, no more connections are accepted, requests under way get 2 s to
// end and answers being withheld are given up. Wait tells when that is done.
// Close is still the caller's to call.
func (s *Sandbox) Listen(ctx context.Context, addr string) (*Server, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox address %q: want host and port, such as 127.0.0.1:8095: %w", addr, err)
	}
	if !isLoopback(host) {
		return nil, fmt.Errorf("sandbox address %q: the sandbox listens on loopback only, such as 127.0.0.1:8095", addr)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox address %q: %w", addr, err)
	}
	// "localhost" is whatever this machine's resolver says it is.
	if tcp, ok := listener.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		err := fmt.Errorf("sandbox address %q: it stands for %v, which is not a loopback address", addr, listener.Addr())
		return nil, errors.Join(err, listener.Close())
	}
	v := &Server{
		BaseURL: "http://" + listener.Addr().String() + BasePath,
		stopped: make(chan struct{}),
	}
	go v.run(ctx, listener, &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTimeout,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		// Nothing may write to a terminal that a full-screen program owns.
		ErrorLog: log.New(io.Discard, "", 0),
	})
	return v, nil
}

// Wait returns when the server has stopped: nil if that was because its context
// ended and every request under way could finish.
func (v *Server) Wait() error {
	<-v.stopped
	return v.err
}

func (v *Server) run(ctx context.Context, listener net.Listener, server *http.Server) {
	defer close(v.stopped)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		v.err = fmt.Errorf("serve sandbox: %w", err)
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			v.err = errors.Join(fmt.Errorf("stop sandbox: %w", err), server.Close())
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			v.err = errors.Join(v.err, fmt.Errorf("serve sandbox: %w", err))
		}
	}
}

// isLoopback reports whether host, with or without a port, names this machine
// and nothing else: localhost, 127.0.0.0/8 or ::1. Other names are not looked
// up, for who answers the look-up could be lying.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	return err == nil && ip.Unmap().IsLoopback()
}
