package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// reviewMode is what Review shows.
type reviewMode int

const (
	showSummary reviewMode = iota
	showJSON
	showCurl
	showAll // everybody who gets it
)

// review is the step where the message is looked at as it will be sent, and sent.
type review struct {
	deps     reviewDeps
	now      func() time.Time
	bindings keys.Review
	mode     reviewMode
	message  int // which of several individual messages JSON and curl show
	problems messaging.Problems
	list     widget.List // of problems
	sheet    sheet       // of the facts, or of JSON or curl
	phone    sheet       // the text as a phone shows it; beside the facts
	body     sheet       // JSON or curl, beside both where there is room
	headRows int         // above the problems or the facts
	w, h     int
	quiet    *quiet // before enter sends; the app notes every key and paste in it
	// repeats is who got the same already, as far as the outbox was asked; enter asks
	// before it sends such a thing again.
	repeats []outbox.Repeat
	trouble []outbox.Trouble // numbers that are better not written to, likewise
	// optedOut is who gets nothing, likewise; the outbox refuses to send to them.
	optedOut []outbox.OptOut
	// warned is what may keep the message from arriving, in words.
	warned []string
	known  map[string]number.Number       // what is known of recipients, which may be shared
	looked func() map[string]*mediaLooked // what looks at media found; nil if there are none
}

// reviewDeps is what Review shows beside the form.
type reviewDeps struct {
	Sender
	Environ []string
	link    func() account.Link   // as far as it is known
	ctx     context.Context       // of the questions to the outbox
	store   func() *outbox.Outbox // nil until it is open
	closed  func() error          // why it cannot be opened; nil if it can
	// names are those of recipients who are contacts, as far as the outbox was asked, and all is
	// the key that shows everybody.
	names map[string]string
	all   key.Binding
}

func newReview(d reviewDeps, k *keys.Map, now func() time.Time, q *quiet) *review {
	return &review{deps: d, now: now, quiet: q, bindings: k.Review, known: map[string]number.Number{}}
}

func (r *review) Show(f *draft.Form, _ page.Entry) tea.Cmd {
	r.mode, r.message, r.sheet.Top = showSummary, 0, 0
	return r.begin(f)
}

// begin looks at a message that nobody has looked at: one that comes to the front, or
// became another one under the eyes of the user.
func (r *review) begin(f *draft.Form) tea.Cmd {
	r.quiet.Note(r.now())
	r.repeats, r.trouble, r.optedOut, r.deps.names = nil, nil, nil, nil
	r.build(f)
	if f.Pasting > 0 {
		return nil // there is more to come, of which each part would be asked about
	}
	return r.askRepeats(f)
}

func (r *review) Jump(messaging.Field, int, *draft.Form)   {}
func (r *review) Leave(*draft.Form) (page.Intent, tea.Cmd) { return nil, nil }
func (r *review) Typing() bool                             { return false }
func (r *review) Closes(*draft.Form) bool                  { return r.covered() }

func (r *review) Resize(w, h int) {
	r.w, r.h = w, h
	r.list.Resize(len(r.problems), r.problemRows())
}

// build derives what is shown from the form.
func (r *review) build(f *draft.Form) {
	r.problems = append(f.Problems(r.now()), optOutProblems(f, r.optedOut, r.deps.names, r.now())...)
	r.list.Resize(len(r.problems), r.problemRows())
	top := r.sheet.Top
	r.sheet, r.phone, r.body = sheet{}, sheet{}, sheet{}
	if r.covered() {
		r.sheet = r.wire(f, r.w)
	} else {
		r.layOut(f)
	}
	r.measure(f)
	r.sheet.Top = top
}

// wire is what goes over the wire, in w cells.
func (r *review) wire(f *draft.Form, w int) (s sheet) {
	if r.mode == showAll {
		return r.everybody(f, w)
	}
	var body string
	if r.mode == showCurl {
		body = curlText(r.deps.link().Curl, f.Message(r.message))
	} else {
		body = f.JSON(r.message)
	}
	for l := range strings.SplitSeq(text.CleanLines(body), "\n") {
		s.add(plainRow, text.Wrap(l, w)...)
	}
	return s
}

// problemRows is how many problems are visible at once.
func (r *review) problemRows() int { return max(min(len(r.problems), r.h/2), 1) }

func (r *review) Update(msg tea.Msg, f *draft.Form) (page.Intent, tea.Cmd) {
	if m, ok := msg.(repeated); ok {
		return r.onRepeated(m, f), nil
	}
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return page.PastedNowhere(msg), nil
	}
	still := r.quiet.Still(r.now())
	b := r.bindings
	switch {
	case key.Matches(k, b.Send) && !still:
		return page.Warn("enter came too soon after another key, as in a paste: press it again"), nil
	case key.Matches(k, b.Send):
		return r.enter(f), nil
	case key.Matches(k, b.Later):
		return r.later(f), nil
	case key.Matches(k, b.JSON):
		r.toggle(showJSON, f)
	case key.Matches(k, b.Curl):
		r.toggle(showCurl, f)
	case key.Matches(k, b.Everybody) && len(f.To) > 1:
		r.toggle(showAll, f)
	case key.Matches(k, b.Copy):
		return r.copied(f), nil
	case key.Matches(k, b.Message) && r.showsWire():
		r.turn(k.String(), f)
	case r.selects() && r.list.Move(k, b.Move):
	default:
		all := widget.Pager{Top: r.sheet.Top, Lines: r.longest()}
		all.Scroll(k, b.Scroll, r.pageRows())
		r.sheet.Top = all.Top
	}
	return nil, nil
}

