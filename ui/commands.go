package ui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/palette"
	"telex/ui/terminal"
	"telex/ui/text"
	"telex/ui/widget"
)

// A command is what a key does, to be found by its name.
type command struct {
	keys.Stroke

	why string         // why it cannot be done now, or where it can; "" if it can
	do  func() tea.Cmd // does it where no keys do; nil for those of the stroke
}

// commands is the list of all that can be done, in front of what it is done to. Its
// commands do what their keys do, by these keys.
type commands struct {
	all    []command
	names  []string // what is searched: of each, then other names of some
	others []int    // whose those are
	found  []int    // of all, the best first
	query  widget.Field
	list   widget.List
	move   key.Binding
	accept keys.Question
	open   key.Binding // what opened it closes it
	do     func(keys.Stroke) tea.Cmd
	w, h   int
}

// openCommands shows what can be done with what is in front.
func (a *app) openCommands() {
	front := a.overlays.top()
	c := &commands{all: a.commandsOn(front), query: widget.NewField(false), accept: a.keymap.Question, open: a.keys.Commands}
	c.move = key.NewBinding(key.WithKeys("up", "down", "pgup", "pgdown"), key.WithHelp("up/down", "select"))
	for _, it := range c.all {
		c.names = append(c.names, it.Does+" "+it.Label)
	}
	for i, it := range c.all {
		if other := a.otherName(it.Stroke); other != "" {
			c.names, c.others = append(c.names, other), append(c.others, i)
		}
	}
	c.do = func(s keys.Stroke) tea.Cmd {
		var cmds []tea.Cmd
		for _, name := range s.Keys {
			if k, ok := keys.Press(name); ok {
				cmds = append(cmds, a.press(k))
			}
		}
		return tea.Sequence(cmds...)
	}
	c.query.Focus()
	c.search()
	a.show(c)
}

// search finds the commands that fit what was typed.
func (c *commands) search() {
	c.found = c.found[:0]
	for _, at := range palette.Rank(c.query.Value(), c.names) {
		if at >= len(c.all) {
			at = c.others[at-len(c.all)]
		}
		if !slices.Contains(c.found, at) {
			c.found = append(c.found, at)
		}
	}
	for i, at := range c.found { // of those that are called the same, what can be done first
		if c.all[at].why == "" {
			continue
		}
		for j, other := range c.found[i+1:] {
			if o := c.all[other]; o.why == "" && o.Does == c.all[at].Does {
				c.found = slices.Insert(slices.Delete(c.found, i+1+j, i+2+j), i, other)
				break
			}
		}
	}
	c.list.Resize(len(c.found), max(c.h-2, 1))
	c.list.To(0)
}

func (c *commands) update(msg tea.Msg) (page.Intent, tea.Cmd) {
	k, ok := msg.(tea.KeyPressMsg)
	switch {
	case ok && key.Matches(k, c.accept.No, c.open):
		return closed{c, nil}, nil
	case ok && key.Matches(k, c.accept.Yes):
		if len(c.found) == 0 {
			return page.Warn("no command has that name"), nil
		}
		if it := c.all[c.found[c.list.At]]; it.why != "" {
			return page.Warn(it.Does + ": " + it.why), nil
		}
		it := c.all[c.found[c.list.At]]
		if it.do != nil {
			return closed{c, doing(it.do)}, nil
		}
		return closed{c, doing(func() tea.Cmd { return c.do(it.Stroke) })}, nil
	case ok && c.list.Move(k, c.move):
		return nil, nil
	}
	before := c.query.Value()
	cmd := c.query.Update(msg)
	if c.query.Value() != before {
		c.search()
	}
	return nil, cmd
}

func (c *commands) resize(w, h int) {
	c.w, c.h = w, h
	c.query.Resize(max(w-2, 1), 1)
	c.list.Resize(len(c.found), max(h-2, 1))
}

func (c *commands) keys() []key.Binding {
	yes, no := c.accept.Yes, c.accept.No
	yes.SetHelp(yes.Help().Key, "run")
	no.SetHelp(no.Help().Key, "close")
	return []key.Binding{yes, c.move, no}
}

func (c *commands) typing() bool { return true }
func (c *commands) inBox() bool  { return true }

// keyColumn is how many cells the keys have at the right.
const keyColumn = 14

func (c *commands) view(t widget.Theme) widget.Frame {
	var out widget.Frame
	lines, cursor := c.query.View()
	out.Put(2, lines, cursor)
	out.Lines[0] = "> " + strings.TrimPrefix(out.Lines[0], "  ")
	out.Add("")
	from, to := c.list.Visible()
	for i := from; i < to; i++ {
		out.Add(c.row(i, t))
	}
	if len(c.found) == 0 {
		out.Add(t.Faint.Render("no command has that name"))
	}
	for len(out.Lines) < c.h {
		out.Add("")
	}
	return out
}

