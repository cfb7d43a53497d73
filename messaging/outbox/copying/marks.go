package copying

import (
	"context"
	"fmt"

	"telex/messaging/outbox"
)

// look finds out what is there, and whether a copy was begun or made. Left is that the old
// outbox was given up already, and the new one is not open yet.
func (c *copier) look(ctx context.Context) (left bool, err error) {
	var old, filled outbox.Mark
	if old, err = outbox.ReadMark(ctx, c.from.Reader()); err == nil {
		c.whose, err = key(ctx, c.from.Reader())
	}
	if err != nil {
		return false, c.from.failure(err)
	}
	if filled, err = outbox.ReadMark(ctx, c.to.Reader()); err != nil {
		return false, c.to.failure(err)
	}
	switch {
	case c.whose == "":
		return false, c.from.refusal("correct the name; nothing was changed", "no telex has used it yet: there is nothing to copy")
	case old.State == outbox.MarkFilling:
		return false, c.from.refusal("complete that copy first; nothing was changed", "it is being filled from %s, and is not whole", old.Other)
	case old.State == outbox.MarkLeft && filled.Filled == old.Copy:
		c.summary.Before, c.summary.Left, c.summary.Copy = true, true, old.Copy
		return true, nil
	case old.State == outbox.MarkLeft && (filled.State != outbox.MarkFilling || filled.Copy != old.Copy):
		return false, c.from.refusal("copy that one; nothing was changed", "%w to %s, and may have gone on there", outbox.ErrMoved, old.Other)
	case old.State == outbox.MarkLeaving && old.Owner != "" && filled.Copy != old.Copy:
		alive, err := c.from.Alive(ctx, c.from.Reader(), old.Owner)
		if err != nil {
			return false, c.from.failure(err)
		}
		if alive {
			return false, c.from.refusal("wait until that has ended; nothing was changed", "%w: it is being copied to %s", outbox.ErrCopying, old.Other)
		}
	}
	c.summary.Left = old.State == outbox.MarkLeft
	return c.summary.Left, nil
}

// begin marks both, the new one first.
func (c *copier) begin(ctx context.Context, left bool) error {
	for _, s := range []*side{c.to, c.from} {
		if err := s.Claim(ctx); err != nil {
			return s.failure(err)
		}
	}
	c.name = newName()
	anew := false
	err := c.to.Write(ctx, func(ctx context.Context, tx outbox.Tx) (err error) {
		anew, err = c.beginTo(ctx, tx)
		return err
	})
	if err != nil {
		return c.to.failure(err)
	}
	if left {
		return nil
	}
	same := false // nobody wrote to the old one since rows of it were copied
	err = c.from.Write(ctx, func(ctx context.Context, tx outbox.Tx) (err error) {
		same, err = c.beginFrom(ctx, tx)
		return err
	})
	if err != nil {
		if anew { // nothing is in it yet
			_ = c.to.Write(context.WithoutCancel(ctx), c.giveUp)
		}
		return c.from.failure(err)
	}
	if anew || same {
		return nil
	}
	return c.clear(ctx)
}

// beginTo marks the new one, unless it holds something. Anew is that it was not filled before.
func (c *copier) beginTo(ctx context.Context, tx outbox.Tx) (anew bool, err error) {
	m, err := outbox.ReadMark(ctx, tx)
	if err != nil {
		return false, err
	}
	switch m.State {
	case outbox.MarkFilling:
		if m.Whose != c.whose {
			return false, c.to.refusal("complete that copy, or name another place; nothing was changed", "it is being filled from %s", m.Other)
		}
		alive := false
		if m.Owner != c.to.Owner() {
			if alive, err = c.to.Alive(ctx, tx, m.Owner); err != nil {
				return false, fmt.Errorf("look whether it is still copied: %w", err)
			}
		}
		if alive {
			return false, c.to.refusal("wait until that has ended; one that was killed counts for half a minute; nothing was changed", "%w: another telex fills it", outbox.ErrCopying)
		}
		c.name, c.summary.Resumed = m.Copy, true
	case outbox.MarkNone:
		if err := c.refuseFull(ctx, tx); err != nil {
			return false, err
		}
		anew = true
	case outbox.MarkLeaving, outbox.MarkLeft:
		return false, c.to.refusal("name a place that holds nothing; nothing was changed", "%w, which was, or is being, copied to %s", outbox.ErrOccupied, m.Other)
	default:
		return false, c.to.refusal("use the newer telex; nothing was changed", "a later version of telex copies it in a way that this one does not know")
	}
	c.summary.Copy = c.name
	return anew, outbox.Mark{
		State: outbox.MarkFilling, Copy: c.name, Other: c.from.place.String(), Owner: c.to.Owner(), Whose: c.whose,
	}.Write(ctx, tx)
}

