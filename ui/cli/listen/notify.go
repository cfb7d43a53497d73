package listen

import (
	"context"
	"net"
	"strings"

	"telex/config"
)

// The words of sd_notify(3).
const (
	ready    = "READY=1"
	stopping = "STOPPING=1"
)

// notify tells the service manager that started telex, if it wants to know.
func notify(ctx context.Context, env config.Lookup, words string) error {
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
