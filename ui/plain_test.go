package ui

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	sqldriver "github.com/ncruces/go-sqlite3/driver"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite/sqlitetest"
)

// plainDriver is a user of the plain console: says lines, reads what comes.
type plainDriver struct {
	t     *testing.T
	lines chan string
	ends  chan os.Signal
	out   lockedBuffer
	ended chan error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// take returns what was written since the last call.
func (l *lockedBuffer) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.b.String()
	l.b.Reset()
	return s
}

func startPlain(t *testing.T, deps Deps) *plainDriver {
	t.Helper()
	d := &plainDriver{t: t, lines: make(chan string), ends: make(chan os.Signal, 1), ended: make(chan error, 1)}
	p := newPlain(deps, testNow, &d.out, d.lines, d.ends)
	go func() { d.ended <- p.run(t.Context()) }()
	synctest.Wait()
	return d
}

// say types lines, with a second before each, and returns all that came.
func (d *plainDriver) say(lines ...string) string {
	d.t.Helper()
	for _, l := range lines {
		<-time.After(time.Second)
		select {
		case d.lines <- l:
		case err := <-d.ended:
			d.t.Fatalf("the console ended before %q: %v\n%s", l, err, d.out.take())
		}
		synctest.Wait()
	}
	return d.out.take()
}

func (d *plainDriver) end() error {
	d.t.Helper()
	synctest.Wait()
	select {
	case err := <-d.ended:
		return err
	default:
		d.t.Fatalf("the console goes on:\n%s", d.out.take())
		return nil
	}
}

func want(t testing.TB, got string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(squeeze(got), squeeze(w)) {
			t.Errorf("got no %q, want it in:\n%s", w, got)
		}
	}
}

// written answers every question of a new message up to the review.
func written(text string, to ...string) []string {
	lines := []string{"", text, ".", strings.Join(to, ", ")}
	if len(to) > 1 {
		lines = append(lines, "i")
	}
	return append(lines, "", "", "", "")
}

func TestPlainSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, path := withOutbox(t, testDeps(s), outbox.Options{})
		d := startPlain(t, deps)
		got := d.say(written("Hello", five[0])...)
		want(t, got, "telex, plain, on the SANDBOX", "Review", "To "+five[0], "Message SMS, standard (GSM-7), 1 segment", "What next? (send,")
		got = d.say("s")
		want(t, got, "Please answer one of")
		if s.calls() != 0 {
			t.Fatal("got a send by one letter, want the whole word")
		}
		got = d.say("send")
		want(t, got, "Sending to "+five[0], "On its way", "message 1", "What next? (delivery, edit, new, quit)")
		d.say("quit")
		if err := d.end(); err != nil {
			t.Error(err)
		}
		o, err := outbox.Open(t.Context(), sqlitetest.At(path), outbox.Options{Now: testNow})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = o.Close() }()
		if rows := rowsOf(t, o); len(rows) != 1 || rows[0].State != outbox.Accepted {
			t.Errorf("got rows %+v, want one accepted", rows)
		}
		if drafts, err := o.Drafts(t.Context()); err != nil || len(drafts) != 0 {
			t.Errorf("got drafts %v, %v, want none", drafts, err)
		}
	})
}

// TestPlainHasNoEscapes: whatever is typed or answered, no control character but
// the line end is written.
func TestPlainHasNoEscapes(t *testing.T) {
	control := regexp.MustCompile(`[\x00-\x09\x0b-\x1f\x7f\x{80}-\x{9f}]`)
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: refuse(messaging.FieldError{Name: "to\x1b[2J", Description: "\x1b]0;x\x07\u009b2J"})}
		deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
		d := startPlain(t, deps)
		got := d.say("", "evil \x1b[31m text", ".", "+1\x1b[A9195551001", five[0], "https://x/\x1b[2J", "", "tag\u202e", "", "", "json", "curl", "send")
		want(t, got, "left out 1 character that cannot be seen: U+001B", "Refused by Bandwidth")
		if at := control.FindStringIndex(got); at != nil {
			t.Errorf("got control character %q in %q", got[at[0]:at[1]], got[max(at[0]-40, 0):at[1]])
		}
		d.say("quit")
		_ = d.end()
	})
}

