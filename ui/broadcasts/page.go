package broadcasts

import (
	"context"
	"fmt"
	"slices"
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
	"telex/ui/words"
)

// A Store is the outbox as the page uses it. Its calls are made in commands.
type Store interface {
	Runs(ctx context.Context) ([]outbox.Run, error)
	RunCounts(ctx context.Context, id int64) (outbox.RunCounts, error)
	PauseRun(ctx context.Context, id int64, why outbox.Reason) error
	CancelRun(ctx context.Context, id int64, why outbox.Reason) error
	Attended(ctx context.Context, run int64) (bool, error)
	Working(ctx context.Context) (bool, error)
}

// Deps are what the page needs of the console.
type Deps struct {
	Store func() Store // nil until it is open
	Now   func() time.Time
	Shell words.Shell // where commands are pasted that are shown
}

// mostRuns bounds how many broadcasts are shown, the newest.
const mostRuns = 100

// A run is a broadcast and what became of its people.
type run struct {
	outbox.Run

	counts outbox.RunCounts
	alone  bool // it runs, and no process sends it
	works  bool // telex work would begin it when its time comes
}

// A Page is the broadcasts, and one of them.
type Page struct {
	ctx      context.Context
	deps     Deps
	bindings keys.Broadcasts
	global   keys.Global

	runs   []run
	rows   widget.List
	open   bool // the details have the keys
	detail widget.Pager
	w, h   int

	reading page.Reading
	read    bool
	failed  string // why there are none
}

// New is the page with nothing read yet.
func New(ctx context.Context, d Deps, k *keys.Map) *Page {
	return &Page{ctx: ctx, deps: d, bindings: k.Broadcasts, global: k.Global}
}

// Messages of the page.
type (
	looked struct {
		turn int
		runs []run
		err  error
	}
	changed struct {
		id  int64
		did string
		err error
	}
)

func (looked) To() page.ID  { return page.Broadcasts }
func (changed) To() page.ID { return page.Broadcasts }

// Show begins with the newest broadcast.
func (p *Page) Show(_ *draft.Form, how page.Entry) tea.Cmd {
	p.reading.Show()
	if how != page.AsLeft {
		p.open = false
		p.rows.To(0)
	}
	return p.look()
}

// Leave stops looking.
func (p *Page) Leave(*draft.Form) (page.Intent, tea.Cmd) {
	p.reading.Leave()
	return nil, nil
}

// News looks again, a moment later if it just looked. The app calls it when the outbox has
// changed.
func (p *Page) News() tea.Cmd {
	if !p.reading.Changed() {
		return nil
	}
	return p.look()
}

// look reads the newest broadcasts.
func (p *Page) look() tea.Cmd {
	store := p.deps.Store()
	if store == nil {
		return nil
	}
	ctx, turn := p.ctx, p.reading.Begin()
	return func() tea.Msg {
		runs, err := runsOf(ctx, store)
		return looked{turn, runs, err}
	}
}

