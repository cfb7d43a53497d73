package say

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// TestInterrupted: what ended a command is known by its name, whatever comes after that, and
// nothing is where no signal came.
func TestInterrupted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no such signals there")
	}
	for s, want := range map[syscall.Signal]string{
		syscall.SIGINT:  "ctrl+c was pressed",
		syscall.SIGQUIT: `ctrl+\ was pressed`,
		syscall.SIGHUP:  "the terminal went away (SIGHUP)",
		syscall.SIGTERM: "telex was told to end (SIGTERM)",
	} {
		t.Run(s.String(), func(t *testing.T) {
			if signal.Ignored(s) {
				t.Skip("this test was started to ignore it")
			}
			ctx, stop := Interruptible(t.Context())
			defer stop()
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = self.Signal(s)
			}
			if err != nil {
				t.Fatal(err)
			}
			<-ctx.Done()
			Interrupt(ctx)
			if got := Interrupted(context.WithoutCancel(ctx)); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
	ctx, stop := Interruptible(t.Context())
	if stop(); Interrupted(ctx) != "" || Interrupted(t.Context()) != "" {
		t.Error("it was interrupted, though no signal came")
	}
	ctx, stop = Interruptible(t.Context())
	defer stop()
	if Interrupt(ctx); Interrupted(ctx) != "ctrl+c was pressed" {
		t.Errorf("%q after ctrl+c where the terminal makes no signal of it", Interrupted(ctx))
	}
}

// TestSameSignal: a SIGTERM that comes twice at once is one, until a moment is over; ctrl+c is
// not, for who presses it twice means it.
func TestSameSignal(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	received, over, returned := make(chan os.Signal), make(chan time.Time), make(chan bool)
	i := &interruption{cancel: cancel}
	go func() {
		defer close(returned)
		i.await(ctx, received, func(d time.Duration) <-chan time.Time {
			if d != 100*time.Millisecond {
				t.Errorf("it waits for %s, want 0.1 s", d)
			}
			return over
		})
	}()
	received <- syscall.SIGTERM
	<-ctx.Done()
	received <- syscall.SIGTERM // it is taken
	over <- time.Time{}
	<-returned
	ctx, cancel = context.WithCancel(t.Context())
	i, returned = &interruption{cancel: cancel}, make(chan bool)
	go func() {
		defer close(returned)
		i.await(ctx, received, nil)
	}()
	received <- os.Interrupt
	<-returned
}
