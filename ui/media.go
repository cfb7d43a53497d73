package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// mediaLooked is what a look at a URL found.
type mediaLooked struct {
	url   string
	facts messaging.MediaFacts
	err   error
}

func (mediaLooked) To() page.ID { return page.Media }

// media is the step where files are named.
type media struct {
	ctx      context.Context
	lookAt   func(ctx context.Context, url string) (messaging.MediaFacts, error)
	bindings keys.Media
	global   keys.Global
	in       widget.Field
	list     widget.List
	inList   bool
	w, h     int
	looked   map[string]*mediaLooked // nil while the look is under way
	doubts   []string                // what a URL says against itself, one for each file; "" for nothing
	bad      string                  // why what stands in the field was not taken
	own      ownFiles
	removed  []removedFile // that can be put back, the last one at the end
}

func newMedia(ctx context.Context, lookAt func(context.Context, string) (messaging.MediaFacts, error), k *keys.Map) *media {
	return &media{
		ctx: ctx, lookAt: lookAt, bindings: k.Media, global: k.Global,
		in: widget.NewField(false), looked: map[string]*mediaLooked{},
	}
}

func (m *media) Show(f *draft.Form, how page.Entry) tea.Cmd {
	m.in.Set(f.NewMedia)
	if f.NewMedia == "" {
		m.bad = ""
	}
	m.inList = (how == page.AtEnd || how == page.AsLeft && m.inList) && m.lists(f)
	m.settle(f)
	return m.lookAtAll(f)
}

func (m *media) Jump(_ messaging.Field, index int, f *draft.Form) {
	m.inList = index >= 0 && len(f.Media) > 0
	m.list.To(max(index, 0))
	m.settle(f)
}

// Leave takes over what is typed. What is no link stays in the field, where Review finds
// it: no other page is told of it.
func (m *media) Leave(f *draft.Form) (page.Intent, tea.Cmd) {
	m.in.Set(f.NewMedia) // of this message: another one may have taken the place of what was written
	in, cmd := m.commit(f)
	if tell, ok := in.(page.Tell); ok && tell.Status.Kind != page.StatusDone {
		in = nil
	}
	return in, cmd
}

func (m *media) settle(f *draft.Form) {
	m.inList = m.inList && m.lists(f)
	m.doubts = mediaDoubts(f.Media)
	m.list.Resize(len(f.Media), m.listRows(len(f.Media)))
	if m.inList {
		m.in.Blur()
	} else {
		m.in.Focus()
	}
}

func (m *media) Resize(w, h int) {
	m.w, m.h = w, h
	m.in.Resize(m.listWidth()-widget.LabelWidth, 1)
	m.list.Resize(m.list.N, m.listRows(m.list.N))
}

func (m *media) Typing() bool            { return !m.inList }
func (m *media) Closes(*draft.Form) bool { return false }

func (m *media) Update(msg tea.Msg, f *draft.Form) (page.Intent, tea.Cmd) {
	defer m.settle(f)
	switch msg := msg.(type) {
	case mediaLooked:
		m.looked[msg.url] = &msg
		return nil, nil
	case fileRead:
		return m.onRead(msg, f), nil
	case fileCompleted:
		return m.onCompleted(msg, f), nil
	case tea.PasteMsg:
		return m.paste(msg.Content, f)
	case tea.KeyPressMsg:
		switch {
		case key.Matches(msg, m.global.NextField) && m.completes():
			return nil, m.complete()
		case key.Matches(msg, m.global.NextField):
			return m.step(true, f), nil
		case key.Matches(msg, m.global.PrevField):
			return m.step(false, f), nil
		case m.inList && (len(f.Media) > 0 || m.isOfList(msg)):
			return m.listKey(msg, f)
		case key.Matches(msg, m.bindings.Add) && strings.TrimSpace(m.in.Value()) == "":
			return m.step(true, f), nil
		case key.Matches(msg, m.bindings.Add):
			return m.commit(f)
		}
	}
	m.leaveEmpty(f)
	cmd := m.in.Update(msg)
	if _, isKey := msg.(tea.KeyPressMsg); isKey {
		f.NewMedia, m.bad = m.in.Value(), ""
	}
	return nil, cmd
}

func (m *media) step(forward bool, f *draft.Form) page.Intent {
	switch {
	case forward && !m.inList && m.lists(f):
		m.inList = true
	case forward:
		return page.NextPage{}
	case m.inList:
		m.inList = false
	default:
		return page.PrevPage{}
	}
	return nil
}

func (m *media) paste(text string, f *draft.Form) (page.Intent, tea.Cmd) {
	if m.inList && len(f.Media) > 0 {
		return page.PastedNowhere(tea.PasteMsg{}), nil
	}
	m.leaveEmpty(f)
	cmd := m.in.Update(tea.PasteMsg{Content: text})
	f.NewMedia, m.bad = m.in.Value(), ""
	if len(m.own.split(text)) > 1 {
		said, look := m.commit(f)
		return said, tea.Batch(cmd, look)
	}
	return nil, cmd
}

