package ui

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

func TestColours(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		environ, theme string
		want           colorprofile.Profile
	}{
		{"TERM=xterm-256color", "", colorprofile.ANSI},
		{"TERM=xterm-256color COLORTERM=truecolor", widget.ThemeDark, colorprofile.ANSI},
		{"TERM=xterm NO_COLOR=yes", "", colorprofile.ASCII},
		{"TERM=xterm NO_COLOR=", "", colorprofile.ANSI},
		{"TERM=xterm NO_COLOR=1 CLICOLOR_FORCE=1", "", colorprofile.ASCII},
		{"TERM=xterm", widget.ThemeNone, colorprofile.ASCII},
		{"TERM=xterm CLICOLOR=0", "", colorprofile.ASCII},
		{"TERM=vt100", "", colorprofile.ASCII},
		{"TERM=vt100 CLICOLOR_FORCE=1", "", colorprofile.ANSI},
		{"TERM=vt100 CLICOLOR_FORCE=0", "", colorprofile.ASCII},
		{"TERM=vte-256color", "", colorprofile.ANSI},
		{"TERM=xterm-mono", "", colorprofile.ASCII},
		{"TERM=screen", "", colorprofile.ANSI},
	} {
		if got := colours(strings.Fields(tt.environ), tt.theme); got != tt.want {
			t.Errorf("%s %s: got %v, want %v", tt.environ, tt.theme, got, tt.want)
		}
	}
}

// palettes are what terminals of the usual kinds make of the 16 colours that telex
// uses: background, foreground, red, green, blue, bright red.
var palettes = map[string]struct {
	dark   bool
	colour [6]uint32
}{
	"xterm, dark":         {true, [6]uint32{0x000000, 0xe5e5e5, 0xcd0000, 0x00cd00, 0x0000ee, 0xff0000}},
	"xterm, light":        {false, [6]uint32{0xffffff, 0x000000, 0xcd0000, 0x00cd00, 0x0000ee, 0xff0000}},
	"VGA console":         {true, [6]uint32{0x000000, 0xaaaaaa, 0xaa0000, 0x00aa00, 0x0000aa, 0xff5555}},
	"VGA, light":          {false, [6]uint32{0xffffff, 0x000000, 0xaa0000, 0x00aa00, 0x0000aa, 0xff5555}},
	"Windows Terminal":    {true, [6]uint32{0x0c0c0c, 0xcccccc, 0xc50f1f, 0x13a10e, 0x0037da, 0xe74856}},
	"Tango, dark":         {true, [6]uint32{0x000000, 0xd3d7cf, 0xcc0000, 0x4e9a06, 0x3465a4, 0xef2929}},
	"Tango, light":        {false, [6]uint32{0xffffff, 0x2e3436, 0xcc0000, 0x4e9a06, 0x3465a4, 0xef2929}},
	"Terminal.app, light": {false, [6]uint32{0xffffff, 0x000000, 0x990000, 0x00a600, 0x0000b2, 0xe50000}},
	"Terminal.app, dark":  {true, [6]uint32{0x000000, 0xffffff, 0x990000, 0x00a600, 0x0000b2, 0xe50000}},
	"Solarized, dark":     {true, [6]uint32{0x002b36, 0x839496, 0xdc322f, 0x859900, 0x268bd2, 0xcb4b16}},
	"Solarized, light":    {false, [6]uint32{0xfdf6e3, 0x657b83, 0xdc322f, 0x859900, 0x268bd2, 0xcb4b16}},
	"PuTTY":               {true, [6]uint32{0x000000, 0xbbbbbb, 0xbb0000, 0x00bb00, 0x0000bb, 0xff5555}},
	"GNOME, light":        {false, [6]uint32{0xffffff, 0x171421, 0xc01c28, 0x26a269, 0x12488b, 0xf66151}},
	"GNOME, dark":         {true, [6]uint32{0x171421, 0xd0cfcc, 0xc01c28, 0x26a269, 0x12488b, 0xf66151}},
}

