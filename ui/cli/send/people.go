package send

import (
	"context"
	"errors"

	"telex/messaging/outbox"
	"telex/ui/cli/who"
	"telex/ui/draft"
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
		return nil, who.NothingSent(err)
	}
	o.outbox = opened
	return opened, nil
}

// toLookAt is the outbox of one who records nothing; nil if there is none yet.
func (o *opener) toLookAt(ctx context.Context) (*outbox.Outbox, error) {
	if o.outbox == nil && !o.with.HasOutbox(o.sandbox) {
		return nil, nil //nolint:nilnil // as it says
	}
	return o.open(ctx)
}

func (o *opener) close() {
	if o.outbox != nil {
		o.with.CloseOutbox(o.outbox)
	}
}

// name puts the numbers of people where --to has their names or groups. What is no name
// of anybody stays, with why in f.unknown.
func (f *flags) name(ctx context.Context, with Options, o *opener, region string) error {
	find := func(typed string) ([]string, error) {
		if !with.HasOutbox(f.Sandbox) {
			return nil, draft.ErrNoPeople
		}
		book, err := o.open(ctx)
		if err != nil {
			return nil, err
		}
		return with.Called(ctx, book, f.Sandbox, "--to", typed)
	}
	to, err := draft.Numbers(f.to, region, draft.InShell(with.Shell(f.Sandbox)), find, func(item string, why error) (string, error) {
		if nobody, unknown := errors.AsType[*draft.WhoError](why); unknown {
			f.unknown[item] = nobody
		}
		return item, nil
	})
	if err == nil {
		f.to = to
	}
	return err
}
