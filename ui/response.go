package ui

import (
	"slices"
	"strconv"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/widget"
	"telex/ui/words"
)

// askingWords stand on the status line until an answer came.
const askingWords = "asking Bandwidth"

// response is the page that shows what became of a batch: of one message all there is to
// say, of several an overview with the message under the cursor beside it.
type response struct {
	batch    func() *batch // the app's; nil before the first send
	asks     asks
	bindings keys.Response
	zone     *time.Location // of the times that are shown
	try      int            // of the batch that the following are about
	field    int            // which of its field errors is selected
	raw      bool           // the API's answer covers the page
	opened   bool           // one message of several covers the overview
	w, h     int

	overview

	// What follows is derived when something changed, not in View.
	known   outbox.Detail    // of the message that is shown
	targets []page.GoToField // where it can be mended
	sheet   sheet            // what is said of it
	phone   sheet            // its text and its timeline, beside that
	turns   int              // tells the wait for the message under the cursor from earlier ones
}

// asks are what Response asks the app to do. Each returns nil if there is nothing to do.
type asks struct {
	check    func(index int) tea.Cmd // ask the API about one message
	checkAll func() tea.Cmd          // about all that are not settled
	export   func() tea.Cmd          // write all to a file
	read     func(index int) tea.Cmd // read one message anew, if more is known than it shows
	back     key.Binding             // what leaves what covers the page
}

// batchChanged tells Response that there is news of the batch.
type batchChanged struct{}

// detailDue says that the cursor has rested on a message for a moment.
type detailDue struct{ turn int }

// To is the page that waits.
func (detailDue) To() page.ID { return page.Response }

// detailAfter is how long after the last key the message under the cursor is drawn beside
// the list: a key that is held costs a row, and not a page.
const detailAfter = 150 * time.Millisecond

func newResponse(b func() *batch, a asks, zone *time.Location, keys keys.Response) *response {
	return &response{batch: b, asks: a, zone: zone, bindings: keys}
}

func (r *response) Show(*draft.Form, page.Entry) tea.Cmd {
	if b := r.batch(); b != nil && b.try != r.try {
		r.try, r.field, r.raw, r.opened, r.sheet.Top = b.try, 0, false, false, 0
		r.overview = overview{}
	}
	r.renew()
	return nil
}

// renew derives all anew.
func (r *response) renew() {
	r.count(r.batch())
	r.place()
	r.layOut()
}

func (r *response) Jump(messaging.Field, int, *draft.Form)   {}
func (r *response) Leave(*draft.Form) (page.Intent, tea.Cmd) { return nil, nil }
func (r *response) Typing() bool                             { return false }
func (r *response) Closes(*draft.Form) bool                  { return r.raw || r.opened }

// Resize lays out anew.
func (r *response) Resize(w, h int) {
	r.w, r.h = w, h
	r.renew()
}

// read reads the message in front anew, if more is known of it than is shown.
func (r *response) read() tea.Cmd {
	if r.shown() == nil || !r.shown().stale {
		return nil
	}
	return r.asks.read(min(r.at, len(r.batch().results)-1))
}

// several reports whether the batch has more than one message.
func (r *response) several() bool {
	b := r.batch()
	return b != nil && len(b.results) > 1
}

// lists reports whether the overview of several messages is shown.
func (r *response) lists() bool { return r.several() && !r.opened && !r.raw }

// panes reports whether a second pane stands beside the first.
func (r *response) panes() bool { return r.w >= widget.Panes && !r.raw }

// shown is the message in front, or under the cursor.
func (r *response) shown() *result {
	b := r.batch()
	if b == nil || len(b.results) == 0 {
		return nil
	}
	return &b.results[min(r.at, len(b.results)-1)]
}

func (r *response) Update(msg tea.Msg, _ *draft.Form) (page.Intent, tea.Cmd) {
	switch msg := msg.(type) {
	case batchChanged:
		r.renew()
		return nil, r.read()
	case batchExported:
		return msg.Words(), nil
	case tea.PasteMsg:
		return page.PastedNowhere(msg), nil
	case detailDue:
		if msg.turn == r.turns {
			r.layOut()
			return nil, r.read()
		}
	case tea.KeyPressMsg:
		if r.shown() != nil {
			return r.press(msg)
		}
	}
	return nil, nil
}

