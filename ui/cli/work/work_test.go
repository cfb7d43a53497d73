package work

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// TestWorkSendsBroadcasts: what was prepared for others is sent, and each thing done is a line
// of JSON.
func TestWorkSendsBroadcasts(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	f := newOffice(t, api.Base)
	f.prepare(t, 5, "--name", "Friday")
	r := f.start(t, "--json")
	f.prepare(t, 3, "--name", "Monday", "--text", "Hello {{name}}") // while it works
	for _, id := range []string{"1", "2"} {                         // either may end first
		r.out.Await(t, `"state":"done".*"broadcast":`+id)
	}
	if err := r.stop(t); err != nil {
		t.Errorf("it ended with %v", err)
	}
	clitest.CheckOutput(t, nil, r.out.String(), r.err.String())
	messages, states := 0, map[string]bool{}
	for l := range strings.Lines(r.out.String()) {
		var v line
		sample.Must(t, json.Unmarshal([]byte(l), &v))
		if v.At == "" || v.Broadcast == 0 {
			t.Errorf("line %s", l)
		}
		switch v.Type {
		case "message":
			if messages++; v.State != "accepted" || v.ID == 0 || v.MessageID == "" || len(v.To) != 1 {
				t.Errorf("line %s", l)
			}
		case "broadcast":
			states[v.Name+" "+v.State] = true
		default:
			t.Errorf("line %s", l)
		}
	}
	if messages != 8 || len(states) != 4 {
		t.Errorf("%d messages and %v were told, want 8, and that both began and are done", messages, states)
	}
	if got := received(api); len(got) != 5 || got[number(0)] != 2 {
		t.Errorf("the API got %v", got)
	}
}

// TestWorkSleeps: who has nothing to do asks for no other wake-up than the seldom one, and
// writes nothing; who has something due later sleeps until then, a minute at most.
func TestWorkSleeps(t *testing.T) {
	t.Parallel()
	f := newOffice(t, clitest.Refusing)
	asked := make(chan time.Duration, 100)
	f.after = func(d time.Duration) <-chan time.Time {
		asked <- d
		if d <= 2*commits { // it was told of a write, and looks when that is committed
			return time.After(time.Millisecond)
		}
		return nil // never
	}
	if sqlite.Changes(t.Context(), filepath.Join(f.state, "telex", "outbox.db")) != nil {
		t.Fatal("the folder is there already")
	}
	o := f.open(t)
	hears := sqlite.Changes(t.Context(), o.Path()) != nil
	r := f.start(t)
	r.err.Await(t, "stop it with ctrl")
	until := func(want time.Duration) {
		t.Helper()
		for d := range asked {
			if d == want {
				return
			}
			if d > 2*commits && d < often {
				t.Errorf("it sleeps for %v", d)
			}
		}
	}
	if !hears {
		until(often)
		return
	}
	until(seldom)
	for round := 0; ; round++ { // what was written before it listened may be told yet
		before := written(t, o.Path())
		woken := false
		select {
		case <-asked:
			woken = true
		case <-time.After(300 * time.Millisecond):
		}
		if !woken && written(t, o.Path()) == before {
			break
		}
		if round == 50 {
			t.Fatal("with nothing to do it wakes up again and again, or writes")
		}
	}
	f.schedule(t, o, time.Now().Add(time.Hour), number(1))
	until(longest)
}

// written is when which files of the outbox were written to.
func written(t *testing.T, path string) string {
	t.Helper()
	var all []string
	for _, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		sample.Must(t, err)
		all = append(all, info.Name()+" "+info.ModTime().String())
	}
	return strings.Join(all, "\n")
}

// TestWorkOneOfTwo: of two workers one works. The other takes over when that ends, and what
// works once has nothing to do, and nothing to say.
func TestWorkOneOfTwo(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	f := newOffice(t, api.Base)
	one := f.works(t)
	two := f.start(t)
	two.err.Await(t, "another telex works for this outbox; this one takes over")
	f.prepare(t, 4)
	one.out.Await(t, "broadcast 1, people.csv, is done")
	if out, errs := f.once(t, say.ExitOK); out != "" || errs != "" {
		t.Errorf("telex work --once said\n%s%s", out, errs)
	}
	if s := two.out.String(); s != "" {
		t.Errorf("the second one did\n%s", s)
	}
	if err := one.stop(t); err != nil {
		t.Errorf("it ended with %v", err)
	}
	two.err.Await(t, "the other telex ended; this one works now")
	f.prepare(t, 4, "--text", "Again {{name}}")
	two.out.Await(t, "broadcast 2, people.csv, is done")
	if got := received(api); len(got) != 4 || got[number(0)] != 2 {
		t.Errorf("the API got %v", got)
	}
}

