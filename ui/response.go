package ui

import (
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/widget"
)

// askingWords stand on the status line until an answer came.
const askingWords = "asking the API"

// response is the page that shows what became of a batch.
type response struct {
	batch    func() *batch // the app's; nil before the first send
	check    func(index int) tea.Cmd
	bindings keys.Response
	zone     *time.Location // of the times that are shown
	try      int            // of the batch that the following are about
	at       int            // which message is shown
	field    int            // which of its field errors is selected
	raw      bool
	w, h     int

	// What follows is derived in count and layOut, not in View: a batch may have thousands
	// of messages.
	counts  string           // the states of a batch of several; "" for one message
	known   outbox.Detail    // of the message that is shown
	targets []page.GoToField // where it can be mended
	page    widget.Pager     // what is said of it
	headed  int              // how many rows of that are its headline
}

// batchChanged tells Response that there is news of the batch.
type batchChanged struct{}

func newResponse(b func() *batch, check func(int) tea.Cmd, zone *time.Location, keys keys.Response) *response {
	return &response{batch: b, check: check, zone: zone, bindings: keys}
}

func (r *response) Show(*draft.Form, page.Entry) tea.Cmd {
	if b := r.batch(); b != nil && b.try != r.try {
		r.try, r.at, r.field, r.raw, r.page.Top = b.try, 0, 0, false, 0
	}
	r.count()
	r.layOut()
	return nil
}

func (r *response) Jump(messaging.Field, int, *draft.Form)   {}
func (r *response) Leave(*draft.Form) (page.Intent, tea.Cmd) { return nil, nil }
func (r *response) Typing() bool                             { return false }

// Resize lays out anew.
func (r *response) Resize(w, h int) {
	r.w, r.h = w, h
	r.layOut()
}

// shown is the message in front.
func (r *response) shown() *result {
	b := r.batch()
	if b == nil || len(b.results) == 0 {
		return nil
	}
	return &b.results[min(r.at, len(b.results)-1)]
}

func (r *response) Update(msg tea.Msg, _ *draft.Form) (page.Intent, tea.Cmd) {
	if _, ok := msg.(batchChanged); ok {
		r.count()
		r.layOut()
		return nil, nil
	}
	k, ok := msg.(tea.KeyPressMsg)
	b, res := r.batch(), r.shown()
	if !ok || res == nil {
		return nil, nil
	}
	if b.running() && key.Matches(k, r.bindings.Cancel) {
		return page.Stop{}, nil
	}
	switch {
	case key.Matches(k, r.bindings.Choose):
		r.turn(k.String(), len(b.results))
	case key.Matches(k, r.bindings.JSON):
		r.raw = !r.raw
		r.page.Top = 0
		r.layOut()
	case key.Matches(k, r.bindings.CopyID):
		return page.CopyID(r.known.MessageID), nil
	case key.Matches(k, r.bindings.CopyJSON):
		return r.copyJSON(), nil
	case key.Matches(k, r.bindings.Check):
		if cmd := r.check(r.at); cmd != nil {
			return page.Done(askingWords), cmd
		}
		return page.Warn("there is nothing to ask the API about"), nil
	case b.running():
		r.scroll(k)
	case key.Matches(k, r.bindings.Fix):
		return r.fix(res), nil
	case key.Matches(k, r.bindings.Edit):
		return page.Again{}, nil
	case key.Matches(k, r.bindings.Fresh):
		return page.New{}, nil
	default:
		r.scroll(k)
	}
	return nil, nil
}

func (r *response) scroll(k tea.KeyPressMsg) { r.page.Scroll(k, r.bindings.Scroll, r.rows()) }

func (r *response) turn(k string, n int) {
	if k == "left" {
		r.at += n - 1
	} else {
		r.at++
	}
	r.at %= n
	r.page.Top, r.field = 0, 0
	r.layOut()
}

// fix goes to a field that the API or telex itself refused; each press to another.
func (r *response) fix(res *result) page.Intent {
	if len(r.targets) == 0 {
		return nil
	}
	t := r.targets[r.field%len(r.targets)]
	r.field++
	fix := page.Repair{Field: t.Field, Index: t.Index, To: ""}
	if b := r.batch(); t.Field == messaging.FieldTo && len(b.results) > 1 {
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
	running := b.running()
	k.Cancel.SetEnabled(running && !b.cancelled)
	k.Fix.SetEnabled(!running && len(r.targets) > 0)
	k.Choose.SetEnabled(len(b.results) > 1)
	k.CopyID.SetEnabled(r.known.MessageID != "")
	hasBody := r.known.Answer != nil
	k.JSON.SetEnabled(hasBody)
	k.CopyJSON.SetEnabled(hasBody)
	k.Check.SetEnabled(res.canAsk())
	if res.receipt == nil {
		k.Check.SetHelp(k.Check.Help().Key, "ask the API for it")
	}
	k.Edit.SetEnabled(!running)
	k.Fresh.SetEnabled(!running)
	k.Scroll.SetEnabled(len(r.page.Lines) > r.rows())
	return []key.Binding{
		k.Cancel, k.Fix, k.Fresh, k.Edit, k.Choose, k.CopyID, k.JSON, k.CopyJSON, k.Check, k.Scroll,
	}
}

// rows is how many rows of text fit.
func (r *response) rows() int { return max(r.h-r.head(), 1) }

// head is how many rows the overview of several messages takes.
func (r *response) head() int {
	if b := r.batch(); b != nil && len(b.results) > 1 {
		return 2
	}
	return 0
}

func (r *response) View(_ *draft.Form, t widget.Theme) widget.Frame {
	var out widget.Frame
	b := r.batch()
	if b == nil {
		out.Add("Nothing was sent yet.")
		return out
	}
	if r.head() > 0 {
		for _, l := range r.overview(len(b.results)) {
			out.Add(l)
		}
	}
	head := headStyle(r.known.State, t)
	for i, l := range r.page.Window(r.rows()) {
		if r.page.Top+i < r.headed {
			l = head.Render(l)
		}
		out.Add(l)
	}
	return out
}

// overview says which message is shown, and the states of all n, in as many rows as head
// says.
func (r *response) overview(n int) []string {
	which := "Message " + itoa(min(r.at, n-1)+1) + " of " + itoa(n) + " (left/right)"
	if one := which + "   " + r.counts; r.w >= widget.Narrow && len(one) <= r.w {
		return []string{one, ""}
	}
	return []string{which, r.counts}
}

// count counts the states of a batch as they are by now, in the order in which they
// first come.
func (r *response) count() {
	r.counts = ""
	b := r.batch()
	if b == nil || len(b.results) < 2 {
		return
	}
	var states []string
	n, open := map[string]int{}, 0
	for i := range b.results {
		res := &b.results[i]
		if res.state == waiting || res.state == sending {
			open++
			continue
		}
		state := res.stateWord()
		if n[state]++; n[state] == 1 {
			states = append(states, state)
		}
	}
	var counts []string
	for _, state := range states {
		counts = append(counts, itoa(n[state])+" "+state)
	}
	if open > 0 {
		counts = append(counts, itoa(open)+" to go")
	}
	r.counts = strings.Join(counts, ", ")
}

func itoa(n int) string { return strconv.Itoa(n) }
