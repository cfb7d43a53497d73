//go:build unix

package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// A Program is a model on a terminal. It gives the model what is typed and what its
// commands bring, as Bubble Tea does, but draws when Update has returned and nothing
// else waits, and sleeps otherwise: Bubble Tea wakes up 60 times a second, and each key
// waits for that. Of Bubble Tea's messages it knows those that this module uses: quit,
// suspend, raw output, clearing the screen, the question for the background, batches and
// sequences; of its own [Exec] and [AskGraphics].
//
// A terminal that takes nothing keeps no message from the model: what it shows is drawn
// anew once the terminal goes on.
type Program struct {
	ctx   context.Context //nolint:containedctx // of Run, for reading
	model tea.Model
	o     Options
	now   func() time.Time

	msgs    chan tea.Msg
	crashes chan crash
	ended   chan struct{}

	held  *hold // the terminal, while it is ours
	paint *painter
	out   *writer
	pace  pace
	raw   []byte    // written with the next repaint
	since time.Time // when the model was changed that is not drawn yet; zero for never
	later []tea.Msg // what was read when the terminal was given away, and its size
	early []tea.Cmd // not run yet, until begun
	begun bool
	quit  bool
	takes *Graphics // what pictures the terminal takes; nil until it is asked

	crashed io.Writer // told of a panic
}

// queue is how many messages wait for the model: all that one read of the terminal
// brings, as a rule.
const queue = 1024

// NewProgram is the program of a model that is not started yet.
func NewProgram(m tea.Model, o Options) *Program {
	return &Program{
		model: m, o: o, now: time.Now, paint: newPainter(o.Environ, o.Colours),
		msgs: make(chan tea.Msg, queue), crashes: make(chan crash, 1), ended: make(chan struct{}),
		crashed: os.Stderr,
	}
}

// Send gives the model a message, in its turn. It waits if many are to be taken before,
// and does nothing once the program has ended. It may be called by any goroutine but the
// one that runs Update.
func (p *Program) Send(msg tea.Msg) {
	select {
	case <-p.ended:
	case p.msgs <- msg:
	}
}

// Run shows the model until it quits, once, and leaves the terminal as it was. The end of
// the context does not end it: who ends it tells the model. After a panic, wherever in
// the model or its commands, it tells of that on stderr and returns what
// [tea.ErrProgramPanic] matches.
func (p *Program) Run(ctx context.Context) (err error) {
	defer close(p.ended)
	p.ctx = context.WithoutCancel(ctx)
	if err := p.take(); err != nil {
		return err
	}
	p.out = newWriter(p.o.Out)
	defer func() {
		if value := recover(); value != nil {
			err = crash{value, debug.Stack()}
		}
		p.end()
		if c, ok := err.(crash); ok { //nolint:errorlint // it is never wrapped
			c.tell(p.crashed)
			err = fmt.Errorf("%w: %w", tea.ErrProgramKilled, tea.ErrProgramPanic)
		}
	}()
	if _, _, ok := p.size(); !ok {
		return errors.New("the terminal does not tell its size")
	}
	p.run(p.model.Init())
	p.resized()
	return p.loop()
}

// end gives the terminal back for good. One that does not take it is given up.
func (p *Program) end() {
	if p.giveBack() {
		p.out.close()
		return
	}
	p.o.Out.GiveUp()
	p.letGo()
}

// loop gives the model its messages, and draws it when there are none.
func (p *Program) loop() error {
	for !p.quit {
		var draw <-chan time.Time
		if p.due() {
			wait := p.pace.wait(p.now())
			if wait == 0 {
				p.repaint()
				continue
			}
			draw = time.After(wait)
		}
		if len(p.later) > 0 {
			msg := p.later[0]
			p.later = p.later[1:]
			if err := p.handle(msg); err != nil {
				return err
			}
			continue
		}
		select {
		case msg := <-p.msgs:
			if err := p.handle(translated(msg)); err != nil {
				return err
			}
		case <-p.out.done:
			p.out.busy = false
		case <-p.held.resized:
			p.resized()
		case c := <-p.crashes:
			return c
		case <-draw:
		}
	}
	return nil
}

// due reports whether the model is to be drawn now: it is another one, the terminal has
// taken what was drawn before, and nothing waits that would change it again, or that
// goes on for too long.
func (p *Program) due() bool {
	if p.since.IsZero() || p.out.busy {
		return false
	}
	return len(p.msgs) == 0 && len(p.later) == 0 || p.now().Sub(p.since) >= perFrame
}

// repaint draws the model, by one write or none.
func (p *Program) repaint() {
	p.since = time.Time{}
	v := p.model.View()
	var over *Graphic
	if m, ok := p.model.(Illustrated); ok {
		over = m.Graphic()
	}
	painted := p.paint.paint(v, over)
	if !p.begun && asksModes(p.o.Environ) { // behind the first screen
		p.raw = append(p.raw, p.o.Out.ask(ansi.RequestModeSynchronizedOutput+ansi.RequestModeUnicodeCore)...)
	}
	if len(p.raw) > 0 {
		painted = append(painted, p.raw...)
		p.raw = p.raw[:0]
	}
	if len(painted) > 0 {
		p.pace.note(p.now())
		p.out.write(painted)
	}
	p.begin()
}

// changed notes that the model is not the one that was drawn.
func (p *Program) changed() {
	if p.since.IsZero() {
		p.since = p.now()
	}
}

