package ui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
)

// acquaintances are the contacts as Recipients knows them: it looks up whom a name or a
// group means, suggests people for what is typed, and reads files of people.
type acquaintances struct {
	ctx   context.Context
	book  func() draft.Book // nil where there are no contacts to ask
	ways  draft.Ways        // how some are made and listed here
	names map[string]string // of recipients, by their numbers
	why   map[string]reason // why something is nobody, by what was typed

	near   []draft.Suggestion
	nearTo string // for which near are
	at     int    // which of them is shown
	busy   bool   // suggestions are being looked for
	barred func() barred
}

// consoleWays are how people are made and listed in the console: on the page of theirs.
func consoleWays(k *keys.Map) draft.Ways {
	there := "the page People"
	if k.Global.People.Enabled() {
		there = k.Global.People.Help().Key
	}
	adds := there + ", then " + k.People.Add.Help().Key + ", adds "
	return draft.Ways{Makes: adds + "one", Lists: there + " lists them", Groups: adds + "somebody with groups"}
}

func newAcquaintances(ways draft.Ways) acquaintances {
	return acquaintances{ways: ways, names: map[string]string{}, why: map[string]reason{}, book: func() draft.Book { return nil }, barred: func() barred { return nobodyBarred }}
}

// A reason says why something is nobody, in a few words and in full. Both are clean.
type reason struct{ brief, full string }

// askPeople lets Recipients look people up in an outbox, which is nil as long as it is not
// open.
func (r *recipients) askPeople(ctx context.Context, store func() *outbox.Outbox) {
	r.people.ctx = ctx
	r.people.book = func() draft.Book {
		if o := store(); o != nil {
			return o
		}
		return nil
	}
}

// learnNames notes the names of those among numbers who have one, and forgets others.
func (a *acquaintances) learnNames(numbers []string, names map[string]string) {
	was := a.names
	a.names = make(map[string]string, len(names))
	for _, n := range numbers {
		if name := cmp.Or(names[n], was[n]); name != "" {
			a.names[n] = name
		}
	}
}

// A sought name is what was typed, and whom it means.
type sought struct {
	typed string
	parts []string // as which it may stand with what was refused
	found []outbox.Contact
	err   error
}

// found says whom names mean.
type found struct {
	all   []sought
	read  draft.Reading // what else was typed with them
	alone bool          // it stands in the field
}

func (found) To() page.ID { return page.Recipients }

// named are those of what could not be read as numbers that may name people.
func (a *acquaintances) named(left []string, region string) (names []string) {
	if a.book() == nil {
		return nil
	}
	for _, typed := range left {
		if draft.NamesPeople(typed, region) {
			names = append(names, typed)
		}
	}
	return names
}

// seek looks up whom names mean that are among what was read. If that is all of it, it may
// be one name with a comma in it. Several stand with what was refused until it is known
// whom they mean, so that nothing is sent without them.
func (a *acquaintances) seek(names []string, typed string, read draft.Reading) tea.Cmd {
	if len(names) == 0 {
		return nil
	}
	ctx, book, ways := a.ctx, a.book(), a.ways
	read.Left = slices.DeleteFunc(slices.Clone(read.Left), func(s string) bool { return slices.Contains(names, s) })
	return func() tea.Msg {
		if len(names) == read.Items && read.Items > 1 {
			if people, err := draft.People(ctx, book, typed, ways); err == nil {
				return found{all: []sought{{typed: typed, parts: names, found: people}}}
			}
		}
		var all []sought
		for _, name := range names {
			people, err := draft.People(ctx, book, name, ways)
			all = append(all, sought{name, []string{name}, people, err})
		}
		return found{all, read, read.Items == 1}
	}
}

// bookOpened says that there are contacts to ask now.
type bookOpened struct{}

func (bookOpened) To() page.ID { return page.Recipients }

// seekAgain looks up what was refused as no number while there were no contacts to ask.
func (r *recipients) seekAgain(f *draft.Form) (page.Intent, tea.Cmd) {
	refused := r.people.seek(r.people.named(f.Refused, r.region), "", draft.Reading{})
	if r.bad == nil || f.NewTo == "" {
		return nil, refused
	}
	said, cmd := r.add(f.NewTo, f)
	return said, tea.Batch(refused, cmd)
}

