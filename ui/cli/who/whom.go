package who

import (
	"context"
	"errors"
	"slices"
	"strings"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/draft"
	"telex/ui/text"
)

// Whom are the numbers of those whom somebody typed, each once: numbers, which read reads,
// names of contacts, and "@group" for everybody in it. Who was named is said. For an
// error see [NotWhom].
func (h Home) Whom(ctx context.Context, f Flags, region string, typed []string, read func(typed, region string) (string, error)) ([]string, error) {
	find := func(name string) (found []string, err error) {
		err = draft.ErrNoPeople
		if failed := h.look(ctx, f.Sandbox, func(o *outbox.Outbox) { found, err = h.Called(ctx, o, f.Sandbox, "", name) }); failed != nil {
			return nil, failed
		}
		return found, err
	}
	numbers, err := draft.Numbers(typed, region, draft.InShell(h.Shell(f.Sandbox)), find, func(item string, why error) (string, error) {
		n, err := read(item, region)
		who, unknown := errors.AsType[*draft.WhoError](why)
		if unknown && (err != nil || who.Several()) {
			return "", who
		}
		return n, err
	})
	if err != nil {
		return nil, err
	}
	if len(numbers) == 0 {
		return nil, say.Usagef("%s names no number", say.Quoted(strings.Join(typed, " ")))
	}
	var once []string
	for _, n := range numbers {
		if !slices.Contains(once, n) {
			once = append(once, n)
		}
	}
	return once, nil
}

// NotWhom is an error of [Home.Whom] as the end of a command: one of the outbox is that, and
// what is nobody's was typed wrong; end is said behind it.
func NotWhom(err error, end string) error {
	if _, failed := errors.AsType[*outbox.Error](err); failed {
		return err
	}
	return say.Usagef("%s%s", say.Plain(err), end)
}

// Called are the numbers of those whom a name or "@group" means, and says who that is; what
// was typed is said with flag before it. The outbox may be the sandbox's. For errors see [draft.People].
func (h Home) Called(ctx context.Context, o *outbox.Outbox, sandbox bool, flag, typed string) ([]string, error) {
	found, err := draft.People(ctx, o, typed, draft.InShell(h.Shell(sandbox)))
	if err != nil {
		return nil, err
	}
	numbers := make([]string, len(found))
	for i, c := range found {
		numbers[i] = c.Number
	}
	if flag != "" {
		flag += " "
	}
	if group, ok := draft.GroupOf(typed); ok {
		h.Output.Say("%s@%s is %s", flag, group, text.People(len(found)))
	} else {
		h.Output.Say("%s%s is %s", flag, say.Quoted(found[0].Name), found[0].Number)
	}
	return numbers, nil
}

// IsGroup reports whether what somebody typed is "@group".
func IsGroup(typed string) bool {
	_, group := draft.GroupOf(typed)
	return group
}
