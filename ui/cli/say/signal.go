package say

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// Interruptible ends ctx at the first SIGINT or SIGTERM, or at SIGHUP, which comes
// when the line to the terminal drops. One that telex was started to ignore, as a
// shell does for what it runs in the background and nohup does, stays ignored. Once it
// has ended, signals act as if telex did nothing about them: a second one kills the
// process, but a SIGTERM right behind the first one is the same: timeout sends it to its
// command, and to the group that both are in. Call stop when ctx is done with. More are
// signals that end it as well.
func Interruptible(ctx context.Context, more ...os.Signal) (_ context.Context, stop context.CancelFunc) {
	signals := []os.Signal{syscall.SIGTERM, syscall.SIGQUIT}
	for _, s := range append(more, os.Interrupt, syscall.SIGHUP) {
		if !signal.Ignored(s) {
			signals = append(signals, s)
		}
	}
	received := make(chan os.Signal, 1)
	signal.Notify(received, signals...)
	ctx, cancel := context.WithCancel(ctx)
	i := &interruption{cancel: cancel}
	ctx = context.WithValue(ctx, interruptKey{}, i)
	go func() {
		i.await(ctx, received, time.After)
		signal.Stop(received)
		cancel()
	}()
	return ctx, cancel
}

// Unbroken keeps telex alive, to its end, when nobody reads its output any more, as behind
// head, a pager that was left or a log that ended. The system would kill it, and what is on
// its way would be unknown; so writing fails instead, as on a full disk. What telex starts
// knows nothing of this.
func Unbroken() {
	if !signal.Ignored(syscall.SIGPIPE) {
		signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	}
}

type interruptKey struct{}

// An interruption is how a context of [Interruptible] ends.
type interruption struct {
	cancel context.CancelFunc
	by     atomic.Pointer[os.Signal] // nil as long as none came
}

// sameSignal is how soon behind the first one a SIGTERM is no second one.
const sameSignal = 100 * time.Millisecond

// await ends it by the first signal, and returns when the next one is a second one, or when
// ctx has ended otherwise.
func (i *interruption) await(ctx context.Context, received <-chan os.Signal, after func(time.Duration) <-chan time.Time) {
	select {
	case s := <-received:
		if i.end(s); s != syscall.SIGTERM {
			return
		}
	case <-ctx.Done():
		return
	}
	for over := after(sameSignal); ; {
		select {
		case <-received:
		case <-over:
			return
		}
	}
}

// end ends it, by s unless another came first.
func (i *interruption) end(s os.Signal) {
	i.by.CompareAndSwap(nil, &s)
	i.cancel()
}

// Interrupt ends a context of [Interruptible] as ctrl+c does, where the terminal makes no
// signal of that.
func Interrupt(ctx context.Context) {
	if i, ok := ctx.Value(interruptKey{}).(*interruption); ok {
		i.end(os.Interrupt)
	}
}

// Interrupted says what ended a context of [Interruptible]; "" if that was no signal.
func Interrupted(ctx context.Context) string {
	i, ok := ctx.Value(interruptKey{}).(*interruption)
	if !ok {
		return ""
	}
	by := i.by.Load()
	if by == nil {
		return ""
	}
	switch *by {
	case os.Interrupt:
		return "ctrl+c was pressed"
	case syscall.SIGQUIT:
		return `ctrl+\ was pressed`
	case syscall.SIGHUP:
		return "the terminal went away (SIGHUP)"
	case syscall.SIGPIPE:
		return "nobody reads its output any more (SIGPIPE)"
	}
	return "telex was told to end (SIGTERM)"
}
