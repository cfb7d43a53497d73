package people

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// A row is one person.
type row struct {
	number, name string
	rest         string // groups, or why; clean
	warn         string // why nothing can be sent there; clean
	sender       string // of ours, of an entry that is about that one alone
}

// called is who it is, for people, in short and clean.
func (r row) called() string {
	const most = 30
	return words.Named(r.number, text.Truncate(text.Clean(r.name), most))
}

// isOptedOut is what keeps texts from somebody who opted out.
const isOptedOut = "opted out"

// mostRows is how many are listed; a search finds the others.
const mostRows = 1000

func (p *Page) selected() (row, bool) {
	if len(p.rows) == 0 {
		return row{}, false
	}
	return p.rows[min(p.list.At, len(p.rows)-1)], true
}

// load reads who is listed.
func (p *Page) load() tea.Cmd {
	store := p.deps.Store()
	if store == nil {
		return nil
	}
	ctx, turn, k, search, now := p.ctx, p.reading.Begin(), p.kind, strings.TrimSpace(p.find.Value()), p.deps.Now
	return func() tea.Msg {
		var rows []row
		var n int
		var err error
		if k == contacts {
			rows, n, err = readContacts(ctx, store, search)
		} else {
			rows, n, err = readOptOuts(ctx, store, search, k == held, func(out outbox.OptOut) string { return words.OptOut(out, now()) })
		}
		return rowsRead{turn, rows, n, err}
	}
}

// readContacts are contacts, and who of them wants no texts.
func readContacts(ctx context.Context, s Store, search string) ([]row, int, error) {
	f := outbox.ContactFilter{Search: search, Limit: mostRows}
	all, err := s.Contacts(ctx, f)
	if err != nil {
		return nil, 0, err
	}
	n := len(all)
	if n == mostRows {
		if n, err = s.CountContacts(ctx, f); err != nil {
			return nil, 0, err
		}
	}
	if len(all) == 0 {
		return nil, 0, nil
	}
	numbers := make([]string, len(all))
	for i, c := range all {
		numbers[i] = c.Number
	}
	out := map[string]string{}
	for _, isHeld := range []bool{true, false} { // the worse last
		found, err := s.OptOuts(ctx, outbox.OptOutFilter{Numbers: numbers, Held: isHeld})
		if err != nil {
			return nil, 0, err
		}
		for _, o := range found {
			if o.By != outbox.HeldForGap && o.Sender == "" {
				out[o.Number] = map[bool]string{true: "held", false: isOptedOut}[isHeld]
			}
		}
	}
	rows := make([]row, len(all))
	for i, c := range all {
		rows[i] = row{number: c.Number, name: c.Name, rest: text.Clean(strings.Join(c.Groups, ", ")), warn: out[c.Number]}
		if c.NoTexts != 0 && rows[i].warn == "" {
			rows[i].rest = strings.TrimPrefix(rows[i].rest+", takes no texts", ", ")
		}
		if c.Tells {
			rows[i].rest = strings.TrimPrefix(rows[i].rest+", entered by "+words.User(c.User), ", ")
		}
	}
	return rows, n, nil
}

// readOptOuts are entries of the ledger.
func readOptOuts(ctx context.Context, s Store, search string, isHeld bool, why func(outbox.OptOut) string) ([]row, int, error) {
	all, err := s.OptOuts(ctx, outbox.OptOutFilter{Held: isHeld})
	if err != nil {
		return nil, 0, err
	}
	numbers := make([]string, len(all))
	for i, o := range all {
		numbers[i] = o.Number
	}
	names, err := s.ContactNames(ctx, numbers)
	if err != nil {
		return nil, 0, err
	}
	var rows []row
	n := 0
	for i := len(all) - 1; i >= 0; i-- { // the newest first
		r := row{number: all[i].Number, name: names[all[i].Number], rest: text.Clean(why(all[i])), sender: all[i].Sender}
		if !r.holds(search) {
			continue
		}
		if n++; len(rows) < mostRows {
			rows = append(rows, r)
		}
	}
	return rows, n, nil
}

// holds reports whether a row has all words of a search.
func (r row) holds(search string) bool {
	all := outbox.Fold(r.number + " " + r.name + " " + r.rest)
	for w := range strings.FieldsSeq(outbox.Fold(search)) {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}

// onRows takes what was read. The cursor stays on its number.
func (p *Page) onRows(msg rowsRead) (page.Intent, tea.Cmd) {
	if !p.reading.End(msg.turn) {
		return nil, nil
	}
	if p.failed = ""; msg.err != nil {
		p.failed = text.Clean(msg.err.Error())
		return page.Here{Intent: page.Failed(p.failed)}, nil
	}
	at, some := p.selected()
	want := p.atNext
	if want == "" && some {
		want = at.number
	}
	p.rows, p.count, p.read, p.atNext = msg.rows, msg.count, true, ""
	p.list.Resize(len(p.rows), p.listRows())
	for i, r := range p.rows {
		if r.number == want {
			p.list.To(i)
			break
		}
	}
	return nil, p.reading.Rest(page.People, page.ShortRest)
}
