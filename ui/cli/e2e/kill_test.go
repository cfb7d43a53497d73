//go:build unix

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
)

// A crash is somebody who sends messages one after the other, each by a telex of
// its own that is killed, into one outbox.
type crash struct {
	t      *testing.T
	api    *killAPI
	name   string // begins the tag of each message
	at     place
	watch  *outbox.Outbox
	n      int
	killed map[string]bool // by tag: by us, before it ended by itself
	told   map[string]int  // how often each message was told of, by its id
	clean  map[string]int  // the same, by processes that lived to note it
	cut    int             // how many were killed while writing and did not arrive
}

// steps are the points of a send at which telex is killed. Each returns once it
// is dead; what it says must then hold of the message, beside what holds of all.
var steps = []struct {
	name    string
	kill    func(c *crash, tag string)
	created [2]bool        // may it not have been created, may it have been
	states  []outbox.State // of its row; none: there must be none
}{
	{"before the row", (*crash).beforeRow, [2]bool{true, false}, nil},
	{"before the connection", (*crash).beforeConnection, [2]bool{true, false}, []outbox.State{outbox.Unknown}},
	{"while writing", (*crash).whileWriting, [2]bool{true, true}, []outbox.State{outbox.Unknown}},
	{"while writing, the rest arrives", (*crash).writtenBySystem, [2]bool{true, true}, []outbox.State{outbox.Unknown}},
	{"waiting", (*crash).waiting, [2]bool{false, true}, []outbox.State{outbox.Unknown}},
	{"after the answer", (*crash).afterAnswer, [2]bool{false, true}, []outbox.State{outbox.Unknown, outbox.Accepted}},
	{"before the commit", (*crash).beforeCommit, [2]bool{false, true}, []outbox.State{outbox.Unknown}},
	{"at any time", (*crash).anyTime, [2]bool{true, true}, []outbox.State{"", outbox.Unknown, outbox.Accepted}},
}

// Telex is killed at every step of a send, some thirty times, and in a soak hundreds
// of times. What its outbox says afterwards is held against what the API created.
func TestKilled(t *testing.T) { everywhere(t, testKilled) }

func testKilled(t *testing.T, at place) {
	workers, rounds := 4, 1 // of all steps
	if clitest.Soak() {
		rounds = 11
	}
	if _, err := telexBinary(); err != nil {
		t.Fatal(err)
	}
	api := newKillAPI(t)
	var all sync.WaitGroup
	crashes := make([]*crash, workers)
	for i := range crashes {
		crashes[i] = newCrash(t, at.another(), api, fmt.Sprintf("w%d-", i))
		all.Go(func() {
			for range rounds {
				for s := range steps {
					crashes[i].once(s)
				}
				crashes[i].settle()
			}
		})
	}
	all.Wait()
	kills, cut := 0, 0
	for _, c := range crashes {
		c.check()
		kills, cut = kills+len(c.killed), cut+c.cut
	}
	if cut == 0 {
		t.Error("no telex was killed while it was writing: the system took every request whole")
	}
	t.Logf("%d kills in %d sends, %d of them within a request; the API created %d", kills, workers*rounds*len(steps), cut, len(api.box.Created()))
}

func newCrash(t *testing.T, at place, api *killAPI, name string) *crash {
	t.Helper()
	c := &crash{
		t: t, api: api, name: name, at: at,
		killed: map[string]bool{}, told: map[string]int{}, clean: map[string]int{},
	}
	c.settle() // makes the database
	var err error
	if c.watch, err = outbox.Open(t.Context(), at, outbox.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.watch.Close() })
	return c
}

// lock keeps every process from writing to the outbox until it is let go.
func (c *crash) lock() (letGo func()) {
	letGo, err := c.at.locked(c.t.Context())
	if err != nil {
		c.t.Errorf("lock the outbox: %v", err)
		return func() {}
	}
	return letGo
}

// once sends a message and kills its telex at a step.
func (c *crash) once(step int) {
	c.n++
	steps[step].kill(c, fmt.Sprintf("%s%d-%d", c.name, step, c.n))
}

// A victim is a telex that runs.
type victim struct {
	cmd  *exec.Cmd
	errs bytes.Buffer
	over chan struct{}
}