// await waits until something is so.
func await(t *testing.T, is func() bool) {
	t.Helper()
	for end := time.Now().Add(clitest.Patience); !is(); <-time.After(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come to be")
		}
	}
}

// TestWorkLeavesOthersAlone: what another telex sends it does not send, until that is gone.
func TestWorkLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	f := newOffice(t, api.Base)
	f.after = hurried
	f.prepare(t, 3)
	o := f.open(t)
	sample.Must(t, o.StartRun(t.Context(), 1))
	held, release := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	sent := make(chan error, 1)
	go func() {
		_, err := o.Drain(ctx, sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
			close(held)
			<-release
			return sample.Receipt("other", m), nil
		}}, 1, outbox.DrainOptions{Prepare: func(outbox.Run) (outbox.Fill, error) {
			return func(p outbox.Person) (messaging.Message, outbox.Skip, string, error) {
				return messaging.Message{From: sandbox.DefaultNumber, To: []string{p.Number}, Text: "by another", ApplicationID: "a"}, "", "", nil
			}, nil
		}})
		sent <- err
	}()
	<-held
	f.once(t, say.ExitOK)
	r := f.works(t)
	if n := len(api.Sent()); n != 0 {
		t.Errorf("%d messages were sent beside the other telex", n)
	}
	cancel() // it takes no more
	close(release)
	sample.Must(t, <-sent)
	r.out.Await(t, "is done")
	if got := received(api); len(got) != 2 || got[number(0)] != 0 {
		t.Errorf("the API got %v, want the two that the other one left", got)
	}
}

// TestWorkEndsCleanly: what is on its way when a worker is stopped is waited for, longer than
// others would, and nothing more begins; the next one goes on.
func TestWorkEndsCleanly(t *testing.T) {
	t.Parallel()
	for _, scheduled := range []bool{false, true} {
		api := clitest.NewAPI(t)
		f, g := gated(t, api)
		f.after = func(d time.Duration) <-chan time.Time {
			if d > 10*time.Second || d == outbox.Patience {
				return nil
			}
			return time.After(min(d, 10*time.Millisecond))
		}
		o := f.open(t)
		if scheduled {
			f.schedule(t, o, time.Now(), number(0), number(1), number(2), number(3), number(4))
		} else {
			f.prepare(t, 5)
		}
		r := f.start(t)
		<-g.came
		r.cancel()
		select {
		case err := <-r.ended:
			t.Fatalf("it ended with %v, and a message is on its way", err)
		case <-time.After(100 * time.Millisecond):
		}
		g.open()
		if err := r.wait(t); err != nil {
			t.Errorf("it ended with %v", err)
		}
		if !strings.Contains(r.err.String(), "work: stopped") {
			t.Errorf("it said\n%s", r.err)
		}
		want := map[outbox.State]int{outbox.Accepted: 1}
		if scheduled {
			want[outbox.Scheduled] = 4
		} else if run, err := o.Run(t.Context(), 1); err != nil || run.State != outbox.RunRunning {
			t.Errorf("the broadcast is %s, %v, want running", run.State, err)
		}
		wantStates(t, o, want)
		if works, err := o.Working(t.Context()); err != nil || works {
			t.Errorf("Working = %v, %v after it ended", works, err)
		}
		f.after = nil
		f.once(t, say.ExitOK)
		wantEach(t, api, 5)
	}
}

