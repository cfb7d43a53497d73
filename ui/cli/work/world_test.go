package work

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite/sqlitetest"
	"telex/messaging/sandbox"
	"telex/ui/cli/broadcast"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

func TestMain(m *testing.M) {
	sqlitetest.Hasten()
	os.Exit(clitest.Run(m))
}

// An office is an outbox that workers of a test work for, and who has an account.
type office struct {
	state string
	env   map[string]string
	now   func() time.Time // nil is time.Now
	after func(time.Duration) <-chan time.Time
}

// newOffice is one whose account is at an API.
func newOffice(t testing.TB, base string) *office {
	t.Helper()
	f := &office{state: t.TempDir(), env: map[string]string{"NO_PROXY": "127.0.0.1"}}
	for _, v := range clitest.Environ(base) {
		name, value, _ := strings.Cut(v, "=")
		f.env[name] = value
	}
	return f
}

// hurried is time that goes by faster, but leaves others theirs.
func hurried(d time.Duration) <-chan time.Time { return time.After(min(d, 50*time.Millisecond)) }

func (f *office) world(out, errs *clitest.Paper) *who.World {
	lookup := func(name string) (string, bool) {
		if name == who.EnvStateHome {
			return f.state, true
		}
		v, ok := f.env[name]
		return v, ok
	}
	now := f.now
	if now == nil {
		now = time.Now
	}
	return &who.World{Home: who.Home{Env: lookup, Now: now, Output: say.NewPrinter(out, errs)}}
}

// A running worker of a test.
type running struct {
	out, err *clitest.Paper
	cancel   context.CancelFunc
	ended    chan error
}

// start runs telex work in this process until the test ends.
func (f *office) start(t testing.TB, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{out: clitest.NewPaper(), err: clitest.NewPaper(), cancel: cancel, ended: make(chan error, 1)}
	cmd := Command(Options{World: f.world(r.out, r.err), After: f.after})
	cmd.SetArgs(append([]string{}, args...)) // never nil: cobra would look at those of the test
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	go func() { r.ended <- cmd.ExecuteContext(ctx) }()
	t.Cleanup(func() { _ = r.stop(t) })
	return r
}

// works is start, of one that has the work.
func (f *office) works(t *testing.T, args ...string) *running {
	t.Helper()
	o := f.open(t) // first, so that one makes it
	r := f.start(t, args...)
	await(t, func() bool { works, err := o.Working(t.Context()); return err == nil && works })
	return r
}

// stop ends it as SIGTERM does, and returns how it ended.
func (r *running) stop(t testing.TB) error {
	t.Helper()
	r.cancel()
	return r.wait(t)
}

// wait waits until it ends.
func (r *running) wait(t testing.TB) error {
	t.Helper()
	select {
	case err := <-r.ended:
		r.ended <- err // for whoever asks again
		return err
	case <-time.After(clitest.Patience):
		t.Fatalf("it does not end\n%s%s", r.out, r.err)
		return nil
	}
}

// once is telex work --once, which has to end with a code.
func (f *office) once(t *testing.T, want say.Code, args ...string) (out, errs string) {
	t.Helper()
	r := f.start(t, append([]string{"--once"}, args...)...)
	if err := r.wait(t); say.CodeOf(err) != want {
		t.Errorf("telex work --once ended with %d (%v), want %d\n%s%s", say.CodeOf(err), err, want, r.out, r.err)
	}
	clitest.CheckOutput(t, args, r.out.String(), r.err.String())
	return r.out.String(), r.err.String()
}

// open opens the outbox, as another process.
func (f *office) open(t testing.TB) *outbox.Outbox {
	t.Helper()
	o, err := f.world(clitest.NewPaper(), clitest.NewPaper()).OpenOutboxToWork(t.Context(), false)
	sample.Must(t, err)
	t.Cleanup(func() { _ = o.Close() })
	return o
}

// by is the account of the office.
func (f *office) by() outbox.By {
	return outbox.By{AccountID: sandbox.DefaultAccountID, BaseURL: f.env["TELEX_BASE_URL"]}
}

// number is that of a person.
func number(i int) string { return fmt.Sprintf("+1919555%04d", 1000+i) }

// prepare is telex broadcast start --detach, to so many people.
func (f *office) prepare(t testing.TB, people int, args ...string) {
	t.Helper()
	var csv strings.Builder
	csv.WriteString("phone,name\n")
	for i := range people {
		fmt.Fprintf(&csv, "%s,Ana %d\n", number(i), i)
	}
	list := filepath.Join(t.TempDir(), "people.csv")
	sample.Must(t, os.WriteFile(list, []byte(csv.String()), 0o600))
	errs := clitest.NewPaper()
	cmd := broadcast.Command(broadcast.Options{World: f.world(clitest.NewPaper(), errs)})
	cmd.SetArgs(append([]string{"start", list, "--text", "Hi {{name}}", "--yes", "--detach", "--rate", "unlimited", "--hours", "off", "--parallel", "4"}, args...))
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Fatalf("telex broadcast start --detach: %v\n%s", err, errs)
	}
}

// schedule is what telex send --at does.
func (f *office) schedule(t testing.TB, o *outbox.Outbox, at time.Time, to ...string) (ids []int64) {
	t.Helper()
	var all []messaging.Message
	for _, n := range to {
		all = append(all, messaging.Message{From: sandbox.DefaultNumber, To: []string{n}, Text: "Doors open at 7", ApplicationID: sandbox.DefaultApplicationID})
	}
	ids, err := o.Schedule(t.Context(), outbox.Plan{By: f.by(), Messages: all, Yes: true}, outbox.WhenAt(at))
	sample.Must(t, err)
	return ids
}

// received counts what an API was sent, by recipient.
func received(api *clitest.API) map[string]int {
	all := map[string]int{}
	for _, body := range api.Sent() {
		var m struct{ To []string }
		if json.Unmarshal([]byte(body), &m) == nil {
			all[strings.Join(m.To, ",")]++
		}
	}
	return all
}

// wantEach demands that everybody got one message, and nobody else any.
func wantEach(t testing.TB, api *clitest.API, people int) {
	t.Helper()
	got := received(api)
	for i := range people {
		if n := got[number(i)]; n != 1 {
			t.Errorf("%s got %d messages, want 1", number(i), n)
		}
	}
	if len(got) != people {
		t.Errorf("%d people got something, want %d", len(got), people)
	}
}

// wantStates demands how many messages are in which state.
func wantStates(t testing.TB, o *outbox.Outbox, want map[outbox.State]int) {
	t.Helper()
	got := map[outbox.State]int{}
	for _, id := range sample.IDsIn(t, o, outbox.Filter{Limit: 1000}) {
		got[sample.RowOf(t, o, id).State]++
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("messages are %v, want %v", got, want)
	}
}

// A gate lets the messages of an office through when it is opened.
type gate struct {
	came chan struct{} // gets something for each message that is at it
	open func()
}

// gated is an office whose messages get to an API through a gate.
func gated(t *testing.T, api *clitest.API) (*office, gate) {
	t.Helper()
	came, release := make(chan struct{}, 100), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/messages") {
			came <- struct{}{}
			<-release
		}
		api.ServeHTTP(w, r)
	}))
	open := sync.OnceFunc(func() { close(release) })
	t.Cleanup(func() { open(); server.Close() })
	return newOffice(t, server.URL+sandbox.BasePath), gate{came, open}
}
