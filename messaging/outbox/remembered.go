package outbox

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"strings"
	"syscall"

	"telex/messaging"
)

// A remembered error has the words of one that was, and what it was about.
type remembered struct {
	words string
	kind  error // may be nil
}

func (r remembered) Error() string { return r.words }
func (r remembered) Unwrap() error { return r.kind }

// causeKinds are the causes that decide what is said of a failure and what is to be done
// about it, by the names that they are stored under.
var causeKinds = []struct {
	name string
	err  error
}{
	{"cancelled", context.Canceled},
	{"deadline", context.DeadlineExceeded},
	{"invalid", messaging.ErrInvalid},
	{"proxy", messaging.ErrProxy},
	{"odd secret", messaging.ErrOddSecret},
	{"refused", syscall.ECONNREFUSED},
	{"reset", syscall.ECONNRESET},
	{"timeout", os.ErrDeadlineExceeded},
}

const (
	certificateKind = "certificate"
	// throughProxy goes before the kind of what failed on the way to a proxy.
	throughProxy = "to the proxy: "
	proxyOp      = "proxyconnect" // as net/http calls that
)

// causeKind is the name of what caused err; "" if that has none.
func causeKind(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == proxyOp {
		return throughProxy + causeKind(op.Err)
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return certificateKind
	}
	for _, k := range causeKinds {
		if errors.Is(err, k.err) {
			return k.name
		}
	}
	return ""
}

// rememberedAs is an error with these words that was caused by what has that name. One that a
// newer version stored has the words alone.
func rememberedAs(words, kind string) error {
	if inner, ok := strings.CutPrefix(kind, throughProxy); ok {
		return &net.OpError{Op: proxyOp, Net: "tcp", Err: rememberedAs(strings.TrimPrefix(words, proxyOp+" tcp: "), inner)}
	}
	if kind == certificateKind {
		return &tls.CertificateVerificationError{Err: remembered{strings.TrimPrefix(words, "tls: failed to verify certificate: "), nil}}
	}
	for _, k := range causeKinds {
		if k.name == kind {
			return remembered{words, k.err}
		}
	}
	return remembered{words, nil}
}