// TestPlainKeepsWords: the end of the input and a hang-up lose nothing.
func TestPlainKeepsWords(t *testing.T) {
	for _, how := range []string{"end of input", "hang-up"} {
		synctest.Test(t, func(t *testing.T) {
			deps, path := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{})
			d := startPlain(t, deps)
			d.say("", "Words that must", "not be lost")
			if how == "hang-up" {
				d.ends <- syscall.SIGHUP
			} else {
				close(d.lines)
			}
			if err := d.end(); errors.Is(err, ErrInputEnded) != (how == "end of input") {
				t.Errorf("%s: got %v, want an error if the input ended", how, err)
			}
			next := startPlain(t, deps)
			want(t, next.out.take(), "Draft from", "Words that must…", "Continue it? (y/n)")
			want(t, next.say("y"), "Words that must", "not be lost", "Problem: To", "What next?")
			next.say("to", five[0], "send", "quit")
			if err := next.end(); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(filepath.Dir(path)); err != nil {
				t.Error(err)
			}
		})
	}
}

// failing fails for one recipient, and accepts for all others.
func failing(to string, err error) func(context.Context, messaging.Message) (*messaging.Receipt, error) {
	return func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if m.To[0] == to {
			return nil, err
		}
		return accept(ctx, m)
	}
}

// brokenLine and queueFull end a run; badNumber is one recipient's own.
var (
	brokenLine = &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: syscall.ECONNREFUSED}
	queueFull  = &messaging.Error{Op: "send message", Outcome: messaging.Rejected, Status: 429, Type: "queue", Detail: "full"}
	badNumber  = &messaging.Error{Op: "send message", Outcome: messaging.Rejected, Status: 400, Type: "request-validation", Detail: "no"}
)

// fiveInTheMiddle are the ways in which the third of five can fail: how many sends
// there are, and in what state the rows end.
var fiveInTheMiddle = []struct {
	name  string
	err   error
	calls int
	rows  []outbox.State
	why   string
}{
	{"no connection", brokenLine, 3, []outbox.State{outbox.Accepted, outbox.Accepted, outbox.Unsent, outbox.Unsent, outbox.Unsent}, "there is no connection"},
	{"429", queueFull, 3, []outbox.State{outbox.Accepted, outbox.Accepted, outbox.Rejected, outbox.Unsent, outbox.Unsent}, "accepts no more messages for now"},
	{"bad number", badNumber, 5, []outbox.State{outbox.Accepted, outbox.Accepted, outbox.Rejected, outbox.Accepted, outbox.Accepted}, ""},
}

// wantRows checks the rows of a batch, and that the next telex has nothing to tell.
func wantRows(t testing.TB, deps Deps, states []outbox.State, why string) {
	t.Helper()
	o, err := deps.OpenOutbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Close() }()
	rows := rowsOf(t, o)
	if len(rows) != len(states) {
		t.Fatalf("got %d rows, want %d", len(rows), len(states))
	}
	for i, want := range states {
		row := rows[len(rows)-1-i] // the newest is first
		if row.State != want || i > 2 && !strings.Contains(row.Error, why) {
			t.Errorf("row %d is %s (%s), want %s and the reason %q", i, row.State, row.Error, want, why)
		}
	}
	if untold, err := o.Untold(t.Context()); err != nil || len(untold) != 0 {
		t.Errorf("got %+v, %v for the next telex to tell, want nothing", untold, err)
	}
}

// TestPlainFailsInTheMiddle: what stops a run stops it, and every row gets its end.
func TestPlainFailsInTheMiddle(t *testing.T) {
	for _, tt := range fiveInTheMiddle {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &fakeSender{send: failing(five[2], tt.err)}
				deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
				d := startPlain(t, deps)
				d.say(written("Hello", five...)...)
				got := d.say("send")
				if s.calls() != tt.calls || strings.Count(got, "Sending to ") != tt.calls {
					t.Errorf("got %d sends, want %d, each told:\n%s", s.calls(), tt.calls, got)
				}
				if n := strings.Count(squeeze(got), squeeze(tt.why)); tt.why != "" && n != 2 {
					t.Errorf("got the reason %d times, want it for the two that were not tried:\n%s", n, got)
				}
				d.say("quit")
				if err := d.end(); err != nil {
					t.Error(err)
				}
				wantRows(t, deps, tt.rows, tt.why)
			})
		})
	}
}

