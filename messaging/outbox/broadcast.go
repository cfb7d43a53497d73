package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Broadcast is a text and what else a [Run] to people is made of. Its people are added by
// [Outbox.AddPeople], and it is sent by [Outbox.Drain].
type Broadcast struct {
	Name          string
	By            By
	ApplicationID string
	Senders       []string // numbers of ours
	// Text is what each of them gets, before it is filled: the outbox knows no templates,
	// and hands it to [DrainOptions.Prepare].
	Text  string
	Media []string
	Tag   string
	List  List
	// StopAt is how many of a hundred of the last [LastFinal] may fail before the run is
	// paused; 0: all of them. What is not confirmed, or came too late, is no failure.
	StopAt int
	// Options are the caller's own, as JSON: what another process needs to go on as this
	// one would.
	Options   []byte
	StartedBy string // the user
	Host      string // the machine that they are at
	OwnName   bool   // StartedBy is the person's own name: see [User]
	// Approve says that another person has to approve the run before anything of it is sent:
	// see [Outbox.ApproveRun].
	Approve bool
	// Again is the run some of whose people these are; 0 for none. Who got the same since
	// that one was made gets nothing.
	Again int64
}

// A List is where the people of a run come from.
type List struct {
	Name string
	Sum  string // SHA-256 of its content, in hexadecimal digits
}

// errNoSender refuses a run that nobody would send.
var errNoSender = errors.New("a broadcast needs a number to send from")

// NewBroadcast makes a run without people, in state [RunPlanned].
func (o *Outbox) NewBroadcast(ctx context.Context, b Broadcast) (Run, error) {
	return o.NewBroadcastIf(ctx, b, nil)
}

// NewBroadcastIf is NewBroadcast unless a judge refuses it; nil refuses nothing.
func (o *Outbox) NewBroadcastIf(ctx context.Context, b Broadcast, judge Judge) (Run, error) {
	const op = "make the run"
	if len(b.Senders) == 0 {
		return Run{}, o.failure(op, errNoSender)
	}
	r := Run{Name: b.Name, State: RunPlanned, Created: timeOf(stamp(o.now())), Broadcast: b, Edition: 1}
	r.Updated = r.Created
	may, err := o.asked(ctx, op, judge)
	if err != nil {
		return Run{}, err
	}
	err = o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		if err := may(ctx, Books{o, tx}); err != nil {
			return err
		}
		name, host, own := b.Starter().columns()
		err := tx.QueryRowContext(ctx, `INSERT INTO runs (name, state, created_at, updated_at, profile, account_id, base_url, application_id,
			senders, text, media, tag, content, list_name, list_sum, options, started_by, host, again, stop_at, own_name, approve)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			b.Name, string(r.State), stamp(r.Created), stamp(r.Created), b.By.Profile, b.By.AccountID, b.By.BaseURL, b.ApplicationID,
			encodeList(b.Senders), b.Text, encodeList(b.Media), b.Tag, o.digestOf(b.Text, b.Media), b.List.Name, b.List.Sum, string(b.Options),
			name, host, b.Again, b.StopAt, own, bit(b.Approve)).Scan(&r.ID)
		if err != nil {
			return fmt.Errorf("add the run: %w", err)
		}
		return o.noteRun(ctx, tx, runMove{run: r.ID, state: r.State})
	})
	return r, err
}

// CorrectRun gives a run that is planned or paused another text and other files. Who got
// the old ones keeps them; the others get the new ones, which have to be approved anew if the
// run had to be. The error is a [*RunError] in any other state.
func (o *Outbox) CorrectRun(ctx context.Context, id int64, text string, media []string) error {
	return o.write(ctx, "correct the run", func(ctx context.Context, tx Tx) error {
		r, err := run(ctx, tx, id)
		if err != nil {
			return err
		}
		if r.State != RunPlanned && r.State != RunPaused {
			return &RunError{ID: id, From: r.State}
		}
		_, err = tx.ExecContext(ctx, "UPDATE runs SET text = ?, media = ?, content = ?, edition = edition + 1, approved_at = 0 WHERE id = ?",
			text, encodeList(media), o.digestOf(text, media), id)
		if err != nil {
			return fmt.Errorf("correct the run: %w", err)
		}
		return o.noteRun(ctx, tx, runMove{run: id, state: r.State, text: text})
	})
}

// SimilarRun is the latest run of the same list, by its [List.Sum], and the same text and
// files that was started, or begins at a time, and not cancelled before anybody got it: who
// starts another one may be about to send the same twice. Found is false if there is none.
func (o *Outbox) SimilarRun(ctx context.Context, sum, text string, media []string) (r Run, found bool, err error) {
	ids, err := idsOf(ctx, o.engine.Reader(), `SELECT id FROM runs WHERE list_sum = ? AND list_sum <> '' AND content = ? AND (state <> 'planned' OR hold_until <> 0)
		AND (state <> 'cancelled' OR EXISTS (SELECT 1 FROM messages m WHERE m.run = runs.id AND m.run <> 0)) ORDER BY id DESC LIMIT 1`,
		sum, o.digestOf(text, media))
	if err == nil && len(ids) > 0 {
		r, err = run(ctx, o.engine.Reader(), ids[0])
		found = err == nil
	}
	return r, found, o.reading("look for the same run", err)
}

// A RunMove is how a run came into a state, or what else became of it.
type RunMove struct {
	At     time.Time
	State  RunState
	Reason Reason
	Until  time.Time // of a hold: it goes on by itself then
	Text   string    // from then on, if it was corrected
	// User is who had the outbox open then: the person who did it, if [RunMove.ByPerson], and
	// else who sent the run. Without a name nobody knows.
	User User
}

// ByPerson reports whether somebody did it: started, corrected, paused or cancelled the run.
func (m RunMove) ByPerson() bool {
	if m.Reason.Kind == "" {
		return m.Text != "" || m.State != RunDone
	}
	return m.Reason.Kind == ReasonPerson || m.Reason.Kind == ReasonApproved
}

// RunMoves are the moves of a run, in their order.
func (o *Outbox) RunMoves(ctx context.Context, id int64) ([]RunMove, error) {
	const op = "read the run"
	rows, err := o.engine.Reader().QueryContext(ctx, "SELECT at, state, reason, until, text, by_name, by_host, by_own FROM run_moves WHERE run = ? ORDER BY id", id)
	if err != nil {
		return nil, o.reading(op, err)
	}
	defer func() { _ = rows.Close() }()
	var all []RunMove
	for rows.Next() {
		var m RunMove
		var at, until int64
		var reason string
		if err := rows.Scan(&at, &m.State, &reason, &until, &m.Text, &m.User.Name, &m.User.Host, &m.User.Own); err != nil {
			return nil, o.reading(op, err)
		}
		m.At, m.Until, m.Reason = timeOf(at), timeOf(until), reasonOf(reason)
		all = append(all, m)
	}
	return all, o.reading(op, rows.Err())
}

// A runMove is a RunMove that is to be noted.
type runMove struct {
	run    int64
	state  RunState
	reason Reason
	until  time.Time
	text   string
}

// noteRun notes what became of a run.
func (o *Outbox) noteRun(ctx context.Context, tx Tx, m runMove) error {
	name, host, own := o.user()
	_, err := tx.ExecContext(ctx, "INSERT INTO run_moves (run, at, state, reason, until, text, by_name, by_host, by_own) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		m.run, stamp(o.now()), string(m.state), m.reason.encode(), stamp(m.until), m.text, name, host, own)
	if err != nil {
		return fmt.Errorf("note the change: %w", err)
	}
	return touch(ctx, tx)
}
