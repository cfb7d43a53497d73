package figures

import (
	"context"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// A Store is the outbox as the page uses it. Its call is made in a command.
type Store interface {
	Figures(ctx context.Context, of outbox.Span, by ...outbox.Breakdown) (outbox.Figures, error)
}

// Deps are what the page needs of the console.
type Deps struct {
	Store func() Store // nil until it is open
	Now   func() time.Time
}

// A period is a time that is counted, by its name.
type period struct {
	name string
	days int // with today; 0 for all
}

var periods = []period{{"today", 1}, {"7 days", 7}, {"30 days", 30}, {"a year", 365}, {"all", 0}}

// usual is the period at the beginning.
const usual = 1

// span is the time of a period, in whole days.
func (p period) span(now time.Time) outbox.Span {
	s := outbox.Span{Zone: now.Location()}
	if p.days > 0 {
		y, m, d := now.Date()
		s.Since = time.Date(y, m, d-p.days+1, 0, 0, 0, 0, now.Location())
	}
	return s
}

const (
	// restFor is how many times as long as a count took nothing is counted again unasked,
	// however much comes in; mostRest and page.ShortRest bound that.
	restFor  = 10
	mostRest = time.Minute
)

// A Page is the figures.
type Page struct {
	ctx      context.Context
	deps     Deps
	bindings keys.Figures
	global   keys.Global

	period, by int // of periods and of the breakdowns
	pager      widget.Pager
	w, h       int

	figures outbox.Figures
	shown   [2]int // the period and the breakdown that figures are of
	read    bool   // there are figures
	failed  string // why there are none

	reading page.Reading
	stop    context.CancelFunc // the count that is under way
}

// New is the page with nothing counted yet.
func New(ctx context.Context, d Deps, k *keys.Map) *Page {
	return &Page{ctx: ctx, deps: d, bindings: k.Figures, global: k.Global, period: usual, stop: func() {}}
}

// counted is what a count came to.
type counted struct {
	turn    int
	of      [2]int
	figures outbox.Figures
	took    time.Duration
	err     error
}

func (counted) To() page.ID { return page.Figures }

// Show counts.
func (p *Page) Show(*draft.Form, page.Entry) tea.Cmd {
	p.reading.Show()
	p.pager.Top = 0
	return p.count()
}

// Leave gives up what is being counted.
func (p *Page) Leave(*draft.Form) (page.Intent, tea.Cmd) {
	p.stop()
	p.reading.Leave()
	return nil, nil
}

// News counts again, a while later if counting takes its time. The app calls it when the
// outbox has changed.
func (p *Page) News() tea.Cmd {
	if !p.reading.Changed() {
		return nil
	}
	return p.count()
}

// count counts what is asked for, in place of what is being counted.
func (p *Page) count() tea.Cmd {
	p.stop()
	store := p.deps.Store()
	if store == nil {
		return nil
	}
	ctx, cancel := context.WithCancel(p.ctx)
	p.stop = cancel
	turn, of, now := p.reading.Begin(), [2]int{p.period, p.by}, p.deps.Now
	return func() tea.Msg {
		defer cancel()
		began := now()
		f, err := store.Figures(ctx, periods[of[0]].span(began), outbox.Breakdowns()[of[1]])
		return counted{turn, of, f, now().Sub(began), err}
	}
}

func (p *Page) onCounted(msg counted) (page.Intent, tea.Cmd) {
	if !p.reading.End(msg.turn) {
		return nil, nil
	}
	if p.failed = ""; msg.err != nil {
		p.failed = text.Clean(msg.err.Error())
		return page.Here{Intent: page.Failed(p.failed)}, nil
	}
	p.figures, p.shown, p.read = msg.figures, msg.of, true
	p.layOut()
	return nil, p.reading.Rest(page.Figures, min(max(restFor*msg.took, page.ShortRest), mostRest))
}

// Update takes keys and what was counted.
func (p *Page) Update(msg tea.Msg, _ *draft.Form) (page.Intent, tea.Cmd) {
	switch msg := msg.(type) {
	case counted:
		return p.onCounted(msg)
	case page.Rested:
		if p.reading.Again(msg) {
			return nil, p.count()
		}
	case tea.PasteMsg:
		return page.PastedNowhere(msg), nil
	case tea.KeyPressMsg:
		return p.key(msg)
	}
	return nil, nil
}

func (p *Page) key(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	b := p.bindings
	turnBy := func(at *int, by, n int) tea.Cmd {
		*at = (*at + by + n) % n
		p.pager.Top = 0
		return p.count()
	}
	kinds := len(outbox.Breakdowns())
	switch {
	case key.Matches(msg, p.global.Back):
		return page.Back{}, nil
	case key.Matches(msg, b.Period) && msg.String() == "left":
		return nil, turnBy(&p.period, -1, len(periods))
	case key.Matches(msg, b.Period):
		return nil, turnBy(&p.period, 1, len(periods))
	case key.Matches(msg, p.global.PrevField), key.Matches(msg, b.By) && msg.String() == "B":
		return nil, turnBy(&p.by, -1, kinds)
	case key.Matches(msg, p.global.NextField), key.Matches(msg, b.By):
		return nil, turnBy(&p.by, 1, kinds)
	case key.Matches(msg, b.Again):
		return nil, p.count()
	case key.Matches(msg, b.Scroll):
		p.pager.Scroll(msg, b.Scroll, p.rows())
	}
	return nil, nil
}

// Keys are what works now.
func (p *Page) Keys(*draft.Form) []key.Binding {
	b := p.bindings
	b.By.SetHelp(b.By.Help().Key, "by "+string(outbox.Breakdowns()[(p.by+1)%len(outbox.Breakdowns())]))
	return []key.Binding{b.Period, b.By, b.Again, p.global.Back, b.Scroll}
}

// Jump does nothing: no field of a message is filled in here.
func (p *Page) Jump(messaging.Field, int, *draft.Form) {}

// Typing is false: nothing is typed here.
func (p *Page) Typing() bool { return false }

// Closes reports whether esc closes something within the page: there is nothing.
func (p *Page) Closes(*draft.Form) bool { return false }

// Resize lays everything out anew.
func (p *Page) Resize(w, h int) {
	p.w, p.h = w, h
	p.layOut()
}