// refuseFull refuses an outbox that holds anything.
func (c *copier) refuseFull(ctx context.Context, tx outbox.Tx) error {
	for _, t := range all {
		if t.own {
			continue
		}
		var n int64
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+t.name+" LIMIT 100000) t").Scan(&n); err != nil {
			return fmt.Errorf("look what it holds: %w", err)
		}
		if n > 0 {
			return c.to.refusal("name a place that holds nothing; nothing was changed", "%w: there are rows of %s", outbox.ErrOccupied, t.name)
		}
	}
	return nil
}

// giveUp takes the mark off a new one that holds nothing.
func (c *copier) giveUp(ctx context.Context, tx outbox.Tx) error {
	m, err := outbox.ReadMark(ctx, tx)
	if err != nil || m.State != outbox.MarkFilling || m.Copy != c.name {
		return err
	}
	return outbox.Mark{}.Write(ctx, tx)
}

// beginFrom marks the old one. Same is that it was marked so by this copy before, and so that
// nobody wrote to it since.
func (c *copier) beginFrom(ctx context.Context, tx outbox.Tx) (same bool, err error) {
	m, err := outbox.ReadMark(ctx, tx)
	if err != nil {
		return false, err
	}
	switch m.State {
	case outbox.MarkNone:
	case outbox.MarkLeaving:
		same = m.Copy == c.name
	case outbox.MarkFilling, outbox.MarkLeft: // it is both, or another telex copied it just now
		return false, c.from.refusal("name two different outboxes; nothing was changed", "it is the outbox that is to be filled, or another telex copied it meanwhile")
	}
	living, err := c.from.Living(ctx, tx)
	if err != nil {
		return false, fmt.Errorf("look who uses it: %w", err)
	}
	if len(living) > 0 {
		return false, c.refuseUsed(ctx, tx, len(living))
	}
	m = outbox.Mark{State: outbox.MarkLeaving, Copy: c.name, Other: c.to.place.String(), Owner: c.from.Owner(), Filled: m.Filled}
	return same, m.Write(ctx, tx)
}

// refuseUsed says who keeps the old one from being copied.
func (c *copier) refuseUsed(ctx context.Context, tx outbox.Tx, others int) error {
	var sending int
	err := tx.QueryRowContext(ctx, "SELECT count(*) FROM messages WHERE state IN ('queued', 'sending') AND owner <> ''").Scan(&sending)
	if err != nil {
		return fmt.Errorf("look who uses it: %w", err)
	}
	who := "another telex uses it"
	if others > 1 {
		who = fmt.Sprintf("%d other telexes use it", others)
	}
	if sending > 0 {
		who += fmt.Sprintf(", and %d messages are being sent", sending)
	}
	return c.from.refusal("quit them, also telex listen and telex work, and copy it then; one that was killed counts for half a minute; nothing was changed", "%s", who)
}

// mine refuses to go on where the mark of the new one is not that of this copy any more.
func (c *copier) mine(ctx context.Context, tx outbox.Tx) error {
	m, err := outbox.ReadMark(ctx, tx)
	if err != nil {
		return err
	}
	if m.State != outbox.MarkFilling || m.Copy != c.name || m.Owner != c.to.Owner() {
		return c.to.refusal("look who else copies, then copy again", "another telex took this copy over")
	}
	return nil
}

// end gives the old one up, and then opens the new one.
func (c *copier) end(ctx context.Context) error {
	last, err := c.from.LastIDs(ctx, c.from.Reader())
	if err != nil {
		return c.from.failure(err)
	}
	err = c.from.Write(ctx, func(ctx context.Context, tx outbox.Tx) error {
		m, err := outbox.ReadMark(ctx, tx)
		switch {
		case err != nil:
			return err
		case m.State == outbox.MarkLeft && m.Copy == c.name:
			return nil
		case m.State != outbox.MarkLeaving || m.Copy != c.name || m.Owner != c.from.Owner():
			return c.from.refusal("copy it again: that begins from the first row", "a telex wrote to it while it was copied, for this one was not heard of for too long")
		}
		return outbox.Mark{State: outbox.MarkLeft, Copy: c.name, Other: c.to.place.String(), Filled: m.Filled}.Write(ctx, tx)
	})
	if err != nil {
		return c.from.failure(err)
	}
	c.summary.Left = true
	err = c.to.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx outbox.Tx) error {
		if err := c.mine(ctx, tx); err != nil {
			return err
		}
		if err := c.to.GiveAfter(ctx, tx, last); err != nil {
			return err
		}
		return outbox.Mark{Filled: c.name}.Write(ctx, tx)
	})
	if err != nil {
		err = c.to.failure(err)
		return &outbox.Error{
			Op: op, Path: c.to.place.String(), Err: err,
			Hint: "all is copied, and neither outbox sends anything until the same telex outbox copy was run again: it completes this",
		}
	}
	return nil
}
