package send

import (
	"context"
	"errors"
	"strings"

	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/draft"
	"telex/ui/text"
)

// An opener opens the outbox once it is needed.
type opener struct {
	with    Options
	sandbox bool
	outbox  *outbox.Outbox // nil: nothing has needed it yet
}

func (o *opener) open(ctx context.Context) (*outbox.Outbox, error) {
	if o.outbox != nil {
		return o.outbox, nil
	}
	opened, err := o.with.OpenOutbox(ctx, o.sandbox)
	if err != nil {
		return nil, err
	}
	o.outbox = opened
	return opened, nil
}

func (o *opener) close() {
	if o.outbox != nil {
		o.with.CloseOutbox(o.outbox)
	}
}

// name puts the numbers of people where --to has their names or groups. What is no name
// of anybody stays, with why in f.unknown.
func (f *flags) name(ctx context.Context, with Options, o *opener, region string) error {
	var to []string
	for _, value := range f.to {
		items := number.Split(value)
		if strings.Contains(value, ",") && draft.NamesPeople(value, region) {
			if found, err := f.people(ctx, with, o, value); err == nil && len(found) > 0 { // "Ruiz, Ana"
				to = append(to, found...)
				continue
			}
		}
		for _, item := range items {
			if !draft.NamesPeople(item, region) {
				to = append(to, item)
				continue
			}
			found, err := f.people(ctx, with, o, item)
			who, unknown := errors.AsType[*draft.WhoError](err)
			switch {
			case unknown:
				f.unknown[item] = who
				to = append(to, item)
			case errors.Is(err, draft.ErrNoPeople):
				to = append(to, item) // then it is a number that cannot be read
			case err != nil:
				return err
			default:
				to = append(to, found...)
			}
		}
	}
	f.to = to
	return nil
}

// people are the numbers of those that something typed names.
func (f *flags) people(ctx context.Context, with Options, o *opener, typed string) ([]string, error) {
	if !with.HasOutbox(f.Sandbox) {
		return nil, draft.ErrNoPeople
	}
	book, err := o.open(ctx)
	if err != nil {
		return nil, err
	}
	found, err := draft.People(ctx, book, typed)
	if err != nil {
		return nil, err
	}
	numbers := make([]string, len(found))
	for i, c := range found {
		numbers[i] = c.Number
	}
	if group, ok := draft.GroupOf(typed); ok {
		with.Output.Say("--to @%s is %s", group, text.People(len(found)))
	} else {
		with.Output.Say("--to %s is %s", say.Quoted(found[0].Name), found[0].Number)
	}
	return numbers, nil
}
