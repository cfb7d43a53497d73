package conversations

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// A reply is the answer that is typed in a conversation.
type reply struct {
	field widget.Field
	on    bool // it has the cursor
	asked bool // the app was asked to make it the message that is written
	draft messaging.Draft
	why   string // why nobody can be answered; "" if somebody can
	waits bool   // it gets the cursor if the messages, which are being read, say whom it goes to
	alone bool   // it goes to one of a group alone, which is too large
}

// focus gives it the cursor.
func (r *reply) focus() {
	r.on = true
	r.field.Focus()
}

// rest takes the cursor from it.
func (r *reply) rest() {
	r.on = false
	r.field.Blur()
}

// end forgets what was typed, which is in the form.
func (r *reply) end() {
	r.rest()
	r.asked, r.draft, r.why, r.waits, r.alone = false, messaging.Draft{}, "", false, false
	r.field.Set("")
}

// aim finds out who is answered from which number, or why nobody can be.
func (r *reply) aim(t *talk, by Account) {
	th := t.thread
	r.alone, r.why = false, ""
	to := slices.Clone(th.Others)
	if len(to) > messaging.MaxRecipients {
		r.alone = true
		to = nil
		for _, e := range slices.Backward(t.entries) {
			if e.Direction == outbox.In {
				to = []string{e.Message.From}
				break
			}
		}
	}
	r.draft = messaging.Draft{From: th.Own, To: to, ApplicationID: by.Application}
	if len(to) > 1 {
		r.draft.Addressing = messaging.Group
	}
	r.why = whyNot(th, to, by)
}

// whyNot is why these cannot be answered; "" if they can.
func whyNot(th outbox.Thread, to []string, by Account) string {
	switch {
	case len(to) == 0 && len(th.Others) > 0:
		return fmt.Sprintf("a group of %d takes no answer: %d at most", len(th.Others), messaging.MaxRecipients)
	case th.Last.By.AccountID != by.By.AccountID:
		return fmt.Sprintf("this is a conversation of account %s, and the console sends for %s", text.OrNone(text.Clean(th.Last.By.AccountID)), text.OrNone(text.Clean(by.By.AccountID)))
	}
	switch {
	case th.OptedOut:
		return "somebody here opted out, so nothing can be sent: " + words.Shell{Sandbox: by.Sandbox}.Command("optouts") + " says who, since when and why"
	case th.Held:
		return "nothing can be sent before you decide"
	}
	for _, n := range to {
		switch {
		case messaging.IsE164(n):
		case messaging.IsShortCode(n):
			return text.Clean(n) + " is a short code, which cannot be answered"
		default:
			return text.Clean(n) + " is a name and no number, so it cannot be answered"
		}
	}
	return ""
}

// isOf reports whether the message that is written is this answer.
func (r *reply) isOf(f *draft.Form) bool {
	return f.From == r.draft.From && slices.Equal(f.To, r.draft.To) && len(f.To) > 0 && f.Addressing == r.draft.Addressing &&
		len(f.Media) == 0 && f.NewTo == "" && f.NewMedia == "" && len(f.Refused) == 0 && f.ResendOf == 0
}

// beginReply gives the answer the cursor, with what is written of it already.
func (p *Page) beginReply(f *draft.Form) {
	r := &p.reply
	r.end()
	r.aim(p.talk, p.deps.Account())
	if r.waits = r.why != ""; r.waits {
		return
	}
	if r.isOf(f) && !p.deps.Settled() {
		r.field.Begin(f.Text)
	}
	r.focus()
}

// typed gives the answer a key or a paste.
func (p *Page) typed(msg tea.Msg, f *draft.Form) (page.Intent, tea.Cmd) {
	r := &p.reply
	var said page.Intent
	if over := r.field.TooMany(msg); over != "" {
		said = page.Warn(over)
	}
	before := r.field.Value()
	cmd := r.field.Update(msg)
	now := r.field.Value()
	switch {
	case now == before:
	case r.isOf(f) && !p.deps.Settled():
		f.Text = now
	case !r.asked && now != "":
		r.asked = true
		return Reply{Draft: r.written()}, cmd
	}
	return said, cmd
}

// written is the answer as a message.
func (r *reply) written() messaging.Draft {
	d := r.draft.Clone()
	d.Text = r.field.Value()
	return d
}

// TakeUp makes f the answer with all that was typed by now, if that still stands there.
// The app calls it for a [Reply].
func (p *Page) TakeUp(d messaging.Draft, f *draft.Form) {
	f.Draft = d
	r := &p.reply
	if p.open && r.isOf(f) && r.field.Value() != "" {
		f.Text = r.field.Value()
	}
	r.asked = false
}

// review goes on with the answer.
func (p *Page) review(f *draft.Form) page.Intent {
	r := &p.reply
	switch {
	case strings.TrimSpace(r.field.Value()) == "":
		return page.Warn("there is no answer yet: type it, then press enter")
	case r.isOf(f) && !p.deps.Settled():
		f.Text = r.field.Value()
		return Continue{}
	}
	r.asked = true
	return Reply{Draft: r.written(), Review: true}
}

// replyRows is how many rows an answer has.
func (p *Page) replyRows() int {
	if p.h < 14 {
		return 1
	}
	return 3
}

// replyView is the answer below a rule, or why there is none.
func (p *Page) replyView(t widget.Theme) widget.Frame {
	var out widget.Frame
	w, _ := p.talkSize()
	r := &p.reply
	if p.h >= 14 {
		out.Add(t.Rule.Render(strings.Repeat("─", w)))
	}
	if r.why != "" {
		why := []string{r.why}
		if p.talk != nil && len(p.talk.held.entries) > 0 {
			why = append([]string{p.talk.held.question()}, p.talk.held.words(p.deps.Now())...)
			if b := p.bindings; p.h >= 14 { // the keys are below as well
				why = append(why, fmt.Sprintf("%s opt them out   %s no, keep texting them", b.OptOut.Help().Key, b.Keep.Help().Key))
			}
		}
		for _, l := range text.Wrap(strings.Join(why, "\n"), w) {
			out.Add(t.Faint.Render(l))
		}
		return out
	}
	if r.alone {
		for _, l := range text.Wrap("the group is too large for an answer: this goes to "+text.Clean(strings.Join(r.draft.To, ""))+" only", w) {
			out.Add(t.Faint.Render(l))
		}
	}
	label := text.Pad("Reply", replyLabel)
	if r.on {
		label = text.Pad(t.Focus.Render("Reply"), replyLabel)
	}
	lines, cursor := r.field.View()
	top := len(out.Lines)
	for _, l := range lines[:min(len(lines), p.replyRows())] {
		out.Add(label + l)
		label = strings.Repeat(" ", replyLabel)
	}
	if cursor != nil && r.on {
		cursor.X, cursor.Y = cursor.X+replyLabel, cursor.Y+top
		out.Cursor = cursor
	}
	return out
}
