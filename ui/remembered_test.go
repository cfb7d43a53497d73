package ui

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite"
	"telex/ui/words"
)

// TestDescribeRemembered: what the outbox has of a failure is said as it was when it came.
func TestDescribeRemembered(t *testing.T) {
	o, err := outbox.Open(t.Context(), sqlite.At(filepath.Join(t.TempDir(), "outbox.db")), outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	}()
	dial := func(op string, err error) error { return &net.OpError{Op: op, Net: "tcp", Err: err} }
	limited := &messaging.Error{Op: "send message", Outcome: messaging.Rejected, Status: 429, Type: "too-many-requests", Wait: 7 * time.Second}
	for name, err := range map[string]error{
		"cancelled":   context.Canceled,
		"deadline":    context.DeadlineExceeded,
		"refused":     dial("dial", syscall.ECONNREFUSED),
		"reset":       dial("read", syscall.ECONNRESET),
		"timeout":     dial("read", os.ErrDeadlineExceeded),
		"proxy":       fmt.Errorf("HTTPS_PROXY %w: x", messaging.ErrProxy),
		"proxy down":  dial("proxyconnect", dial("dial", syscall.ECONNREFUSED)),
		"certificate": &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}},
		"not valid":   messaging.Problems{{Field: messaging.FieldText, Index: -1, Why: "is missing"}},
		"token":       &messaging.Error{Outcome: messaging.Unsent, Err: dial("dial", syscall.ECONNREFUSED)},
		"odd secret":  messaging.ErrOddSecret,
		"of no kind":  errors.New("odd"),
	} {
		for _, outcome := range []messaging.Outcome{messaging.Unsent, messaging.Rejected, messaging.Unknown} {
			if name == "not valid" && outcome != messaging.Unsent {
				continue // what is not valid does not leave
			}
			t.Run(fmt.Sprintf("%s, %s", name, outcome), func(t *testing.T) {
				e := &messaging.Error{Op: "send message", Outcome: outcome, Err: err}
				if outcome == messaging.Rejected {
					e.Status = 401
				}
				saidAlike(t, o, e)
			})
		}
	}
	saidAlike(t, o, limited)
}

// saidAlike demands that e is said alike as it came and as the outbox has it.
func saidAlike(t *testing.T, o *outbox.Outbox, e *messaging.Error) {
	t.Helper()
	m := messaging.Message{From: "+19195550100", To: []string{"+19195551212"}, Text: "Hi", ApplicationID: "a"}
	batch, err := o.Plan(t.Context(), sample.API{OnSend: func(context.Context, messaging.Message) (*messaging.Receipt, error) { return nil, e }}, outbox.Plan{Messages: []messaging.Message{m}, Yes: true})
	if err != nil {
		t.Fatal(err)
	}
	batch.Run(t.Context(), outbox.RunOptions{})
	d, err := o.Detail(t.Context(), batch.IDs()[0])
	if err != nil {
		t.Fatal(err)
	}
	if got, want := words.Describe(d.Err), words.Describe(e); got != want {
		t.Errorf("got %+v of the row, want %+v", got, want)
	}
}