// TestPlainPaste: lines that come all at once can fill fields, but never send.
func TestPlainPaste(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
		d := startPlain(t, deps)
		for _, l := range append(written("Hello", five[0]), "send") {
			d.lines <- l
		}
		synctest.Wait()
		want(t, d.out.take(), "too soon after the question", "nothing is sent")
		if s.calls() != 0 {
			t.Errorf("got %d sends by a paste, want none", s.calls())
		}
		d.say("quit")
		_ = d.end()
	})
}

// TestPlainRepeats: the guard asks here too.
func TestPlainRepeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
		d := startPlain(t, deps)
		d.say(append(written("Hello", five[0]), "send")...)
		got := d.say("edit", "send")
		want(t, got, five[0]+" was sent this", "message 1, accepted", "Send it again? (y/n)")
		d.say("n")
		if s.calls() != 1 {
			t.Errorf("got %d sends, want 1", s.calls())
		}
		want(t, d.say("send", "y"), "On its way", "message 2")
		d.say("quit")
		_ = d.end()
	})
}

// TestPlainWithoutOutbox: the reason is said, and nothing is asked.
func TestPlainWithoutOutbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps := testDeps(&fakeSender{send: accept})
		deps.OpenOutbox = func(context.Context) (*outbox.Outbox, error) { return nil, outbox.ErrFull }
		d := startPlain(t, deps)
		if err := d.end(); err == nil || !strings.Contains(err.Error(), "nothing can be sent") {
			t.Errorf("got %v, want an error that says that nothing can be sent", err)
		}
	})
}

// TestPlainProduction: a profile marked as production asks once more.
func TestPlainProduction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
		deps.Production, deps.Sandbox, deps.Profile = true, false, "live"
		d := startPlain(t, deps)
		d.say(written("Hello", five[0])...)
		want(t, d.say("send"), "live is marked as production. Send it?")
		want(t, d.say("n"), "What next?")
		if s.calls() != 0 {
			t.Error("got a send after a no, want none")
		}
		want(t, d.say("send", "y"), "On its way")
		d.say("quit")
		if err := d.end(); err != nil {
			t.Error(err)
		}
	})
}

// TestPlainGoesOnWithoutTrouble: a look for what would only be a warning ends nothing
// when it fails.
func TestPlainGoesOnWithoutTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, path := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{})
		d := startPlain(t, deps)
		lines := written("Hello", five[0])
		d.say(lines[:len(lines)-1]...)
		db, err := sqldriver.Open("file:" + path)
		if err == nil {
			_, err = db.ExecContext(t.Context(), "ALTER TABLE deliveries RENAME COLUMN recipient TO lost")
		}
		if err = errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		want(t, d.say(lines[len(lines)-1]), "Warning: look for numbers that take no messages", "To "+five[0], "What next?")
		d.say("quit")
		if err := d.end(); err != nil {
			t.Error(err)
		}
	})
}

// TestPlainNamesItsOwnWords: no line names a key, for there are none; what can be typed
// instead is named.
func TestPlainNamesItsOwnWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lost := &messaging.Error{Op: "send message", Outcome: messaging.Unknown, Err: syscall.ECONNRESET}
		deps, path := withOutbox(t, testDeps(&fakeSender{send: failing(five[0], lost)}), outbox.Options{})
		o, err := outbox.Open(t.Context(), sqlitetest.At(path), outbox.Options{Now: testNow})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 { // left by a telex that ended
			if _, err := o.Plan(t.Context(), &fakeSender{send: accept}, outbox.Plan{Messages: []messaging.Message{{From: five[1], To: five[:1], Text: "earlier"}}, Yes: true}); err != nil {
				t.Fatal(err)
			}
		}
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
		d := startPlain(t, deps)
		got := d.say(append(written("Hello", five[0]), "send")...)
		want(t, got, "typing delivery looks for it at Bandwidth", "and 2 more messages: see telex history")
		if key := regexp.MustCompile(`(?i)\b(r asks|by r|f[1-9]|History \(telex|esc)\b`).FindString(got); key != "" {
			t.Errorf("got the key %q named in:\n%s", key, got)
		}
		d.say("quit")
		_ = d.end()
	})
}
