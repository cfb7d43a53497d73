package sqlite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// What a helper process is told.
const (
	helperVariable   = "OUTBOX_HELPER"
	pathVariable     = "OUTBOX_PATH"
	argumentVariable = "OUTBOX_ARGUMENT"
)

// helpers are what a helper process can do. What they return is printed.
var helpers = map[string]func(ctx context.Context, path, argument string) error{
	"begin":    helpBegin,
	"late":     helpLate,
	"loop":     helpLoop,
	"same":     helpSame,
	"open":     helpOpen,
	"lock":     helpLock,
	"nobody":   helpNobody,
	"filesize": helpFileSize,
	"toread":   helpToRead,
	"read":     helpRead,
	"full":     helpFull,
	"starved":  helpStarved,
	"filled":   helpFilled,
	"lockless": helpLockless,
	"umask":    helpUmask,
	"figures":  helpFigures,
	"memory":   helpMemory,
	"once":     helpOnce,
	"due":      helpDue,
}

// helper runs one and returns the exit code.
func helper(name string) int {
	if err := helpers[name](context.Background(), os.Getenv(pathVariable), os.Getenv(argumentVariable)); err != nil {
		say("error %v", err)
		return 1
	}
	return 0
}

func say(format string, args ...any) { _, _ = fmt.Fprintf(os.Stdout, format+"\n", args...) }

// waitForEnd waits until the test closes the standard input, or kills us.
func waitForEnd() { _, _ = io.Copy(io.Discard, os.Stdin) }

func helpBegin(ctx context.Context, path, _ string) error {
	o, err := openWith(ctx, path, outbox.Options{}, hooks{})
	if err != nil {
		return err
	}
	ids, err := o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{sample.SMS("one"), sample.SMS("two", sample.Bob), sample.SMS("three", sample.Carol)}, Yes: true})
	if err != nil {
		return err
	}
	say("begun %d %d %d", ids[0], ids[1], ids[2])
	waitForEnd()
	return o.Close()
}

func helpLate(ctx context.Context, path, _ string) error {
	o, err := openWith(ctx, path, outbox.Options{}, hooks{})
	if err != nil {
		return err
	}
	m := sample.SMS("late")
	ids, err := o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{m}, Yes: true})
	if err != nil {
		return err
	}
	say("begun %d", ids[0])
	in := bufio.NewScanner(os.Stdin)
	in.Scan()
	if err := o.Settle(ctx, ids[0], sample.Receipt("late-id", m), nil); err != nil {
		return err
	}
	say("settled")
	in.Scan()
	// The lock is back before another row needs it.
	ids, err = o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{m}, Yes: true})
	if err != nil {
		return err
	}
	say("begun %d", ids[0])
	waitForEnd()
	return o.Close()
}

// helpLoop sends argument messages that are all accepted, and says what it knows.
func helpLoop(ctx context.Context, path, argument string) error {
	o, err := openWith(ctx, path, outbox.Options{}, hooks{})
	if err != nil {
		return err
	}
	var rounds int
	if _, err := fmt.Sscan(argument, &rounds); err != nil {
		return err
	}
	for i := range rounds {
		m := sample.SMS(fmt.Sprintf("%d of %d", i, os.Getpid()))
		ids, err := o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{m}})
		if err != nil {
			return err
		}
		say("begun %d", ids[0])
		if err := o.Settle(ctx, ids[0], sample.Receipt(fmt.Sprintf("api-%d", ids[0]), m), nil); err != nil {
			return err
		}
		say("settled %d", ids[0])
	}
	return o.Close()
}

// helpSame tries to send what others try too.
func helpSame(ctx context.Context, path, _ string) error {
	o, err := openWith(ctx, path, outbox.Options{}, hooks{})
	if err != nil {
		return err
	}
	say("ready")
	in := bufio.NewScanner(os.Stdin)
	in.Scan()
	_, err = o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{sample.SMS("only once")}})
	if _, ok := errors.AsType[*outbox.RepeatError](err); ok {
		say("refused")
	} else if err == nil {
		say("won")
	} else {
		return err
	}
	waitForEnd()
	return o.Close()
}

func helpOpen(ctx context.Context, path, _ string) error {
	o, err := openWith(ctx, path, outbox.Options{}, hooks{})
	if err != nil {
		return err
	}
	say("open")
	waitForEnd()
	return o.Close()
}

// helpLock holds the database as a program does that is none of ours.
func helpLock(ctx context.Context, path, _ string) error {
	o, err := openWith(ctx, path, outbox.Options{}, hooks{})
	if err != nil {
		return err
	}
	tx, err := eng(o).writer.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	say("locked")
	waitForEnd()
	return errors.Join(tx.Rollback(), o.Close())
}

// helperTime bounds how long a helper may take, so that none outlives its test.
const helperTime = 5 * time.Minute

// A process is a helper under way.
type process struct {
	t    testing.TB
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Scanner
	done bool
}

func started(t testing.TB, name, path, argument string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), helperTime)
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), helperVariable+"="+name, pathVariable+"="+path, argumentVariable+"="+argument)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	sample.Must(t, err)
	out, err := cmd.StdoutPipe()
	sample.Must(t, err)
	sample.Must(t, cmd.Start())
	p := &process{t: t, cmd: cmd, in: in, out: bufio.NewScanner(out)}
	t.Cleanup(func() { p.kill(); cancel() })
	return p
}

// line waits for the next thing it says; "" at its end.
func (p *process) line() string {
	p.t.Helper()
	if !p.out.Scan() {
		return ""
	}
	if line := p.out.Text(); !strings.HasPrefix(line, "error ") {
		return line
	}
	p.t.Errorf("helper: %s", p.out.Text())
	return p.out.Text()
}

// want waits for a line of a form, and reads what is in it.
func (p *process) want(format string, into ...any) {
	p.t.Helper()
	line := p.line()
	if n, err := fmt.Sscanf(line, format, into...); (err != nil && len(into) > 0) || n != len(into) || len(into) == 0 && line != format {
		p.t.Fatalf("helper says %q, want %q", line, format)
	}
}

func (p *process) tell() {
	p.t.Helper()
	if _, err := io.WriteString(p.in, "\n"); err != nil {
		p.t.Fatal(err)
	}
}

// kill is kill -9.
func (p *process) kill() {
	if !p.done {
		p.done = true
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait() // "signal: killed"
	}
}

// end lets it finish by itself.
func (p *process) end() {
	p.t.Helper()
	_ = p.in.Close()
	for p.line() != "" { //nolint:revive // what it still has to say
	}
	p.done = true
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("helper: %v, want it to end well", err)
	}
}
