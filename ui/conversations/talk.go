package conversations

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

const (
	// talkAtOnce is how many messages of a conversation are read at once.
	talkAtOnce = 100
	// mostTalk bounds how many of them are in memory.
	mostTalk = 1000
	// talkAfter is how long after the last key the conversation under the cursor is drawn
	// beside the list: a key that is held costs a row, and not a page.
	talkAfter = 150 * time.Millisecond
	// mostBubble is how many lines of one text are shown, and mostLink how many characters
	// of the address of a file.
	mostBubble, mostLink = 60, 400
	// mostWide is how many cells of a line a text takes, at most.
	mostWide = 60
)

// A talk is one conversation, laid out.
type talk struct {
	thread   outbox.Thread
	entries  []outbox.Entry
	shares   map[int64][]outbox.Delivery // of group messages that did not reach everybody, by their ids
	all      bool                        // there is nothing older
	older    bool                        // that is being read
	follows  bool                        // the end stays in sight
	attended bool                        // somebody pressed a key with the end in sight, so what is there was seen
	marked   int64
	held     holding
	lines    []line
	top      int
}

// A line is one row of a conversation, clean.
type line struct {
	text  string
	tone  widget.Tone
	entry int // of which message it is, counted from 1
}

// panes reports whether the conversation stands beside the list.
func (p *Page) panes() bool { return p.w >= widget.Panes }

// talkSize is the cells of the conversation.
func (p *Page) talkSize() (w, h int) {
	if p.panes() {
		_, w = widget.PaneWidths(p.w)
		return w, p.h
	}
	return p.w, p.h
}

// talkRows is how many rows the messages have, below the title and above the answer.
func (p *Page) talkRows() int {
	_, h := p.talkSize()
	if !p.open {
		return max(h-1, 1)
	}
	return max(h-1-len(p.replyView(widget.Theme{}).Lines), 1)
}

// follow reads the conversation under the cursor a moment later, unless it stands there.
func (p *Page) follow() tea.Cmd {
	t, ok := p.list.selected()
	if !ok || p.open || !p.panes() || p.talk != nil && p.talk.thread.ID == t.ID && p.talk.thread.Last.ID == t.Last.ID {
		return nil
	}
	p.turns++
	turn := p.turns
	return tea.Tick(talkAfter, func(time.Time) tea.Msg { return talkDue{turn} })
}

func (p *Page) onTalkDue(due talkDue) tea.Cmd {
	t, ok := p.list.selected()
	if !ok || due.turn != p.turns || !p.front || p.open {
		return nil
	}
	return p.readTalk(t, 0, talkAtOnce)
}

// readTalk reads the newest messages of a conversation, or those older than before.
func (p *Page) readTalk(t outbox.Thread, before int64, limit int) tea.Cmd {
	store := p.deps.Store()
	if store == nil {
		return nil
	}
	p.turns++
	ctx, turn := p.ctx, p.turns
	return func() tea.Msg {
		entries, err := store.Talk(ctx, outbox.TalkFilter{Threads: []int64{t.ID}, Before: before, Limit: limit})
		read := talkRead{turn: turn, thread: t, older: before > 0, limit: limit, entries: entries, err: err}
		if err == nil {
			read.shares, err = sharesOf(ctx, store, entries)
		}
		if read.err = err; err != nil {
			return read
		}
		now, err := store.Threads(ctx, outbox.ThreadFilter{ID: t.ID}) // what the ledger says may be otherwise by now
		if len(now) == 1 {
			read.thread.OptedOut, read.thread.Held = now[0].OptedOut, now[0].Held
		}
		if read.err = err; err == nil && read.thread.Held {
			read.held, read.err = store.OptOuts(ctx, outbox.OptOutFilter{Numbers: t.Others, Held: true})
		}
		return read
	}
}

// sharesOf are the deliveries of group messages that did not reach everybody: of these it is
// said how many they did not reach.
func sharesOf(ctx context.Context, store Store, entries []outbox.Entry) (map[int64][]outbox.Delivery, error) {
	var groups []outbox.Entry
	for _, e := range entries {
		if len(e.Message.To) > 1 && (e.State == outbox.Failed || e.State == outbox.Unconfirmed) {
			groups = append(groups, e)
		}
	}
	if len(groups) == 0 {
		return nil, nil
	}
	return store.Deliveries(ctx, groups)
}

