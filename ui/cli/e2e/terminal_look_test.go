//go:build linux

package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"telex/ui/cli/clitest"
)

// lines is the screen, without the blanks at the ends of the lines.
func (x *terminal) lines() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	lines := make([]string, x.emulate.Height())
	for y := range lines {
		var b strings.Builder
		for column := 0; column < x.emulate.Width(); column++ {
			if c := x.emulate.CellAt(column, y); c != nil && c.Content != "" {
				b.WriteString(c.Content)
				column += max(c.Width, 1) - 1
			} else {
				b.WriteByte(' ')
			}
		}
		lines[y] = strings.TrimRight(b.String(), " ")
	}
	return lines
}

func (x *terminal) screen() string { return strings.Join(x.lines(), "\n") }

// cursor is where the cursor stands, and whether it can be seen.
func (x *terminal) cursor() (column, line int, shown bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	at := x.emulate.CursorPosition()
	return at.X, at.Y, !x.emulate.CursorHidden()
}

// all is everything that the program wrote.
func (x *terminal) all() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return string(x.written)
}

// look waits for something to be true of the screen, for so long at most, and returns the
// screen that it saw last.
func (x *terminal) look(atMost time.Duration, is func(screen string) bool) (screen string, seen bool) {
	deadline := time.NewTimer(atMost)
	defer deadline.Stop()
	for late := false; ; {
		x.mu.Lock()
		changed := x.changed
		x.mu.Unlock()
		screen := x.screen()
		if seen := is(screen); seen || late {
			return screen, seen
		}
		select {
		case <-changed:
		case <-deadline.C:
			late = true // after a last look
		}
	}
}

// until waits for something to be true of the screen, and fails if it never is.
func (x *terminal) until(what string, is func(screen string) bool) string {
	x.t.Helper()
	screen, seen := x.look(clitest.Patience, is)
	if !seen {
		x.t.Fatalf("%s never came; the screen is:\n%s", what, screen)
	}
	return screen
}

// shows reports whether the screen shows a text, within so long.
func (x *terminal) shows(text string, atMost time.Duration) bool {
	_, seen := x.look(atMost, func(screen string) bool { return strings.Contains(screen, text) })
	return seen
}

// wait returns the screen once it shows all of the texts.
func (x *terminal) wait(texts ...string) string {
	x.t.Helper()
	return x.until(fmt.Sprintf("%q", texts), func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// gone waits until the screen does not show a text any more.
func (x *terminal) gone(text string) {
	x.t.Helper()
	x.until("the end of "+text, func(screen string) bool { return !strings.Contains(screen, text) })
}

// quiet waits until the program wrote nothing for as long as that.
func (x *terminal) quiet(long time.Duration) {
	for {
		x.mu.Lock()
		changed := x.changed
		x.mu.Unlock()
		select {
		case <-changed:
		case <-time.After(long):
			return
		}
	}
}

// variable is what differs from run to run, and by what it is replaced.
var variable = []struct {
	find *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:00000"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d([T ])\d\d:\d\d`), "2000-01-01${1}00:00"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d`), "2000-01-01"},
	{regexp.MustCompile(`\d\d:\d\d:\d\d`), "00:00:00"},
	{regexp.MustCompile(`\d\d:\d\d ([✓●✗])`), "00:00 $1"},
	{regexp.MustCompile(`00:00:\d\d(\.\d+)?`), "00:00:00"},
	{regexp.MustCompile(`\b[0-9a-z]{26,32}\b`), "an-id"},
	{regexp.MustCompile(`\b\d+(\.\d+)?(µs|ms|s)\b`), "1ms"},
	{regexp.MustCompile(`\w{3}, \d\d \w{3} \d{4}`), "Sat, 01 Jan 2000"},
}

// scrubbed is the screen and its cursor with what differs from run to run replaced.
func (x *terminal) scrubbed() string {
	var b strings.Builder
	for _, l := range x.lines() {
		for _, v := range variable {
			l = v.find.ReplaceAllString(l, v.with)
		}
		b.WriteString("│" + l + "\n")
	}
	if column, line, shown := x.cursor(); shown {
		fmt.Fprintf(&b, "cursor at column %d of line %d\n", column, line)
	} else {
		b.WriteString("no cursor\n")
	}
	return b.String()
}

// golden demands the screen of a golden file, sooner or later.
func (x *terminal) golden(name string) {
	x.t.Helper()
	path := filepath.Join("testdata", "terminal", name+".txt")
	if *update {
		x.quiet(time.Second)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(x.scrubbed()), 0o600)); err != nil {
			x.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		x.t.Fatalf("%v; go test ./ui/cli/e2e -run Terminal -update writes it", err)
	}
	x.until("the screen of "+path+",\n"+string(want)+"\n", func(string) bool { return x.scrubbed() == string(want) })
}