// row is a command, with its key, and why it cannot be done if it cannot.
func (c *commands) row(i int, t widget.Theme) string {
	it := c.all[c.found[i]]
	mark, words := "  ", it.Does
	if i == c.list.At {
		mark = "> "
	}
	if it.why != "" {
		words += " (" + it.why + ")"
	}
	room := max(c.w-2-keyColumn-1, 1)
	words = text.Pad(text.Truncate(words, room), room) + " " + it.Label
	if it.why != "" {
		words = t.Faint.Render(words)
	}
	return mark + words
}

// commandsOn are what can be done with an overlay or, if it is nil, the page in front:
// first what can be done now, then the rest, with why not.
func (a *app) commandsOn(front overlay) []command {
	var out []command
	add := func(why string, bindings ...key.Binding) {
		for _, b := range bindings {
			for _, s := range keys.Strokes(b) {
				same := func(c command) bool {
					return c.do == nil && slices.Equal(c.Keys, s.Keys) && (why == "" || c.why == "" && why == notNow || c.Does == s.Does)
				}
				if !slices.ContainsFunc(out, same) {
					out = append(out, command{Stroke: s, why: why})
				}
			}
		}
	}
	for _, b := range a.working(front) {
		if b.Enabled() && b.Help() != a.keys.Commands.Help() {
			add("", b)
		}
	}
	k := a.keys
	k.Help.SetEnabled(k.Help.Enabled() && helpsOn(front))
	if k.Help.Enabled() {
		add("", k.Help)
	}
	if front != nil {
		return out
	}
	for _, g := range []struct {
		b   key.Binding
		why string
	}{
		{k.History, a.batchWhy()},
		{k.Drafts, a.batchWhy()},
		{k.Setup, a.setupWhy()},
		{k.Conversations, a.batchWhy()},
		{k.Broadcasts, a.batchWhy()},
		{k.People, a.batchWhy()},
		{k.Figures, a.batchWhy()},
		{k.Panes, ""},
		{k.NextField, ""},
		{k.PrevField, ""},
		{k.Redraw, ""},
		{k.Suspend, a.suspendWhy()},
		{k.Quit, ""},
		{k.NextStep, notNow},
		{k.PrevStep, notNow},
	} {
		if g.b.Enabled() || len(g.b.Keys()) > 0 {
			add(g.why, g.b)
		}
	}
	out = append(out, a.stepCommands(out)...)
	for id, bindings := range a.keymap.Pages() {
		why := "on " + page.ID(id).String()
		if page.ID(id) == a.page {
			why = notNow
		}
		add(why, bindings...)
	}
	return out
}

// stepCommands go to the steps by their names, but for those that a key of now goes to.
func (a *app) stepCommands(have []command) (all []command) {
	for id, name := range page.Steps {
		to := page.ID(id)
		if to == a.page || slices.ContainsFunc(have, func(c command) bool { return c.Does == name && c.why == "" }) {
			continue
		}
		it := command{Stroke: keys.Stroke{Does: name}, why: a.batchWhy(), do: func() tea.Cmd { return a.toStep(to) }}
		if to == page.Response && a.batch == nil {
			it.why = "nothing was sent yet"
		}
		all = append(all, it)
	}
	return all
}

// toStep shows a step, from beside the steps by the way back.
func (a *app) toStep(to page.ID) tea.Cmd {
	var back []tea.Cmd
	for a.page.Beside() {
		was := len(a.trail)
		if back = append(back, a.goBack()); a.page.Beside() && len(a.trail) >= was {
			return tea.Batch(back...) // it says why not
		}
	}
	return tea.Batch(append(back, a.goTo(to, page.AtDefault))...)
}

// otherName is what people call a command besides; "" for most.
func (a *app) otherName(s keys.Stroke) string {
	switch s.Label {
	case a.keys.Drafts.Help().Key:
		return "drafts"
	case a.keys.Conversations.Help().Key:
		return "replies"
	case a.keys.People.Help().Key:
		return "contacts"
	case a.keys.Figures.Help().Key:
		return "statistics"
	}
	return ""
}

// notNow is why a key of the page in front does not work.
const notNow = "not now"

// batchWhy is why what must not meet a send cannot be done; "" if it can.
func (a *app) batchWhy() string {
	if a.batch.running() {
		return "a message is being sent"
	}
	return ""
}

func (a *app) setupWhy() string {
	if a.deps.Accounts == nil {
		return "there are no accounts to choose from"
	}
	return a.batchWhy()
}

func (a *app) suspendWhy() string {
	if !terminal.CanSuspend() {
		return "telex was not started from a shell"
	}
	return ""
}
