package draft

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/ui/text"
	"telex/ui/words"
)

// A Book is where people are looked up: an outbox.
type Book interface {
	Contacts(ctx context.Context, f outbox.ContactFilter) ([]outbox.Contact, error)
	ContactGroups(ctx context.Context) ([]outbox.ContactGroup, error)
}

// ErrNoPeople says that there are no contacts at all, so that a name cannot be one's.
var ErrNoPeople = errors.New("there are no contacts")

// A WhoError is a name or a group that is not exactly one. Its words are clean.
type WhoError struct{ brief, words string }

func (e *WhoError) Error() string { return e.words }

// Brief says it in a few words, beside what was typed: "not in People".
func (e *WhoError) Brief() string { return e.brief }

// Several says that more than one is called so, and not that nobody is.
func (e *WhoError) Several() bool { return e.brief == severalContacts }

const severalContacts = "several contacts"

// Ways are how people are made and found where a name was typed, each the end of a sentence:
// "telex contacts lists them".
type Ways struct{ Makes, Lists, Groups string }

// InShell are those of commands.
func InShell(in words.Shell) Ways {
	return Ways{
		Makes:  in.Command("contacts", "add", "NAME", "NUMBER") + " makes one",
		Lists:  in.Command("contacts") + " lists them",
		Groups: in.Command("contacts", "add", "NAME", "NUMBER", "--group", "GROUP") + " makes one",
	}
}

// NobodyCalled is what is wrong with a recipient where there are no contacts at all: nobody
// has that name. It is nil for what has digits, and so was meant for a number.
func NobodyCalled(typed string, ways Ways) *WhoError {
	typed = strings.TrimSpace(typed)
	if strings.ContainsFunc(typed, unicode.IsDigit) {
		return nil
	}
	return &WhoError{noContact, fmt.Sprintf("no contact is called %s, and there are none yet; %s", quoted(typed), ways.Makes)}
}

const noContact = "not in People"

// Numbers puts the numbers of people where what was typed has their names or groups, which
// find finds as [People] does. What else stands there goes through other, with why it is
// nobody's: nil for what is no name.
func Numbers(typed []string, region string, ways Ways, find func(typed string) ([]string, error), other func(item string, why error) (string, error)) ([]string, error) {
	var numbers []string
	for _, value := range typed {
		if strings.Contains(value, ",") && NamesPeople(value, region) {
			if found, err := find(value); err == nil && len(found) > 0 { // "Ruiz, Ana"
				numbers = append(numbers, found...)
				continue
			}
		}
		for _, item := range number.Split(value) {
			var found []string
			var why error
			if NamesPeople(item, region) {
				found, why = find(item)
			}
			if _, unknown := errors.AsType[*WhoError](why); errors.Is(why, ErrNoPeople) {
				if why = nil; NobodyCalled(item, ways) != nil {
					why = NobodyCalled(item, ways)
				}
			} else if why != nil && !unknown {
				return nil, why
			}
			if len(found) == 0 {
				n, err := other(item, why)
				if err != nil {
					return nil, err
				}
				found = []string{n}
			}
			numbers = append(numbers, found...)
		}
	}
	return numbers, nil
}

// NamesPeople reports whether what was typed as a recipient names people, by a name or by
// "@group", and is no number.
func NamesPeople(typed, region string) bool {
	typed = strings.TrimSpace(typed)
	if group, ok := GroupOf(typed); ok {
		return group != ""
	}
	if !strings.ContainsFunc(typed, unicode.IsLetter) {
		return false
	}
	_, err := number.Parse(typed, region)
	return err != nil
}

// GroupOf is the group that "@group" names.
func GroupOf(typed string) (group string, ok bool) {
	group, ok = strings.CutPrefix(strings.TrimSpace(typed), "@")
	return strings.TrimSpace(group), ok
}

// mostNear is how many people or groups an error names.
const mostNear = 5

