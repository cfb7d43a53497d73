package outbox

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"telex/messaging"
)

// A recall is what this process recorded of a message that left, or may have: enough to
// record it again if the outbox is taken away.
type recall struct {
	plan    *Plan // of all messages of a confirmation
	message *messaging.Message
	created time.Time
	changed time.Time // when it was about to leave, or ended; what was made long ago may leave late
	left    bool      // its request may be on its way, or was
	ended   bool      // how that ended is known
	state   State
	brief   bool // it is forgotten when it is recorded: see leaving
	receipt *messaging.Receipt
	err     error // receipt and err as Settle got them, until they are recorded
	id      string
}

// A memory is what this process sent, by its rows, and the outbox that took the place
// of one that was taken away. It holds no more of a message than its row does.
type memory struct {
	mu    sync.Mutex
	rows  map[int64]*recall
	heir  *Outbox
	draft int64 // in the heir
	// anew are the rows of the heir, by those of this outbox that they stand for.
	anew map[int64]int64
}

// begun notes what Begin recorded. The messages belong to the memory from then on; nobody
// changes them.
func (m *memory) begun(p Plan, ids []int64, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(at)
	for i, id := range ids {
		m.rows[id] = &recall{plan: &p, message: &p.Messages[i], created: at, changed: at, left: i == 0}
	}
}

// leaving notes what is about to leave to people of a run. Of those it holds only what is on
// its way: there may be a hundred thousand, and their run is gone with the outbox.
func (m *memory) leaving(claims []claim, files []SentFile, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rows == nil {
		m.rows = map[int64]*recall{}
	}
	for _, c := range claims {
		m.rows[c.id] = &recall{plan: &Plan{By: c.by, ResendOf: c.person.Attempt, Files: files}, message: &c.message, created: at, changed: at, left: true, brief: true}
	}
}

// forget drops what nobody needs any more. The memory is locked.
func (m *memory) forget(at time.Time) {
	if m.rows == nil {
		m.rows = map[int64]*recall{}
	}
	for id, s := range m.rows {
		// The guard does not ask about it any more, and it may be pruned from now on.
		if s.ended && s.receipt == nil && s.err == nil && s.state != Unknown && at.Sub(s.changed) > RepeatedWithin {
			delete(m.rows, id)
		}
	}
}

// started notes that a message is about to leave.
func (m *memory) started(id int64, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.rows[id]; s != nil {
		s.left, s.changed = true, at
	}
}

// never notes that a message which was recorded as being sent is not, and was not.
func (m *memory) never(id int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.rows[id]; s != nil {
		s.left = false
	}
}

// stays forgets messages that do not leave; it is recorded that they do not. Those that left
// are not among them, whoever says so.
func (m *memory) stays(ids []int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		if s := m.rows[id]; s != nil && !s.left {
			delete(m.rows, id)
		}
	}
}

// ended notes how a message ended, before that is recorded.
func (m *memory) ended(id int64, receipt *messaging.Receipt, err error, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.rows[id]; s != nil {
		s.ended, s.receipt, s.err, s.changed = true, receipt, err, at
	}
}

// settled notes that it was recorded; the answer is not needed any more.
func (m *memory) settled(id int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.rows[id]; s != nil {
		x := exchangeOf(s.receipt, s.err)
		s.state, s.id, s.receipt, s.err = x.state(), x.id, nil, nil
		if s.brief {
			delete(m.rows, id)
		}
	}
}

// recordAnew records what this process sent in the outbox that is there now, and makes
// one if none is: otherwise the next telex would send the same again unasked. It
// returns err, with a word on how that went. Nothing more is recorded in the old one.
// Where nothing was sent nothing is made: somebody may have deleted it on purpose.
func (o *Outbox) recordAnew(ctx context.Context, err error) error {
	m := &o.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if !o.gone.Swap(true) {
		_ = o.engine.Close(nil) // the file may be the same, and only its log be gone
	}
	known := len(m.rows)
	failed := o.handOver(ctx)
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok:
	case known == 0 && m.heir == nil:
		e.Hint = "put it back if it was moved, then start telex again"
	case failed != nil:
		e.Hint = "nothing more is sent; what was sent since could not be recorded again (" + failed.Error() +
			"), so note it down and ask telex history of it first; then start telex again"
	default:
		e.Hint = "nothing more is sent; what this telex has sent is recorded in the outbox that is there now; start telex again"
	}
	return err
}

