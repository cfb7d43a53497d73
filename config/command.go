package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// CommandWithin is how long a credential command may take.
const CommandWithin = 20 * time.Second

const (
	// maxComplaint bounds what is kept of what a command writes to standard error.
	maxComplaint = 4 << 10
	// maxComplaintShown bounds what is shown of it.
	maxComplaintShown = 200
	// afterKill is how long the pipes of a killed command are waited for.
	afterKill = time.Second
)

// A Runner runs a program with arguments and returns what it wrote to its standard
// output. The error never holds any of that.
type Runner func(ctx context.Context, command []string) (Secret, error)

// RunCommand runs a program, without a shell, for at most 20 seconds. It may write 64 KiB.
// Its standard input is empty, and it does not get the terminal: what asks there for
// something is waited for in vain. When the time is over, or ctx is, it is killed
// with all that it started, on Windows it alone.
func RunCommand(ctx context.Context, command []string) (Secret, error) {
	return runCommand(ctx, command, CommandWithin)
}

var (
	errTooLong = errors.New("it did not end in time")
	errTooMuch = fmt.Errorf("it wrote more than %d KiB, too long for a secret", maxSecretBytes>>10)
)

func runCommand(ctx context.Context, command []string, within time.Duration) (Secret, error) {
	run, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	timer := time.AfterFunc(within, func() { stop(errTooLong) })
	defer timer.Stop()
	out := &bounded{most: maxSecretBytes, over: func() { stop(errTooMuch) }}
	complaint := &bounded{most: maxComplaint}
	cmd := exec.CommandContext(run, command[0], command[1:]...) //nolint:gosec // the user's own command
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = out, complaint, afterKill
	asGroup(cmd)
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) && run.Err() == nil {
		err = nil // it ended well; something that it started lives on and holds its output
	}
	switch cause := context.Cause(run); {
	case ctx.Err() != nil:
		return Secret{}, context.Cause(ctx)
	case errors.Is(cause, errTooMuch):
		return Secret{}, errTooMuch
	case err == nil:
		return NewSecret(out.String()), nil
	case errors.Is(cause, errTooLong):
		return Secret{}, fmt.Errorf("it did not end within %s; if it waits for an answer it must get it elsewhere: nothing can be typed into it", within)
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return Secret{}, fmt.Errorf("it failed: %s%s", exit.ProcessState, complaint.firstLine(out.String()))
	}
	return Secret{}, fmt.Errorf("it cannot be run: %w", err)
}

// bounded keeps the first bytes that are written to it.
type bounded struct {
	kept bytes.Buffer // a field, for its own way to be filled knows no bounds
	most int
	over func() // told if there are more; may be nil
}

// Write takes all, so that whoever writes does not fail by it.
func (b *bounded) Write(p []byte) (int, error) {
	room := b.most - b.kept.Len()
	if len(p) <= room {
		return b.kept.Write(p) //nolint:wrapcheck // it never fails
	}
	b.kept.Write(p[:room])
	if b.over != nil {
		b.over()
	}
	return len(p), nil
}

func (b *bounded) String() string { return b.kept.String() }

// firstLine is what a program complained of, as it is put behind its failure, without
// what it wrote to its output.
func (b *bounded) firstLine(output string) string {
	text := b.String()
	if output = strings.TrimSpace(output); output != "" {
		text = strings.ReplaceAll(text, output, masked)
	}
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if line = strings.TrimSpace(line); line == "" {
		return ""
	}
	if runes := []rune(line); len(runes) > maxComplaintShown {
		line = string(runes[:maxComplaintShown]) + "…"
	}
	return fmt.Sprintf(", saying %q", line)
}
