package outbox

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Draft is what somebody was composing when their telex ended. What its Body
// says is the console's own matter.
//
// It is its writer's, by the name in [Options.User], at whichever host: for others it is as
// if it were not there. One that has no name is everybody's, and then that of whoever takes it.
type Draft struct {
	ID      int64
	Created time.Time
	Updated time.Time
	Profile string
	Body    []byte
}

// SaveDraft stores what is being composed under id, and under a new one if id is
// 0, and returns the id. Each console has its own, so none overwrites another's: if
// id is that of a living one, a new draft is made.
// With [Options.OmitText] nothing is stored, and the id is 0.
func (o *Outbox) SaveDraft(ctx context.Context, id int64, profile string, body []byte) (int64, error) {
	const op = "save the draft"
	if o.options.OmitText {
		return 0, nil
	}
	if err := o.claim(ctx, op); err != nil {
		return o.orAnew(ctx, err, id, profile, body)
	}
	now := stamp(o.now())
	_, host, _ := o.user()
	writer := o.options.User.writer()
	saved := id
	err := o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		// With its old id, even if the row is gone: it was sent from here meanwhile or
		// somebody deleted it, and what is typed now is to be kept all the same.
		others, err := o.isOthers(ctx, tx, id)
		if err != nil {
			return err
		}
		if id == 0 || others {
			return tx.QueryRowContext(ctx, "INSERT INTO drafts (owner, created_at, updated_at, profile, body, by_name, by_host) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
				o.engine.Owner(), now, now, profile, body, writer, host).Scan(&saved)
		}
		saved = id
		_, err = tx.ExecContext(ctx, `INSERT INTO drafts (id, owner, created_at, updated_at, profile, body, by_name, by_host) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, updated_at = excluded.updated_at, profile = excluded.profile, body = excluded.body,
			by_name = excluded.by_name, by_host = excluded.by_host`,
			id, o.engine.Owner(), now, now, profile, body, writer, host)
		return err
	})
	if err != nil {
		return o.orAnew(ctx, err, id, profile, body)
	}
	return saved, nil
}

// orAnew saves a draft in the outbox that took the place of this one, if err is that it
// was taken away. The draft keeps the id that its console knows.
func (o *Outbox) orAnew(ctx context.Context, err error, id int64, profile string, body []byte) (int64, error) {
	if !errors.Is(err, ErrGone) {
		return id, err
	}
	anew, failed := o.saveAnew(ctx, profile, body)
	if failed != nil {
		return id, err
	}
	return cmp.Or(id, anew), nil
}

// isOthers reports whether a draft is another person's, or belongs to another process that
// lives.
func (o *Outbox) isOthers(ctx context.Context, tx Tx, id int64) (bool, error) {
	var owner, writer string
	err := tx.QueryRowContext(ctx, "SELECT owner, by_name FROM drafts WHERE id = ?", id).Scan(&owner, &writer)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the draft: %w", err)
	}
	if owner == o.engine.Owner() {
		return false, nil
	}
	if names := o.writers(); names != nil && !slices.Contains(names, any(writer)) {
		return true, nil
	}
	return o.engine.Alive(ctx, tx, owner)
}

// DeleteDraft deletes a draft; 0 and one that is gone are no errors. One that another
// process writes by now stays, and so does another person's.
func (o *Outbox) DeleteDraft(ctx context.Context, id int64) error {
	if id == 0 {
		return nil
	}
	return o.write(ctx, "delete the draft", func(ctx context.Context, tx Tx) error {
		return o.deleteDraft(ctx, tx, id)
	})
}

// deleteDraft is DeleteDraft within a transaction.
func (o *Outbox) deleteDraft(ctx context.Context, tx Tx, id int64) error {
	if others, err := o.isOthers(ctx, tx, id); others || err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM drafts WHERE id = ?", id); err != nil {
		return fmt.Errorf("delete the draft: %w", err)
	}
	return nil
}

// Drafts are those of processes that are gone, the latest first.
func (o *Outbox) Drafts(ctx context.Context) ([]Draft, error) {
	drafts, err := o.drafts(ctx, " ORDER BY updated_at DESC")
	return drafts, o.reading("look for drafts", err)
}

// LatestDrafts are the first n of Drafts, and how many these are in all. It costs about
// the same however many they are.
func (o *Outbox) LatestDrafts(ctx context.Context, n int) (latest []Draft, all int, err error) {
	const op = "look for drafts"
	if latest, err = o.drafts(ctx, " ORDER BY updated_at DESC LIMIT ?", n); err != nil || len(latest) < n {
		return latest, len(latest), o.reading(op, err)
	}
	left, err := o.ofTheGone(ctx)
	if err == nil {
		err = o.engine.Reader().QueryRowContext(ctx, "SELECT count(*) FROM drafts"+left.clause(), left.args...).Scan(&all)
	}
	return latest, all, o.reading(op, err)
}

// Draft is one of Drafts, as it is by now. The error is [ErrNotFound] if it is gone, or
// somebody writes it.
func (o *Outbox) Draft(ctx context.Context, id int64) (Draft, error) {
	drafts, err := o.drafts(ctx, " AND id = ?", id)
	if err == nil && len(drafts) == 0 {
		err = fmt.Errorf("draft %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return Draft{}, o.reading("read the draft", err)
	}
	return drafts[0], nil
}

// ofTheGone is the condition for drafts of this person whose processes are gone.
func (o *Outbox) ofTheGone(ctx context.Context) (left conditions, err error) {
	living, err := o.engine.Living(ctx, o.engine.Reader())
	if err != nil {
		return left, fmt.Errorf("look for other processes: %w", err)
	}
	owners := []any{o.engine.Owner()}
	for _, name := range living {
		owners = append(owners, name)
	}
	left = left.and("owner NOT IN ("+places(len(owners))+")", owners...)
	if names := o.writers(); names != nil {
		left = left.and("by_name IN ("+places(len(names))+")", names...)
	}
	return left, nil
}

// drafts reads those of processes that are gone. More is the rest of the statement.
func (o *Outbox) drafts(ctx context.Context, more string, args ...any) ([]Draft, error) {
	left, err := o.ofTheGone(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := o.engine.Reader().QueryContext(ctx, "SELECT id, created_at, updated_at, profile, body FROM drafts"+left.clause()+more, append(left.args, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read drafts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var drafts []Draft
	for rows.Next() {
		var d Draft
		var created, updated int64
		if err := rows.Scan(&d.ID, &created, &updated, &d.Profile, &d.Body); err != nil {
			return nil, fmt.Errorf("read drafts: %w", err)
		}
		d.Created, d.Updated = timeOf(created), timeOf(updated)
		drafts = append(drafts, d)
	}
	return drafts, rowsEnded(rows)
}

// TakeDraft makes a draft this process's own, unless another took it first, or it is another
// person's; then the error is ErrNotFound.
func (o *Outbox) TakeDraft(ctx context.Context, id int64) error {
	const op = "take the draft over"
	if err := o.claim(ctx, op); err != nil {
		return err
	}
	_, host, _ := o.user()
	return o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		others, err := o.isOthers(ctx, tx, id)
		if err != nil {
			return err
		}
		if !others {
			var taken int64
			err = tx.QueryRowContext(ctx, "UPDATE drafts SET owner = ?, by_name = ?, by_host = ? WHERE id = ? RETURNING id",
				o.engine.Owner(), o.options.User.writer(), host, id).Scan(&taken)
		}
		if others || errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("draft %d: %w", id, ErrNotFound)
		}
		return err //nolint:wrapcheck // write does
	})
}
