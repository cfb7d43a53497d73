package send

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
)

// A progress tells of the messages of a transmission as they end: people at once, and who
// reads standard output in the order of the recipients. Of each message it keeps little:
// what came back for thousands of them is in the outbox.
type progress struct {
	out  *say.Printer
	of   transmission
	code say.Code
	lost error // why standard output has not all of it
	open error // why messages that were not tried are still open in the outbox

	next int            // the first message of which nothing was printed yet
	held map[int]string // lines of those behind it

	taken   []int64                 // rows of messages that can be waited for, if they are to be
	only    *result                 // for --json, of one message: printed in the end
	folded  *outbox.Folding         // for --json, of one message: what its key made of it
	endings []say.Ending            // for --json, without the answers
	answers map[int]json.RawMessage // those that the outbox does not have as they came
}

func newProgress(out *say.Printer, of transmission) *progress {
	p := &progress{out: out, of: of, code: say.ExitOK, held: map[int]string{}, answers: map[int]json.RawMessage{}}
	if of.flags.asJSON && of.flags.individual {
		p.endings = make([]say.Ending, len(of.messages))
	}
	p.fold()
	return p
}

// fold notes for --json what is not sent.
func (p *progress) fold() {
	if p.of.at == nil || !p.of.flags.asJSON {
		return
	}
	foldings := p.of.batch.Foldings()
	if p.endings == nil {
		p.folded = &foldings[0]
		return
	}
	p.endings = make([]say.Ending, len(foldings))
	for i, f := range foldings {
		p.endings[i] = foldedEnding(f, true)
	}
}

// after takes the end of message i.
func (p *progress) after(i int, r outbox.Result) {
	told := p.of.result(i, r)
	tell(p.out, told)
	p.code = say.Worst(p.code, told.code())
	if told.skipped != "" && told.unrecorded != nil && p.open == nil {
		p.open = told.unrecorded
	}
	if p.of.wait != nil && told.receipt != nil && told.unrecorded == nil {
		p.taken = append(p.taken, told.id)
	}
	switch f := p.of.flags; {
	case f.asJSON && f.individual:
		p.note(i, told)
	case f.asJSON:
		p.only = &told
	default:
		p.print(i, line(told))
	}
}

// note keeps the end of a message for --json.
func (p *progress) note(i int, r result) {
	e := r.ending()
	if len(e.Response) > 0 && (r.unrecorded != nil || p.of.outbox.OmitsText()) {
		p.answers[p.of.place(i)] = e.Response
	}
	e.Response = nil
	p.endings[p.of.place(i)] = e
}

// print prints the line of a message when those before it have theirs; "" is none.
func (p *progress) print(i int, line string) {
	p.held[i] = line
	for {
		line, ok := p.held[p.next]
		if !ok {
			return
		}
		delete(p.held, p.next)
		p.next++
		if line != "" && p.lost == nil {
			p.lost = p.out.Text(line)
		}
	}
}

// warnOpen warns of messages that were not tried and are still open in the outbox.
func (p *progress) warnOpen() {
	if p.open == nil {
		return
	}
	then := "; the next telex will say that they were not sent"
	if errors.Is(p.open, outbox.ErrGone) {
		then = "; those not tried are not recorded" // for nothing of them left
	}
	p.out.Say("warning: %v%s", p.open, then)
}

// became takes what became of the messages that were waited for, by their rows.
func (p *progress) became(ends map[int64]waited) {
	for _, end := range ends {
		p.code = say.Worst(p.code, end.code)
	}
	if p.only != nil {
		p.only.delivery = ends[p.only.id].delivery
	}
	for i := range p.endings {
		e := &p.endings[i]
		if end, ok := ends[e.ID]; ok {
			e.Delivery, e.ExitCode = end.delivery, say.Worst(e.ExitCode, end.code)
		}
	}
}

// end prints what --json prints when all messages have ended.
func (p *progress) end(ctx context.Context) {
	switch {
	case p.only != nil:
		p.lost = printJSON(p.out, *p.only)
	case p.folded != nil && p.folded.Held:
		p.lost = p.out.Value(foldedEnding(*p.folded, false))
	}
	if p.endings == nil {
		return
	}
	var unread error // the array is whole all the same
	p.lost = p.out.Values(len(p.endings), func(i int) any {
		e := p.endings[i]
		if e.Response = p.answers[i]; e.Response == nil && e.HTTPStatus != 0 {
			body, err := p.of.outbox.Body(ctx, e.ID)
			unread = cmp.Or(unread, err)
			e.Response = say.AsJSON(body)
		}
		return e
	})
	p.lost = cmp.Or(p.lost, unread)
}
