// Package trace tells what a run does below what it says: names that are looked up,
// proxies, connections, TLS, each try of a call with the pause behind it, tokens, and the
// database. It is for finding out why something does not work.
//
// No secret is told, for none is handed to it, and the printer takes out what an error may
// repeat; telephone numbers are masked unless they are asked for.
package trace

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http/httptrace"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"telex/messaging"
)

// What --debug and [Variable] may be.
const (
	On      = "on"
	Numbers = "numbers" // with telephone numbers as they are
)

// Variable is the environment variable that does what --debug does; 1 is the same as on.
const Variable = "TELEX_DEBUG"

// Check judges what --debug was given.
func Check(value string) error {
	switch value {
	case "", "0", "off", "1", On, Numbers:
		return nil
	}
	return fmt.Errorf("--debug %q: give nothing, or numbers", value)
}

// A Trace tells, once it was started. It is safe for concurrent use.
type Trace struct {
	say     func(format string, args ...any)
	now     func() time.Time
	start   time.Time
	numbers bool
	on      atomic.Bool
}

// New is a trace that says nothing yet. Say writes a line, which it cleans of what a
// terminal would obey and of the secrets in use.
func New(say func(format string, args ...any), now func() time.Time) *Trace {
	return &Trace{say: say, now: now}
}

// Start makes t tell from now on, if value, which [Check] let pass, says so.
func (t *Trace) Start(value string) {
	if value == "" || value == "0" || value == "off" {
		return
	}
	t.start, t.numbers = t.now(), value == Numbers
	t.on.Store(true)
}

// On reports whether t tells.
func (t *Trace) On() bool { return t != nil && t.on.Load() }

// dialled are telephone numbers, also as they are in the query of a URL.
var dialled = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(\+|%2B)\d{5,15}`) })

// Note tells one thing, with the time since the start.
func (t *Trace) Note(format string, args ...any) {
	if !t.On() {
		return
	}
	line := fmt.Sprintf(format, args...)
	if !t.numbers {
		line = dialled().ReplaceAllStringFunc(line, masked)
	}
	t.say("debug %7.3fs  %s", t.now().Sub(t.start).Seconds(), line)
}

// masked is a number of which the last two digits are left.
func masked(number string) string {
	sign, digits := "+", strings.TrimPrefix(number, "+")
	if rest, ok := strings.CutPrefix(number, "%2B"); ok {
		sign, digits = "%2B", rest
	}
	return sign + strings.Repeat("*", len(digits)-2) + digits[len(digits)-2:]
}

// Try tells of a try of a call; it is for [messaging.WithTries].
func (t *Trace) Try(op string, try messaging.Attempt) {
	if !t.On() {
		return
	}
	ended := "no answer"
	if try.Status != 0 {
		ended = fmt.Sprintf("HTTP %d", try.Status)
	}
	if try.Err != nil {
		ended += ": " + try.Err.Error()
	}
	t.Note("%s: %s after %s", op, ended, short(try.Took))
	if try.Waited > 0 {
		t.Note("%s: once more after a pause of %s", op, short(try.Waited))
	}
}

// Since tells that something is done that began at a time, by the trace's clock.
func (t *Trace) Since(begin time.Time, format string, args ...any) {
	if t.On() {
		t.Note("%s in %s", fmt.Sprintf(format, args...), short(t.now().Sub(begin)))
	}
}

func short(d time.Duration) string { return d.Round(100 * time.Microsecond).String() }

// Context is ctx, by which each request tells of its connection.
func (t *Trace) Context(ctx context.Context) context.Context {
	if !t.On() {
		return ctx
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(i httptrace.DNSStartInfo) { t.Note("DNS: looking up %s", i.Host) },
		DNSDone: func(i httptrace.DNSDoneInfo) {
			if i.Err != nil {
				t.Note("DNS: %v", i.Err)
				return
			}
			var found []string
			for _, a := range i.Addrs {
				found = append(found, a.String())
			}
			t.Note("DNS: found %s", strings.Join(found, ", "))
		},
		ConnectStart: func(network, address string) { t.Note("connection: dialling %s, %s", address, network) },
		ConnectDone: func(_, address string, err error) {
			if err != nil {
				t.Note("connection: %s: %v", address, err)
				return
			}
			t.Note("connection: made to %s", address)
		},
		TLSHandshakeStart: func() { t.Note("TLS: beginning") },
		TLSHandshakeDone:  t.shaken,
		GotConn: func(i httptrace.GotConnInfo) {
			if i.Reused {
				t.Note("connection: used again, after %s idle", short(i.IdleTime))
			}
		},
		WroteRequest: func(i httptrace.WroteRequestInfo) {
			if i.Err != nil {
				t.Note("request: not all of it was written: %v", i.Err)
				return
			}
			t.Note("request: written")
		},
		GotFirstResponseByte: func() { t.Note("answer: begins") },
	})
}

// shaken tells how a connection is encrypted, and by whom it is answered.
func (t *Trace) shaken(s tls.ConnectionState, err error) {
	if err != nil {
		t.Note("TLS: %v", err)
		return
	}
	by := ""
	if len(s.PeerCertificates) > 0 {
		c := s.PeerCertificates[0]
		by = fmt.Sprintf(", certificate of %s by %s until %s", c.Subject.CommonName, c.Issuer.CommonName, c.NotAfter.UTC().Format(time.DateOnly))
	}
	t.Note("TLS: %s, %s for %s%s", tls.VersionName(s.Version), tls.CipherSuiteName(s.CipherSuite), s.ServerName, by)
}
