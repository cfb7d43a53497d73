package ui

import (
	"sync/atomic"
	"time"
	"unicode"

	"telex/ui/page"
	"telex/ui/terminal"
	"telex/ui/text"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// A gate is what every message passes before the app has it. It keeps a paste
// without brackets, which comes as keys, from sending and from quitting; and it keeps
// the program from ending while an answer of the terminal is to come.
type gate struct {
	app    *app
	tty    *terminal.TTY
	now    func() time.Time
	after  func(d time.Duration, msg tea.Msg) // gives msg to the program after d
	drawn  quiet                              // since the last key was done with
	fresh  bool                               // a key was taken, and is not done with
	held   tea.KeyPressMsg                    // an enter that may send, until it is known to stand alone
	said   string                             // what is to be said when that is known
	holds  int                                // how many were held, which tells them apart
	gone   atomic.Bool                        // nobody sees the terminal any more
	closed atomic.Bool                        // nor does an answer of it come
	odd    atomic.Int64                       // bytes that were left out and not yet told of
}

// newProgram is the program of an app, and the gate before it.
func newProgram(a *app, d Deps) (*terminal.Program, *gate) {
	g := &gate{app: a, tty: terminal.NewTTY(d.Out, time.Now), now: time.Now, drawn: quiet{least: burst}}
	var p *terminal.Program
	odd := func(n int) {
		g.odd.Add(int64(n))
		g.after(burst, oddBytes{}) // if no key comes behind them
	}
	ended := func() {
		g.gone.Store(true)
		g.closed.Store(true)
		go p.Send(endNow{})
	}
	p = terminal.NewProgram(g, terminal.Options{
		In: terminal.NewKeyboard(d.In, ended, odd), Out: g.tty,
		Environ: d.Environ, Colours: terminal.Colours(d.Environ, d.Theme), Filter: g.pass,
	})
	g.after = func(d time.Duration, msg tea.Msg) { time.AfterFunc(d, func() { p.Send(msg) }) }
	return p, g
}

// Init, Update and View are the app's; the view after a key is the end of it.
func (g *gate) Init() tea.Cmd { return g.app.Init() }

func (g *gate) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := g.app.Update(msg)
	if g.fresh {
		g.drawn.Note(g.now()) // keys that come together are drawn together
	}
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg, hurried, oddBytes:
		if n := int(g.odd.Swap(0)); n > 0 {
			_, more := g.app.Update(leftOut{n})
			cmd = tea.Batch(cmd, more)
		}
	}
	return g, cmd
}

// oddBytes says that bytes were left out, unless a key behind them says so first.
type oddBytes struct{}

// What the app is told of what the gate did.
type (
	// leftOut are bytes that were not UTF-8: the terminal, or what was pasted, has
	// another encoding, and what is missing is easily overlooked.
	leftOut struct{ bytes int }
	// hurried takes the place of a key that came right behind or before another one.
	hurried struct {
		said string           // of the one that was left out
		key  *tea.KeyPressMsg // the one that counts all the same; nil if none does
	}
)

func (g *gate) View() tea.View {
	v := g.app.View()
	if g.fresh {
		g.drawn.Note(g.now())
		g.fresh = false
	}
	return v
}

// alone says that nothing came behind the enter that is held.
type alone struct{ hold int }

// pass returns what the app is given in place of msg; nil for nothing.
func (g *gate) pass(msg tea.Msg) tea.Msg {
	switch m := msg.(type) {
	case tea.QuitMsg:
		if wait := g.tty.End(); wait > 0 && !g.closed.Load() {
			g.after(min(wait, terminal.AnswerWithin/20), msg)
			return nil
		}
	case alone:
		if m.hold != g.holds || g.held.Code == 0 {
			return nil
		}
		k, said := g.held, g.said
		g.held, g.said = tea.KeyPressMsg{}, ""
		return handOn(k, said)
	case tea.KeyPressMsg:
		return g.key(latin(m))
	}
	if terminal.IsAnswer(msg) {
		g.tty.Answered()
	}
	return msg
}

// latin makes a key one that bindings can name, whatever the layout of the keyboard.
// Terminals with the kitty protocol report the letter that the layout makes, and beside
// it the key of the standard layout in the same place. The latter is meant where the
// letter is not of the Latin alphabet: ctrl+с on a Cyrillic layout is ctrl+c. It is not
// where both are: ctrl+a on a French keyboard lies where ctrl+q does elsewhere, and must
// not quit.
func latin(k tea.KeyPressMsg) tea.KeyPressMsg {
	if k.Code > 0 && k.Code <= unicode.MaxASCII || unicode.Is(unicode.Latin, k.Code) || k.BaseCode > unicode.MaxASCII {
		k.BaseCode = 0
	}
	return k
}

// key judges a key by the time at which it comes.
func (g *gate) key(k tea.KeyPressMsg) tea.Msg {
	hasty := !g.drawn.Still(g.now())
	g.fresh = true
	said := ""
	if g.held.Code != 0 {
		g.held = tea.KeyPressMsg{}
		said = "enter came right before another key, as in a paste: press it again"
	}
	switch keys := g.app.keys; {
	case hasty && key.Matches(k, keys.Quit, keys.Interrupt):
		return hurried{said: k.String() + " came right behind another key, as in a paste: press it again"}
	case k.Code == tea.KeyEnter && g.app.maySend():
		g.holds++
		g.held, g.said = k, said
		g.after(burst, alone{g.holds})
		return nil
	}
	return handOn(k, said)
}

// handOn is what the app gets of a key, with what is to be said of one before it.
func handOn(k tea.KeyPressMsg, said string) tea.Msg {
	if said == "" {
		return k
	}
	return hurried{said, &k}
}

// onGate takes what the gate tells.
func (a *app) onGate(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case leftOut:
		a.say(page.Status{Text: "left out what was not UTF-8, " + text.Count(msg.bytes, "byte") + ": the terminal seems to send another encoding; set it to UTF-8", Kind: page.StatusWarn})
	case hurried:
		a.say(page.Status{Text: msg.said, Kind: page.StatusWarn})
		if msg.key != nil {
			return a.key(*msg.key)
		}
	}
	return nil
}

// maySend reports whether enter could send what is in front.
func (a *app) maySend() bool {
	switch front := a.overlays.top().(type) {
	case nil:
		return a.page == page.Review
	case *question:
		return front.Sends != nil
	}
	return false
}
