package ui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/page"
	"telex/ui/terminal"
	"telex/ui/text"
)

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

func TestCopyTooMuch(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		if cmd := d.a.act(page.CopyOut{What: "answer", Value: strings.Repeat("x", terminal.MostCopied+1)}); cmd != nil {
			t.Error("got it copied, want that it is refused")
		}
		d.see("the answer is 74 KB, more than terminals take")
	})
}

// gated is a console behind its gate, with a clock that the test turns.
type gated struct {
	*gate
	out     *os.File // the terminal
	clock   time.Time
	pending []tea.Msg
}

func newGated(t *testing.T) *gated {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = out.Close() })
	g := &gated{out: out, clock: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
	now := func() time.Time { return g.clock }
	a := newApp(t.Context(), testDeps(&fakeSender{send: accept}), now)
	g.gate = &gate{app: a, now: now, drawn: quiet{least: burst}, tty: terminal.NewTTY(out, now), after: func(_ time.Duration, m tea.Msg) { g.pending = append(g.pending, m) }}
	a.Init()
	g.give(tea.WindowSizeMsg{Width: 80, Height: 24})
	return g
}

// give is the program's loop for one message; it returns what the app was given.
func (g *gated) give(m tea.Msg) tea.Msg {
	passed := g.pass(m)
	if passed != nil {
		if _, quit := passed.(tea.QuitMsg); !quit {
			g.Update(passed)
			g.View()
		}
	}
	return passed
}

// ask writes the question to the terminal that every one answers.
func (g *gated) ask(t *testing.T) {
	t.Helper()
	if _, err := g.tty.Write([]byte(ansi.RequestModeSynchronizedOutput)); err != nil {
		t.Fatal(err)
	}
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

// TestGateKeepsBurstsFromQuitting: keys that come together are drawn together, and what
// quits among them is kept all the same.
func TestGateKeepsBurstsFromQuitting(t *testing.T) {
	t.Parallel()
	g := newGated(t)
	g.Update(g.pass(keyOf(t, "a")))
	if got := g.pass(keyOf(t, "ctrl+q")); got == tea.Msg(keyOf(t, "ctrl+q")) {
		t.Error("got ctrl+q passed on right behind a letter that is not drawn yet")
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
	g.ask(t)
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
	g.wait(terminal.AnswerWithin)
	if got := g.give(tea.QuitMsg{}); got == nil {
		t.Error("got no end though the answer is overdue")
	}
	g.ask(t)
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
	if got := g.give(tea.QuitMsg{}); got == nil {
		t.Error("got no end though nothing was asked")
	}
	if _, err := g.tty.Write([]byte("a" + ansi.RequestKittyKeyboard + question + "b" + ansi.RequestKittyKeyboard)); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(g.out.Name()); string(got) != "ab" {
		t.Errorf("got %q written once the end began, want no question", got)
	}
	if g.tty.End() != 0 {
		t.Error("got a question noted that was not asked")
	}
}

// A cancelled send takes two esc with nothing between.
func TestGateTellsArrowsFromEsc(t *testing.T) {
	t.Parallel()
	g := newGated(t)
	for _, k := range []string{"esc", "[", "A"} {
		g.app.stop()
		cancelled := false
		g.app.promised.Act = func() tea.Cmd { cancelled = true; return nil }
		g.give(keyOf(t, k))
		if cancelled != (k == "esc") || g.app.promised != nil {
			t.Errorf("after %s: got a cancelled send: %v, still half of one: %v", k, cancelled, g.app.promised != nil)
		}
	}
}

// Foreign text of every width keeps the columns of each list straight.
func TestWideTextKeepsColumns(t *testing.T) {
	sample.Whole(t)
	texts := map[string]string{
		"CJK": "日本語のテキスト、とても長い", "combining": "e\u0301a\u0308o\u0302u\u0303n\u0303", "emoji": "✅👍🏽🎉❤\ufe0f",
		"family": "👨‍👩‍👧‍👦 and 👩‍🚀", "RTL": "שלום עולם مرحبا بالعالم", "flags": "🇩🇪🇯🇵", "Thai": "ภาษาไทยที่สวยงาม", "Hindi": "हिन्दी क्षि",
	}
	widths := []int{40, 79, 200, 41, 80}
	if testing.Short() { // even and odd, with panes and without
		widths = widths[:3]
	}
	for name, text := range texts {
		for _, w := range widths {
			t.Run(fmt.Sprintf("%s/%d", name, w), func(t *testing.T) {
				deps := testDeps(&fakeSender{send: accept})
				drive(t, deps, func(d *driver) {
					d.size(w, 24)
					d.paste(text)
					for _, graphemes := range []bool{false, true} {
						d.a.theme.Graphemes = graphemes
						measure := ansi.WcWidth
						if graphemes || slices.Contains([]string{"emoji", "family", "flags"}, name) { // which are one sign everywhere
							measure = ansi.GraphemeWidth
						}
						if c, cells := d.a.View().Cursor, measure.StringWidth(text); c == nil || c.X != d.a.compose.indent+1+cells {
							t.Errorf("graphemes %v: got the cursor at %+v, want it behind %d cells of text", graphemes, c, cells)
						}
						checkBubble(t, d, measure)
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
					useHistory(d.a, wideHistory{fakeHistory{3}, text})
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

// checkBubble demands that the right border of the text is straight.
func checkBubble(t *testing.T, d *driver, measure ansi.Method) {
	t.Helper()
	want := d.a.compose.indent + 1 + d.a.compose.cells
	if d.a.compose.w < gutterFrom {
		want += 2
	}
	rows := 0
	for _, l := range d.lines() {
		if parts := strings.Split(l, "│"); strings.TrimSpace(parts[0]) == "" && len(parts) > 2 {
			rows++
			if got := measure.StringWidth(parts[0]) + 1 + measure.StringWidth(parts[1]); got != want {
				t.Errorf("got the border at column %d, want %d: %q", got, want, l)
			}
		}
	}
	if rows < 3 {
		t.Errorf("got %d rows of text, want a bubble of at least 3:\n%s", rows, d.screen())
	}
}

// wideHistory is a history whose messages have one text, which is a tag as well.
type wideHistory struct {
	fakeHistory

	text string
}

func (f wideHistory) Look(ctx context.Context, filter outbox.Filter, enough func() bool) (outbox.Page, error) {
	p, err := f.fakeHistory.Look(ctx, filter, enough)
	for i := range p.Entries {
		p.Entries[i].Message.Text, p.Entries[i].Message.Tag = f.text, f.text
	}
	return p, err
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