func (r *review) enter(f *draft.Form) page.Intent {
	r.build(f)
	if len(r.problems) > 0 {
		p := r.problems[r.list.At]
		return page.GoToField{Field: p.Field, Index: p.Index}
	}
	if got := repeatsAt(r.repeats, r.now()); len(got) > 0 {
		return page.Ask{Dialog: againDialog(got, r.deps.names, page.Consent{})}
	}
	return page.Submit{}
}

// sendLater asks the app to ask when the form is to be sent.
type sendLater struct{}

// IsIntent marks it as a [page.Intent].
func (sendLater) IsIntent() {}

// later asks for the time at which the message is to be sent, if it can be.
func (r *review) later(f *draft.Form) page.Intent {
	r.build(f)
	if len(r.problems) > 0 {
		p := r.problems[r.list.At]
		return page.GoToField{Field: p.Field, Index: p.Index}
	}
	return sendLater{}
}

// sameForm reports whether two forms make the same messages. A time like "2h" is
// read anew at each visit to Compose, and is the same all the while.
func sameForm(a, b draft.Form) bool {
	if a.Expires == b.Expires {
		a.Expiration, b.Expiration = time.Time{}, time.Time{}
	}
	x, errX := json.Marshal(a.Draft)
	y, errY := json.Marshal(b.Draft)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

func (r *review) toggle(m reviewMode, f *draft.Form) {
	if r.mode == m {
		m = showSummary
	}
	r.mode, r.sheet.Top = m, 0
	r.build(f)
}

func (r *review) turn(k string, f *draft.Form) {
	n := f.Count()
	if k == "left" {
		r.message += n - 1
	} else {
		r.message++
	}
	r.message %= n
	r.build(f)
}

func (r *review) copied(f *draft.Form) page.Intent {
	if r.mode == showAll {
		return copyEverybody(f)
	}
	if r.mode == showCurl {
		command, err := curlCommand(r.deps.link().Curl, f.Message(r.message))
		if err != nil {
			return page.Warn("there is no curl command to copy: " + text.Clean(err.Error()))
		}
		return page.CopyOut{What: "curl command", Value: command}
	}
	body, err := f.Message(r.message).Body()
	if err != nil {
		return page.Warn("there is no JSON to copy: " + text.Clean(err.Error()))
	}
	return page.CopyBody("JSON", body)
}

// errNoCurl is why there is no curl command before anybody can send.
var errNoCurl = errors.New("no account is connected")

// curlCommand is the shell command equal to sending a message.
func curlCommand(curl func(messaging.Message) (string, error), m messaging.Message) (string, error) {
	if curl == nil {
		return "", errNoCurl
	}
	return curl(m)
}

// curlText is that command, or why there is none.
func curlText(curl func(messaging.Message) (string, error), m messaging.Message) string {
	command, err := curlCommand(curl, m)
	if err != nil {
		return "There is no curl command: " + err.Error()
	}
	return command
}

func (r *review) Keys(f *draft.Form) []key.Binding {
	b := r.bindings
	bad := len(r.problems) > 0
	n := f.Count()
	several := n > 1
	can := !bad && r.deps.closed() == nil // else what keeps it from leaving is said among the checks
	b.Send.SetEnabled(can)
	b.Later.SetEnabled(can)
	b.Send.SetHelp("enter", "send")
	if several {
		b.Send.SetHelp("enter", "send "+text.Count(n, "message"))
	}
	b.Fix.SetEnabled(bad)
	b.Copy.SetHelp(b.Copy.Help().Key, "copy JSON")
	if r.mode == showCurl {
		b.Copy.SetHelp(b.Copy.Help().Key, "copy curl")
	}
	b.Move.SetEnabled(r.selects())
	b.Message.SetEnabled(several && r.showsWire())
	b.Scroll.SetEnabled(len(r.longest()) > r.pageRows() && !b.Move.Enabled())
	b.Everybody.SetEnabled(b.Everybody.Enabled() && len(f.To) > 1)
	if r.mode == showAll {
		b.Copy.SetHelp(b.Copy.Help().Key, "copy numbers")
		b.Message.SetEnabled(false)
	}
	if r.covered() { // what is about the rows in front comes before what is about the message
		b.Message.SetHelp(b.Message.Help().Key, "other one")
		return []key.Binding{b.Send, b.Fix, b.Message, b.Copy, b.JSON, b.Curl, b.Everybody, b.Scroll, b.Later, b.Move}
	}
	return b.All()
}

// pageRows is how many rows the text has below the head.
func (r *review) pageRows() int { return max(r.h-len(r.problemLines())-r.headRows, 1) }

// problemLines are the visible problems, in full if there is room for that, and else the
// selected one. Each begins with its mark; none if there are no problems or something else is
// shown.
func (r *review) problemLines() []string {
	if r.covered() || len(r.problems) == 0 {
		return nil
	}
	full, brief := r.wrappedProblems(true), r.wrappedProblems(false)
	if len(full) > r.h/2 {
		full = brief
	}
	return append(full, "")
}

// wrappedProblems are the visible problems in rows, the selected one in full, or all.
func (r *review) wrappedProblems(all bool) (lines []string) {
	w := max(r.factsWidth()-2, 1)
	from, to := r.list.Visible()
	for i := from; i < min(to, len(r.problems)); i++ {
		problem := words.Problem(r.problems[i])
		mark := "  "
		if i == r.list.At {
			mark = "> "
		} else if !all {
			if text.Width(problem) > w {
				problem, _, _ = strings.Cut(problem, "; ") // behind which stands what to do
			}
			lines = append(lines, mark+problem)
			continue
		}
		for _, l := range text.Wrap(problem, w) {
			lines = append(lines, mark+l)
			mark = "  "
		}
	}
	return lines
}
