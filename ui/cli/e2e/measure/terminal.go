//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

const (
	pace      = 60 * time.Millisecond  // between keys of somebody who types well
	fastPace  = 5 * time.Millisecond   // between keys of a burst
	settled   = 300 * time.Millisecond // of silence end a repaint
	firstMost = 15 * time.Second       // to the first glyph
)

// A chunk is what one read of the terminal's side returned.
type chunk struct {
	at    time.Time
	bytes int
	glyph bool // something can be seen on the screen by now
}

// A terminal is a program under a pseudo-terminal, which is played: it answers what the
// program asks at its start, and counts what comes.
type terminal struct {
	cmd     *exec.Cmd
	control *os.File
	emulate *vt.Emulator
	chunks  chan chunk // closed when the program is gone
	began   time.Time
}

// openTerminal starts a program in a terminal of w columns and h lines.
func openTerminal(cmd *exec.Cmd, w, h int) (*terminal, error) {
	x := &terminal{cmd: cmd, emulate: vt.NewEmulator(w, h), chunks: make(chan chunk, 1<<16)}
	// DECRQM: it knows synchronized output, as most do.
	x.emulate.RegisterCsiHandler(ansi.Command('?', '$', 'p'), func(p ansi.Params) bool {
		mode, _, _ := p.Param(0, 0)
		value := 0
		if mode == 2026 {
			value = 2
		}
		_, _ = fmt.Fprintf(x.emulate.InputPipe(), "\x1b[?%d;%d$y", mode, value)
		return true
	})
	x.began = time.Now()
	var err error
	if x.control, err = pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)}); err != nil { //nolint:gosec // sizes are ours
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	go x.read()
	go x.answer()
	return x, nil
}

// read takes what the program writes at once, and draws it then.
func (x *terminal) read() {
	defer close(x.chunks)
	buffer, glyph := make([]byte, 64<<10), false
	for {
		n, err := x.control.Read(buffer)
		c := chunk{at: time.Now(), bytes: n}
		_, _ = x.emulate.Write(buffer[:n])
		if !glyph {
			glyph = strings.TrimSpace(x.emulate.String()) != ""
		}
		c.glyph = glyph
		if n > 0 {
			x.chunks <- c
		}
		if err != nil {
			return
		}
	}
}

// answer gives the program what the terminal says.
func (x *terminal) answer() {
	buffer := make([]byte, 4096)
	for {
		n, err := x.emulate.Read(buffer)
		if err != nil {
			return
		}
		_, _ = x.control.Write(bytes.Clone(buffer[:n]))
	}
}

// close ends the program, which is not asked.
func (x *terminal) close() {
	_ = x.cmd.Process.Kill()
	_ = x.cmd.Wait()
	_ = x.control.Close()
	if input, ok := x.emulate.InputPipe().(io.Closer); ok {
		_ = input.Close()
	}
	for range x.chunks { // until read has ended
	}
}

// errEnded is a program that ended while it was measured.
var errEnded = errors.New("the program ended")

// hear collects what comes until a time.
func (x *terminal) hear(until time.Time) (heard []chunk, err error) {
	limit := time.NewTimer(time.Until(until))
	defer limit.Stop()
	for {
		select {
		case c, more := <-x.chunks:
			if !more {
				return heard, errEnded
			}
			heard = append(heard, c)
		case <-limit.C:
			return heard, nil
		}
	}
}

// settle collects what comes until nothing has come for so long.
func (x *terminal) settle(long time.Duration) (heard []chunk, err error) {
	for end := time.Now().Add(firstMost); time.Now().Before(end); {
		more, err := x.hear(time.Now().Add(long))
		if heard = append(heard, more...); err != nil || len(more) == 0 {
			return heard, err
		}
	}
	return heard, nil // it never stops, as a cursor that blinks does
}

func size(of []chunk) (n int) {
	for _, c := range of {
		n += c.bytes
	}
	return n
}

