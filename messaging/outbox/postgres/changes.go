package postgres

import (
	"context"
	"strconv"
	"time"

	"telex/messaging/outbox"

	"github.com/jackc/pgx/v5"
)

// channelOf is what those listen to who follow an outbox, by the number of its table.
func channelOf(table int64) string { return "telex_" + strconv.FormatInt(table, 10) }

// Changes tells of writes to an outbox, by whatever process and perhaps one for several,
// until ctx ends; also when it begins to, and begins again behind a lost connection. It is nil
// for a place that is not of this package, and closed when it tells no more, as where the
// server does not let it: then whoever wants to know has to look. It keeps a connection of its
// own.
func Changes(ctx context.Context, at outbox.Place) <-chan struct{} {
	p, ok := at.(place)
	if !ok {
		return nil
	}
	changes := make(chan struct{}, 1)
	tell := func() {
		select {
		case changes <- struct{}{}:
		default: // it was told already
		}
	}
	go func() {
		defer close(changes)
		for rest := firstRest; ; rest = min(2*rest, longestRest) {
			told := false
			err := p.follow(ctx, func() { told = true; tell() })
			if ctx.Err() != nil || !told && !isUnreachable(err) {
				return // why nobody asks
			}
			if told {
				rest = firstRest
			}
			select {
			case <-time.After(rest):
			case <-ctx.Done():
				return
			}
		}
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
