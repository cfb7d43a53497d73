package listen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
)

// Settings are how a listener listens.
type Settings struct {
	Addr    string
	Users   []string // with whose names callbacks have to come
	Public  bool     // an address that other machines reach is allowed
	JSON    bool     // an event is a line of JSON
	Sandbox bool     // it records into the outbox of the sandbox
	// Asked is that somebody else asks the API about messages meanwhile.
	Asked bool

	probe string
}

// Register registers the flags that say where to listen, and to whom.
func (s *Settings) Register(flags *pflag.FlagSet) {
	flags.StringVar(&s.Addr, "addr", DefaultAddr, "`address` to listen on; port 0: a free one\n")
	flags.StringArrayVar(&s.Users, "user", nil, "`name` that callbacks have to come with; may be\nrepeated")
	flags.BoolVar(&s.Public, "public", false, "allow an address that other machines reach")
}

// Command is telex listen.
func Command(w *who.World) *cobra.Command {
	f, s := who.Flags{Timeout: time.Minute}, Settings{}
	cmd := &cobra.Command{
		Use:   "listen",
		Short: "Receive what Bandwidth tells: deliveries, and what people write",
		Long: `Listen receives the callbacks of the application into the outbox until it is
stopped by ctrl+c: what became of messages, and what people write to you. Each
event is a line on standard output.

Bandwidth posts to a public https address, and telex listens on this machine
alone, so something with TLS has to stand in between: docs/listen.md has it for
caddy, nginx and a tunnel, and units for systemd. Whether all of it works,
--probe says: it posts through the public address to this very listener.

A callback is answered with 200 once it is recorded. If it cannot be, the answer
is 503, and Bandwidth posts it again for 24 hours. Doubles change nothing.

Bandwidth does not sign what it posts. With --user, only callbacks with that
user name and its password are taken; an application has one pair for what comes
in and one for deliveries, so the flag may be repeated. The password is in
TELEX_LISTEN_PASSWORD, or in TELEX_LISTEN_PASSWORD_NAME, which has the user name
in capitals and "_" for what is no letter or digit; with _FILE behind either,
in a file. Without --user, callbacks are kept, but no message counts as
delivered or failed until Bandwidth was asked about it.

With --json an event is a line of JSON: type, at, recorded_at, by, news (false
for what was known already), trusted (it came with the right credentials), id
and state of the message, message_id, direction, from, to, recipients, text,
media, tag, segment_count, error_code, description, carrier and channel.

Sockets of systemd are taken in place of --addr, and it is told when telex is
ready (Type=notify).`,
		Example: "  telex listen\n  telex listen --json",
		Args:    say.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.Sandbox = f.Sandbox
			return listen(cmd.Context(), w, f, s)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	s.Register(flags)
	flags.BoolVar(&s.JSON, "json", false, "a line of JSON an event on standard output")
	flags.StringVar(&s.probe, "probe", "", "public `URL` to post to and see it arrive here")
	who.RegisterProfile(flags, &f.Profile)
	flags.BoolVar(&f.Sandbox, "sandbox", false, "record into the outbox of the sandbox")
	for _, flag := range []string{"addr", "user", "probe"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, who.CompleteNothing) // fails only for a flag that is not there
	}
	w.CompleteProfile(cmd)
	return cmd
}

// listen is telex listen.
func listen(ctx context.Context, w *who.World, f who.Flags, s Settings) error {
	id, err := w.Identify(f)
	if err != nil {
		return err
	}
	if err := checkProbe(s.probe); err != nil {
		return err
	}
	ctx, stop := say.Interruptible(ctx, syscall.SIGPIPE) // as behind head: it ends with what it has begun
	defer stop()
	say.Unbroken()
	l, err := Open(ctx, w, id, s)
	if busy, ok := errors.AsType[*busyError](err); ok { // by another telex listen, which a probe can be sent to
		w.Output.Say("listen: %s; probing that", busy.Error())
		return l.prober.run(ctx)
	}
	if err != nil {
		return err
	}
	o, err := w.OpenOutbox(ctx, f.Sandbox)
	if err != nil {
		l.Close()
		return err
	}
	defer w.CloseOutbox(o)
	return l.Run(ctx, o)
}

