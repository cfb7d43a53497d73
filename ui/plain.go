package ui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/terminal"
	"telex/ui/text"
	"telex/ui/words"
)

// The plain console asks for the same things as the screens, one line at a time:
// for screen readers, serial lines, dumb terminals and pipes. It writes no escape
// sequence and no carriage return, a label before each value, and nothing twice.
// Its words, checks and outcomes are the screens' own.

// plainWidth is where lines are broken: a terminal that cannot draw may not even
// say how wide it is.
const plainWidth = 78

// A plain is one run of the plain console. It is for one goroutine.
type plain struct {
	deps  Deps
	now   func() time.Time
	out   io.Writer
	lines <-chan string // what is typed; closed at its end
	ends  <-chan os.Signal
	store *outbox.Outbox
	// Nobody reads its news: what became of messages is told when it is asked for.
	following following
	form      draft.Form
	keeper    draft.Keeper[struct{}] // of form; nothing waits for its writes here
	typed     bool                   // the last answer was not empty
	quiet     quiet                  // before send is taken
	gone      bool                   // nobody is there any more
	sent      []*batch               // in their order
	asked     bool                   // for all of the message
}

// RunPlain is the console line by line, until the user quits, In ends or a signal
// comes. In and Out may be any files. What was being written is in the outbox then, and
// if In ended with something unsent, or before there was anything, the error is [ErrInputEnded]. A message whose outcome
// is unknown, or that was refused and left at that when In ended, makes it an [OutcomeError].
func RunPlain(ctx context.Context, d Deps) error {
	lines := make(chan string)
	done := make(chan struct{})
	defer close(done)
	go readLines(d.In, lines, done)
	ends := make(chan os.Signal, 1)
	signal.Notify(ends, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE) // the last: nobody reads
	defer signal.Stop(ends)
	p := newPlain(d, time.Now, d.Out, lines, ends)
	return p.run(ctx)
}

// readLines passes on what is typed, line by line.
func readLines(in io.Reader, lines chan<- string, done <-chan struct{}) {
	defer close(lines)
	s := bufio.NewScanner(in)
	s.Buffer(nil, maxEdited)
	for s.Scan() {
		select {
		case lines <- strings.TrimSuffix(s.Text(), "\r"):
		case <-done:
			return
		}
	}
}

func newPlain(d Deps, now func() time.Time, out io.Writer, lines <-chan string, ends <-chan os.Signal) *plain {
	p := &plain{deps: d, now: now, quiet: quiet{least: stillBefore}, out: out, lines: lines, ends: ends}
	p.begin()
	return p
}

// begin starts a new message with the profile's own values.
func (p *plain) begin() {
	p.form = draft.New(p.deps.Numbers, p.deps.ApplicationID)
	p.keeper.Begin(&p.form)
}

// run is the whole conversation.
func (p *plain) run(ctx context.Context) error {
	who := "telex, plain. An empty line keeps what is in brackets; ctrl+c quits."
	if p.deps.Sandbox {
		who = "telex, plain, on the SANDBOX: nothing is really sent. An empty line keeps what is in brackets; ctrl+c quits."
	}
	p.say(who)
	if err := p.open(ctx); err != nil {
		return err
	}
	err := p.ending(p.talk(ctx))
	if left := p.end(ctx); left != nil && err == nil {
		err = left
	}
	return err
}

// open opens the outbox and says what earlier runs left.
func (p *plain) open(ctx context.Context) error {
	store, err := p.deps.OpenOutbox(ctx)
	if err != nil {
		return fmt.Errorf("nothing can be sent: %w", err)
	}
	p.store = store
	p.keeper.Open(store, p.deps.Profile)
	p.following.begin(ctx, store, p.deps.Link.Lister, p.by())
	if aside := store.Report().SetAside; aside != "" {
		p.say("Warning: the outbox was damaged. The old one is kept as " + text.Clean(aside) + ", and a new one was started.")
		p.say("Warning: " + words.LostOptOuts(p.deps.shell()))
	}
	edits, err := takeLeftEdits(ctx, store, p.deps.Sender)
	for _, words := range edits {
		p.say("Warning: " + words)
	}
	if err != nil {
		p.say("Warning: " + text.Clean(err.Error()))
	}
	untold, err := store.Untold(ctx)
	if err != nil {
		return fmt.Errorf("read the outbox: %w", err)
	}
	for _, l := range untoldWords(untold, p.now().Location(), p.deps.shell().Command("history"), p.deps.askedBy(p.deps.shell().CommandOf(p.deps.Profile, "status"))) {
		p.say("From earlier: " + l)
	}
	if err := store.Told(ctx, untold); err != nil {
		return fmt.Errorf("read the outbox: %w", err)
	}
	missed, err := store.MissedRuns(ctx)
	if err != nil {
		return fmt.Errorf("read the outbox: %w", err)
	}
	for _, r := range missed {
		p.say("From earlier: " + missedRunWords(r, p.now().Location()) + "; " + words.NextForRun(r, p.deps.shell()))
	}
	return nil
}

