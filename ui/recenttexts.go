package ui

import (
	"context"
	"fmt"
	"slices"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// A recentText is a text that messages were made of, and what became of the latest of them.
type recentText struct {
	text   string
	at     time.Time // when these were made
	people int       // to how many
	states map[outbox.State]int
}

// mostRecent is how many different texts are offered.
const mostRecent = 20

// recentTexts are the texts of the latest messages, each once, the newest first. It reads
// the outbox when somebody asks, and at no other time.
func recentTexts(ctx context.Context, store *outbox.Outbox) ([]recentText, error) {
	const pages = 3 // of rows, for one text may have gone out many times
	var found []recentText
	var ids []int64
	seen := map[string]bool{}
	f := outbox.Filter{Folded: true}
	for range pages {
		entries, err := store.List(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			body := e.Message.Text
			if e.Direction != outbox.Out || body == "" || seen[body] || len(found) == mostRecent {
				continue
			}
			seen[body] = true
			ids = append(ids, e.ID)
			found = append(found, recentText{body, e.Created, len(e.Message.To), map[outbox.State]int{e.State: 1}})
		}
		if len(entries) == 0 || len(found) == mostRecent {
			break
		}
		f.Before = entries[len(entries)-1].ID
	}
	mailings, err := store.Mailings(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		if m, ok := mailings[id]; ok {
			found[i].people, found[i].states = m.Size, m.States
		}
	}
	return found, nil
}

// line is the text in one line of cells, behind when it went out.
func (r recentText) line(at string, cells int) string {
	tail := headcount(r.people)
	for _, name := range words.States() {
		if n := r.states[outbox.State(name)]; n > 0 {
			tail += " " + words.Sign(outbox.Entry{State: outbox.State(name)})
			if r.people > 1 && len(r.states) > 1 {
				tail += fmt.Sprintf(" %d", n)
			}
		}
	}
	room := max(cells-len(at)-text.Width(tail)-2, 8)
	return at + text.Pad(clip(words.FirstLine(r.text), room), room+2) + tail
}

// recentsKept is why texts are not offered where they are not kept.
const recentsKept = "texts are not kept here, so none can be offered: [outbox] text = false says so"

// A recents stands in front of Compose and lists recent texts. The user opened it.
type recents struct {
	preview

	all      []recentText
	bindings keys.Drafts
	now      time.Time // when it was opened, by which days are told
	take     func(recentText) tea.Cmd
}

func (r *recents) update(msg tea.Msg) (page.Intent, tea.Cmd) {
	k, ok := msg.(tea.KeyPressMsg)
	switch b := r.bindings; {
	case !ok:
	case key.Matches(k, b.Take):
		taken := r.all[r.list.At]
		return closed{r, doing(func() tea.Cmd { return r.take(taken) })}, nil
	case key.Matches(k, b.Leave):
		return closed{r, nil}, nil
	default:
		r.list.Move(k, b.Move)
	}
	return nil, nil
}

func (r *recents) resize(w, h int) { r.preview.resize(len(r.all), w, h) }
func (r *recents) typing() bool    { return false }

func (r *recents) keys() []key.Binding {
	take := r.bindings.Take
	take.SetHelp(take.Help().Key, "use this text")
	return []key.Binding{take, r.bindings.Move, r.bindings.Leave}
}

func (r *recents) view(t widget.Theme) widget.Frame {
	w := r.w
	if w >= widget.Panes {
		w, _ = widget.PaneWidths(r.w)
	}
	times := dayTimes(len(r.all), func(i int) time.Time { return r.all[i].at }, r.now)
	return r.preview.view(func(i int) string { return r.all[i].line(times[i], w-len("> ")-1) }, r.all[r.list.At].text, t)
}

// recentsRead is the end of reading recent texts.
type recentsRead struct {
	all []recentText
	err error
}

// hasSent reports whether there are recent texts to offer: somebody was written to, and texts
// are kept.
func (a *app) hasSent() bool {
	return a.store != nil && !a.store.OmitsText() && len(a.recipients.recent) > 0
}

// openRecents asks the outbox for recent texts.
func (a *app) openRecents() tea.Cmd {
	if why := a.notReady(); why != "" {
		return a.act(page.Warn(why))
	}
	if a.store.OmitsText() {
		return a.act(page.Warn(recentsKept))
	}
	store, ctx := a.store, a.ctx
	return func() tea.Msg {
		all, err := recentTexts(ctx, store)
		return recentsRead{all, err}
	}
}

// onRecentsRead shows them, if Compose is still in front.
func (a *app) onRecentsRead(msg recentsRead) {
	switch _, open := openOf[*recents](a.overlays); {
	case open, a.page != page.Compose:
	case msg.err != nil:
		a.say(page.Status{Text: text.Clean(msg.err.Error()), Kind: page.StatusFailed})
	case len(msg.all) == 0:
		a.say(page.Status{Text: "no text was sent yet", Kind: page.StatusDone})
	default:
		r := &recents{all: msg.all, bindings: a.keymap.Drafts, now: a.now()}
		r.title = "Recent texts"
		r.take = func(taken recentText) tea.Cmd {
			a.say(a.compose.use(taken.text, &a.form))
			return nil
		}
		a.showLate(r)
	}
}

// askRecent offers recent texts line by line, and returns the one that was chosen; "" for
// none. They are of no template.
func (p *plain) askRecent(ctx context.Context) (template, chosen string, err error) {
	if p.store.OmitsText() {
		p.say("Warning: " + recentsKept)
		return "", "", nil
	}
	all, err := recentTexts(ctx, p.store)
	if err != nil {
		p.say("Warning: " + text.Clean(err.Error()))
		return "", "", nil
	}
	if len(all) == 0 {
		p.say("No text was sent yet.")
		return "", "", nil
	}
	var names []string
	for i, r := range all {
		names = append(names, itoa(i+1))
		p.say(names[i] + "  " + dayTime(r.at, p.now()) + ", to " + headcount(r.people) + ": " + words.FirstLine(r.text))
	}
	said, err := p.choose("Number of the text to use, or none", append(names, "none"))
	if err != nil {
		return "", "", err
	}
	if i := slices.Index(names, said); i >= 0 {
		return "", all[i].text, nil
	}
	return "", "", nil
}