// contrast is how well two colours can be told apart, from 1 to 21, as WCAG has it.
func contrast(a, b uint32) float64 {
	luminance := func(c uint32) float64 {
		part := func(shift uint) float64 {
			v := float64(c>>shift&0xff) / 255
			if v <= 0.04045 {
				return v / 12.92
			}
			return math.Pow((v+0.055)/1.055, 2.4)
		}
		return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// Every theme is readable on what it is for; without a choice, on everything.
func TestThemesAreReadable(t *testing.T) {
	t.Parallel()
	index := map[string]int{"31": 2, "32": 3, "34": 4, "91": 5}
	number := regexp.MustCompile(`\x1b\[(?:[0-9]+;)*?(3[0-7]|9[0-7])m`)
	for _, name := range append(widget.Themes(), "") {
		th := widget.NewTheme(name, false)
		for role, style := range map[string]string{
			"ok": th.OK.Render("x"), "danger": th.Danger.Render("x"), "warn": th.Warn.Render("x"), "faint": th.Faint.Render("x"),
			"production": th.Production.Render("x"), "sandbox": th.Sandbox.Render("x"), "title": th.Title.Render("x"),
		} {
			if strings.Contains(style, "38;") || strings.Contains(style, "48;") {
				t.Errorf("%s %s: got %q, want none but the 16 colours", name, role, style)
			}
			for palette, p := range palettes {
				if name == widget.ThemeDark && !p.dark || name == widget.ThemeLight && p.dark {
					continue
				}
				colour := p.colour[1]
				if m := number.FindStringSubmatch(style); m != nil {
					i, ok := index[m[1]]
					if !ok {
						t.Fatalf("%s %s: colour %s is in no palette", name, role, m[1])
					}
					colour = p.colour[i]
				}
				if got := contrast(colour, p.colour[0]); got < 2.9 {
					t.Errorf("%s %s on %s: got a contrast of %.1f, want 3", name, role, palette, got)
				}
			}
		}
	}
	if widget.CheckTheme("drak") == nil || widget.CheckTheme("") != nil || widget.CheckTheme(widget.ThemeLight) != nil {
		t.Error("got a theme judged wrongly")
	}
}

func TestSpeaksUTF8(t *testing.T) {
	t.Parallel()
	for environ, want := range map[string]bool{
		"LANG=en_US.UTF-8": true, "LANG=C.utf8": true, "LANG=C": false, "": false, "LANG=de_DE@euro": false,
		"LC_ALL=C LANG=en_US.UTF-8": false, "LC_CTYPE=UTF-8 LANG=C": true, "LC_ALL= LANG=en_US.UTF-8": true,
		"LC_ALL=en_US.UTF-8 LC_CTYPE=C": true,
	} {
		if got := speaksUTF8(strings.Split(environ, " ")); got != want {
			t.Errorf("%q: got %v, want %v", environ, got, want)
		}
	}
}

func TestInASCII(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":                             "",
		"plain\nlines":                 "plain\nlines",
		"\x1b[1;4m[Compose]\x1b[m · x": "\x1b[1;4m[Compose]\x1b[m - x",
		"“a” … — ’":                    `"a" ~ - '`,
		"40×12":                        "40x12",
		"日本":                           "????",
		"e\u0301":                      "e",
		"👨‍👩‍👧‍👦":                      "??",
		"a⏎b":                          "a/b",
	} {
		if got := text.InASCII(s); got != want || ansi.StringWidth(got) != ansi.StringWidth(s) {
			t.Errorf("%q: got %q, want %q and %d cells", s, got, want, ansi.StringWidth(s))
		}
	}
}

func TestClipboard(t *testing.T) {
	t.Parallel()
	value := strings.Repeat("long value ", 200)
	plain := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(value)) + "\a"
	for _, tt := range []struct{ environ, first, words string }{
		{"TERM=xterm", plain, "if it takes it"},
		{"TERM=screen TMUX=/tmp/x", plain, "set-clipboard on"},
		{"TERM=tmux-256color SSH_TTY=/dev/pts/1", plain, "set-clipboard on"},
		{"TERM=screen STY=1.x", plain, "through screen"},
	} {
		got, words := clipboard(strings.Fields(tt.environ), value)
		rest, ok := strings.CutPrefix(got, tt.first)
		if !ok || !strings.Contains(words, tt.words) {
			t.Errorf("%s: got %.60q and %q", tt.environ, got, words)
		}
		switch multiplexer(strings.Fields(tt.environ)) {
		case "":
			if rest != "" {
				t.Errorf("%s: got %.60q behind it", tt.environ, rest)
			}
		case "tmux":
			inner := strings.TrimSuffix(strings.TrimPrefix(rest, "\x1bPtmux;"), "\x1b\\")
			if strings.ReplaceAll(inner, "\x1b\x1b", "\x1b") != plain {
				t.Errorf("%s: got %.60q for tmux to pass on", tt.environ, rest)
			}
		case "screen":
			var passed strings.Builder
			for _, part := range strings.SplitAfter(strings.TrimSuffix(rest, "\x1b\\"), "\x1b\\") {
				if len(part) > 768 {
					t.Errorf("%s: got a string of %d bytes, want 768 at most", tt.environ, len(part))
				}
				passed.WriteString(strings.TrimSuffix(strings.TrimPrefix(part, "\x1bP"), "\x1b\\"))
			}
			if passed.String() != plain {
				t.Errorf("%s: got %.60q for screen to pass on", tt.environ, passed.String())
			}
		}
	}
}

