package ui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// An overview is several messages at a glance: how far the batch is, how many are in which
// state, and a list with those first that somebody has to look at. It is counted when the
// app says so, once a second while messages leave, for a batch may have thousands.
type overview struct {
	at       int // the message under the cursor, by its place in the batch
	moved    bool
	list     widget.List
	order    []int     // places in the batch, problems first
	problems int       // how many of order are problems
	counts   []countOf // by state
	open     int       // not ended
	ended    int       // how many have
	sent     int       // of those, with nothing known against it
	unsent   int       // how many "send again" would send to, if not to all
	unasked  int       // accepted or unknown, open, and never asked about
	follows  follows
	waiting  waitedFor     // who is waited for
	rows     []overviewRow // those in sight
}

// An overviewRow is a message in one line.
type overviewRow struct {
	sign, to, name, word, time, why string
	tone                            widget.Tone
}

// urgency is how soon somebody should look at a message; 0 if it can wait.
func (r *result) urgency() int {
	if r.state == neverStarted {
		return 0 // the one before it says why
	}
	return words.Urgency(r.stateNow())
}

// count derives the overview of a batch of several messages.
func (o *overview) count(b *batch) {
	o.counts, o.open, o.sent, o.unsent, o.unasked, o.problems, o.waiting = nil, 0, 0, 0, 0, 0, waitedFor{}
	if b == nil || len(b.results) < 2 {
		o.at, o.order, o.rows, o.list = 0, nil, nil, widget.List{}
		return
	}
	n := len(b.results)
	o.ended, o.follows = b.ended, b.follows()
	if len(o.order) != n {
		o.order = make([]int, n)
	}
	var by [words.MostUrgent + 1][]int
	seen := map[string]int{}
	got := 0
	for i := range b.results {
		res := &b.results[i]
		urgency := res.urgency()
		by[urgency] = append(by[urgency], i)
		if res.state == waiting || res.state == sending {
			if res.state == sending {
				o.wait(b, res)
			}
			if o.open++; res.state == waiting && b.ended == 0 {
				o.waiting.behind++
			}
			continue
		}
		o.tally(res, seen)
		switch res.stateNow().Outcome() { // what was unknown may have been found
		case messaging.Accepted:
			got++
			if res.stateNow() != outbox.Failed {
				o.sent++
			}
		case messaging.Unknown:
			got++
		case messaging.Rejected, messaging.Unsent:
		}
		if res.mayHear() && res.entryNow().Checked.IsZero() {
			o.unasked++
		}
	}
	if !b.running() && got > 0 {
		o.unsent = n - got
	}
	slices.SortStableFunc(o.counts, func(a, b countOf) int { return b.urgency - a.urgency })
	at := o.order[:0]
	for urgency := len(by) - 1; urgency >= 0; urgency-- {
		if urgency == 0 {
			o.problems = len(at)
		}
		at = append(at, by[urgency]...)
	}
	o.order = at
}

// A waitedFor is who is waited for while messages are on their way.
type waitedFor struct {
	to     string // of the one that has been on its way for the longest
	more   int    // how many others are
	behind int    // how many leave only when one is answered, for none was yet
	waited time.Duration
}

// wait notes that a message is on its way.
func (o *overview) wait(b *batch, res *result) {
	w := &o.waiting
	if w.to != "" {
		w.more++
	}
	if waited := b.waited(res); w.to == "" || waited > w.waited {
		w.to, w.waited = words.ShortRecipients(res.message.To, b.names), waited
	}
}

// words are who is waited for, and for how long, and who waits behind, in at most cells where
// that fits.
func (w waitedFor) words(cells int) string {
	const how = "   (esc twice to stop)"
	to := w.to
	if w.more > 0 {
		to += " and " + itoa(w.more) + " more"
	}
	to += ", " + itoa(int(w.waited/time.Second)) + " s"
	said := "waiting for " + to
	forms := []string{said + how, said} // the keys are below as well
	if w.behind > 0 {
		behind := said + "; " + text.Count(w.behind, "other") + map[bool]string{true: " waits", false: " wait"}[w.behind == 1] + " for that"
		forms = []string{behind + how, behind, itoa(w.behind) + " wait for " + to}
	}
	for _, form := range forms {
		if text.Width(form) <= cells {
			return form
		}
	}
	return said
}

// place keeps the cursor on its message, or, as long as nobody moved it, on the first.
func (r *response) place() {
	if !r.several() {
		return
	}
	r.list.Resize(len(r.order), r.listRows())
	at := 0
	if r.moved {
		at = max(slices.Index(r.order, r.at), 0)
	}
	r.list.To(at)
	r.at = r.order[r.list.At]
	r.see(r.batch())
}

// headRows is how many rows stand above the list.
func (r *response) headRows() int { return len(r.countRows(widget.Theme{})) + 2 }

// listRows is how many messages are in sight, for sure: two rows are titles.
func (r *response) listRows() int { return max(r.h-r.headRows()-2, 1) }

// see makes the rows in sight.
func (r *response) see(b *batch) {
	from, to := r.list.Visible()
	r.overview.rows = r.overview.rows[:0]
	for i := from; i < min(to, len(r.order)); i++ {
		r.overview.rows = append(r.overview.rows, r.rowOf(&b.results[r.order[i]]))
	}
}