func (p *Page) onTalk(msg talkRead) (page.Intent, tea.Cmd) {
	if t := p.talk; t != nil && msg.older && t.thread.ID == msg.thread.ID {
		t.older = false // also if nothing came of it: it can be read again
	}
	if msg.turn != p.turns {
		return nil, nil
	}
	if msg.err != nil {
		return page.Here{Intent: page.Failed(text.Clean(msg.err.Error()))}, nil
	}
	w, _ := p.talkSize()
	t := p.talk
	if t == nil || t.thread.ID != msg.thread.ID {
		t = &talk{follows: true}
		p.talk = t
	}
	before := len(t.lines)
	t.all = len(msg.entries) < msg.limit
	if msg.older {
		t.entries = append(msg.entries, t.entries...)
	} else {
		if unkept(t.entries) != unkept(msg.entries) {
			t.marked = 0 // a text that comes late is unread
		}
		t.entries = msg.entries
	}
	if t.shares == nil {
		t.shares = map[int64][]outbox.Delivery{}
	}
	maps.Copy(t.shares, msg.shares)
	t.thread = msg.thread
	t.held.entries = heldIn(msg.held, t.thread.Own)
	if n := len(t.entries); n > 0 {
		t.thread.Last = t.entries[n-1]
	}
	t.layOut(w, p.deps.Now())
	switch {
	case msg.older:
		t.top += len(t.lines) - before
	case t.follows:
		t.top = len(t.lines)
	}
	if p.open {
		p.reply.aim(t, p.deps.Account())
		if p.reply.waits && p.reply.why == "" {
			p.reply.focus()
		}
		p.reply.waits = false
		return nil, p.seen()
	}
	return nil, nil
}

// unkept counts the messages whose texts are not there.
func unkept(entries []outbox.Entry) (n int) {
	for i := range entries {
		if entries[i].In.Missed {
			n++
		}
	}
	return n
}

// seen marks what stands in sight as read, if somebody is there.
func (p *Page) seen() tea.Cmd {
	t, store := p.talk, p.deps.Store()
	if !p.open || t == nil || store == nil || !t.attended || len(t.entries) == 0 {
		return nil
	}
	last := t.entries[len(t.entries)-1].ID
	if t.marked >= last {
		return nil
	}
	t.marked, t.attended = last, false
	ctx, id := p.ctx, t.thread.ID
	return func() tea.Msg { return marked{store.MarkRead(ctx, id, last)} }
}

// inTalk takes a key while a conversation is opened.
func (p *Page) inTalk(msg tea.KeyPressMsg, f *draft.Form) (page.Intent, tea.Cmd) {
	b := p.bindings
	p.talk.attended = true
	if p.reply.on {
		switch s := msg.String(); {
		case key.Matches(msg, p.global.Back, p.global.NextField, p.global.PrevField):
			p.reply.rest()
		case key.Matches(msg, b.Review, p.global.NextStep):
			return p.review(f), nil
		case s == "up", s == "down", s == "pgup", s == "pgdown":
			return nil, p.scroll(msg)
		case s == "ctrl+j", s == "shift+enter", s == "alt+enter":
			return p.typed(tea.KeyPressMsg{Code: tea.KeyEnter}, f)
		default:
			return p.typed(msg, f)
		}
		return nil, nil
	}
	if in, ok := p.deciding(msg); ok {
		return in, nil
	}
	switch {
	case key.Matches(msg, p.global.Back):
		p.close()
		p.layOut()
	case key.Matches(msg, b.Reply, b.Open, p.global.NextField, p.global.PrevField):
		if p.reply.why != "" {
			return page.Warn(p.reply.why), nil
		}
		p.reply.focus()
	case key.Matches(msg, b.Save):
		return p.save()
	case key.Matches(msg, b.Scroll):
		return nil, p.scroll(msg)
	}
	return nil, nil
}

// scroll moves through the conversation, and reads on where what is in memory ends.
func (p *Page) scroll(msg tea.KeyPressMsg) tea.Cmd {
	t, h := p.talk, p.talkRows()
	pager := widget.Pager{Lines: make([]string, len(t.lines)), Top: t.shownFrom(h)}
	pager.Scroll(msg, p.bindings.Scroll, h)
	t.top = pager.Top
	t.follows = t.top >= len(t.lines)-h
	if t.top == 0 && !t.all && !t.older && len(t.entries) > 0 && len(t.entries) < mostTalk {
		t.older = true
		return p.readTalk(t.thread, t.entries[0].ID, talkAtOnce)
	}
	return nil
}

