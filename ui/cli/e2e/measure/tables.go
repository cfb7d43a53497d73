//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// The rows of programs in a terminal. Times are in ms, memory is in MB.
const (
	rowFirst           = "first glyph, ms"
	rowScreen          = "bytes of the first screen"
	rowOwnMemory       = "its own memory (RssAnon) after the start, MB"
	rowPeakMemory      = "peak memory (VmHWM) after the start, MB"
	rowKeyBytes        = "bytes a key, median"
	rowKeyBytes95      = "bytes a key, 95th percentile"
	rowKeyBytesMost    = "bytes a key, maximum"
	rowKeyWrites       = "writes a key, median"
	rowKeyTime         = "key to repaint, ms, median"
	rowKeyTime99       = "key to repaint, ms, 99th percentile"
	rowKeyCPU          = "CPU a key, ms"
	rowDrained         = "a burst: ms from its last key until all is drawn"
	rowIdleBytes       = "idle: bytes"
	rowIdleWakes       = "idle: wake-ups"
	rowIdleCPU         = "idle: CPU, ms"
	rowOwnMemoryAfter  = "its own memory (RssAnon) at the end, MB"
	rowPeakMemoryAfter = "peak memory (VmHWM) at the end, MB"
)

// terminals are the tables of programs in a terminal, one for each size.
func (b *bench) terminals(ctx context.Context) error {
	for _, size := range [][2]int{{80, 24}, {160, 45}, {200, 60}} {
		in := func(path string, args ...string) func(context.Context, int) (result, error) {
			return func(ctx context.Context, _ int) (result, error) {
				return b.inTerminal(ctx, size[0], size[1], path, args...)
			}
		}
		subjects := []subject{
			{name: raw, measure: in(b.path(raw))},
			{name: bubbletea, measure: in(b.path(bubbletea))},
			{name: telex, measure: in(b.path(telex), "--sandbox")},
		}
		for _, g := range b.guests {
			if g.name == "pop" { // it writes mails in a form; band has no screen
				subjects = append(subjects, subject{name: g.name, measure: in(g.path), guest: true})
			}
		}
		if err := b.print(ctx, b.rounds, table{
			title: fmt.Sprintf("%d×%d", size[0], size[1]),
			rows: []string{
				rowFirst, rowScreen, rowOwnMemory, rowPeakMemory, rowKeyBytes, rowKeyBytes95, rowKeyBytesMost, rowKeyWrites,
				rowKeyTime, rowKeyTime99, rowKeyCPU, rowDrained, rowIdleBytes, rowIdleWakes, rowIdleCPU, rowOwnMemoryAfter, rowPeakMemoryAfter,
			},
			of: telex, over: bubbletea, subjects: subjects,
		}); err != nil {
			return err
		}
	}
	return nil
}

// sizes is how large programs are: those that are built here are stripped.
func (b *bench) sizes(ctx context.Context) error {
	weigh := func(path string) func(context.Context, int) (result, error) {
		return func(context.Context, int) (result, error) {
			info, err := os.Stat(path)
			if err != nil {
				return nil, fmt.Errorf("look at a program: %w", err)
			}
			return result{rowSize: float64(info.Size()) / 1e6}, nil
		}
	}
	var subjects []subject
	for _, name := range []string{raw, bubbletea, nethttp, telex} {
		subjects = append(subjects, subject{name: name, measure: weigh(b.path(name))})
	}
	for _, g := range b.guests {
		subjects = append(subjects, subject{name: g.name, measure: weigh(g.path), guest: true})
	}
	return b.print(ctx, 1, table{title: "Size", rows: []string{rowSize}, of: telex, over: nethttp, subjects: subjects})
}

// The rows of programs that run to their end.
const (
	rowSize = "the program, MB of a million bytes"
	rowTime = "time, ms"
	rowCPU  = "CPU, ms"
	rowMost = "peak memory (VmHWM), MB"
)

// starts is a command that does next to nothing, which is what a start costs.
func (b *bench) starts(ctx context.Context) error {
	command := func(path string, args ...string) func(context.Context, int) (result, error) {
		return func(ctx context.Context, _ int) (result, error) {
			return b.command(ctx, "", b.environment(b.folder), path, args...)
		}
	}
	subjects := []subject{{name: nethttp, measure: command(b.path(nethttp))}, {name: telex, measure: command(b.path(telex), "version")}}
	for _, g := range b.guests {
		subjects = append(subjects, subject{name: g.name, measure: command(g.path, g.version), guest: true})
	}
	return b.print(ctx, b.commands, table{title: "telex version", rows: []string{rowTime, rowCPU}, warm: true, of: telex, over: nethttp, subjects: subjects})
}

// A way is how far the API is and what authorises a request.
type way struct {
	title  string
	far    bool
	tokens bool
}

