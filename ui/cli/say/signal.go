package say

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// Interruptible ends ctx at the first SIGINT or SIGTERM, or at SIGHUP, which comes
// when the line to the terminal drops. One that telex was started to ignore, as a
// shell does for what it runs in the background and nohup does, stays ignored. Once it
// has ended, signals act as if telex did nothing about them: a second one kills the
// process. Call stop when ctx is done with.
func Interruptible(ctx context.Context) (_ context.Context, stop context.CancelFunc) {
	signals := []os.Signal{syscall.SIGTERM, syscall.SIGQUIT}
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGHUP} {
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
		select {
		case s := <-received:
			i.end(s)
		case <-ctx.Done():
		}
		signal.Stop(received)
		cancel()
	}()
	return ctx, cancel
}

type interruptKey struct{}

// An interruption is how a context of [Interruptible] ends.
type interruption struct {
	cancel context.CancelFunc
	by     atomic.Pointer[os.Signal] // nil as long as none came
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
	}
	return "telex was told to end (SIGTERM)"
}