// inherit opens the outbox that is there now, and makes one if none is.
func (o *Outbox) inherit(ctx context.Context) (*Outbox, error) {
	m := &o.memory
	if m.heir == nil {
		heir, err := Open(ctx, o.place, Options{Now: o.options.Now, OmitText: o.options.OmitText})
		if err != nil {
			return nil, err // it is tried again: the folder may be away for a moment only
		}
		m.heir = heir
	}
	return m.heir, nil
}

// handOver records in the heir what is not recorded there yet. The memory is locked.
func (o *Outbox) handOver(ctx context.Context) error {
	var left []int64
	for _, id := range slices.Sorted(maps.Keys(o.memory.rows)) {
		if o.memory.rows[id].left {
			left = append(left, id)
		}
	}
	if len(left) == 0 {
		return nil
	}
	heir, err := o.inherit(ctx)
	if err != nil {
		return err
	}
	// What is still on its way belongs to this process, which lives.
	if err := o.engine.Claim(ctx); err != nil && !errors.Is(err, ErrClosed) {
		return err
	}
	var anew map[int64]int64
	err = heir.engine.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if anew = maps.Clone(o.memory.anew); anew == nil {
			anew = map[int64]int64{}
		}
		taken := map[int64]bool{}
		for _, row := range anew {
			taken[row] = true
		}
		for _, id := range left {
			row := anew[id]
			if row == 0 {
				if row, err = heir.rowOf(ctx, tx, o.engine.Owner(), o.memory.rows[id], taken); err != nil {
					return err
				}
				anew[id], taken[row] = row, true
			}
			if err := heir.takeOver(ctx, tx, row, o.memory.rows[id]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	o.memory.anew = anew
	for _, id := range left {
		if o.memory.rows[id].ended {
			delete(o.memory.rows, id)
		}
	}
	return nil
}

// takenOver is noted of a row that another outbox held.
const takenOver = "recorded again, for the outbox was taken away while telex was using it"

// rowOf is the row of a message of another outbox, and a new one unless it is here
// already: this may be a copy of that one. Those that are taken stand for others, which may
// be the same to the same recipient. It is the owner's then.
func (o *Outbox) rowOf(ctx context.Context, tx Tx, owner string, s *recall, taken map[int64]bool) (id int64, err error) {
	rows, err := idsOf(ctx, tx, `SELECT id FROM messages WHERE (owner = ? OR owner = '' AND state = 'scheduled')
		AND created_at = ? AND content = ? AND recipients = ? ORDER BY owner DESC, id`,
		owner, stamp(s.created), o.digestOf(s.message.Text, s.message.Media), encodeList(s.message.To))
	if err != nil {
		return 0, err
	}
	if rows = slices.DeleteFunc(rows, func(id int64) bool { return taken[id] }); len(rows) > 0 {
		id = rows[0]
	} else if id, err = o.insert(ctx, tx, *s.plan, *s.message, Sending, s.created); err != nil {
		return 0, err
	} else if err = o.index(ctx, tx, []int64{id}, []messaging.Message{*s.message}); err != nil {
		return 0, err
	}
	return id, set(ctx, tx, id, "owner = ?", owner)
}

// takeOver records in a row what is known of a message of another outbox.
func (o *Outbox) takeOver(ctx context.Context, tx Tx, id int64, s *recall) error {
	e, err := o.entry(ctx, tx, id)
	if err != nil {
		return err
	}
	state := e.State
	if state == Queued || state == Scheduled {
		if err := o.move(ctx, tx, id, Sending, takenOver); err != nil {
			return err
		}
		state = Sending
	}
	switch {
	case !s.ended || state != Sending && state != Unknown:
		return nil
	case s.receipt != nil || s.err != nil:
		return o.settle(ctx, tx, id, s.receipt, s.err)
	case state == s.state:
		return nil
	}
	if err := o.move(ctx, tx, id, s.state, takenOver); err != nil {
		return err
	}
	if err := set(ctx, tx, id, "message_id = ?, untold = 0, error = ''", s.id); err != nil {
		return err
	}
	return o.adopt(ctx, tx, id, s.id)
}

// saveAnew saves a draft in the outbox that is there now: what was typed is kept then.
func (o *Outbox) saveAnew(ctx context.Context, profile string, body []byte) (int64, error) {
	m := &o.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	heir, err := o.inherit(ctx)
	if err != nil {
		return 0, err
	}
	id, err := heir.SaveDraft(ctx, m.draft, profile, body)
	if err == nil {
		m.draft = id
	}
	return id, err
}