// talk asks for messages until there is no more to send.
func (p *plain) talk(ctx context.Context) error {
	taken, err := p.offerDrafts(ctx)
	if err != nil {
		return err
	}
	if !taken {
		if err := p.askAll(ctx); err != nil {
			return err
		}
	}
	for {
		again, err := p.reviewed(ctx)
		if err != nil || !again {
			return err
		}
	}
}

// end keeps what was being written and leaves the outbox.
func (p *plain) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWait)
	defer cancel()
	kept, err := p.save(ctx)
	if kept {
		p.say("")
		p.say("What you were writing is kept; the next telex offers it.")
	}
	p.following.end(ctx)
	return errors.Join(err, p.store.Close())
}

// save writes the form to its draft, and reports whether there is one then.
func (p *plain) save(ctx context.Context) (bool, error) {
	kept, err := p.keeper.Last(ctx, &p.form, false)
	if err != nil {
		return false, fmt.Errorf("what you were writing could not be kept: %w", err)
	}
	return kept, nil
}

// offerDrafts asks about each draft, the latest first, until one is taken up.
func (p *plain) offerDrafts(ctx context.Context) (taken bool, err error) {
	drafts, err := p.store.Drafts(ctx)
	if err != nil {
		return false, fmt.Errorf("read the outbox: %w", err)
	}
	for _, d := range drafts {
		phrase, readable := draft.Gist(d)
		if !readable {
			continue
		}
		yes, err := p.yes("Draft from " + words.Ago(p.now().Sub(d.Updated)) + ", " + phrase + ". Continue it?")
		if err != nil {
			return false, err
		}
		if !yes {
			continue
		}
		w := p.keeper.Take(d.ID, &p.form)(ctx)
		if p.keeper.Taken(w); w.Err != nil {
			continue
		}
		p.form, p.asked = w.Form, true
		if p.form.ApplicationID == "" {
			p.form.ApplicationID = p.deps.ApplicationID
		}
		return true, nil
	}
	return false, nil
}

// say writes one line. It is cleaned: nothing that a line quotes can do more.
func (p *plain) say(line string) {
	for _, l := range text.Wrap(text.Clean(line), plainWidth) {
		_, _ = fmt.Fprintln(p.out, p.shown(strings.TrimRight(l, " ")))
	}
	if line == "" {
		_, _ = fmt.Fprintln(p.out)
	}
}

// shown is a line as the terminal may have it.
func (p *plain) shown(line string) string {
	if terminal.SpeaksUTF8(p.deps.Environ) {
		return line
	}
	return text.InASCII(line)
}

// ask writes a prompt and reads a line. What cannot be part of a field is left out,
// and that is said.
func (p *plain) ask(prompt, current string) (string, error) {
	if current != "" {
		prompt += " [" + text.Clean(current) + "]"
	}
	if prompt != "" {
		lines := text.Wrap(text.Clean(prompt)+":", plainWidth) // a terminal would break words
		_, _ = fmt.Fprint(p.out, p.shown(strings.Join(lines, "\n")+" "))
	}
	select {
	case line, ok := <-p.lines:
		select {
		case s := <-p.ends: // a line that drops ends the input too, and the signal says so
			p.gone = s == syscall.SIGHUP
			return "", errGone
		default:
		}
		if !ok {
			return "", ErrInputEnded
		}
		p.typed = strings.TrimSpace(line) != ""
		line, gone := text.PlainText(line)
		if gone != "" {
			p.say("Warning: " + gone)
		}
		return line, nil
	case s := <-p.ends:
		p.gone = s == syscall.SIGHUP
		return "", errGone
	}
}

// yes asks a question that takes y or n.
func (p *plain) yes(question string) (bool, error) {
	for {
		said, err := p.ask(question+" (y/n)", "")
		if err != nil {
			return false, err
		}
		switch strings.ToLower(strings.TrimSpace(said)) {
		case "y", "yes":
			return true, nil
		case "n", "no":
			return false, nil
		}
		p.say("Please answer y or n.")
	}
}

// choose asks until the answer is one of names, or the beginning of just one.
func (p *plain) choose(prompt string, names []string) (string, error) {
	for {
		said, err := p.ask(prompt, "")
		if err != nil {
			return "", err
		}
		said = strings.ToLower(strings.TrimSpace(said))
		if slices.Contains(names, said) {
			return said, nil
		}
		var fits []string
		for _, n := range names {
			if said != "" && strings.HasPrefix(n, said) {
				fits = append(fits, n)
			}
		}
		if len(fits) == 1 && fits[0] != "send" { // sending is never a slip of the finger
			return fits[0], nil
		}
		p.say("Please answer one of: " + strings.Join(names, ", ") + ".")
	}
}