// handle gives the model one message.
func (p *Program) handle(msg tea.Msg) error {
	if msg = p.o.Filter(msg); msg == nil {
		return nil
	}
	switch m := msg.(type) {
	case tea.QuitMsg:
		p.quit = true
		return nil
	case tea.SuspendMsg:
		if err := p.away(stop); err != nil && !errors.Is(err, errStuck) {
			return err
		}
		msg = tea.ResumeMsg{}
	case execMsg:
		var ended error
		err := p.away(func() { ended = m.run() })
		if err != nil && !errors.Is(err, errStuck) {
			return err
		}
		msg = m.done(errors.Join(err, ended))
	case tea.RawMsg:
		p.raw = fmt.Append(p.raw, m.Msg)
	case askGraphics:
		p.askGraphics()
		return nil
	case uv.KittyGraphicsEvent, uv.PrimaryDeviceAttributesEvent:
		msg = p.onGraphics(msg)
	case tea.ModeReportMsg:
		p.paint.report(m)
	case tea.WindowSizeMsg:
		p.paint.resize(m.Width, m.Height)
	default:
		switch msg {
		case tea.ClearScreen():
			p.paint.forget()
		case tea.RequestBackgroundColor():
			p.raw = append(p.raw, p.o.Out.ask(ansi.RequestBackgroundColor)...)
		}
	}
	var cmd tea.Cmd
	p.model, cmd = p.model.Update(msg)
	p.changed()
	p.run(cmd)
	return nil
}

// run runs a command, and sends what it brings. Those of the start wait for the first
// screen, which they would take the processor from.
func (p *Program) run(cmd tea.Cmd) {
	switch {
	case cmd == nil:
	case !p.begun:
		p.early = append(p.early, cmd)
	default:
		go p.perform(cmd)
	}
}

// begin runs the commands of the start.
func (p *Program) begin() {
	if !p.begun {
		p.begun = true
		runtime.Gosched() // to the writer
		for _, cmd := range p.early {
			p.run(cmd)
		}
		p.early = nil
	}
}

func (p *Program) perform(cmd tea.Cmd) {
	defer recovered(p.crashes)
	msg := cmd()
	if batch, ok := msg.(tea.BatchMsg); ok {
		var all sync.WaitGroup
		for _, c := range batch {
			if c != nil {
				all.Go(func() { p.perform(c) })
			}
		}
		all.Wait() // what comes behind it in a sequence has its turn then
		return
	}
	if sequence, ok := inOrder(msg); ok {
		for _, c := range sequence {
			if c != nil {
				p.perform(c)
			}
		}
		return
	}
	if msg != nil {
		p.Send(msg)
	}
}

// inOrder returns the commands of [tea.Sequence], whose message has no name for others.
func inOrder(msg tea.Msg) ([]tea.Cmd, bool) {
	commands := reflect.TypeFor[[]tea.Cmd]()
	if v := reflect.ValueOf(msg); v.IsValid() && v.Kind() == reflect.Slice && v.CanConvert(commands) {
		return v.Convert(commands).Interface().([]tea.Cmd), true
	}
	return nil, false
}

// resized gives the model the size of the terminal.
func (p *Program) resized() {
	w, h, ok := p.size()
	if !ok {
		return
	}
	p.later = append(p.later, tea.WindowSizeMsg{Width: w, Height: h})
	if p.takes != nil { // cells may be of another size, too
		p.takes.CellW, p.takes.CellH = p.o.Out.cell()
		p.later = append(p.later, *p.takes)
	}
}

// size is how large the terminal is, unless that cannot be. One that does not know is
// believed to be what the environment says, or as terminals were.
func (p *Program) size() (w, h int, ok bool) {
	w, h, err := p.o.Out.size()
	if err != nil {
		return 0, 0, false
	}
	fallback := func(name string, n int) int {
		if told, err := strconv.Atoi(Env(p.o.Environ, name)); err == nil && told > 0 {
			return told
		}
		return n
	}
	if w <= 0 {
		w = fallback("COLUMNS", fallbackW)
	}
	if h <= 0 {
		h = fallback("LINES", fallbackH)
	}
	return w, h, w <= maxSide && h <= maxSide && w*h <= maxCells
}

// fallbackW and fallbackH are the size of a terminal that tells none.
const fallbackW, fallbackH = 80, 24

// The largest terminal that is believed. Over a line that broke a size may be anything.
const (
	maxSide  = 4096
	maxCells = 1 << 20
)

// A crash is a mistake in the model, and where it is.
type crash struct {
	value any
	stack []byte
}

func (c crash) Error() string { return fmt.Sprint(c.value) }

// tell tells of it on a terminal that is as it was, or perhaps is not.
func (c crash) tell(w io.Writer) {
	words := fmt.Sprintf("Caught panic:\n\n%v\n\n%s\n", c.value, c.stack)
	_, _ = io.WriteString(w, strings.ReplaceAll(words, "\n", "\r\n"))
}

// execMsg asks for the terminal.
type execMsg struct {
	cmd  *exec.Cmd
	done func(error) tea.Msg
}

// Exec hands the terminal to a command, and gives the model what done makes of its end.
func Exec(c *exec.Cmd, done func(err error) tea.Msg) tea.Cmd {
	return func() tea.Msg { return execMsg{c, done} }
}

func (m execMsg) run() error {
	if m.cmd.Stderr == nil {
		m.cmd.Stderr = os.Stderr
	}
	return m.cmd.Run() //nolint:wrapcheck // whoever asked for it says so
}