// first waits for the first glyph and the end of the first screen.
func (x *terminal) first(r result) error {
	var heard []chunk
	for end := x.began.Add(firstMost); ; {
		more, err := x.hear(time.Now().Add(5 * time.Millisecond))
		if err != nil {
			return err
		}
		if heard = append(heard, more...); len(more) > 0 && more[len(more)-1].glyph {
			break
		}
		if time.Now().After(end) {
			return errors.New("it showed nothing")
		}
	}
	for _, c := range heard {
		if c.glyph {
			r[rowFirst] = milliseconds(c.at.Sub(x.began))
			break
		}
	}
	more, err := x.settle(settled)
	r[rowScreen] = float64(size(heard) + size(more))
	return err
}

// prose is what is typed.
const prose = "Your order 4471 has shipped and will arrive on Tuesday before noon. Reply STOP to opt out of these messages. "

// press presses the key of a place in the prose.
func (x *terminal) press(i int) (at time.Time, err error) {
	at = time.Now()
	_, err = x.control.Write([]byte{prose[i%len(prose)]})
	if err != nil {
		return at, fmt.Errorf("press a key: %w", err)
	}
	return at, nil
}

// typed measures keys one by one.
func (x *terminal) typed(r result, n int) error {
	var sizes, writes, times []float64
	before := usage(x.cmd.Process.Pid)
	for i := range n {
		at, err := x.press(i)
		if err != nil {
			return err
		}
		heard, err := x.hear(at.Add(pace))
		if err != nil {
			return err
		}
		sizes, writes = append(sizes, float64(size(heard))), append(writes, float64(len(heard)))
		if len(heard) > 0 {
			times = append(times, milliseconds(heard[len(heard)-1].at.Sub(at)))
		}
	}
	r[rowKeyBytes], r[rowKeyBytes95], r[rowKeyBytesMost] = quantile(sizes, 0.5), quantile(sizes, 0.95), quantile(sizes, 1)
	r[rowKeyWrites] = quantile(writes, 0.5)
	r[rowKeyTime], r[rowKeyTime99] = quantile(times, 0.5), quantile(times, 0.99)
	r[rowKeyCPU] = milliseconds(usage(x.cmd.Process.Pid).cpu-before.cpu) / float64(n)
	return nil
}

// poured measures keys that come faster than they are drawn.
func (x *terminal) poured(r result, n int) error {
	var last time.Time
	var heard []chunk // since the last key
	for i := range n {
		var err error
		if last, err = x.press(i); err != nil {
			return err
		}
		if heard, err = x.hear(last.Add(fastPace)); err != nil {
			return err
		}
	}
	more, err := x.settle(settled)
	if heard = append(heard, more...); len(heard) > 0 {
		r[rowDrained] = milliseconds(heard[len(heard)-1].at.Sub(last))
	}
	return err
}

// rested measures silence, once it is calm.
func (x *terminal) rested(r result, calm, long time.Duration) error {
	if _, err := x.hear(time.Now().Add(calm)); err != nil {
		return err
	}
	before := usage(x.cmd.Process.Pid)
	heard, err := x.hear(time.Now().Add(long))
	after := usage(x.cmd.Process.Pid)
	r[rowIdleBytes], r[rowIdleWakes], r[rowIdleCPU] = float64(size(heard)), float64(after.wakes-before.wakes), milliseconds(after.cpu-before.cpu)
	return err
}

// inTerminal measures a program from its first screen to its last key.
func (b *bench) inTerminal(ctx context.Context, w, h int, path string, args ...string) (r result, err error) {
	home, err := os.MkdirTemp(b.folder, "home-")
	if err != nil {
		return nil, fmt.Errorf("make a home: %w", err)
	}
	cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // to run programs is what it is for
	cmd.Env = b.environment(home)
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	x, err := openTerminal(cmd, w, h)
	if err != nil {
		return nil, err
	}
	defer x.close()
	r = result{}
	if err := x.first(r); err != nil {
		return nil, err
	}
	r[rowOwnMemory], r[rowPeakMemory] = memory(cmd.Process.Pid)
	for _, part := range []func() error{
		func() error { return x.typed(r, b.keys) },
		func() error { return x.poured(r, b.burst) },
		func() error { return x.rested(r, b.calm, b.idle) },
	} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	r[rowOwnMemoryAfter], r[rowPeakMemoryAfter] = memory(cmd.Process.Pid)
	return r, nil
}