// start starts telex send to a number, through a proxy.
func (c *crash) start(p *killProxy, tag, to string, more ...string) *victim {
	args := append([]string{"send", "--to", to, "--text", "text of " + tag, "--tag", tag}, more...)
	return c.run(p.base, args...)
}

// run starts telex.
func (c *crash) run(base string, args ...string) *victim {
	binary, _ := telexBinary()
	ctx, cancel := context.WithTimeout(c.t.Context(), clitest.Patience)
	v := &victim{cmd: exec.CommandContext(ctx, binary, args...), over: make(chan struct{})}
	v.cmd.Env = append(clitest.Environ(base), c.at.env...)
	v.cmd.Stderr = &v.errs
	if err := v.cmd.Start(); err != nil {
		cancel()
		c.t.Errorf("start telex: %v", err)
		close(v.over)
		return v
	}
	go func() {
		_ = v.cmd.Wait()
		cancel()
		close(v.over)
	}()
	return v
}

var toldOf = regexp.MustCompile(`(?m)^from earlier: message (\d+) `)

// kill kills a telex and waits for its end.
func (c *crash) kill(v *victim, tag string) {
	_ = v.cmd.Process.Kill()
	<-v.over
	defer c.at.buried(v.cmd.Process.Pid)
	c.read(v)
	if v.cmd.ProcessState.ExitCode() < 0 {
		c.killed[tag] = true
	}
}

// read notes what an ended telex told of earlier ones.
func (c *crash) read(v *victim) {
	lived := v.cmd.ProcessState.ExitCode() >= 0
	for _, m := range toldOf.FindAllStringSubmatch(v.errs.String(), -1) {
		c.told[m[1]]++
		if lived {
			c.clean[m[1]]++
		}
	}
}

// settle lets a telex that is not killed settle what the others left.
func (c *crash) settle() {
	v := c.run("http://127.0.0.1:9", "history", "--limit", "1")
	<-v.over
	c.read(v)
	if code := v.cmd.ProcessState.ExitCode(); code != 0 {
		c.t.Errorf("telex history ended with %d: %s", code, v.errs.String())
	}
}

// until waits for a channel. The end of the telex says nothing of it: what stands
// between telex and the API may notice what it passed on when telex is over.
func (c *crash) until(ready <-chan struct{}, v *victim, what string) {
	select {
	case <-ready:
	case <-time.After(clitest.Patience):
		select {
		case <-ready: // both at once: the machine was busy
		default:
			c.late(v, what)
		}
	}
}

// poll waits until something is so, whether telex runs or not.
func (c *crash) poll(v *victim, what string, is func() bool) {
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(clitest.Patience); ; <-again.C {
		late := time.Now().After(end) // before the look, so that one comes after the limit
		if is() {
			return
		}
		if late {
			c.late(v, what)
			return
		}
	}
}

// late says what never came, and how telex ended, if it did.
func (c *crash) late(v *victim, what string) {
	select {
	case <-v.over:
		c.t.Errorf("%s never came: telex ended: %s", what, v.errs.String())
	default:
		c.t.Errorf("%s never came", what)
	}
}

// within waits for a random time.
func within(most time.Duration) { <-time.After(rand.N(most)) }

const someone = "+12345678902"

func (c *crash) beforeRow(tag string) {
	p := newKillProxy(c.t, c.api, true, false)
	defer p.close()
	letGo := c.lock()
	v := c.start(p, tag, someone)
	within(60 * time.Millisecond)
	c.kill(v, tag)
	letGo()
}

func (c *crash) beforeConnection(tag string) {
	p := newKillProxy(c.t, c.api, false, false)
	defer p.close()
	v := c.start(p, tag, someone)
	c.poll(v, "the row", func() bool {
		last, err := c.watch.List(c.t.Context(), outbox.Filter{Limit: 1})
		if err != nil {
			c.t.Errorf("look for the row: %v", err)
			return true
		}
		return len(last) == 1 && last[0].Message.Tag == tag && last[0].State == outbox.Sending
	})
	c.kill(v, tag)
}

