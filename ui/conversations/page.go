package conversations

import (
	"context"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// A Store is the outbox as the page uses it. Its calls are made in commands.
type Store interface {
	Threads(ctx context.Context, f outbox.ThreadFilter) ([]outbox.Thread, error)
	Talk(ctx context.Context, f outbox.TalkFilter) ([]outbox.Entry, error)
	Deliveries(ctx context.Context, of []outbox.Entry) (map[int64][]outbox.Delivery, error)
	MarkRead(ctx context.Context, thread, upTo int64) error
	OptOuts(ctx context.Context, f outbox.OptOutFilter) ([]outbox.OptOut, error)
	AddOptOuts(ctx context.Context, entries []outbox.OptOut) (added int, err error)
	Release(ctx context.Context, numbers []string) ([]outbox.OptOut, error)
}

// An Account is who answers.
type Account struct {
	By          outbox.By
	Application string
	Sandbox     bool
}

// Deps are what the page needs of the console. The functions are called whenever
// something is read or written.
type Deps struct {
	Store   func() Store // nil until it is open
	Account func() Account
	Files   func() account.Files // nil: none can be fetched
	// Settled reports whether the message that is written went out as it stands.
	Settled func() bool
	Now     func() time.Time
	Shell   words.Shell // where commands are pasted that are shown
}

// A Page is the conversations, or one of them.
type Page struct {
	ctx      context.Context
	deps     Deps
	bindings keys.Conversations
	global   keys.Global

	list  list
	find  find
	talk  *talk // beside the list, or opened; nil for none
	open  bool  // the conversation has the keys
	reply reply
	turns int // tells the conversation that is to be read from earlier ones
	w, h  int
	front bool
}

// New is the page with nothing read yet.
func New(ctx context.Context, d Deps, k *keys.Map) *Page {
	p := &Page{ctx: ctx, deps: d, bindings: k.Conversations, global: k.Global}
	p.find.field, p.reply.field = widget.NewField(false), widget.NewField(true)
	return p
}

// Intents of the page.
type (
	// Reply asks the app to make what is typed in a conversation the message that is
	// written, and to go on to Review with it if that is wanted. The app answers with
	// [Page.TakeUp].
	Reply struct {
		Draft  messaging.Draft
		Review bool
	}
	// Continue asks the app to go on to Review with the message that is written.
	Continue struct{}
	// Read tells the app that something is not unread any more.
	Read struct{}
	// Decided tells the app, in words, that a person decided about somebody who was held.
	Decided struct{ Said string }
)

// IsIntent marks it as a [page.Intent].
func (Decided) IsIntent() {}

// IsIntent marks it as a [page.Intent].
func (Reply) IsIntent() {}

// IsIntent marks it as a [page.Intent].
func (Continue) IsIntent() {}

// IsIntent marks it as a [page.Intent].
func (Read) IsIntent() {}

// Messages of the page.
type (
	threadsRead struct {
		load    int
		more    bool
		limit   int
		threads []outbox.Thread
		err     error
	}
	findDue  struct{ value string }
	talkDue  struct{ turn int }
	talkRead struct {
		turn    int
		thread  outbox.Thread
		older   bool
		limit   int
		entries []outbox.Entry
		shares  map[int64][]outbox.Delivery // of some of them
		held    []outbox.OptOut
		err     error
	}
	marked struct{ err error }
)

func (threadsRead) To() page.ID { return page.Conversations }
func (findDue) To() page.ID     { return page.Conversations }
func (talkDue) To() page.ID     { return page.Conversations }
func (talkRead) To() page.ID    { return page.Conversations }
func (marked) To() page.ID      { return page.Conversations }

// Show begins with the newest conversation; AtEnd goes on with the one that was opened.
func (p *Page) Show(f *draft.Form, how page.Entry) tea.Cmd {
	p.front = true
	if how != page.AtEnd || p.talk == nil {
		p.close()
		p.talk = nil
		p.list = list{}
		p.find.field.Set("")
		p.find.held = false
	} else {
		p.open = true
		p.talk.follows = true
		p.beginReply(f)
	}
	p.layOut()
	return p.News()
}

// Leave stops reading. What was typed is in the form.
func (p *Page) Leave(*draft.Form) (page.Intent, tea.Cmd) {
	p.front = false
	p.find.leave()
	return nil, nil
}

// News reads what there is by now, if the page is in front. The app calls it when the
// outbox has changed.
func (p *Page) News() tea.Cmd {
	if !p.front || p.deps.Store() == nil {
		return nil
	}
	var again tea.Cmd
	if p.talk != nil {
		again = p.readTalk(p.talk.thread, 0, max(len(p.talk.entries), talkAtOnce))
	}
	return tea.Batch(p.load(false), again)
}

// Jump does nothing: no field of a message is filled in here but its text.
func (p *Page) Jump(messaging.Field, int, *draft.Form) {}

// Typing reports whether a text field has the cursor.
func (p *Page) Typing() bool { return p.find.on || p.open && p.reply.on }

// Closes reports whether one conversation is open, or what is looked for is typed.
func (p *Page) Closes(*draft.Form) bool { return p.find.on || p.open }

// Resize lays everything out anew.
func (p *Page) Resize(w, h int) {
	p.w, p.h = w, h
	p.layOut()
}

func (p *Page) layOut() {
	listW, _ := p.listSize()
	p.find.field.Resize(max(listW-findLabel, 1), 1)
	p.list.rows.Resize(len(p.list.threads), p.listRows())
	w, _ := p.talkSize()
	p.reply.field.Resize(max(w-replyLabel, 1), p.replyRows())
	if p.talk != nil {
		p.talk.layOut(w, p.deps.Now())
	}
}

// Resized reads what there is room for since the page was resized.
func (p *Page) Resized() tea.Cmd {
	if !p.front {
		return nil
	}
	return p.follow()
}

// Update takes keys, pastes and what was read.
func (p *Page) Update(msg tea.Msg, f *draft.Form) (page.Intent, tea.Cmd) {
	switch msg := msg.(type) {
	case threadsRead:
		return p.onThreads(msg), p.follow()
	case talkDue:
		return nil, p.onTalkDue(msg)
	case talkRead:
		return p.onTalk(msg)
	case findDue:
		if msg.value == p.find.field.Value() {
			p.list.rows.To(0)
			return nil, p.load(false)
		}
	case marked:
		if msg.err != nil {
			return page.Here{Intent: page.Failed(text.Clean(msg.err.Error()))}, nil
		}
		return Read{}, p.load(false)
	case saved:
		return msg.words(), nil
	case decided:
		return p.onDecided(msg)
	case tea.PasteMsg:
		switch {
		case p.find.on:
			return nil, p.findTyped(msg)
		case p.open && p.reply.on:
			return p.typed(msg, f)
		}
		return page.PastedNowhere(msg), nil
	case tea.KeyPressMsg:
		switch {
		case p.open:
			in, cmd := p.inTalk(msg, f)
			return in, tea.Batch(cmd, p.seen())
		case p.find.on:
			return p.inFind(msg)
		}
		return p.inList(msg, f)
	}
	return nil, nil
}

// inList takes a key while the conversations have the cursor.
func (p *Page) inList(msg tea.KeyPressMsg, f *draft.Form) (page.Intent, tea.Cmd) {
	b := p.bindings
	switch {
	case key.Matches(msg, p.global.Back) && p.find.field.Value() != "":
		p.find.field.Set("")
		return nil, p.load(false)
	case key.Matches(msg, p.global.Back) && p.find.held, key.Matches(msg, b.Held):
		p.find.held = !p.find.held
		p.list.rows.To(0)
		return nil, p.load(false)
	case key.Matches(msg, p.global.Back):
		return page.Back{}, nil
	case key.Matches(msg, b.Find), key.Matches(msg, p.global.NextField), key.Matches(msg, p.global.PrevField):
		p.find.on = true
		p.find.field.Focus()
	case key.Matches(msg, b.Move):
		return nil, tea.Batch(p.move(msg), p.follow())
	case key.Matches(msg, b.Open, b.Reply, p.global.NextStep):
		return nil, p.openTalk(f)
	}
	return nil, nil
}

// openTalk gives the conversation under the cursor the keys.
func (p *Page) openTalk(f *draft.Form) tea.Cmd {
	t, ok := p.list.selected()
	if !ok {
		return nil
	}
	p.open = true
	if p.talk == nil || p.talk.thread.ID != t.ID {
		p.talk = &talk{thread: t}
	}
	p.talk.follows, p.talk.attended = true, true
	p.beginReply(f)
	p.layOut()
	return p.readTalk(t, 0, talkAtOnce)
}

// close goes back to the list.
func (p *Page) close() {
	p.open = false
	p.reply.end()
	p.find.leave()
}

// Keys are what works now.
func (p *Page) Keys(*draft.Form) []key.Binding {
	b, leave := p.bindings, p.global.Back
	_, some := p.list.selected()
	switch {
	case p.find.on:
		b.Open.SetHelp(b.Open.Help().Key, "to the list")
		leave.SetHelp(leave.Help().Key, "to the list")
		return []key.Binding{b.Open, leave}
	case p.open && p.reply.on:
		b.Review.SetEnabled(p.reply.field.Value() != "")
		leave.SetHelp(leave.Help().Key, "leave field")
		b.Scroll.SetHelp("up/down", "scroll")
		return []key.Binding{b.Review, leave, b.Scroll}
	case p.open:
		leave.SetHelp(leave.Help().Key, "list")
		b.Reply.SetEnabled(p.reply.why == "")
		_, some := p.withFiles()
		b.Save.SetEnabled(some)
		if p.talk != nil && len(p.talk.held.entries) > 0 {
			b.OptOut.SetHelp(b.OptOut.Help().Key, "opt out")
			b.Keep.SetHelp(b.Keep.Help().Key, "keep texting")
			if p.w < widget.Narrow { // where the way out has no room beside that
				b.Keep.SetHelp(b.Keep.Help().Key, "keep")
			}
			return []key.Binding{b.OptOut, b.Keep, b.Save, leave, b.Scroll}
		}
		return []key.Binding{b.Reply, b.Save, leave, b.Scroll}
	}
	b.Held.SetEnabled(!p.find.held) // it is the same as esc then
	if p.find.field.Value() != "" || p.find.held {
		leave.SetHelp(leave.Help().Key, "show all")
	}
	b.Open.SetEnabled(some)
	b.Move.SetEnabled(some)
	return []key.Binding{b.Open, b.Find, b.Held, leave, b.Move}
}
