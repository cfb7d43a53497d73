package ui

import (
	"slices"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/number"
	"telex/messaging/segment"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/widget"
)

// The fields of Compose, in the order of tab.
const (
	fromField = iota
	textField
	tagField
	priorityField
	expiresField
	composeFields
)

// compose is the step where the message is written.
type compose struct {
	now      func() time.Time
	numbers  []string // the profile's
	region   string
	bindings keys.Compose
	global   keys.Global
	from     widget.Field
	text     widget.Field
	tag      widget.Field
	expires  widget.Field
	ownFrom  string // a sender that was typed and is none of numbers: a choice too
	at       int    // which field has the cursor
	composeLayout

	// What follows is derived from what was typed in sync, not in view: a text of 2048
	// characters is counted once a key.
	count   segment.Count
	cost    unicodeCost
	begins  []int             // the bytes of the text at which its segments begin, but for the first
	fromWhy draft.SenderWords // what is wrong with From; "" if nothing is
	tagWhy  string            // what is wrong with the tag; "" if nothing is

	known  map[string]number.Number // what is known of recipients, which may be shared; nil for nothing
	recent func() tea.Cmd           // offers recent texts
	sent   func() bool              // reports whether there are any to offer

	template func() page.Intent // offers templates; nil: there is no place for them
}

func newCompose(who Sender, k *keys.Map, now func() time.Time) *compose {
	c := &compose{
		now: now, numbers: who.Numbers, region: who.Region, bindings: k.Compose, global: k.Global, at: textField,
		from: widget.NewField(false), text: widget.NewField(true), tag: widget.NewField(false), expires: widget.NewField(false),
	}
	return c
}

func (c *compose) Show(f *draft.Form, how page.Entry) tea.Cmd {
	c.from.Set(f.From)
	c.text.Begin(f.Text)
	c.tag.Set(f.Tag)
	c.expires.Set(f.Expires)
	c.layOut()
	c.sync(f)
	switch how {
	case page.AtDefault, page.AsLeft:
		c.at = textField // where one writes
	case page.AtStart:
		c.at = fromField
	case page.AtEnd:
		c.at = expiresField
	}
	c.focus()
	return nil
}

func (c *compose) Jump(name messaging.Field, _ int, _ *draft.Form) {
	switch name {
	case messaging.FieldFrom, messaging.FieldApplicationID:
		c.at = fromField
	case messaging.FieldTag:
		c.at = tagField
	case messaging.FieldPriority:
		c.at = priorityField
	case messaging.FieldExpiration:
		c.at = expiresField
	case messaging.FieldText, messaging.FieldTo, messaging.FieldMedia:
		c.at = textField
	}
	c.focus()
}

// leave reads a from number that was typed in a national form.
func (c *compose) Leave(f *draft.Form) (page.Intent, tea.Cmd) {
	c.settleFrom(f)
	return nil, nil
}

func (c *compose) settleFrom(f *draft.Form) {
	f.From = draft.SettleSender(f.From, c.region)
	c.from.Set(f.From)
}

// sender is whom the message is from, as far as that can be read: half a number is nobody.
func (c *compose) sender(f *draft.Form) string {
	if draft.SenderDoubt(f.From, c.numbers, c.region) == draft.NoSender {
		return ""
	}
	return f.From
}

// inputs are the text fields by their place; priority is none.
func (c *compose) inputs() map[int]*widget.Field {
	return map[int]*widget.Field{fromField: &c.from, textField: &c.text, tagField: &c.tag, expiresField: &c.expires}
}

func (c *compose) focus() {
	for i, in := range c.inputs() {
		if i == c.at {
			in.Focus()
		} else {
			in.Blur()
		}
	}
}

func (c *compose) Typing() bool            { return c.at != priorityField }
func (c *compose) Closes(*draft.Form) bool { return false }

func (c *compose) Update(msg tea.Msg, f *draft.Form) (page.Intent, tea.Cmd) {
	g := c.global
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch {
		case key.Matches(k, g.NextField):
			return c.step(+1, f), nil
		case key.Matches(k, g.PrevField):
			return c.step(-1, f), nil
		case key.Matches(k, c.bindings.Editor):
			return page.Edit{}, nil
		case key.Matches(k, c.bindings.Replace):
			return c.replace(f), nil
		case key.Matches(k, c.bindings.Undo):
			return c.undo(f), nil
		case key.Matches(k, c.bindings.Recent):
			return nil, c.recent()
		case c.template != nil && key.Matches(k, c.bindings.Template):
			return c.template(), nil
		case c.at == fromField && key.Matches(k, c.bindings.Cycle):
			c.cycleFrom(k.String(), f)
			return nil, nil
		case c.at == priorityField:
			f.Priority = cyclePriority(f.Priority, k.String())
			return nil, nil
		case k.String() == "enter" && c.at != textField:
			return c.step(+1, f), nil
		}
	}
	in, ok := c.inputs()[c.at]
	if !ok {
		return page.PastedNowhere(msg), nil
	}
	var said page.Intent
	if over := in.TooMany(msg); over != "" {
		said = page.Warn(over)
	}
	cmd := in.Update(msg)
	f.From, f.Text, f.Tag, f.Expires = c.from.Value(), c.text.Value(), c.tag.Value(), c.expires.Value()
	c.sync(f)
	return said, cmd
}