func (m *media) listKey(msg tea.KeyPressMsg, f *draft.Form) (page.Intent, tea.Cmd) {
	at := m.list.At
	if len(f.Media) == 0 && !key.Matches(msg, m.bindings.Undo) && msg.String() != "enter" {
		return nil, nil // there is nothing left that it could mean
	}
	switch b := m.bindings; {
	case key.Matches(msg, b.Up) && at > 0:
		f.Media[at-1], f.Media[at] = f.Media[at], f.Media[at-1]
		m.list.To(at - 1)
	case key.Matches(msg, b.Down) && at < len(f.Media)-1:
		f.Media[at+1], f.Media[at] = f.Media[at], f.Media[at+1]
		m.list.To(at + 1)
	case key.Matches(msg, b.Remove):
		return m.remove(at, f)
	case key.Matches(msg, b.Undo):
		return m.undo(f)
	case key.Matches(msg, b.View):
		return m.look(at, f), nil
	case key.Matches(msg, b.Again):
		delete(m.looked, f.Media[at])
		return nil, m.lookAtAll(f)
	case msg.String() == "enter":
		return page.NextPage{}, nil
	default:
		m.list.Move(msg, b.Move)
	}
	return nil, nil
}

// commit moves what can be a media URL from the field to the list; what cannot
// stays in the field, and m.bad says why.
func (m *media) commit(f *draft.Form) (page.Intent, tea.Cmd) {
	var left []string
	added := 0
	m.bad = ""
	items := m.own.split(m.in.Value())
	var paths []string
	for _, item := range items {
		if slices.Contains(f.Media, item) {
			continue
		}
		if m.own.isPath(item) {
			paths = append(paths, item)
			continue
		}
		one := messaging.Message{Media: []string{item}}
		if ps := one.Problems(time.Time{}).Of(messaging.FieldMedia); len(ps) > 0 {
			left = append(left, item)
			m.bad = text.Clean(ps[0].Error())
			continue
		}
		f.Media = append(f.Media, item)
		added++
	}
	f.NewMedia = strings.Join(left, " ")
	m.in.Set(f.NewMedia)
	if f.NewMedia == "" {
		m.bad = ""
	}
	m.settle(f)
	m.list.To(len(f.Media) - 1)
	look := m.lookAtAll(f)
	if len(paths) > 0 {
		look = tea.Batch(look, m.read(f, paths))
	}
	switch {
	case len(items) == 0, len(paths) == len(items):
		return nil, look
	case len(left) > 0:
		return page.Failed(draft.Added(added, 0, notLinks(len(left)))), look
	}
	return page.Done(draft.Added(added, len(items)-len(paths)-added, "")), look
}

// completes reports whether tab completes a path: one is being typed.
func (m *media) completes() bool {
	items := splitPaths(m.in.Value())
	if m.inList || len(items) == 0 || !m.own.isPath(items[len(items)-1]) {
		return false
	}
	return true
}

// remove takes a file away. What else is of this machine has more room then, and is made
// fit anew; what was being read may bring the file back, and is read anew without it.
func (m *media) remove(at int, f *draft.Form) (page.Intent, tea.Cmd) {
	gone := f.Media[at]
	own, isOwn := f.OwnFile(gone)
	f.Media = slices.Delete(f.Media, at, at+1)
	m.removed = append(m.removed, removedFile{at, gone, own.Path})
	back := "; " + m.bindings.Undo.Help().Key + " puts it back"
	if !isOwn {
		return page.Done("removed " + text.Clean(gone) + back), nil
	}
	said := page.Done("removed " + text.Clean(own.Name()) + back)
	if len(f.OwnFiles()) == 0 && f.Unread == "" {
		f.Reading = 0
		return said, nil
	}
	return said, m.read(f, nil)
}

// notLinks says that some of what was typed is no link.
func notLinks(n int) string {
	if n == 1 {
		return "1 is not a link and stayed in the field"
	}
	return fmt.Sprintf("%d are not links and stayed in the field", n)
}

// lookAtAll starts a look at each URL that was not looked at yet.
func (m *media) lookAtAll(f *draft.Form) tea.Cmd {
	if m.lookAt == nil {
		return nil
	}
	var cmds []tea.Cmd
	for _, url := range f.Media {
		if _, seen := m.looked[url]; seen {
			continue
		}
		if _, own := f.OwnFile(url); own {
			continue // it is not there yet
		}
		m.looked[url] = nil
		ctx, look := m.ctx, m.lookAt
		cmds = append(cmds, func() tea.Msg {
			facts, err := look(ctx, url)
			return mediaLooked{url, facts, err}
		})
	}
	return tea.Batch(cmds...)
}

func (m *media) Keys(f *draft.Form) []key.Binding {
	b := m.bindings
	b.Add.SetEnabled(!m.inList)
	for _, k := range []*key.Binding{&b.Move, &b.Remove, &b.Again} {
		k.SetEnabled(m.inList && len(f.Media) > 0)
	}
	b.Undo.SetEnabled(m.inList && len(m.removed) > 0)
	b.View.SetEnabled(m.inList && m.isOwn(f))
	b.Up.SetEnabled(m.inList && m.list.At > 0)
	b.Down.SetEnabled(m.inList && m.list.At < len(f.Media)-1)
	return b.All()
}
