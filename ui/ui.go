// Package ui is the console: five steps from a text to the API's answer.
//
// One root model, app, owns everything that was typed (form), what is being sent
// (batch), and who is in front. A screen is one step; it owns its widgets, writes
// what was typed back into the form after each key, and asks the app for more by
// returning an intent. Nothing foreign reaches the terminal but through Clean.
package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/broadcast/price"
	"telex/messaging/outbox"
	"telex/ui/account"
)

// Deps is what the console needs of the world. It holds no secret, and nothing writes
// into it while the console runs: what changes, such as the way to the API once it is
// made, stands with whoever keeps it.
type Deps struct {
	Sender
	Look
	World
	// Link is the way to the API if it is there from the start, as for RunPlain, which
	// asks nobody for it. Where Connect makes it, only its BaseURL is looked at, until then.
	Link account.Link
	// Connect makes the way to the API, after the first frame. An [*account.AskError] is
	// answered by calling it again with what was typed. Nil: there is Link.
	Connect func(ctx context.Context, typed account.Typed) (account.Link, error)
	// Accounts are the user's profiles, for Setup; nil: there is no choice.
	Accounts account.Accounts
	// Use is what the console needs to go on with an account; nil is the sandbox. It is
	// there if Accounts are. The terminal and the environment stay as they are.
	Use func(ctx context.Context, to *account.Account) (Deps, error)
	// First: nobody sends yet, so the console begins with Setup.
	First bool
	// OpenOutbox opens the record of every message, after the first frame; Run closes
	// it. Without it, and when it fails, nothing can be sent.
	OpenOutbox func(ctx context.Context) (*outbox.Outbox, error)
	// Changes tells of what is written to the outbox, until ctx ends, as long as it can.
	// Nil: it is looked for once a second. It is called once for each outbox that is opened.
	Changes func(ctx context.Context) <-chan struct{}
	// LookAtMedia looks at a media URL; nil: none is looked at.
	LookAtMedia func(ctx context.Context, url string) (messaging.MediaFacts, error)
	// Templates are those that the user keeps now, in their order; nil: there is no place for
	// them.
	Templates func() ([]Template, error)
	// Attach reads files of this machine and makes them fit into one message from a sender.
	// Each error is about one of them. Nil: only addresses can be media.
	Attach func(paths []string, from string) ([]Attached, []error)
	// MayText says why a message may not be sent at a time, with the zones of contacts by their
	// numbers; see [outbox.DueOptions]. Nil: it may at any time.
	MayText func(e outbox.Entry, zones map[string]string, now time.Time) (why string)
	// Within judges whether messages may be sent at a time, for what they would cost: the error of
	// the judge is for the user, in words. Nil: they may.
	Within    func(messages []messaging.Message, at time.Time) outbox.Judge
	TimeLimit time.Duration // of one send; 0 is the client's own
	Parallel  int           // how many messages of a batch are on their way at once; 0 is [outbox.MostParallel]
}

// A Sender is who sends.
type Sender struct {
	Profile       string // shown in the header; "" for none
	InUse         string // the profile that a command uses which names none; "" for none
	AccountID     string
	ApplicationID string
	Numbers       []string // the sender's numbers; the first is the default
	Region        string   // by which national numbers are read: "US"
	Sandbox       bool
	Production    bool          // marked in the header; asks once more before it sends
	Figures       price.Figures // what messages cost, as the user says; zero: nothing is said of it
}

// A Look is how the user wants the console to be.
type Look struct {
	// Keys are the user's own, by action; see [keys.Check]. Nil: the usual ones. Bad
	// ones are left out, and the user is told.
	Keys map[string][]string
	// Theme is the colours, one of [widget.Themes]; "" is ThemeAuto. Colors are styles of
	// the user's own, by role; see [widget.CheckRole].
	Theme  string
	Colors map[string]string
	// OnePane: nothing stands beside the first pane of a page, until ctrl+t. It is for slow lines.
	OnePane bool
	// Mouse: clicks and the wheel are taken from the terminal, which else keeps them.
	Mouse bool
	// Notify is how the user is told of what happened while looking elsewhere: one of
	// the ways of [terminal], or "off", for which "" stands too.
	Notify string
}

// A World is where the console runs.
type World struct {
	In, Out *os.File // the terminal, for Run
	Environ []string // NO_COLOR, TERM, LANG, EDITOR …
	Version string   // of telex, which the first screen names
}

// endNow ends the program: the line dropped, or somebody asked the process to go.
type endNow struct{}

// endWithin is how long the terminal may take to be left when the program has to end.
const endWithin = 2 * time.Second

// Run shows the console until the user quits, the context ends or a signal ends
// it. In and Out must be terminals. The terminal is as it was before when Run
// returns; then it says on Out what became of messages it left unfinished. What was
// being written is in the outbox, and what nobody can have seen is told by the next
// telex.
func Run(ctx context.Context, d Deps) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for a := newApp(ctx, d, time.Now); a != nil; {
		if err := a.run(); err != nil {
			return err
		}
		if a.next == nil {
			return nil
		}
		a = a.successor()
	}
	return nil
}

// run shows one app until its end, which may be that another account takes over.
func (a *app) run() error {
	ctx := a.ctx
	p, g := newProgram(a, a.deps)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGTERM, os.Interrupt)
	defer signal.Stop(signals)
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		for {
			select {
			case s := <-signals:
				if s == os.Interrupt && a.editing.Load() {
					continue // ctrl+c was for the editor
				}
				g.gone.Store(s == syscall.SIGHUP)
			case <-ctx.Done():
			case <-ended:
				return
			}
			go p.Send(endNow{})
			select {
			case <-ended:
			case <-time.After(endWithin):
				g.tty.GiveUp() // which is why nothing happens
			}
			return
		}
	}()

	err := p.Run(ctx)
	if g.gone.Load() || err != nil || ctx.Err() != nil {
		a.next = nil
	}
	for _, line := range a.end(ctx, g.gone.Load() || err != nil) {
		_, _ = fmt.Fprintln(g.tty, line)
	}
	if errors.Is(err, tea.ErrProgramPanic) {
		return fmt.Errorf("the console crashed: %w; if the terminal looks wrong, type reset", err)
	}
	if err != nil {
		return fmt.Errorf("run the console: %w", err)
	}
	return nil
}
