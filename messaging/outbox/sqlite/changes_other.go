//go:build !linux

package sqlite

import "context"

// Changes tells of writes to the outbox at path; nil, for the system does not tell of
// them here.
func Changes(context.Context, string) <-chan struct{} { return nil }