// large makes a request of more than the system's buffers usually hold here.
func large(tag string) []string {
	media := []string{"--text", tag + strings.Repeat("\U0001F600", 2000)}
	for i := range 10 {
		u := fmt.Sprintf("https://example.org/%d/", i)
		media = append(media, "--media", u+strings.Repeat("x", 4096-len(u)))
	}
	return media
}

func (c *crash) whileWriting(tag string) {
	p := newKillProxy(c.t, c.api, true, true)
	defer p.close()
	v := c.start(p, tag, someone, large(tag)...)
	c.until(p.begun, v, "the beginning of the request")
	within(3 * time.Millisecond)
	c.kill(v, tag) // what is left of the request arrives then, and has no end
}

// The system goes on sending what it took of a process that is gone.
func (c *crash) writtenBySystem(tag string) {
	p := newKillProxy(c.t, c.api, true, true)
	defer p.close()
	v := c.start(p, tag, someone, large(tag)[2:10]...)
	c.until(p.begun, v, "the beginning of the request")
	within(3 * time.Millisecond)
	c.kill(v, tag)
	close(p.resume)
}

func (c *crash) waiting(tag string) {
	p := newKillProxy(c.t, c.api, true, false)
	defer p.close()
	v := c.start(p, tag, "+19995550003")
	c.poll(v, "the message at the API", func() bool { return c.api.has(tag) })
	c.kill(v, tag)
}

func (c *crash) afterAnswer(tag string) {
	p := newKillProxy(c.t, c.api, true, false)
	defer p.close()
	v := c.start(p, tag, someone)
	c.until(p.answered, v, "the answer")
	within(3 * time.Millisecond)
	c.kill(v, tag)
}

func (c *crash) beforeCommit(tag string) {
	p := newKillProxy(c.t, c.api, true, false)
	defer p.close()
	arrived, letAnswer := c.api.watch(tag), c.api.hold(tag)
	defer letAnswer()
	v := c.start(p, tag, someone)
	c.until(arrived, v, "the request")
	letGo := c.lock()
	letAnswer()
	c.until(p.answered, v, "the answer")
	within(10 * time.Millisecond)
	c.kill(v, tag)
	letGo()
}

func (c *crash) anyTime(tag string) {
	p := newKillProxy(c.t, c.api, true, false)
	defer p.close()
	v := c.start(p, tag, someone)
	within(60 * time.Millisecond)
	c.kill(v, tag)
}

// Eight processes that send at once into one outbox, which none of them finds
// there, lose nothing and mix nothing up.
func TestEightAtOnce(t *testing.T) { everywhere(t, testEightAtOnce) }

func testEightAtOnce(t *testing.T, at place) {
	if _, err := telexBinary(); err != nil {
		t.Fatal(err)
	}
	const processes, each = 8, 25
	api := newKillAPI(t)
	c := &crash{t: t, api: api, at: at, told: map[string]int{}, clean: map[string]int{}}
	var victims []*victim
	for i := range processes {
		var to []string
		for n := range each {
			to = append(to, fmt.Sprintf("+1234567%02d%02d", i, n))
		}
		victims = append(victims, c.run(api.server.URL+sandbox.BasePath, "send", "--individual", "--to", strings.Join(to, ","), "--text", "Hello", "--tag", fmt.Sprint(i)))
	}
	for _, v := range victims {
		<-v.over
		c.read(v)
		if code := v.cmd.ProcessState.ExitCode(); code != 0 {
			t.Errorf("got exit code %d: %s", code, v.errs.String())
		}
	}
	ids, to := map[string]bool{}, map[string]bool{}
	for _, e := range allEntries(t, c.at) {
		if e.State != outbox.Accepted {
			t.Errorf("message %d: got %s, want accepted", e.ID, e.State)
		}
		ids[e.MessageID], to[strings.Join(e.Message.To, ",")] = true, true
	}
	if all := processes * each; len(ids) != all || len(to) != all || len(api.box.Created()) != all {
		t.Errorf("got %d ids for %d recipients of %d messages, want %d of each", len(ids), len(to), len(api.box.Created()), all)
	}
	if len(c.told) > 0 {
		t.Errorf("messages %v were told of as left behind, but nobody died", c.told)
	}
}
