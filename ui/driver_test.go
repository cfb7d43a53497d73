package ui

import (
	"context"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite/sqlitetest"
	"telex/ui/account"
	"telex/ui/widget"
)

// testNow is the injected clock. Within a synctest bubble it starts at midnight of
// 1 January 2000 and moves only when the driver waits.
func testNow() time.Time { return time.Now().UTC() }

func testDeps(s account.Sender) Deps {
	return Deps{
		Sender: Sender{
			Profile: "sandbox", AccountID: "9900000", ApplicationID: "93de2206-9669-4e07-948d-329f4b722ee2",
			Numbers: []string{"+19195550100", "+19195550101"}, Region: "US", Sandbox: true,
		},
		World:    World{Environ: []string{"TERM=xterm-256color", "LANG=C.UTF-8"}},
		Link:     account.Link{Sender: s},
		Parallel: 1, // so that it is certain which message came before another
	}
}

// driver is a user at the console: presses, looks, waits. It works in a synctest
// bubble only, where time passes by advance alone.
type driver struct {
	t      testing.TB
	a      *app
	msgs   chan tea.Msg
	ended  chan struct{}
	quit   bool
	copied string
	raw    string // what was sent to the terminal as it is
}

// drive runs f with a console of 80 by 24 in a bubble of its own.
func drive(t *testing.T, deps Deps, f func(d *driver)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(start(t, deps)) })
}

// driveSandbox is drive with the real client on the sandbox.
func driveSandbox(t *testing.T, f func(d *driver)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(start(t, sandboxDeps(t))) })
}

func start(t *testing.T, deps Deps) *driver {
	t.Helper()
	if deps.OpenOutbox == nil {
		path := filepath.Join(t.TempDir(), "outbox.db")
		deps.OpenOutbox = func(ctx context.Context) (*outbox.Outbox, error) {
			return outbox.Open(ctx, sqlitetest.At(path), outbox.Options{Now: testNow})
		}
	}
	d := &driver{t: t, a: newApp(t.Context(), deps, testNow), msgs: make(chan tea.Msg), ended: make(chan struct{})}
	t.Cleanup(func() {
		close(d.ended) // of the app that is the last by now
		if d.a.store != nil {
			if err := d.a.store.Close(); err != nil {
				t.Errorf("close the outbox: %v", err)
			}
		}
		<-time.After(5 * time.Minute) // in which the ticks that are under way end
	})
	d.run(d.a.Init())
	d.size(80, 24)
	return d
}

// run starts a command as the program does: in a goroutine of its own.
func (d *driver) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	msgs, ended := d.msgs, d.ended
	go func() {
		msg := cmd()
		select {
		case msgs <- msg:
		case <-ended:
		}
	}()
}

// handle is the program's loop for one message.
func (d *driver) handle(msg tea.Msg) {
	if msg == nil {
		return
	}
	if batch, ok := msg.(tea.BatchMsg); ok {
		for _, cmd := range batch {
			d.run(cmd)
		}
		return
	}
	if _, ok := msg.(tea.QuitMsg); ok {
		d.quit = d.a.next == nil
		if !d.quit {
			d.succeed()
		}
		return
	}
	if m, ok := msg.(tea.RawMsg); ok {
		raw := fmt.Sprint(m.Msg)
		if value, ok := strings.CutPrefix(raw, "\x1b]52;c;"); ok {
			copied, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(value, "\a"))
			if err != nil {
				d.t.Errorf("got %q to copy: %v", raw, err)
			}
			d.copied = string(copied)
			return
		}
		d.raw += raw
		return
	}
	_, cmd := d.a.Update(msg)
	d.run(cmd)
}

// succeed goes on with another account, as Run does: what the commands of the old one
// bring is lost with its program.
func (d *driver) succeed() {
	close(d.ended)
	d.a.end(d.t.Context(), false)
	l := d.a.layout
	d.msgs, d.ended = make(chan tea.Msg), make(chan struct{})
	d.a = d.a.successor()
	d.run(d.a.Init())
	d.handle(tea.WindowSizeMsg{Width: l.W, Height: l.H})
}

// settle lets everything happen that needs no time, or as little as SQLite sleeps when it
// meets another connection amid a commit.
func (d *driver) settle() {
	for d.drain(); ; {
		<-time.After(10 * time.Microsecond)
		if !d.drain() {
			return
		}
	}
}

