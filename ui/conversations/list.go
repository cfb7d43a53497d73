package conversations

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

const (
	// threadsAtOnce is how many conversations are read at once.
	threadsAtOnce = 100
	// threadsAhead is how near to the end of what is in memory more is read.
	threadsAhead = 30
	// mostThreads bounds how many are read to get to the last one.
	mostThreads = 10_000
	// findAfter is how long after a key the search begins.
	findAfter = 150 * time.Millisecond
	// findLabel is the column at which what is looked for begins, replyLabel that of an
	// answer.
	findLabel, replyLabel = 6, 7
	// listHead is how many rows stand above the conversations.
	listHead = 1
)

// A list is the conversations that were read, newest first.
type list struct {
	threads []outbox.Thread
	rows    widget.List
	load    int  // tells the answer that is waited for from earlier ones
	loading bool // more is being read
	all     bool // there is none behind the last
	read    bool // something was read, so that no row means that there is none
	failed  string
}

func (l *list) selected() (outbox.Thread, bool) {
	if len(l.threads) == 0 {
		return outbox.Thread{}, false
	}
	return l.threads[min(l.rows.At, len(l.threads)-1)], true
}

// A find is what is looked for in the list.
type find struct {
	field widget.Field
	on    bool // it has the cursor
	held  bool // only conversations in which somebody is held
}

func (f *find) leave() {
	f.on = false
	f.field.Blur()
}

// wanted is what the outbox is asked for. A number is found however it is written.
func (f *find) wanted() string {
	s := strings.TrimSpace(f.field.Value())
	if strings.Trim(s, "+0123456789 ()-.") == "" {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune(" ()-.", r) {
				return -1
			}
			return r
		}, s)
	}
	return s
}

func (p *Page) inFind(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	switch {
	case key.Matches(msg, p.global.Back) && p.find.field.Value() != "":
		p.find.field.Set("")
		return nil, p.load(false)
	case key.Matches(msg, p.global.Back, p.global.NextField, p.global.PrevField, p.bindings.Open), msg.String() == "down", msg.String() == "up":
		p.find.leave()
		return nil, nil
	}
	return nil, p.findTyped(msg)
}

// findTyped gives the search a key or a paste, and searches a moment later.
func (p *Page) findTyped(msg tea.Msg) tea.Cmd {
	before := p.find.field.Value()
	cmd := p.find.field.Update(msg)
	now := p.find.field.Value()
	if now == before {
		return cmd
	}
	return tea.Batch(cmd, tea.Tick(findAfter, func(time.Time) tea.Msg { return findDue{now} }))
}

// load reads the newest conversations, as many as it takes to have the one with the
// cursor among them, or more behind those that are there.
func (p *Page) load(more bool) tea.Cmd {
	store := p.deps.Store()
	l := &p.list
	if store == nil || more && (l.loading || l.all) {
		return nil
	}
	f := outbox.ThreadFilter{Find: p.find.wanted(), Held: p.find.held, Limit: threadsAtOnce}
	switch {
	case more:
		f.Before = l.threads[len(l.threads)-1].Last.ID
	default:
		f.Limit = max(threadsAtOnce, l.rows.At+threadsAtOnce/2)
	}
	return p.ask(store, f, more)
}

func (p *Page) ask(store Store, f outbox.ThreadFilter, more bool) tea.Cmd {
	l := &p.list
	l.loading = true
	l.load++
	ctx, load := p.ctx, l.load
	return func() tea.Msg {
		threads, err := store.Threads(ctx, f)
		return threadsRead{load: load, more: more, limit: f.Limit, threads: threads, err: err}
	}
}

func (p *Page) onThreads(msg threadsRead) page.Intent {
	l := &p.list
	if msg.load != l.load {
		return nil
	}
	l.loading = false
	if l.failed = ""; msg.err != nil {
		l.failed = text.Clean(msg.err.Error())
		return page.Here{Intent: page.Failed(l.failed)}
	}
	at, some := l.selected()
	l.read, l.all = true, len(msg.threads) < msg.limit
	if msg.more {
		l.threads = append(l.threads, msg.threads...)
	} else {
		l.threads = msg.threads
	}
	l.rows.N = len(l.threads)
	if i := slices.IndexFunc(l.threads, func(t outbox.Thread) bool { return t.ID == at.ID }); some && i >= 0 {
		l.rows.At = i
	}
	l.rows.Resize(len(l.threads), p.listRows())
	return nil
}

// move selects another conversation, and reads on where those in memory end.
func (p *Page) move(msg tea.KeyPressMsg) tea.Cmd {
	l := &p.list
	store := p.deps.Store()
	if widget.ToLast(msg) && !l.all && store != nil && len(l.threads) > 0 {
		l.rows.To(len(l.threads) - 1)
		return p.ask(store, outbox.ThreadFilter{
			Find: p.find.wanted(), Held: p.find.held, Before: l.threads[len(l.threads)-1].Last.ID, Limit: mostThreads,
		}, true)
	}
	l.rows.Move(msg, p.bindings.Move)
	if l.rows.At > len(l.threads)-threadsAhead && len(l.threads) > 0 {
		return p.load(true)
	}
	return nil
}

