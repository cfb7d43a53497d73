//go:build !linux

package sqlite

import "context"

func helpFull(context.Context, string, string) error { return nil }

func helpStarved(context.Context, string, string) error { return nil }

func helpFilled(context.Context, string, string) error { return nil }

func helpLockless(context.Context, string, string) error { return nil }