// drain handles what has come and what comes of it, and reports whether there was any.
func (d *driver) drain() (some bool) {
	for {
		synctest.Wait()
		select {
		case msg := <-d.msgs:
			d.handle(msg)
			some = true
		default:
			return some
		}
	}
}

func (d *driver) send(msg tea.Msg) {
	d.handle(msg)
	d.settle()
}

// advance lets time pass.
func (d *driver) advance(by time.Duration) {
	end := time.After(by)
	for {
		select {
		case msg := <-d.msgs:
			d.handle(msg)
		case <-end:
			d.settle()
			return
		}
	}
}

// press presses keys one after the other, without a pause.
func (d *driver) press(keys ...string) {
	d.t.Helper()
	for _, k := range keys {
		d.send(keyOf(d.t, k))
	}
}

func (d *driver) typeText(s string) {
	for _, r := range s {
		d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func (d *driver) paste(s string)  { d.send(tea.PasteMsg{Content: s}) }
func (d *driver) size(w, h int)   { d.send(tea.WindowSizeMsg{Width: w, Height: h}) }
func (d *driver) screen() string  { return ansi.Strip(d.a.View().Content) }
func (d *driver) lines() []string { return strings.Split(d.screen(), "\n") }

// yes answers a question, after the quarter second in which enter is ignored.
func (d *driver) yes() {
	d.advance(time.Second)
	d.press("enter")
}

// enterOnReview presses enter after the quarter second in which it is ignored.
func (d *driver) enterOnReview() { d.yes() }

// write composes a message to the recipients, and stops on Review.
func (d *driver) write(text string, to ...string) {
	d.typeText(text)
	d.press("ctrl+n")
	for _, n := range to {
		d.typeText(n)
		d.press("enter")
	}
	d.press("ctrl+n", "ctrl+n")
	d.at("Review")
}

// at demands that a step is in front.
func (d *driver) at(step string) {
	d.t.Helper()
	if first := d.lines()[0]; !strings.Contains(first, "["+step+"]") {
		d.t.Fatalf("got %q in front, want %s; screen:\n%s", first, step, d.screen())
	}
}

// squeeze takes out what wrapping may put in, and the sides of a box between its lines.
func squeeze(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "│", "")), "")
}

// readings are the screen as a reader reads it: line by line, and each pane for itself.
func (d *driver) readings() []string {
	outer, _ := widget.PaneWidths(d.a.layout.W)
	inner, _ := widget.PaneWidths(outer)
	out := []string{squeeze(d.screen())}
	for _, pane := range [][2]int{{0, outer}, {outer, d.a.layout.W}, {0, inner}, {inner, outer}} {
		var b strings.Builder
		for _, l := range d.lines() {
			cells := []rune(l) // tests write nothing wide into panes
			if len(cells) > outer && (cells[outer] == '│' || cells[outer] == '|') {
				b.WriteString(strings.Trim(string(cells[pane[0]:min(pane[1], len(cells))]), "│|") + "\n")
			}
		}
		out = append(out, squeeze(b.String()))
	}
	return out
}

func (d *driver) see(want ...string) {
	d.t.Helper()
	got := d.readings()
	for _, w := range want {
		if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, squeeze(w)) }) {
			d.t.Errorf("got no %q, want it on the screen:\n%s", w, d.screen())
		}
	}
}

func (d *driver) seeNot(bad ...string) {
	d.t.Helper()
	got := d.readings()
	for _, w := range bad {
		if slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, squeeze(w)) }) {
			d.t.Errorf("got %q, want it not on the screen:\n%s", w, d.screen())
		}
	}
}

func keyOf(t testing.TB, name string) tea.KeyPressMsg {
	t.Helper()
	var k tea.KeyPressMsg
	base := name
	for _, mod := range []struct {
		prefix string
		mod    tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"shift+", tea.ModShift}, {"alt+", tea.ModAlt}} {
		if rest, ok := strings.CutPrefix(base, mod.prefix); ok {
			base, k.Mod = rest, k.Mod|mod.mod
		}
	}
	special := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f5": tea.KeyF5, "f6": tea.KeyF6, "f7": tea.KeyF7, "f8": tea.KeyF8, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
		"home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	}
	if code, ok := special[base]; ok {
		k.Code = code
	} else {
		r := []rune(base)
		k.Code = r[0]
		if k.Mod == 0 {
			k.Text = base
		}
	}
	if k.String() != name {
		t.Fatalf("got key %q, want %q", k.String(), name)
	}
	return k
}