func (r *response) press(k tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	b := r.batch()
	bound := r.bindings
	switch {
	case key.Matches(k, r.asks.back) && r.Closes(nil):
		r.close()
	case b.running() && key.Matches(k, bound.Cancel):
		return page.Stop{}, nil
	case r.lists() && key.Matches(k, bound.Choose, bound.Move):
		return nil, r.move(k)
	case key.Matches(k, bound.Choose) && r.several():
		r.move(k)
		r.sheet.Top = 0
		r.layOut()
		return nil, r.read()
	case r.lists() && (key.Matches(k, bound.Open) || key.Matches(k, bound.Fix) && r.enterOpens()):
		r.opened, r.sheet.Top = true, 0
		r.layOut()
		return nil, r.read()
	case key.Matches(k, bound.JSON):
		r.raw = !r.raw
		r.sheet.Top = 0
		r.layOut()
	case key.Matches(k, bound.CopyID):
		return page.CopyID(r.known.MessageID), nil
	case key.Matches(k, bound.CopyJSON):
		return r.copyJSON(), nil
	case key.Matches(k, bound.Check):
		return asked(r.asks.check(r.at))
	case key.Matches(k, bound.CheckAll) && r.several():
		return asked(r.asks.checkAll())
	case key.Matches(k, bound.Export) && r.several():
		return page.Done("exporting"), r.asks.export()
	case !b.running():
		return r.pressAfter(k), nil
	default:
		r.scroll(k)
	}
	return nil, nil
}

// asked is what is said of a question to the API; none was asked if cmd is nil.
func asked(cmd tea.Cmd) (page.Intent, tea.Cmd) {
	if cmd == nil {
		return page.Warn("there is nothing to ask Bandwidth about"), nil
	}
	return page.Done(askingWords), cmd
}

// pressAfter takes the keys that work when all has ended.
func (r *response) pressAfter(k tea.KeyPressMsg) page.Intent {
	switch bound := r.bindings; {
	case key.Matches(k, r.asks.back):
		return page.Done(r.onward())
	case key.Matches(k, bound.Fix) && r.fixes():
		return r.fix(r.shown())
	case key.Matches(k, bound.Edit):
		return page.Again{}
	case key.Matches(k, bound.Fresh):
		return page.New{}
	}
	r.scroll(k)
	return nil
}

// onward is said where there is nothing to go back to: the step before sends again.
func (r *response) onward() string {
	k := r.bindings
	fresh, edit := k.Fresh.Help().Key+" begins a new message", k.Edit.Help().Key
	switch {
	case r.known.State == outbox.Unknown:
		return words.LooksFor(k.Check.Help().Key) + ", " + fresh
	case r.unsent > 0:
		return fresh + ", " + edit + " sends to the " + strconv.Itoa(r.unsent) + " left"
	}
	return fresh + ", " + edit + " edits the message to send it again"
}

// close puts back what is covered.
func (r *response) close() {
	if r.raw {
		r.raw = false
	} else {
		r.opened = false
	}
	r.sheet.Top = 0
	r.renew()
}

func (r *response) scroll(k tea.KeyPressMsg) {
	p := widget.Pager{Top: r.sheet.Top, Lines: r.longest()}
	p.Scroll(k, r.bindings.Scroll, r.rows())
	r.sheet.Top = p.Top
}

// move puts the cursor on another message, which is drawn a moment later.
func (r *response) move(k tea.KeyPressMsg) tea.Cmd {
	switch b := r.bindings; {
	case key.Matches(k, b.Choose) && k.String() == "left":
		r.list.To((r.list.At + r.list.N - 1) % r.list.N)
	case key.Matches(k, b.Choose):
		r.list.To((r.list.At + 1) % r.list.N)
	default:
		r.list.Move(k, b.Move)
	}
	r.moved, r.field = true, 0
	r.at = r.order[r.list.At]
	r.see(r.batch())
	r.know()
	r.sheet, r.phone = sheet{}, sheet{}
	r.turns++
	due := detailDue{r.turns}
	return tea.Tick(detailAfter, func(time.Time) tea.Msg { return due })
}

