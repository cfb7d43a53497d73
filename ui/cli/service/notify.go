// Package service is telex as a service manager starts it: what that wants to know, and the
// sockets that it hands over.
package service

import (
	"context"
	"net"
	"strings"

	"telex/config"
)

// The words of sd_notify(3).
const (
	Ready    = "READY=1"
	Stopping = "STOPPING=1"
)

// Notify tells the service manager that started telex, if it wants to know.
func Notify(ctx context.Context, env config.Lookup, words string) error {
	name, _ := env("NOTIFY_SOCKET")
	if name == "" {
		return nil
	}
	if rest, abstract := strings.CutPrefix(name, "@"); abstract {
		name = "\x00" + rest
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unixgram", name)
	if err != nil {
		return err //nolint:wrapcheck // the caller says what was to be told
	}
	defer func() { _ = conn.Close() }()
	_, err = conn.Write([]byte(words))
	return err //nolint:wrapcheck // as above
}
