package ui

import (
	"context"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/broadcast/template"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// A Template is a text that the user keeps in the configuration, to be filled and sent.
type Template struct {
	Name   string
	Parsed *template.Template // nil if it cannot be used
	Media  []string
	Tag    string
	Err    error // why it cannot be used, and where that stands
}

// noTemplates is what is said where none is kept.
const noTemplates = "no template is kept: telex templates --help shows how to write one"

// chooseTemplate lists the templates, read anew, for the text of Compose.
func (a *app) chooseTemplate() page.Intent {
	all, err := a.deps.Templates()
	switch {
	case err != nil:
		return page.Failed(text.Clean(err.Error()))
	case len(all) == 0:
		return page.Warn(noTemplates)
	}
	return doing(func() tea.Cmd {
		l := &templateList{all: all, bindings: a.keymap.Drafts, take: a.takeTemplate}
		l.title = "Templates"
		a.show(l)
		return nil
	})
}

// takeTemplate asks for what is to be filled in, or makes a text without fields the message's.
func (a *app) takeTemplate(t Template) tea.Cmd {
	if len(t.Parsed.Fields()) > 0 {
		a.show(newFillIn(t, a.keymap.Question, a.keys, func(filled string) tea.Cmd { return a.insert(t, filled) }))
		return nil
	}
	return a.insert(t, t.Parsed.String())
}

// insert makes a filled text the message's, with the media and the tag of its template
// beside what is there already.
func (a *app) insert(t Template, filled string) tea.Cmd {
	var said page.Status
	if filled != "" { // it may be all media
		said = a.compose.use(filled, &a.form)
		a.form.Template = t.Name
	}
	paths := t.accompany(&a.form, a.deps.Attach != nil)
	cmd := a.screen().Show(&a.form, page.AtDefault)
	if media, ok := a.screens[page.Media].(*media); ok && len(paths) > 0 {
		cmd = tea.Batch(cmd, media.read(&a.form, paths))
	}
	if open := draft.Unfilled(filled); len(open) > 0 {
		said = page.Status{Text: text.Clean(strings.Join(open, ", ")) + " is to be filled in still", Kind: page.StatusWarn}
	}
	a.say(said)
	return cmd
}

// accompany puts what a template has beside its text into a form, beside what is there. If
// files of this machine can be media, their paths are left to be read.
func (t Template) accompany(f *draft.Form, ownFiles bool) (paths []string) {
	if f.Tag == "" {
		f.Tag = t.Tag
	}
	for _, m := range t.Media {
		switch {
		case ownFiles && !strings.Contains(m, "://"):
			paths = append(paths, m)
		case !slices.Contains(f.Media, m):
			f.Media = append(f.Media, m)
		}
	}
	return paths
}

// A templateList stands in front of Compose and lists templates. The user opened it.
type templateList struct {
	preview

	all      []Template
	bindings keys.Drafts
	take     func(Template) tea.Cmd
}

func (l *templateList) update(msg tea.Msg) (page.Intent, tea.Cmd) {
	k, ok := msg.(tea.KeyPressMsg)
	switch b := l.bindings; {
	case !ok:
	case key.Matches(k, b.Take):
		taken := l.all[l.list.At]
		if taken.Err != nil {
			return page.Warn(text.Clean(taken.Err.Error())), nil
		}
		return closed{l, doing(func() tea.Cmd { return l.take(taken) })}, nil
	case key.Matches(k, b.Leave):
		return closed{l, nil}, nil
	default:
		l.list.Move(k, b.Move)
	}
	return nil, nil
}

func (l *templateList) resize(w, h int) { l.preview.resize(len(l.all), w, h) }
func (l *templateList) typing() bool    { return false }

func (l *templateList) keys() []key.Binding {
	take := l.bindings.Take
	take.SetHelp(take.Help().Key, "use this template")
	return []key.Binding{take, l.bindings.Move, l.bindings.Leave}
}

func (l *templateList) view(t widget.Theme) widget.Frame {
	names := 0
	for _, one := range l.all {
		names = max(names, text.Width(text.Clean(one.Name)))
	}
	row := func(i int) string { return text.Pad(text.Clean(l.all[i].Name), names+2) + l.all[i].gist() }
	body := l.all[l.list.At].gist()
	if p := l.all[l.list.At].Parsed; p != nil {
		body = p.String()
	}
	return l.preview.view(row, body, t)
}

// gist is the text in a line, or why there is none to use. It is clean.
func (t Template) gist() string {
	if t.Err != nil {
		return "! " + text.Clean(t.Err.Error())
	}
	return words.FirstLine(t.Parsed.String())
}

// askTemplate offers templates line by line, and asks for the fields of the one that was
// chosen; the text is "" for none.
func (p *plain) askTemplate(context.Context) (name, filled string, err error) {
	all, err := p.deps.Templates()
	switch {
	case err != nil:
		p.say("Warning: " + text.Clean(err.Error()))
		return "", "", nil
	case len(all) == 0:
		p.say("Warning: " + noTemplates)
		return "", "", nil
	}
	var names []string
	for _, t := range all {
		p.say(t.Name + ": " + t.gist())
		if t.Err == nil {
			names = append(names, strings.ToLower(t.Name))
		}
	}
	said, err := p.choose("Name of the template to use, or none", append(names, "none"))
	if err != nil {
		return "", "", err
	}
	i := slices.IndexFunc(all, func(t Template) bool { return t.Err == nil && strings.EqualFold(t.Name, said) })
	if i < 0 {
		return "", "", nil
	}
	values := map[string]string{}
	for _, field := range all[i].Parsed.Fields() {
		fallback, _ := all[i].Parsed.Default(field)
		if values[field], err = p.ask(field, fallback); err != nil {
			return "", "", err
		}
	}
	p.addMedia(all[i].accompany(&p.form, p.deps.Attach != nil))
	return all[i].Name, draft.Fill(all[i].Parsed, func(field string) string { return values[field] }), nil
}