// sends is one message, from here and from 20 ms away, over TLS.
func (b *bench) sends(ctx context.Context) error {
	for _, w := range []way{
		{title: "telex send, loopback"},
		{title: "telex send, 20 ms away", far: true},
		{title: "telex send with OAuth, loopback", tokens: true},
		{title: "telex send with OAuth, 20 ms away", far: true, tokens: true},
	} {
		if err := b.send(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) send(ctx context.Context, w way) error {
	return b.withAPI(ctx, w, func(a *api) error {
		environment, err := a.environment(b)
		if err != nil {
			return err
		}
		subjects := []subject{
			{name: nethttp, measure: func(ctx context.Context, _ int) (result, error) {
				return b.command(ctx, a.body(), environment, b.path(nethttp), a.posting(1)...)
			}},
			{name: telex, measure: func(ctx context.Context, round int) (result, error) {
				return b.command(ctx, "", environment, b.path(telex), "send", "--to", recipient(0), "--text", fmt.Sprint("Round ", round))
			}},
		}
		over := nethttp
		if _, err := exec.LookPath("curl"); err == nil && !w.tokens { // which would have to be asked twice
			over = "curl"
			subjects = append([]subject{{name: over, measure: func(ctx context.Context, _ int) (result, error) {
				return b.command(ctx, a.body(), environment, over, a.curl()...)
			}}}, subjects...)
		}
		return b.print(ctx, b.commands, table{title: w.title, rows: []string{rowTime, rowCPU}, warm: true, of: telex, over: over, subjects: subjects})
	})
}

// individuals is many messages, one to each recipient, from 20 ms away.
func (b *bench) individuals(ctx context.Context) error {
	w := way{title: fmt.Sprintf("%d individual messages, 20 ms away", b.many), far: true}
	return b.withAPI(ctx, w, func(a *api) error {
		environment, err := a.environment(b)
		if err != nil {
			return err
		}
		return b.print(ctx, b.rounds, table{
			title: w.title, rows: []string{rowTime, rowCPU}, warm: true, of: telex, over: nethttp,
			subjects: []subject{
				{name: nethttp, measure: func(ctx context.Context, _ int) (result, error) {
					return b.command(ctx, a.body(), environment, b.path(nethttp), a.posting(b.many)...)
				}},
				{name: telex, measure: func(ctx context.Context, round int) (result, error) {
					args := []string{"send", "--individual", "--text", fmt.Sprint("Round ", round)}
					for i := range b.many {
						args = append(args, "--to", recipient(i))
					}
					return b.command(ctx, "", environment, b.path(telex), args...)
				}},
			},
		})
	})
}

// broadcasts is a list of people, each of whom gets a text of their own, as fast as it goes.
func (b *bench) broadcasts(ctx context.Context) error {
	w := way{title: fmt.Sprintf("a broadcast to %d people, loopback", b.people)}
	return b.withAPI(ctx, w, func(a *api) error {
		environment, err := a.environment(b)
		if err != nil {
			return err
		}
		list := filepath.Join(b.folder, "people.csv")
		if err := os.WriteFile(list, peopleList(b.people), 0o600); err != nil {
			return fmt.Errorf("write the list: %w", err)
		}
		return b.print(ctx, b.rounds, table{
			title: w.title, rows: []string{rowTime, rowCPU, rowMost}, of: telex, over: journal,
			subjects: []subject{
				{name: nethttp, measure: func(ctx context.Context, _ int) (result, error) {
					return b.long(ctx, a.body(), environment, b.path(nethttp), a.posting(b.people)...)
				}},
				{name: journal, measure: func(ctx context.Context, round int) (result, error) {
					return b.journal(ctx, a, environment, fmt.Sprintf("journal-%d.lines", round))
				}},
				{name: shared, measure: func(ctx context.Context, round int) (result, error) {
					return b.journal(ctx, a, environment, fmt.Sprintf("journal-%d.db", round))
				}},
				{name: telex, measure: func(ctx context.Context, round int) (result, error) {
					return b.long(ctx, "", environment, b.path(telex), "broadcast", "start", list, "--text", fmt.Sprint("Hi {{name}}, round ", round),
						"--rate", "unlimited", "--hours", "off", "--yes")
				}},
			},
		})
	})
}

// journal runs the program that keeps a journal, in a file of such a name.
func (b *bench) journal(ctx context.Context, a *api, environment []string, file string) (result, error) {
	return b.long(ctx, a.body(), environment, b.path(journal), append(a.posting(b.people), filepath.Join(b.folder, file))...)
}

// peopleList is a list of n people.
func peopleList(n int) []byte {
	var b bytes.Buffer
	b.WriteString("name,phone\n")
	for i := range n {
		fmt.Fprintf(&b, "Ana %d,+1919%07d\n", i, 5_000_000+i)
	}
	return b.Bytes()
}