// step moves the cursor to another field, or on to another page.
func (c *compose) step(by int, f *draft.Form) page.Intent {
	if c.at == fromField {
		c.settleFrom(f)
	}
	switch to := c.at + by; {
	case to < 0:
		return page.PrevPage{}
	case to >= composeFields:
		return page.NextPage{}
	default:
		c.at = to
	}
	c.focus()
	return nil
}

// canCycle reports whether up and down bring a number: the only one there is takes the place of
// nothing that was typed.
func (c *compose) canCycle(f *draft.Form) bool {
	return len(c.numbers) > 1 || len(c.numbers) == 1 && f.From == ""
}

func (c *compose) cycleFrom(k string, f *draft.Form) {
	if !c.canCycle(f) {
		return
	}
	if !slices.Contains(c.numbers, f.From) {
		c.ownFrom = f.From
	}
	choices := c.numbers
	if c.ownFrom != "" {
		choices = append(slices.Clone(choices), c.ownFrom)
	}
	i := slices.Index(choices, f.From)
	switch {
	case k == "down":
		i = (i + 1) % len(choices)
	case i <= 0:
		i = len(choices) - 1
	default:
		i--
	}
	f.From = choices[i]
	c.from.Set(f.From)
	c.sync(f)
}

func cyclePriority(p messaging.Priority, k string) messaging.Priority {
	all := []messaging.Priority{"", messaging.PriorityDefault, messaging.PriorityHigh}
	at := max(slices.Index(all, p), 0)
	switch k {
	case "down", "right", "space", "enter":
		at++
	case "up", "left":
		at += len(all) - 1
	default:
		return p
	}
	return all[at%len(all)]
}

// sync derives what is shown from what was typed.
func (c *compose) sync(f *draft.Form) {
	f.Expiration, _ = draft.ReadExpiration(f.Expires, c.now())
	if f.Text == "" {
		f.Template = ""
	}
	c.tagWhy = ""
	for _, p := range (messaging.Draft{Tag: f.Tag}).Problems(c.now()).Of(messaging.FieldTag) {
		c.tagWhy = p.Why
	}
	c.fromWhy = draft.SenderDoubt(f.From, c.numbers, c.region)
	c.count = segment.Of(f.Text)
	c.cost = costOf(f.Text, c.count)
	c.begins = c.begins[:0]
	if c.count.Segments > 1 {
		at := 0
		for _, s := range segment.Split(f.Text) {
			if at > 0 {
				c.begins = append(c.begins, at)
			}
			at += len(s)
		}
	}
	c.grow()
}

// undo takes the last change of the text back.
func (c *compose) undo(f *draft.Form) page.Intent {
	if c.at != textField {
		return page.Warn(c.bindings.Undo.Help().Key + " undoes changes to the text: put the cursor there first")
	}
	if !c.text.Undo() {
		return page.Done("nothing to undo")
	}
	f.Text = c.text.Value()
	c.sync(f)
	return nil
}

// use makes a text the message's, which undo takes back, and says so.
func (c *compose) use(body string, f *draft.Form) page.Status {
	had := f.Text != "" && f.Text != body
	c.text.Set(body)
	f.Text, f.Template = c.text.Value(), ""
	c.sync(f)
	c.at = textField
	c.focus()
	if had {
		return page.Status{Text: c.bindings.Undo.Help().Key + " brings back what you had written", Kind: page.StatusDone}
	}
	return page.Status{}
}

// replace offers to write the text with characters of GSM-7, as far as it goes.
func (c *compose) replace(f *draft.Form) page.Intent {
	changes := segment.Replacements(f.Text)
	if len(changes) == 0 {
		if c.count.Encoding == segment.GSM7 {
			return page.Done("the text has only plain characters")
		}
		return page.Warn("no plain characters can replace these: " + c.cost.forcing)
	}
	after := segment.Replace(f.Text)
	return page.Ask{Dialog: replaceDialog(changes, c.cost, func() tea.Cmd {
		f.Text = after
		c.text.Set(after)
		c.sync(f)
		return nil
	})}
}

func (c *compose) Keys(f *draft.Form) []key.Binding {
	replace, cycle, undo, recent, template := c.bindings.Replace, c.bindings.Cycle, c.bindings.Undo, c.bindings.Recent, c.bindings.Template
	replace.SetEnabled(c.cost.plain)
	cycle.SetEnabled(c.at == priorityField || c.at == fromField && c.canCycle(f))
	recent.SetEnabled(c.sent())
	undo.SetEnabled(c.at == textField && c.text.CanUndo())
	template.SetEnabled(c.template != nil)
	all := []key.Binding{cycle, c.bindings.Editor, undo, recent, template}
	if c.cost.gains() && !f.IsMMS() { // what saves something comes first
		return append([]key.Binding{replace}, all...)
	}
	return append(all, replace)
}
