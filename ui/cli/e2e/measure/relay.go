//go:build linux

package main

import (
	"context"
	"net"
	"time"
)

// roundTrip is how far away "far" is.
const roundTrip = 20 * time.Millisecond

// relay carries connections to an address as a line does that takes roundTrip there and
// back, until the listener is closed. The handshake of TCP costs one as well: what is sent
// before it could be over is taken for sent then.
func relay(ctx context.Context, listener net.Listener, to string) {
	for {
		here, err := listener.Accept()
		if err != nil {
			return
		}
		opened := time.Now().Add(roundTrip)
		there, err := new(net.Dialer).DialContext(ctx, "tcp", to)
		if err != nil {
			_ = here.Close()
			continue
		}
		go carry(here, there, opened)
		go carry(there, here, opened)
	}
}

// A parcel is on its way until it is due.
type parcel struct {
	due  time.Time
	what []byte
}

// carry takes what comes from one side to the other half a roundTrip later, and its end.
func carry(from, to net.Conn, opened time.Time) {
	way := make(chan parcel, 1024)
	go func() {
		defer close(way)
		for {
			buffer := make([]byte, 64<<10)
			n, err := from.Read(buffer)
			at := time.Now()
			if at.Before(opened) {
				at = opened
			}
			way <- parcel{at.Add(roundTrip / 2), buffer[:n]}
			if err != nil {
				return
			}
		}
	}()
	failed := false
	for p := range way { // to its end, whoever hears it
		time.Sleep(time.Until(p.due))
		if !failed && len(p.what) > 0 {
			_, err := to.Write(p.what)
			failed = err != nil
		}
	}
	_ = to.Close()
	_ = from.Close()
}