// rowOf is a message in one line.
func (r *response) rowOf(res *result) overviewRow {
	e := res.entryNow()
	row := overviewRow{sign: words.Sign(e), to: words.ShortRecipients(res.message.To, nil), name: r.nameOf(res), word: words.State(e), tone: page.Tone(e)}
	switch {
	case e.ErrorCode != 0:
		row.why = words.Code(e.ErrorCode)
	case res.skipped != "":
		row.why = words.Untried(res.skipped)
	case e.State.Outcome() == messaging.Accepted: // whatever the call brought
	case apiError(res.err) != nil && len(apiError(res.err).Fields) > 0:
		row.why = words.FieldError(apiError(res.err).Fields[0])
	case res.err != nil:
		row.why = words.Describe(res.err).What
	}
	if !e.Updated.IsZero() {
		row.time = e.Updated.In(r.zone).Format(time.TimeOnly)
	}
	return row
}

// nameOf is the name of the recipient of one of several messages, clean; "" if it has none.
func (r *response) nameOf(res *result) string {
	for _, to := range res.message.To {
		return text.Clean(r.batch().names[to])
	}
	return ""
}

// title says how far the batch is.
func (r *response) title(b *batch, t widget.Theme) string {
	n := len(b.results)
	if b.running() {
		verb := "SENDING "
		if b.cancelled {
			verb = "STOPPING "
		}
		done := itoa(r.ended) + " of " + itoa(n)
		words := verb + text.Count(n, "text")
		return t.Title.Render(words) + "  " + bar(r.ended, n, min(r.w-len(words)-len(done)-6, 60)) + "  " + done
	}
	return t.Title.Render(r.ending(b.cancelled, n))
}

// bar is how much of n is done, in w cells.
func bar(done, n, w int) string {
	inner := max(w-2, 1)
	full := inner * done / n
	return "[" + strings.Repeat("#", full) + strings.Repeat("-", inner-full) + "]"
}

// below says who is waited for, or how many were not asked about.
func (r *response) below(b *batch) string {
	switch all := r.bindings.CheckAll.Help().Key; {
	case b.running() && r.waiting.to == "":
		return "recording them"
	case b.running():
		return r.waiting.words(r.w)
	case len(b.toAsk) > 0:
		return "checking, " + itoa(len(b.toAsk)) + " to go"
	case r.unasked > 0:
		return itoa(r.unasked) + " not asked about yet: " + all + " checks all"
	case r.follows.open > 0:
		return r.follows.words(r.zone)
	}
	return ""
}

// viewList is the overview.
func (r *response) viewList(b *batch, t widget.Theme) widget.Frame {
	var out widget.Frame
	out.Add(r.title(b, t))
	out.Lines = append(out.Lines, r.countRows(t)...)
	out.Add(r.below(b))
	h := max(r.h-len(out.Lines), 1)
	w := r.w
	if r.panes() {
		w, _ = widget.PaneWidths(r.w)
	}
	list := r.listFrame(w, t)
	if r.panes() {
		list = widget.Beside(list, widget.Frame{Lines: r.sheet.window(h, t)}, r.w, h, t)
	}
	list = list.Fit(r.w, h)
	if c := list.Cursor; c != nil {
		c.Y += len(out.Lines)
		out.Cursor = c
	}
	out.Lines = append(out.Lines, list.Lines...)
	return out
}

// columnsFrom is the width of a row from which on it has the state in words and the time.
const columnsFrom = 64

// listFrame is the messages in sight, in w cells.
func (r *response) listFrame(w int, t widget.Theme) widget.Frame {
	var out widget.Frame
	from, _ := r.list.Visible()
	last := itoa(from+len(r.overview.rows)) + "/" + itoa(len(r.order))
	names := r.nameWidth()
	for i, row := range r.overview.rows {
		switch at := from + i; {
		case r.problems > 0 && at < r.problems && i == 0:
			out.Add(t.Label.Render(text.Pad(words.ProblemsFirst, max(w-len(last)-3, 0)) + itoa(from+1) + "-" + last))
		case r.problems > 0 && at == r.problems:
			out.Add(t.Label.Render(words.TheRest))
		case i == 0:
			out.Add(t.Label.Render(text.Pad("TO", max(w-len(last)-3-len(itoa(from+1)), 0)) + " " + itoa(from+1) + "-" + last))
		}
		mark := "  "
		if from+i == r.list.At {
			mark = "> "
		}
		at := out.Add(mark + text.Truncate(row.line(w-2, names, t), w-3))
		if mark == "> " {
			out.Cursor = widget.Steady(0, at)
		}
	}
	return out
}

// rowNumber is how wide the longest number is.
const rowNumber = len("+123456789012345")

// nameWidth is how wide the names in sight are; 0 where there is none.
func (r *response) nameWidth() (w int) {
	for _, row := range r.overview.rows {
		w = max(w, min(text.Width(row.name), nameColumn))
	}
	return w
}

// line is the row in w cells, with the name of the recipient in place of the number, or beside
// it where there is room. Names are up to so many cells wide.
func (o overviewRow) line(w, names int, t widget.Theme) string {
	parts := []string{t.In(o.tone).Render(o.sign)}
	if w >= columnsFrom {
		parts = append(parts, text.Pad(o.to, rowNumber))
		if names > 0 {
			parts = append(parts, text.Pad(text.Truncate(o.name, names), names))
		}
		parts = append(parts, text.Pad(o.word, words.StateColumn), text.Pad(o.time, len(time.TimeOnly)), o.why)
		return strings.Join(parts, " ")
	}
	parts = append(parts, text.Pad(text.Truncate(cmp.Or(o.name, o.to), max(names, rowNumber)), max(names, rowNumber)))
	if o.why != "" {
		return strings.Join(append(parts, o.why), " ")
	}
	return strings.Join(append(parts, o.word, o.time), " ")
}
