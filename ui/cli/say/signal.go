package say

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// Interruptible ends ctx at the first SIGINT or SIGTERM, or at SIGHUP, which comes
// when the line to the terminal drops. One that telex was started to ignore, as a
// shell does for what it runs in the background and nohup does, stays ignored. Once it
// has ended, signals act as if telex did nothing about them: a second one kills the
// process. Call stop when ctx is done with. More are signals that end it as well.
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
	ctx = context.WithValue(ctx, interruptKey{}, cancel)
	go func() {
		select {
		case <-received:
		case <-ctx.Done():
		}
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

// Interrupt ends a context of [Interruptible] as ctrl+c does, where the terminal makes no
// signal of that.
func Interrupt(ctx context.Context) {
	if cancel, ok := ctx.Value(interruptKey{}).(context.CancelFunc); ok {
		cancel()
	}
}