// fix goes to a field that the API or telex itself refused; each press to another.
func (r *response) fix(res *result) page.Intent {
	t := r.targets[r.field%len(r.targets)]
	r.field++
	fix := page.Repair{Field: t.Field, Index: t.Index, To: ""}
	if t.Field == messaging.FieldTo && r.several() {
		fix.To = res.message.To[0] // the only one of an individual message
	}
	return fix
}

func (r *response) copyJSON() page.Intent {
	if a := r.known.Answer; a != nil && len(a.Body) > 0 {
		return page.CopyBody("JSON", a.Body)
	}
	return page.Warn("there is no answer to copy")
}

// fixable are the fields that an error names, and that telex has a place for.
func fixable(err error) []page.GoToField {
	var to []page.GoToField
	for _, p := range localProblems(err) {
		to = append(to, page.GoToField{Field: p.Field, Index: p.Index})
	}
	if e := apiError(err); e != nil {
		for _, fe := range e.Fields {
			if f, index, ok := messaging.FieldOf(fe.Name); ok {
				to = append(to, page.GoToField{Field: f, Index: index})
			}
		}
	}
	return to
}

func (r *response) Keys(*draft.Form) []key.Binding {
	b, res := r.batch(), r.shown()
	if res == nil {
		return nil
	}
	k := r.bindings
	running, lists := b.running(), r.lists()
	leave := r.asks.back
	leave.SetHelp(leave.Help().Key, "close")
	leave.SetEnabled(r.Closes(nil))
	k.Cancel.SetEnabled(running && !b.cancelled)
	k.Fix.SetEnabled(r.fixes() && !lists)
	k.Choose.SetEnabled(r.several() && !lists)
	k.Move.SetEnabled(lists)
	if k.Open.SetEnabled(lists); r.enterOpens() {
		k.Open.SetHelp(k.Fix.Help().Key, k.Open.Help().Desc)
	}
	k.CheckAll.SetEnabled(r.several() && !running)
	k.Export.SetEnabled(r.several() && !running)
	k.CopyID.SetEnabled(r.known.MessageID != "")
	hasBody := r.known.Answer != nil
	k.JSON.SetEnabled(hasBody && !lists)
	k.CopyJSON.SetEnabled(hasBody)
	k.Check.SetEnabled(res.canAsk())
	if res.canAsk() && res.stateNow() == outbox.Unknown {
		does := "look for it at Bandwidth"
		if r.w < widget.Narrow {
			does = "look for it"
		}
		k.Check.SetHelp(k.Check.Help().Key, does)
	}
	k.Edit.SetEnabled(!running)
	if r.unsent > 0 {
		k.Edit.SetHelp(k.Edit.Help().Key, "send to the "+strconv.Itoa(r.unsent)+" left")
	}
	k.Fresh.SetEnabled(!running)
	k.Scroll.SetEnabled(!lists && len(r.longest()) > r.rows())
	if lists {
		return r.listKeys(k)
	}
	if r.known.State == outbox.Unknown { // what to do about it comes first
		return []key.Binding{leave, k.Cancel, k.Check, k.Fix, k.Fresh, k.Edit, k.Choose, k.CopyID, k.JSON, k.CopyJSON, k.Scroll}
	}
	return []key.Binding{
		leave, k.Cancel, k.Fix, k.Fresh, k.Edit, k.Check, k.Choose, k.CopyID, k.JSON, k.CopyJSON, k.Scroll,
	}
}

// fixes reports whether there is a field to go to.
func (r *response) fixes() bool { return !r.batch().running() && len(r.targets) > 0 }

// enterOpens reports whether enter opens what is under the cursor, as in every list. It does
// not while messages are sent: it may be one too many behind the one that sent them.
func (r *response) enterOpens() bool { return r.lists() && !r.batch().running() }

// listKeys are what works on several messages: first whom there is still to send to, then
// what else can be found out about them.
func (r *response) listKeys(k keys.Response) []key.Binding {
	first, then := []key.Binding{k.Cancel, k.Open}, []key.Binding{k.Check, k.CheckAll, k.Export, k.Fresh}
	if r.unsent > 0 {
		first = append(first, k.Edit)
	} else {
		then = append(then, k.Edit)
	}
	return slices.Concat(first, then, []key.Binding{k.Move, k.CopyID, k.CopyJSON})
}

// rows is how many rows of what is said of one message fit.
func (r *response) rows() int { return max(r.h, 1) }

func itoa(n int) string { return strconv.Itoa(n) }
