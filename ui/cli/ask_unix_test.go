//go:build unix

package cli

import (
	"bytes"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"telex/ui/cli/clitest"

	"golang.org/x/term"
)

// The real program asks on the terminal that it belongs to, while its input is a pipe.
// However it ends, the terminal shows again what is typed.
func TestAskProcess(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	tests := []struct {
		name   string
		answer func(y *typist, process func(syscall.Signal))
		code   exitCode
		want   string
	}{
		{"answered", func(y *typist, _ func(syscall.Signal)) { y.press(clitest.ClientSecret + "\r") }, exitOK, "accepted"},
		{"ctrl+c", func(y *typist, _ func(syscall.Signal)) { y.press("half\x1a\x03") }, exitUnsent, "cancelled"},
		{"terminated", func(_ *typist, send func(syscall.Signal)) { send(syscall.SIGTERM) }, exitUnsent, "cancelled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).configure(profileOf("main", api))
			y := w.withTypist()
			before, err := term.GetState(int(y.slave.Fd()))
			if err != nil {
				t.Fatal(err)
			}
			cmd := telexProcess(t, w.environ(), "telex", "send", "--to", "+12345678902", "--text-file", "-", "--yes")
			var out, errs bytes.Buffer
			cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader("by a pipe"), &out, &errs
			cmd.ExtraFiles = append(cmd.ExtraFiles, y.slave)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 3}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if y.wait("(it is not shown):") {
				tt.answer(y, func(s syscall.Signal) { _ = cmd.Process.Signal(s) })
			}
			_ = cmd.Wait() // the code says it
			got := ended{exitCode(cmd.ProcessState.ExitCode()), out.String(), errs.String()}
			clitest.CheckOutput(t, cmd.Args, got.out, got.err)
			got.want(t, tt.code, tt.want)
			after, err := term.GetState(int(y.slave.Fd()))
			if err != nil || !reflect.DeepEqual(before, after) {
				t.Errorf("got the terminal left as %+v (%v), want it as it was, %+v", after, err, before)
			}
			if strings.Contains(y.shown(), clitest.ClientSecret) || strings.Contains(y.shown(), "half") {
				t.Errorf("the terminal shows the secret:\n%s", y.shown())
			}
		})
	}
}
