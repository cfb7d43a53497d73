package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interruptible ends ctx at the first SIGINT or SIGTERM. Once it has ended, signals
// act as if telex did nothing about them: a second one kills the process. Call
// stop when ctx is done with.
func interruptible(ctx context.Context) (_ context.Context, stop context.CancelFunc) {
	signals := []os.Signal{syscall.SIGTERM}
	if !signal.Ignored(os.Interrupt) { // by a shell that started telex in the background
		signals = append(signals, os.Interrupt)
	}
	received := make(chan os.Signal, 1)
	signal.Notify(received, signals...)
	ctx, cancel := context.WithCancel(ctx)
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