// shownFrom is the first row in sight of h.
func (t *talk) shownFrom(h int) int { return max(min(t.top, len(t.lines)-h), 0) }

// talkView is the conversation with its title, and with the answer if it is opened.
func (p *Page) talkView(th widget.Theme) widget.Frame {
	var out widget.Frame
	w, h := p.talkSize()
	t := p.talk
	if at, ok := p.list.selected(); t == nil || !p.open && (!ok || at.ID != t.thread.ID) {
		return out.Fit(w, h)
	}
	out.Add(th.Title.Render(text.Truncate(t.title(), w)))
	rows := p.talkRows()
	from := t.shownFrom(rows)
	for _, l := range t.lines[from:min(from+rows, len(t.lines))] {
		out.Add(th.In(l.tone).Render(l.text))
	}
	for len(out.Lines) < rows+1 {
		out.Add("")
	}
	if p.open {
		reply := p.replyView(th)
		out.Put(0, reply.Lines, reply.Cursor)
	}
	return out.Fit(w, h)
}

// title is who talks.
func (t *talk) title() string {
	all := make([]string, len(t.thread.Others))
	for i, n := range t.thread.Others {
		all[i] = words.Named(n, t.name(n))
	}
	return strings.Join(all, ", ") + " · you " + text.LastDigits(t.thread.Own)
}

// name is what another is called; "" if that is not known.
func (t *talk) name(number string) string {
	if i := slices.Index(t.thread.Others, number); i >= 0 && t.thread.Names != nil {
		return t.thread.Names[i]
	}
	return ""
}

// layOut makes the rows of w cells.
func (t *talk) layOut(w int, now time.Time) {
	t.lines = t.lines[:0]
	day := ""
	for n, e := range t.entries {
		if d := words.Day(e.When(), now); d != day {
			day = d
			t.add(widget.Aside, "── "+d+" ──")
		}
		t.entry(e, w, now.Location())
		for i := len(t.lines) - 1; i >= 0 && t.lines[i].entry == 0; i-- {
			t.lines[i].entry = n + 1
		}
	}
}

func (t *talk) add(tone widget.Tone, lines ...string) {
	for _, l := range lines {
		t.lines = append(t.lines, line{text: l, tone: tone})
	}
}

// entry adds one message: in at the left, out at the right.
func (t *talk) entry(e outbox.Entry, w int, zone *time.Location) {
	at := e.When().In(zone).Format("15:04")
	if e.In.Missed && e.Message.Text == "" {
		t.add(widget.Aside, text.Wrap(fmt.Sprintf("%s wrote at %s %s", text.Clean(e.Message.From), at, words.Gist(e)), w)...)
		return
	}
	body := text.Clip(e.Message.Text)
	if body == "" {
		body = words.Gist(e)
	}
	if e.Direction == outbox.In {
		if len(t.thread.Others) > 1 {
			t.add(widget.Plain, words.Named(e.Message.From, t.name(e.Message.From)))
		}
		t.add(widget.Plain, widget.Bubble(body, bubbleWidth(w), mostBubble)...)
		t.add(widget.Aside, at)
	} else {
		bubble := widget.Bubble(body, bubbleWidth(w), mostBubble)
		indent := strings.Repeat(" ", max(w-text.Width(bubble[0]), 0))
		for _, l := range bubble {
			t.add(widget.Plain, indent+l)
		}
		said := words.State(e)
		if shares, some := t.shares[e.ID]; some {
			said = words.Outcome(e, shares)
		}
		state := at + " " + words.Sign(e) + " " + said
		if e.Answers != 0 {
			state += " · automatic"
		}
		if e.ErrorCode != 0 {
			state += " – " + words.Code(e.ErrorCode)
		}
		for _, l := range text.Wrap(state, w) {
			t.add(page.Tone(e), strings.Repeat(" ", max(w-text.Width(l), 0))+l)
		}
	}
	for i, link := range e.Message.Media {
		if r := []rune(link); len(r) > mostLink {
			link = string(r[:mostLink]) + "…"
		}
		t.add(widget.Aside, text.Wrap(fmt.Sprintf("file %d %s", i+1, text.Clean(link)), w)...)
	}
	if e.In.Unproven {
		t.add(widget.Doubtful, text.Wrap("not proven: it came without credentials, so anybody can have made it up", w)...)
	}
}

// bubbleWidth is how wide a text is drawn at most, in w cells: the side shows who wrote.
func bubbleWidth(w int) int { return max(min(w-max(w/6, 2), mostWide), 8) }