func TestCopyTooMuch(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		if cmd := d.a.act(page.CopyOut{What: "answer", Value: strings.Repeat("x", mostCopied+1)}); cmd != nil {
			t.Error("got it copied, want that it is refused")
		}
		d.see("the answer is 74 KB, more than terminals take")
	})
}

// What Bubble Tea writes, and what the terminal gets of it.
func TestTTYWrites(t *testing.T) {
	t.Parallel()
	const on, off, hide, show = "\x1b[?2026h", "\x1b[?2026l", "\x1b[?25l", "\x1b[?25h"
	long := strings.Repeat("x", onePacket)
	for written, want := range map[string]string{
		on + "abc" + off:           "abc",
		hide + "abc" + show:        "abc",
		on + hide + "abc" + off:    hide + "abc",
		hide + "abc":               hide + "abc",
		"abc" + show:               "abc" + show,
		on + long + off:            on + long + off,
		hide + long + show:         hide + long + show,
		"a\x1b[>1u\x1b[?ub":        "a\x1b[>1ub",
		"\x1b[?2026$p\x1b[?2027$p": "\x1b[?2026$p\x1b[?2027$p\x1b[c",
		"\x1b[?1049l\x1b[?2004l":   "\x1b[?1049l" + show + "\x1b[?2004l",
		on + off:                   "",
		hide:                       hide,
	} {
		path := filepath.Join(t.TempDir(), "out")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		tty := &tty{out: f, now: testNow, stuck: make(chan struct{})}
		if n, err := tty.Write([]byte(written)); n != len(written) || err != nil {
			t.Errorf("%.40q: got %d, %v, want all of it written", written, n, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != want {
			t.Errorf("%.40q: got %.60q, want %.60q", written, got, want)
		}
	}
}

func TestTerminalEnviron(t *testing.T) {
	t.Parallel()
	for environ, want := range map[string]bool{
		"TERM=xterm": false, "TERM=xterm SSH_TTY=/dev/pts/1": true, "TERM=linux": true, "TERM=screen TMUX=x SSH_TTY=/dev/pts/1": false,
	} {
		given := strings.Fields(environ)
		got := strings.Contains(strings.Join(terminalEnviron(given), " "), "SSH_TTY=")
		if got != want || strings.Join(given, " ") != environ {
			t.Errorf("%s: got SSH_TTY %v, want %v, and what was given as it was", environ, got, want)
		}
	}
}

// gated is a console behind its gate, with a clock that the test turns.
type gated struct {
	*gate
	clock   time.Time
	pending []tea.Msg
}

func newGated(t *testing.T) *gated {
	t.Helper()
	g := &gated{clock: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
	now := func() time.Time { return g.clock }
	a := newApp(t.Context(), testDeps(&fakeSender{send: accept}), now)
	g.gate = &gate{app: a, now: now, drawn: quiet{least: burst}, tty: &tty{now: now}, after: func(_ time.Duration, m tea.Msg) { g.pending = append(g.pending, m) }}
	a.Init()
	g.give(tea.WindowSizeMsg{Width: 80, Height: 24})
	return g
}

// give is the program's loop for one message; it returns what the app was given.
func (g *gated) give(m tea.Msg) tea.Msg {
	passed := g.pass(g, m)
	if passed != nil {
		if _, quit := passed.(tea.QuitMsg); !quit {
			g.Update(passed)
			g.View()
		}
	}
	return passed
}

func (g *gated) wait(d time.Duration) { g.clock = g.clock.Add(d) }

func TestGateKeepsPastesFromQuitting(t *testing.T) {
	t.Parallel()
	quit := keyOf(t, "ctrl+q")
	g := newGated(t)
	g.give(keyOf(t, "a"))
	g.wait(burst - time.Millisecond)
	if got := g.give(quit); got == tea.Msg(quit) {
		t.Error("got ctrl+q passed on right behind a letter")
	}
	if !strings.Contains(g.app.status.Text, "ctrl+q came right behind another key") {
		t.Errorf("got %q said, want why nothing happens", g.app.status.Text)
	}
	g.wait(burst)
	if got := g.give(quit); got != tea.Msg(quit) {
		t.Errorf("got %v, want ctrl+q passed on when it stands alone", got)
	}
	g = newGated(t)
	if got := g.give(quit); got != tea.Msg(quit) {
		t.Errorf("got %v, want the first key of all passed on", got)
	}
}

func TestGateHoldsEnter(t *testing.T) {
	t.Parallel()
	enter := keyOf(t, "enter")
	g := newGated(t)
	if got := g.give(enter); got == nil {
		t.Error("got an enter held in Compose, where it sends nothing")
	}
	g.app.form.To, g.app.form.Text = []string{"+19195551212"}, "Hi"
	g.app.goTo(page.Review, page.AtDefault)
	for _, behind := range []tea.Msg{nil, keyOf(t, "x")} {
		g.wait(time.Second)
		if got := g.give(enter); got != nil {
			t.Fatalf("got %v at once, want it held for a moment", got)
		}
		g.wait(time.Millisecond)
		if behind != nil {
			g.give(behind)
		}
		g.wait(burst)
		released := g.give(g.pending[len(g.pending)-1])
		if want := behind == nil; (released == tea.Msg(enter)) != want {
			t.Errorf("with %v behind it: got %v, want enter: %v", behind, released, want)
		}
	}
	g.wait(time.Second)
	first := len(g.pending)
	g.give(enter)
	g.give(keyOf(t, "x"))
	g.wait(time.Second)
	g.give(enter)
	if got := g.give(g.pending[first]); got != nil {
		t.Errorf("got %v for the first enter, which was dropped, want nothing", got)
	}
}

// The program does not end while the terminal owes an answer, and not later than that
// is overdue.
func TestGateWaitsForAnswers(t *testing.T) {
	t.Parallel()
	g := newGated(t)
	g.tty.asked = g.clock
	if got := g.give(tea.QuitMsg{}); got != nil {
		t.Error("got an end before the answer")
	}
	g.gone.Store(true) // by SIGHUP, which anybody can send: the terminal may be there all the same
	if got := g.give(tea.QuitMsg{}); got != nil {
		t.Error("got an end by SIGHUP before the answer")
	}
	g.closed.Store(true)
	if got := g.give(tea.QuitMsg{}); got == nil {
		t.Error("got no end though no answer can come")
	}
	g.closed.Store(false)
	g.wait(answerWithin)
	if got := g.give(tea.QuitMsg{}); got == nil {
		t.Error("got no end though the answer is overdue")
	}
	g.tty.asked = g.clock
	g.give(uv.PrimaryDeviceAttributesEvent{62})
	if got := g.give(tea.QuitMsg{}); got == nil {
		t.Error("got no end though the answer is here")
	}
}

// TestNothingIsAskedAtTheEnd: Bubble Tea writes its question when it first draws. If
// that is the last time as well, nobody is there to take the answer.
func TestNothingIsAskedAtTheEnd(t *testing.T) {
	t.Parallel()
	const question = ansi.RequestModeSynchronizedOutput + ansi.RequestModeUnicodeCore
	g := newGated(t)
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	g.tty.out, g.tty.stuck = out, make(chan struct{})
	if got := g.give(tea.QuitMsg{}); got == nil {
		t.Error("got no end though nothing was asked")
	}
	if _, err := g.tty.Write([]byte("a" + ansi.RequestKittyKeyboard + question + "b" + ansi.RequestKittyKeyboard)); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(out.Name()); string(got) != "ab" {
		t.Errorf("got %q written once the end began, want no question", got)
	}
	if !g.tty.asked.IsZero() {
		t.Error("got a question noted that was not asked")
	}
}

// A cancelled send takes two esc with nothing between.
func TestGateTellsArrowsFromEsc(t *testing.T) {
	t.Parallel()
	g := newGated(t)
	for _, k := range []string{"esc", "[", "A"} {
		g.app.stopping = g.clock
		g.give(keyOf(t, k))
		if still := !g.app.stopping.IsZero(); still != (k == "esc") {
			t.Errorf("after %s: got a half cancelled send: %v", k, still)
		}
	}
}

// Foreign text of every width keeps the columns of each list straight.
func TestWideTextKeepsColumns(t *testing.T) {
	texts := map[string]string{
		"CJK": "日本語のテキスト、とても長い", "combining": "e\u0301a\u0308o\u0302u\u0303n\u0303", "emoji": "✅👍🏽🎉❤\ufe0f",
		"family": "👨‍👩‍👧‍👦 and 👩‍🚀", "RTL": "שלום עולם مرحبا بالعالم", "flags": "🇩🇪🇯🇵", "Thai": "ภาษาไทยที่สวยงาม", "Hindi": "हिन्दी क्षि",
	}
	for name, text := range texts {
		for _, w := range []int{40, 41, 79, 80, 200} {
			t.Run(fmt.Sprintf("%s/%d", name, w), func(t *testing.T) {
				deps := testDeps(&fakeSender{send: accept})
				drive(t, deps, func(d *driver) {
					d.size(w, 24)
					d.paste(text)
					for _, graphemes := range []bool{false, true} {
						d.a.theme.Graphemes = graphemes
						measure := ansi.WcWidth
						if graphemes {
							measure = ansi.GraphemeWidth
						}
						if c, cells := d.a.View().Cursor, measure.StringWidth(text); cells < w-3 && (c == nil || c.X != 2+cells) {
							t.Errorf("graphemes %v: got the cursor at %+v, want it behind %d cells of text", graphemes, c, cells)
						}
					}
					if d.a.form.Text != text {
						t.Errorf("got %q, want %q", d.a.form.Text, text)
					}
					checkFits(t, d, w, 24)
					for _, k := range []string{"tab", "tab", "tab"} {
						d.press(k)
						d.paste(text)
						checkFits(t, d, w, 24)
					}
					for range 3 {
						d.press("ctrl+n")
						d.paste(text)
						d.press("enter")
						checkFits(t, d, w, 24)
					}
					d.a.history.store = func() historyStore { return wideHistory{fakeHistory{3}, text} }
					d.press("f2")
					checkFits(t, d, w, 24)
					checkColumns(t, d)
					d.press("enter")
					checkFits(t, d, w, 24)
				})
			})
		}
	}
}

// wideHistory is a history whose messages have one text, which is a tag as well.
type wideHistory struct {
	fakeHistory

	text string
}

func (f wideHistory) List(ctx context.Context, filter outbox.Filter) ([]outbox.Entry, error) {
	rows, err := f.fakeHistory.List(ctx, filter)
	for i := range rows {
		rows[i].Message.Text, rows[i].Message.Tag = f.text, f.text
	}
	return rows, err
}

func (f wideHistory) Detail(ctx context.Context, id int64) (outbox.Detail, error) {
	d, err := f.fakeHistory.Detail(ctx, id)
	d.Message.Text, d.Message.Tag = f.text, f.text
	return d, err
}

// checkColumns demands that the rows of History have their numbers in one column.
func checkColumns(t *testing.T, d *driver) {
	t.Helper()
	columns := map[int]int{}
	for _, l := range d.lines() {
		if i := strings.Index(l, "+1919555"); i >= 0 && !strings.Contains(l, "[") {
			columns[ansi.StringWidth(l[:i])]++
		}
	}
	if len(columns) != 1 {
		t.Errorf("got numbers in columns %v, want one:\n%s", columns, d.screen())
	}
}
