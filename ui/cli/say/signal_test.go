package say

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"testing"
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