// onFound adds the people that names mean. What means nobody is said where it was typed.
func (r *recipients) onFound(msg found, f *draft.Form) page.Intent {
	var read draft.Reading
	unknown := false // there are people, and this is none of them
	for _, s := range msg.all {
		inField := msg.alone && strings.TrimSpace(f.NewTo) == strings.TrimSpace(s.typed)
		if !inField && !slices.Contains(f.Refused, s.parts[0]) {
			continue // it was dropped, or corrected, meanwhile
		}
		if s.err != nil {
			unknown = r.noteWhy(s, inField) || unknown
			read.Left = append(read.Left, s.typed)
			continue
		}
		if inField {
			r.in.Set("")
			f.NewTo, r.bad = "", nil
		} else {
			for _, part := range s.parts {
				if at := slices.Index(f.Refused, part); at >= 0 {
					f.Drop(at)
				}
			}
		}
		r.addPeople(&read, s.found, f)
	}
	if !msg.alone && len(read.Numbers)+read.Twice == 0 {
		return nil // what was refused was told of
	}
	if !msg.alone {
		read.Join(msg.read)
	}
	r.settle(f)
	r.list.To(len(f.To) - 1)
	switch n := len(read.Left); {
	case n > 0 && unknown:
		return page.Here{Intent: page.Failed(draft.Added(len(read.Numbers), read.Twice, fmt.Sprintf("%d not found", n)))}
	case n > 0:
		return page.Here{Intent: page.Failed(read.Words())}
	case len(read.Numbers)+read.Twice == 0:
		return nil
	}
	return page.Done(read.Words())
}

// noteWhy keeps why something means nobody, and reports whether it could be a name.
func (r *recipients) noteWhy(s sought, inField bool) (isName bool) {
	why := text.Clean(s.err.Error())
	if errors.Is(s.err, draft.ErrNoPeople) { // then it is a number that cannot be read
		if _, err := number.Parse(s.typed, r.region); err != nil {
			why = text.Clean(err.Error())
		}
		if nobody := draft.NobodyCalled(s.typed, r.people.ways); nobody != nil {
			why = nobody.Error()
			r.people.why[s.typed], isName = reason{nobody.Brief(), why}, true
		}
	} else if who, ok := errors.AsType[*draft.WhoError](s.err); ok {
		r.people.why[s.typed], isName = reason{who.Brief(), why}, true
	}
	if inField {
		r.bad = []string{why}
	}
	return isName
}

// addPeople puts people behind the recipients.
func (r *recipients) addPeople(read *draft.Reading, people []outbox.Contact, f *draft.Form) {
	var some draft.Reading
	has, added := r.among.of(f), map[string]bool{}
	for _, c := range people {
		if has(c.Number) || added[c.Number] {
			some.Twice++
			continue
		}
		n, err := number.Parse(c.Number, r.region)
		if err != nil {
			n = number.Number{E164: c.Number}
		}
		added[c.Number] = true
		some.Numbers = append(some.Numbers, n)
		if c.Name != "" {
			r.people.names[c.Number] = c.Name
		}
	}
	r.take(some, f)
	read.Join(some)
}

// listRead is what a file of people has.
type listRead struct {
	typed  string
	people draft.PeopleList
	err    error
}

func (listRead) To() page.ID { return page.Recipients }

// openList reads the file of people that was typed.
func (r *recipients) openList(typed, path string) tea.Cmd {
	region := r.region
	return func() tea.Msg {
		people, err := draft.ReadList(path, region)
		return listRead{typed, people, err}
	}
}

// onListRead takes the people of a file. Its lines that are nobody stand with what was
// refused, until they are corrected or dropped.
func (r *recipients) onListRead(msg listRead, f *draft.Form) page.Intent {
	if strings.TrimSpace(f.NewTo) != strings.TrimSpace(msg.typed) {
		return nil // something else is meant by now, or another message is written
	}
	if msg.err != nil {
		r.bad = []string{msg.err.Error()}
		return page.Here{Intent: page.Failed("nothing was added")}
	}
	r.in.Set("")
	f.NewTo, r.bad = "", nil
	read, has := msg.people.Reading, r.among.of(f)
	all := len(read.Numbers)
	read.Numbers = slices.DeleteFunc(read.Numbers, func(n number.Number) bool { return has(n.E164) })
	read.Twice += all - len(read.Numbers)
	for i, typed := range read.Left {
		why := text.Clean(read.Why[i])
		r.people.why[typed] = reason{why, why}
	}
	r.take(read, f)
	r.people.learnNames(f.To, msg.people.Names)
	r.sieve.clear()
	r.settle(f)
	r.list.To(len(f.To) - 1)
	switch said := listWords(read); {
	case msg.people.More:
		return page.Failed(said + "; the list is longer than recipients of one message can be: the rest was not read")
	case len(read.Left) > 0:
		return page.Here{Intent: page.Failed(said)}
	default:
		return page.Done(said)
	}
}

// listWords say what was taken from a file.
func listWords(read draft.Reading) string {
	others := ""
	if n := len(read.Left); n > 0 {
		others = text.Count(n, "line") + " left out"
	}
	return draft.Added(len(read.Numbers), read.Twice, others)
}

// briefly is why something was refused, in a few words.
func (r *recipients) briefly(typed string) string {
	if why, ok := r.people.why[typed]; ok {
		return why.brief
	}
	return draft.Brief(typed, r.region)
}

// fully is why something was refused, and what to do.
func (r *recipients) fully(typed string) string {
	if why, ok := r.people.why[typed]; ok {
		return why.full
	}
	return strings.Join(draft.ReadRecipients(typed, r.region, func(string) bool { return false }).Why, "")
}