// listSize is the cells of the list.
func (p *Page) listSize() (w, h int) {
	if p.panes() {
		w, _ = widget.PaneWidths(p.w)
		return w, p.h
	}
	return p.w, p.h
}

func (p *Page) listRows() int { return max(p.h-listHead, 1) }

// listView is the search and the rows in sight.
func (p *Page) listView(t widget.Theme) widget.Frame {
	var out widget.Frame
	w, h := p.listSize()
	label := text.Pad("Find", findLabel)
	if p.find.held {
		label = text.Pad("Held", findLabel)
	}
	if p.find.on {
		label = text.Pad(t.Focus.Render("Find"), findLabel)
	}
	lines, cursor := p.find.field.View()
	out.Add(label + lines[0])
	if cursor != nil {
		cursor.X, cursor.Y = cursor.X+findLabel, 0
		out.Cursor = cursor
	}
	if len(p.list.threads) == 0 {
		for _, l := range text.Wrap(p.emptyWords(), w) {
			out.Add(l)
		}
		return out.Fit(w, h)
	}
	c := p.columns(w)
	from, to := p.list.rows.Visible()
	for i := from; i < min(to, len(p.list.threads)); i++ {
		mark := "  "
		if i == p.list.rows.At {
			mark = "> "
		}
		at := out.Add(mark + c.line(p.list.threads[i], t))
		if i == p.list.rows.At && !p.find.on {
			out.Cursor = widget.Steady(0, at)
		}
	}
	return out.Fit(w, h)
}

// emptyWords say why there is no row.
func (p *Page) emptyWords() string {
	switch l := &p.list; {
	case l.failed != "":
		return l.failed
	case p.deps.Store() == nil:
		return "The outbox is not open yet."
	case !l.read:
		return "Reading."
	case p.find.held && p.find.field.Value() == "":
		return "Nobody is held: nothing waits for a decision. " + p.global.Back.Help().Key + " shows all."
	case p.find.field.Value() != "":
		return "No conversation has “" + text.Clean(p.find.field.Value()) + "” in its numbers or its newest text. " + p.global.Back.Help().Key + " shows all."
	}
	return "No conversations yet. What you send is listed here, and what others write while " + p.deps.Shell.Command("listen") + " runs."
}

// columns are how wide the parts of a row are, by the rows in sight.
type columns struct {
	who, own int
	w        int
	now      time.Time
}

const (
	unreadColumn = 3
	timeColumn   = 6
	// mostWho bounds the column of the others: "+123456789012345 +99".
	mostWho = 20
)

func (p *Page) columns(w int) columns {
	c := columns{w: w - 2, now: p.deps.Now()}
	from, to := p.list.rows.Visible()
	own := ""
	for i, t := range p.list.threads[from:min(to, len(p.list.threads))] {
		c.who = max(c.who, min(text.Width(words.Others(t)), mostWho))
		if i > 0 && t.Own != own {
			c.own = len("…0100") - len("…") + 1
		}
		own = t.Own
	}
	return c
}

// line is a conversation in one line: how much is unread, when and by whom something was
// said last, to which number of ours if there are several, whether they opted out, and what.
func (c columns) line(th outbox.Thread, t widget.Theme) string {
	unread, who := strings.Repeat(" ", unreadColumn), text.Pad(text.Truncate(words.Others(th), c.who), c.who)
	if th.Unread > 0 {
		unread = t.Accent.Render(text.Pad(fmt.Sprintf("*%d", min(th.Unread, 99)), unreadColumn))
		who = t.Focus.Render(who)
	}
	parts := []string{unread, text.Pad(c.when(th.LastAt()), timeColumn), who}
	if c.own > 0 {
		parts = append(parts, text.Pad(text.LastDigits(th.Own), c.own))
	}
	parts = append(parts, t.In(page.Tone(th.Last)).Render(words.Sign(th.Last)))
	switch {
	case th.OptedOut:
		parts = append(parts, t.Warn.Render("! opted out"))
	case th.Held:
		parts = append(parts, t.Warn.Render("! held"))
	}
	parts = append(parts, words.Gist(th.Last))
	return text.Truncate(strings.Join(parts, " "), c.w)
}

// when is a time in a few letters: that of today, or the day.
func (c columns) when(at time.Time) string {
	at = at.In(c.now.Location())
	switch {
	case at.Format(time.DateOnly) == c.now.Format(time.DateOnly):
		return at.Format("15:04")
	case at.Year() == c.now.Year():
		return at.Format("2 Jan")
	}
	return at.Format("2006")
}

// Listed are the ids of the conversations in memory, from the top.
func (p *Page) Listed() []int64 {
	ids := make([]int64, len(p.list.threads))
	for i, t := range p.list.threads {
		ids[i] = t.ID
	}
	return ids
}