// TestWorkWithoutCredentials: what is due waits, is tried again, and is said once; who works
// once ends with 2.
func TestWorkWithoutCredentials(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	f := newOffice(t, api.Base)
	f.after = hurried
	f.prepare(t, 2)
	delete(f.env, "BW_PASSWORD")
	_, errs := f.once(t, say.ExitUsage)
	if !strings.Contains(errs, "warning: broadcast 1 waits: nothing can be sent yet; missing:") || !strings.Contains(errs, "credentials") {
		t.Errorf("it said\n%s", errs)
	}
	if n := len(api.Sent()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
	f.env["BW_PASSWORD"] = clitest.Password
	f.once(t, say.ExitOK)
	wantEach(t, api, 2)
}

// TestWorkForEveryProfile: what is due is sent for whoever it is of, with their credentials;
// what is of an account that is not to be found waits, and keeps nobody else waiting.
func TestWorkForEveryProfile(t *testing.T) {
	t.Parallel()
	one, two := clitest.NewAPI(t), clitest.NewAPI(t)
	f := newOffice(t, one.Base)
	f.prepare(t, 2)
	f.env["TELEX_BASE_URL"] = two.Base
	f.prepare(t, 3)
	_, errs := f.once(t, say.ExitUsage) // the first one is of another address now
	if !strings.Contains(errs, "it is of account 9900000 at "+one.Base+", and this is 9900000 at "+two.Base) {
		t.Errorf("it said\n%s", errs)
	}
	if n := len(one.Sent()); n != 0 {
		t.Errorf("%d messages left for the account that is not there", n)
	}
	wantEach(t, two, 3)
}

// TestWorkAsks: what became of a message is asked by the worker, whoever sent it, and one that
// works once asks what is due.
func TestWorkAsks(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	for _, once := range []bool{false, true} {
		clock := sample.ClockAt(time.Now())
		api := clitest.NewAPIAt(t, clock.Now)
		f := newOffice(t, api.Base)
		f.now = clock.Now
		f.prepare(t, 1)
		f.once(t, say.ExitOK)
		clock.Advance(10 * time.Second)
		if once {
			f.once(t, say.ExitOK)
		} else {
			f.start(t)
		}
		o := f.open(t)
		await(t, func() bool { return sample.RowOf(t, o, 1).State == outbox.Delivered })
		if n := api.Lists(); n != 1 {
			t.Errorf("the API was asked %d times, want once", n)
		}
	}
}

// TestWorkRefuses: what does not go together is said.
func TestWorkRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--once", "--listen"}, "--once ends when nothing is due"},
		{[]string{"--user", "a"}, "--user says how to listen, and needs --listen"},
		{[]string{"--addr", "127.0.0.1:0"}, "--addr says how to listen"},
		{[]string{"--listen", "--addr", "0.0.0.0:0"}, "can be reached from other machines"},
		{[]string{"--listen", "--user", "a"}, "--user a has no password"},
		{[]string{"--listen", "--profile", "nobody"}, "nobody"},
		{[]string{"install", "upstart"}, "takes one of systemd, openrc and cron"},
		{[]string{"install", "systemd", "cron"}, "takes one of systemd, openrc and cron"},
		{[]string{"install", "cron", "--listen"}, "cron starts telex work --once"},
		{[]string{"install", "--user", "a"}, "needs --listen"},
		{[]string{"anything"}, "anything"},
	} {
		f := newOffice(t, clitest.Refusing)
		f.env["HOME"] = f.state
		r := f.start(t, c.args...)
		if err := r.wait(t); err == nil || !strings.Contains(err.Error(), c.want) || say.CodeOf(err) != say.ExitUsage {
			t.Errorf("%q: got %v (%d), want %q", c.args, err, say.CodeOf(err), c.want)
		}
	}
}

// TestWorkNotifies: a service manager is told when a worker works and when it ends.
func TestWorkNotifies(t *testing.T) {
	t.Chdir(t.TempDir()) // the whole name can be too long for a socket
	manager, err := net.ListenPacket("unixgram", "s")
	if err != nil {
		t.Skipf("no socket of that kind here: %v", err)
	}
	defer func() { _ = manager.Close() }()
	f := newOffice(t, clitest.Refusing)
	f.env["NOTIFY_SOCKET"] = "s"
	r := f.start(t)
	next := func() string {
		sample.Must(t, manager.SetReadDeadline(time.Now().Add(clitest.Patience)))
		b := make([]byte, 1000)
		n, _, err := manager.ReadFrom(b)
		sample.Must(t, err)
		return string(b[:n])
	}
	if got := next(); got != "READY=1\nSTATUS=working" {
		t.Errorf("told %q", got)
	}
	_ = r.stop(t)
	if got := next(); got != "STOPPING=1" {
		t.Errorf("told %q", got)
	}
	f.once(t, say.ExitOK) // which is no service
	sample.Must(t, manager.SetReadDeadline(time.Now().Add(time.Millisecond)))
	if n, _, err := manager.ReadFrom(make([]byte, 100)); err == nil {
		t.Errorf("telex work --once told %d bytes", n)
	}
}