func runsOf(ctx context.Context, store Store) (all []run, err error) {
	found, err := store.Runs(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range found {
		if len(r.Broadcast.Senders) == 0 { // of messages that a console made
			continue
		}
		c, err := store.RunCounts(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		attended := true
		if r.State == outbox.RunRunning {
			if attended, err = store.Attended(ctx, r.ID); err != nil {
				return nil, err
			}
		}
		works := false
		if !r.Due().IsZero() {
			if works, err = store.Working(ctx); err != nil {
				return nil, err
			}
		}
		if all = append(all, run{r, c, !attended, works}); len(all) == mostRuns {
			break
		}
	}
	return all, nil
}

func (p *Page) onLooked(msg looked) (page.Intent, tea.Cmd) {
	if !p.reading.End(msg.turn) {
		return nil, nil
	}
	if p.failed = ""; msg.err != nil {
		p.failed = text.Clean(msg.err.Error())
		return page.Here{Intent: page.Failed(p.failed)}, nil
	}
	at, some := p.selected()
	p.runs, p.read = msg.runs, true
	if i := slices.IndexFunc(p.runs, func(r run) bool { return r.ID == at.ID }); some && i >= 0 {
		p.rows.At = i
	}
	p.layOut()
	return nil, p.reading.Rest(page.Broadcasts, page.ShortRest)
}

// selected is the broadcast under the cursor.
func (p *Page) selected() (run, bool) {
	if len(p.runs) == 0 {
		return run{}, false
	}
	return p.runs[min(p.rows.At, len(p.runs)-1)], true
}

// Update takes keys and what was read.
func (p *Page) Update(msg tea.Msg, _ *draft.Form) (page.Intent, tea.Cmd) {
	switch msg := msg.(type) {
	case looked:
		return p.onLooked(msg)
	case page.Rested:
		if p.reading.Again(msg) {
			return nil, p.look()
		}
	case changed:
		if msg.err != nil {
			return page.Failed(text.Clean(msg.err.Error())), p.look()
		}
		return page.Done(fmt.Sprintf("broadcast %d is %s; what Bandwidth has cannot be recalled", msg.id, msg.did)), p.look()
	case tea.PasteMsg:
		return page.PastedNowhere(msg), nil
	case tea.KeyPressMsg:
		return p.key(msg)
	}
	return nil, nil
}

func (p *Page) key(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	b := p.bindings
	r, some := p.selected()
	switch {
	case key.Matches(msg, p.global.Back) && p.open:
		p.open = false
	case key.Matches(msg, p.global.Back):
		return page.Back{}, nil
	case some && key.Matches(msg, b.Pause) && canPause(r):
		return nil, p.change(r.ID, "paused", Store.PauseRun)
	case some && key.Matches(msg, b.Resume) && canResume(r):
		if r.WantsApproval() {
			return page.CopyOut{What: "the command that approves it", Value: words.ApproveRun(r.ID, p.deps.Shell)}, nil
		}
		return page.CopyOut{What: "the command that goes on with it", Value: words.ResumeRun(r.ID, p.deps.Shell)}, nil
	case some && key.Matches(msg, b.Cancel) && canCancel(r):
		return page.Ask{Dialog: p.cancelDialog(r)}, nil
	case p.open:
		p.detail.Scroll(msg, b.Move, p.detailRows())
	case key.Matches(msg, b.Open) && some:
		p.open = true
		p.detail.Top = 0
		p.layOut()
	case p.rows.Move(msg, b.Move):
		p.detail.Top = 0
		p.layOut()
	}
	return nil, nil
}

func canPause(r run) bool  { return r.State == outbox.RunRunning }
func canResume(r run) bool { return r.State != outbox.RunDone && r.State != outbox.RunCancelled }
func canCancel(r run) bool { return canResume(r) }

// change changes the state of a broadcast.
func (p *Page) change(id int64, did string, do func(s Store, ctx context.Context, id int64, why outbox.Reason) error) tea.Cmd {
	store := p.deps.Store()
	if store == nil {
		return nil
	}
	ctx := p.ctx
	return func() tea.Msg {
		return changed{id, did, do(store, ctx, id, outbox.Reason{Kind: outbox.ReasonPerson})}
	}
}

// cancelDialog asks before a broadcast is ended for good.
func (p *Page) cancelDialog(r run) page.Dialog {
	return page.Dialog{
		Title: fmt.Sprintf("Cancel broadcast %d?", r.ID), Yes: "cancel the broadcast", No: "keep it",
		Body: []string{
			text.Clean(r.Name) + ": " + words.RunCounts(r.State, r.counts),
			"Those still waiting get nothing, and it cannot be taken up again. What Bandwidth has cannot be recalled.",
		},
		Act: func() tea.Cmd { return p.change(r.ID, "cancelled", Store.CancelRun) },
	}
}

// Jump does nothing: no field of a message is filled in here.
func (p *Page) Jump(messaging.Field, int, *draft.Form) {}

// Typing reports whether a text field has the cursor: there is none.
func (p *Page) Typing() bool { return false }

// Closes reports whether one broadcast is shown whole.
func (p *Page) Closes(*draft.Form) bool { return p.open }

// Resize lays everything out anew.
func (p *Page) Resize(w, h int) {
	p.w, p.h = w, h
	p.layOut()
}

// Keys are what works now.
func (p *Page) Keys(*draft.Form) []key.Binding {
	b, leave := p.bindings, p.global.Back
	r, some := p.selected()
	b.Open.SetEnabled(some && !p.open)
	b.Move.SetEnabled(some)
	b.Pause.SetEnabled(some && canPause(r))
	b.Resume.SetEnabled(some && canResume(r))
	b.Cancel.SetEnabled(some && canCancel(r))
	if p.open {
		b.Move.SetHelp(b.Move.Help().Key, "scroll")
		leave.SetHelp(leave.Help().Key, "list")
	}
	return []key.Binding{b.Open, b.Pause, b.Resume, b.Cancel, leave, b.Move}
}