// People are whom a name or "@group" means: the one contact who is called so, whatever the
// capitals and accents, or everybody in the group. An error is a [*WhoError],
// [ErrNoPeople], or that of the book.
func People(ctx context.Context, b Book, typed string, ways Ways) ([]outbox.Contact, error) {
	if group, ok := GroupOf(typed); ok {
		return everybodyIn(ctx, b, group, ways)
	}
	name := strings.TrimSpace(typed)
	found, err := b.Contacts(ctx, outbox.ContactFilter{Name: name, Limit: mostNear + 1})
	switch {
	case err != nil:
		return nil, err
	case len(found) == 1:
		return found, nil
	case len(found) > 1:
		return nil, &WhoError{severalContacts, fmt.Sprintf("several contacts are called %s: %s; use the number", quoted(name), listed(found, func(c outbox.Contact) string { return c.Number }))}
	}
	near, err := b.Contacts(ctx, outbox.ContactFilter{Search: name, Limit: mostNear + 1})
	if err != nil {
		return nil, err
	}
	if len(near) > 0 {
		return nil, &WhoError{noContact, fmt.Sprintf("no contact is called %s; did you mean %s?", quoted(name), listed(near, func(c outbox.Contact) string {
			return strings.TrimPrefix(c.Name+" "+c.Number, " ")
		}))}
	}
	if some, err := b.Contacts(ctx, outbox.ContactFilter{Limit: 1}); err != nil || len(some) == 0 {
		return nil, errors.Join(err, ErrNoPeople)
	}
	return nil, &WhoError{noContact, fmt.Sprintf("no contact is called %s; %s", quoted(name), ways.Lists)}
}

// everybodyIn are the people of a group.
func everybodyIn(ctx context.Context, b Book, group string, ways Ways) ([]outbox.Contact, error) {
	found, err := b.Contacts(ctx, outbox.ContactFilter{Group: group})
	if err != nil || len(found) > 0 {
		return found, err
	}
	groups, err := b.ContactGroups(ctx)
	if err != nil {
		return nil, err
	}
	if len(groups) == 0 {
		return nil, &WhoError{"no such group", fmt.Sprintf("nobody is in a group %s, and there are no groups; %s", quoted(group), ways.Groups)}
	}
	return nil, &WhoError{"no such group", fmt.Sprintf("nobody is in a group %s; the groups are %s", quoted(group), listed(groups, func(g outbox.ContactGroup) string { return "@" + g.Name }))}
}

// listed are the first of several, by what is said of each.
func listed[T any](all []T, word func(T) string) string {
	var said []string
	for i, x := range all {
		if i == mostNear {
			said = append(said, "and more")
			break
		}
		said = append(said, text.Clean(word(x)))
	}
	return strings.Join(said, ", ")
}

// quoted is what was typed, in quotes and cut short.
func quoted(typed string) string {
	const most = 40
	if r := []rune(typed); len(r) > most {
		typed = string(r[:most]) + "…"
	}
	return `"` + text.Clean(typed) + `"`
}

// A Suggestion is whom something typed may be meant for.
type Suggestion struct {
	Put   string // what takes its place: a number, or "@group"
	Words string // who that is, clean
}

const (
	// mostTried is how many contacts are tried by their letters where no words are found.
	mostTried = 5000
	triedPage = 500
)

// Suggest are people and groups that are like what was typed, n at most: those that have
// its words, or else those that have its letters in their order.
func Suggest(ctx context.Context, b Book, typed string, n int) ([]Suggestion, error) {
	if group, ok := GroupOf(typed); ok {
		return suggestGroups(ctx, b, group, n)
	}
	found, err := b.Contacts(ctx, outbox.ContactFilter{Search: typed, Limit: n})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		if found, err = byLetters(ctx, b, typed, n); err != nil {
			return nil, err
		}
	}
	var all []Suggestion
	for _, c := range found {
		all = append(all, Suggestion{c.Number, strings.TrimPrefix(text.Clean(c.Name)+" "+c.Number, " ")})
	}
	return all, nil
}

// byLetters are the first contacts whose names have the letters of what was typed.
func byLetters(ctx context.Context, b Book, typed string, n int) (found []outbox.Contact, err error) {
	for f, tried := (outbox.ContactFilter{Limit: triedPage}), 0; tried < mostTried && len(found) < n; tried += triedPage {
		page, err := b.Contacts(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, c := range page {
			if hasLetters(outbox.Fold(c.Name), outbox.Fold(typed)) && len(found) < n {
				found = append(found, c)
			}
		}
		if len(page) < triedPage {
			return found, nil
		}
		f.After = page[len(page)-1]
	}
	return found, nil
}

// suggestGroups are groups like what was typed, n at most.
func suggestGroups(ctx context.Context, b Book, typed string, n int) ([]Suggestion, error) {
	groups, err := b.ContactGroups(ctx)
	if err != nil {
		return nil, err
	}
	var all []Suggestion
	for _, g := range groups {
		if hasLetters(outbox.Fold(g.Name), outbox.Fold(typed)) && len(all) < n {
			all = append(all, Suggestion{"@" + g.Name, text.Clean("@"+g.Name) + ", " + text.People(g.People)})
		}
	}
	return all, nil
}

// hasLetters reports whether the letters of word are in s, in their order.
func hasLetters(s, word string) bool {
	rest := []rune(word)
	for _, r := range s {
		if len(rest) > 0 && r == rest[0] {
			rest = rest[1:]
		}
	}
	return len(rest) == 0
}
