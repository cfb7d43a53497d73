package messaging

import "context"

// guardKey is the context key of a guard.
type guardKey struct{}

// Guarded is a context whose calls of a [Client] ask before each of their tries whether it
// may be made still: they may have waited, and the machine may have slept. The error of may
// is that of the call then, with the outcome of the tries before. May must be safe for
// concurrent use, and quick.
func Guarded(ctx context.Context, may func(context.Context) error) context.Context {
	return context.WithValue(ctx, guardKey{}, may)
}

// guard asks the guard of a context; nil if it has none.
func guard(ctx context.Context) error {
	if may, ok := ctx.Value(guardKey{}).(func(context.Context) error); ok {
		return may(ctx)
	}
	return nil
}
