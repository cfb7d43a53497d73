package broadcasts

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// panes reports whether there is room for the details beside the list.
func (p *Page) panes() bool { return p.w >= widget.Panes }

func (p *Page) listSize() (w, h int) {
	if p.panes() {
		w, _ = widget.PaneWidths(p.w)
		return w, p.h
	}
	return p.w, p.h
}

func (p *Page) detailSize() (w, h int) {
	if p.panes() {
		_, w = widget.PaneWidths(p.w)
		return w, p.h
	}
	return p.w, p.h
}

func (p *Page) detailRows() int { return max(p.h, 1) }

// layOut makes the rows of the details.
func (p *Page) layOut() {
	p.rows.Resize(len(p.runs), max(p.h, 1))
	p.detail.Lines = nil
	r, some := p.selected()
	if !some {
		return
	}
	w, _ := p.detailSize()
	p.detail.Lines = page.ClippedRows(p.facts(r), max(w, 1))
}

// inTerminal says where a command is for that goes on with a broadcast.
const inTerminal = "in a terminal: this console sends no broadcasts"

// facts are what there is to know of a broadcast: what a person should look at, first.
func (p *Page) facts(r run) []words.Fact {
	zone := p.deps.Now().Location()
	state := words.RunState(r.Run, zone)
	if r.alone {
		state += "; " + words.NobodySends
	}
	facts := []words.Fact{{Label: "state", Value: state}}
	if !r.Due().IsZero() {
		facts = append(facts, words.Fact{Label: "", Value: words.BegunBy(p.deps.Shell, r.works)})
	}
	facts = append(facts, words.List("look at", words.RunProblems(r.counts))...)
	facts = append(facts, words.Fact{Label: "people", Value: words.RunCounts(r.State, r.counts)})
	switch next := words.NextForRun(r.Run, p.deps.Shell); {
	case next != "":
		facts = append(facts, words.Fact{Label: "next", Value: next}, words.Fact{Label: "", Value: inTerminal})
	case r.alone:
		facts = append(facts, words.Fact{Label: "next", Value: "to go on: " + words.ResumeRun(r.ID, p.deps.Shell)}, words.Fact{Label: "", Value: inTerminal})
	case canResume(r):
		facts = append(facts, words.Fact{Label: "next", Value: "another telex sends it"})
	default:
		facts = append(facts, words.Fact{Label: "report", Value: words.ReportRun(r.ID, p.deps.Shell)})
	}
	facts = append(facts, words.Fact{Label: "text", Value: words.FirstLine(r.Broadcast.Text)})
	if len(r.Broadcast.Media) > 0 {
		facts = append(facts, words.Fact{Label: "media", Value: strings.Join(r.Broadcast.Media, "\n")})
	}
	facts = append(facts,
		words.Fact{Label: "from", Value: strings.Join(r.Broadcast.Senders, ", ")},
		words.Fact{Label: "list", Value: r.Broadcast.List.Name},
		words.Fact{Label: "segments", Value: strconv.Itoa(r.Segments) + " taken by Bandwidth"},
		words.Fact{Label: "made", Value: words.Time(r.Created.In(zone))},
	)
	if !r.Ended.IsZero() {
		facts = append(facts, words.Fact{Label: "ended", Value: words.Time(r.Ended.In(zone))})
	}
	return facts
}

// View is the list, with the details of the one under the cursor beside it where there is
// room, or those that are opened.
func (p *Page) View(_ *draft.Form, t widget.Theme) widget.Frame {
	switch {
	case p.panes():
		left, right := p.listView(t), p.detailView()
		if p.open {
			left.Cursor, right.Cursor = nil, widget.Steady(0, 0)
		}
		return widget.Beside(left, right, p.w, p.h, t)
	case p.open:
		return p.detailView()
	}
	return p.listView(t)
}

func (p *Page) detailView() widget.Frame {
	var out widget.Frame
	w, h := p.detailSize()
	for _, l := range p.detail.Window(p.detailRows()) {
		out.Add(strings.TrimRight(l, " ")) // a blank where a line was broken would cost its last letter
	}
	return out.Fit(w, h)
}

func (p *Page) listView(t widget.Theme) widget.Frame {
	var out widget.Frame
	w, h := p.listSize()
	if len(p.runs) == 0 {
		for _, l := range text.Wrap(p.emptyWords(), max(w, 1)) {
			out.Add(l)
		}
		return out.Fit(w, h)
	}
	from, to := p.rows.Visible()
	for i := from; i < min(to, len(p.runs)); i++ {
		mark := "  "
		if i == p.rows.At {
			mark = "> "
		}
		at := out.Add(mark + line(p.runs[i], w-len(mark), p.deps.Now().Location(), t))
		if i == p.rows.At {
			out.Cursor = widget.Steady(0, at)
		}
	}
	return out.Fit(w, h)
}

// emptyWords say why there is no row.
func (p *Page) emptyWords() string {
	switch {
	case p.failed != "":
		return p.failed
	case p.deps.Store() == nil:
		return "The outbox is not open yet."
	case !p.read:
		return "Reading."
	}
	return "No broadcasts yet. One begins with a list of people and a text, in a terminal: " + p.deps.Shell.Command("broadcast", "start", "people.csv") + " --text …"
}

// barCells is how wide the bar of a row is.
const barCells = 10

// line is a broadcast in one line: its number, how far it is, its state and its name.
func line(r run, w int, zone *time.Location, t widget.Theme) string {
	of := r.counts.People - r.counts.Waiting
	all := r.counts.People
	for _, n := range r.counts.Skipped {
		of, all = of-n, all-n
	}
	state := text.Pad(string(r.State), len("cancelled"))
	switch r.State {
	case outbox.RunPaused:
		state = t.Warn.Render(state)
	case outbox.RunRunning:
		state = t.Accent.Render(state)
	case outbox.RunPlanned, outbox.RunDone, outbox.RunCancelled:
	}
	failed := ""
	for _, s := range []outbox.State{outbox.Unknown, outbox.Failed, outbox.Rejected, outbox.Unsent} {
		if n := r.counts.States[s]; n > 0 {
			failed += t.Warn.Render(fmt.Sprintf("%s %d", words.Sign(outbox.Entry{State: s}), n)) + " "
		}
	}
	name := text.Clean(r.Name)
	if due := r.Due(); !due.IsZero() {
		name += ", begins " + words.When(due, zone)
	}
	said := fmt.Sprintf("%3d %s %s %d/%d %s%s", r.ID, words.Bar(of, all, barCells), state, of, all, failed, name)
	return text.Truncate(said, max(w, 0))
}
