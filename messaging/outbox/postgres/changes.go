package postgres

import (
	"context"
	"strconv"

	"telex/messaging/outbox"

	"github.com/jackc/pgx/v5"
)

// channelOf is what those listen to who follow an outbox, by the number of its table.
func channelOf(table int64) string { return "telex_" + strconv.FormatInt(table, 10) }

// Changes tells of writes to an outbox, by whatever process and perhaps one for several,
// until ctx ends; the first time when it begins to. It is nil for a place that is not of this
// package, and closed when it tells no more: then whoever wants to know has to look. It keeps
// a connection of its own.
func Changes(ctx context.Context, at outbox.Place) <-chan struct{} {
	p, ok := at.(place)
	if !ok {
		return nil
	}
	changes := make(chan struct{}, 1)
	go func() {
		defer close(changes)
		_ = p.follow(ctx, func() { // why it ended nobody asks
			select {
			case changes <- struct{}{}:
			default: // it was told already
			}
		})
	}()
	return changes
}

// follow calls tell at each write.
func (p place) follow(ctx context.Context, tell func()) error {
	config := p.config.Copy()
	if err := p.complete(ctx, config); err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err //nolint:wrapcheck // nobody reads it
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var table int64
	if err := conn.QueryRow(ctx, "SELECT coalesce(to_regclass('messages')::oid::bigint, 0)").Scan(&table); err != nil {
		return err //nolint:wrapcheck // as above
	}
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channelOf(table)}.Sanitize()); err != nil {
		return err //nolint:wrapcheck // as above
	}
	for {
		tell()
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err //nolint:wrapcheck // as above
		}
	}
}