// Open finds the passwords of callbacks, and opens the sockets. Call Run or Close.
func Open(ctx context.Context, w *who.World, id who.Identity, s Settings) (*Listener, error) {
	known, err := pairs(ctx, w, id, s.Users, s.JSON)
	if err != nil {
		return nil, err
	}
	l := &Listener{
		World: w, Settings: s, id: id,
		by:     outbox.By{Profile: id.Profile.Name, AccountID: id.AccountID, BaseURL: id.Address()},
		prober: prober{url: s.probe, pairs: known, nonce: newNonce(), say: w.Output.Say},
	}
	l.sockets, l.given, err = openSockets(ctx, w.Env, s.Addr, s.Public)
	if busy, ok := errors.AsType[*busyError](err); ok && s.probe == "" {
		err = &say.UsageError{What: busy.Error(), Hint: "stop that, or use another port: --addr 127.0.0.1:0"}
	}
	if err != nil {
		return l, err
	}
	if l.replies, err = repliesOf(w, id); err != nil {
		l.Close()
		return nil, err
	}
	l.complaints = &complaints{say: l.say, now: w.Now, own: l.prober.nonce, said: map[int]time.Time{}, unsaid: map[int]int{}}
	if l.handler, err = callback.New(callback.Config{Receive: l.receive, Pairs: known, Answered: l.complaints.answered}); err != nil {
		l.Close()
		return nil, &say.UsageError{What: err.Error()}
	}
	return l, nil
}

// Close closes the sockets of a listener that was not run.
func (l *Listener) Close() {
	for _, s := range l.sockets {
		_ = s.Close()
	}
}

// A Listener receives callbacks into an outbox.
type Listener struct {
	*who.World
	Settings
	id         who.Identity
	o          *outbox.Outbox
	by         outbox.By
	sockets    []net.Listener
	handler    http.Handler
	feed       *say.Feed  // of what was recorded
	notes      *say.Notes // of what is for people
	complaints *complaints
	prober     prober
	replies    outbox.Replies // what is answered with no person
	given      bool           // the sockets are a service manager's
	recorded   atomic.Int64
}

// receive records the events of one callback. It is called by many at once.
func (l *Listener) receive(ctx context.Context, events []callback.Event) error {
	events = l.prober.take(ctx, events)
	if len(events) == 0 {
		return nil
	}
	taken, err := l.o.Receive(ctx, l.by, events)
	if err != nil {
		return err
	}
	l.recorded.Add(int64(len(events)))
	lines := make([]string, len(events))
	for i, v := range events {
		h := heard{Event: v, Taken: taken[i], at: l.Now(), noText: l.o.OmitsText()}
		if l.JSON {
			lines[i] = h.json()
		} else {
			lines[i] = h.line()
		}
	}
	l.feed.Add(lines...)
	return nil
}

// say is [say.Printer.Say] that waits for nobody to read. All that a listener says goes this
// way: whatever prints holds the printer, so that an output which takes nothing would stop
// callbacks, and telex from ending.
func (l *Listener) say(format string, args ...any) { l.notes.Say(format, args...) }

// startFeeds lets lines be printed.
func (l *Listener) startFeeds() {
	l.notes = l.Output.Notes()
	l.prober.say = l.say
	show := func(line string) error { return l.Output.Text(line + "\n") } // each is clean
	lost := func(n int) string {
		if l.JSON {
			return fmt.Sprintf(`{"omitted":%d}`, n)
		}
		return fmt.Sprintf("          (%d events were recorded and not shown: nobody read these lines)", n)
	}
	l.feed = say.NewFeed(show, lost, func(err error) { l.say("warning: %v; what comes is recorded anyway", err) })
}

// endFeeds says the last, and gives up what is not printed when it takes too long.
func (l *Listener) endFeeds(tooLong <-chan struct{}) {
	l.feed.End(tooLong)
	l.say("listen: stopped; %s recorded", text.Count(int(l.recorded.Load()), "event"))
	l.notes.End(tooLong)
}

// introduce says where telex listens, and what is missing.
func (l *Listener) introduce(addresses []string) {
	whose := "account " + l.id.AccountID
	switch {
	case l.id.AccountID == "":
		whose = "no account: none is set up"
	case l.id.Profile.Name != "":
		whose = "profile " + l.id.Profile.Name + ", " + whose
	}
	l.say("listen: %s; recording into %s", whose, l.o.Path())
	if len(l.Users) == 0 {
		l.say("warning: without --user, anybody who finds the address can post; no state changes until Bandwidth was asked")
	}
	l.introduceReplies()
	if l.given && l.Addr != DefaultAddr {
		l.say("warning: --addr %s is not used: systemd handed over a socket", l.Addr)
	}
	if l.Public {
		l.say("warning: callbacks cross the network unencrypted, with texts and passwords, unless a proxy with TLS is in front")
	}
	l.say("listen: listening on %s; stop it with ctrl+c", strings.Join(addresses, ", "))
}
