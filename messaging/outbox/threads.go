package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// A ThreadFilter selects conversations. The zero one selects all, and Threads the newest
// of them.
type ThreadFilter struct {
	With   []string // exactly these others; none: anybody
	Own    string   // the number of ours; "": any
	ID     int64    // the one with this id; 0: any
	Unread bool     // only those in which something is unread
	Held   bool     // only those with somebody who is held, and not for a gap alone: see [OptOut]
	Heard  bool     // only those in which somebody else ever wrote
	// Find selects those with it in one of the others' numbers or in the newest text, or with
	// a contact who is like it; "" selects all. Letters of ASCII match in either case.
	Find string
	// Before selects those whose newest message is older than that row; 0 selects all.
	Before int64
	Limit  int // how many are returned at most; 0 is 100
}

// Threads returns one page of conversations, the one with the newest message first. To
// page on set Before to the id of the last one's newest message.
func (o *Outbox) Threads(ctx context.Context, f ThreadFilter) ([]Thread, error) {
	threads, err := o.threads(ctx, f)
	return threads, o.reading("read the conversations", err)
}

func (o *Outbox) threads(ctx context.Context, f ThreadFilter) ([]Thread, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	where, args, err := f.conditions(ctx, o.engine.Reader())
	if err != nil {
		return nil, err
	}
	rows, err := o.engine.Reader().QueryContext(ctx, "SELECT t.id, t.own, t.others, t.unread, t.heard > 0, "+entryColumns+
		" FROM threads t JOIN messages m ON m.id = t.last WHERE "+strings.Join(where, " AND ")+" ORDER BY t.last DESC LIMIT ?", append(args, f.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("read the conversations: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []Thread
	for rows.Next() {
		var t Thread
		var others string
		if t.Last, err = scanEntry(behind{rows, []any{&t.ID, &t.Own, &others, &t.Unread, &t.Heard}}); err != nil {
			return nil, err
		}
		t.Others = listOf(others)
		all = append(all, t)
	}
	if err := rows.Err(); err != nil {
		return nil, err //nolint:wrapcheck // Threads does
	}
	if err := o.nameOthers(ctx, all); err != nil {
		return nil, err
	}
	return all, o.markOptedOut(ctx, all)
}

// conditions are what a conversation t, with its newest message m, has to be like.
func (f ThreadFilter) conditions(ctx context.Context, q Querier) (where []string, args []any, err error) {
	where = []string{"t.last > 0"}
	add := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	switch len(f.With) {
	case 0:
	case 1: // names begin with it: see threadOf
		begins := pairName(f.With[0])
		add("t.name >= ? AND t.name < ?", begins, begins[:len(begins)-1]+"=")
	default: // which is asked seldom, and goes through all
		add("t.others = ?", encodeList(slices.Sorted(slices.Values(f.With))))
	}
	if f.ID != 0 {
		add("t.id = ?", f.ID)
	}
	if f.Held {
		held, err := heldNumbers(ctx, q)
		if err != nil {
			return nil, nil, err
		}
		each, values := []string{"t.id = 0"}, []any(nil) // which no conversation has
		for _, n := range held {
			each, values = append(each, `t.others LIKE ? ESCAPE '\'`), append(values, "%"+likeEscaper.Replace(`"`+n+`"`)+"%")
		}
		add("("+strings.Join(each, " OR ")+")", values...)
	}
	if f.Own != "" {
		add("t.own = ?", f.Own)
	}
	if f.Unread {
		add("t.unread > 0")
	}
	if f.Heard {
		add("t.heard > 0")
	}
	if f.Find != "" {
		like := "%" + likeEscaper.Replace(lowerASCII(f.Find)) + "%"
		condition, values := `lower(t.others) LIKE ? ESCAPE '\' OR lower(m.text) LIKE ? ESCAPE '\'`, []any{like, like}
		named, err := contacts(ctx, q, ContactFilter{Search: f.Find, Limit: mostFound}, nil)
		if err != nil {
			return nil, nil, err
		}
		for _, c := range named {
			condition, values = condition+" OR t.others LIKE ?", append(values, "%\""+c.Number+"\"%")
		}
		add("("+condition+")", values...)
	}
	if f.Before > 0 {
		add("t.last < ?", f.Before)
	}
	return where, args, nil
}

// markOptedOut notes in conversations who of them opted out or is held.
func (o *Outbox) markOptedOut(ctx context.Context, all []Thread) error {
	var numbers []string
	for _, t := range all {
		numbers = append(numbers, t.Others...)
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	for _, held := range []bool{false, true} {
		if len(numbers) == 0 {
			return nil
		}
		found, err := optOuts(ctx, o.engine.Reader(), OptOutFilter{Numbers: numbers, Held: held})
		if err != nil {
			return err
		}
		for _, out := range found {
			if out.By == HeldForGap {
				continue // it keeps no answer from being sent
			}
			for i := range all {
				t := &all[i]
				if (out.Sender == "" || out.Sender == t.Own) && out.of(t.Last.By.AccountID) && slices.Contains(t.Others, out.Number) {
					t.OptedOut, t.Held = t.OptedOut || !held, t.Held || held
				}
			}
		}
	}
	return nil
}

// likeEscaper makes what stands for others in LIKE stand for itself.
var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// A behind scanner reads columns that stand behind others.
type behind struct {
	row   scanner
	first []any
}

func (b behind) Scan(dest ...any) error {
	return b.row.Scan(append(slices.Clone(b.first), dest...)...)
}

// ThreadOf is the conversation that a message is in; 0 if in none.
func (o *Outbox) ThreadOf(ctx context.Context, id int64) (int64, error) {
	ids, err := idsOf(ctx, o.engine.Reader(), "SELECT thread FROM talks WHERE message = ?", id)
	if err != nil || len(ids) == 0 {
		return 0, o.reading("read the conversation", err)
	}
	return ids[0], nil
}

// A TalkFilter selects messages of conversations.
type TalkFilter struct {
	Threads []int64 // their ids
	In      bool    // only what came in
	// Before selects rows with smaller ids, which are older; 0 selects all. The page is
	// that of the newest of them.
	Before int64
	// After selects rows with greater ids, which are newer; 0 selects all. The page is that
	// of the oldest of them.
	After int64
	Limit int // how many are returned at most; 0 is 100
}

// Talk returns one page of what was said in conversations, always the oldest first, in
// the order in which it got here. What came in for several numbers of ours in one group is
// one message: [Inbound.CopyOf] is 0 in all of them.
func (o *Outbox) Talk(ctx context.Context, f TalkFilter) ([]Entry, error) {
	const op = "read the conversation"
	if f.Limit <= 0 {
		f.Limit = 100
	}
	var all []Entry
	for _, thread := range f.Threads {
		query := "SELECT " + entryColumns + " FROM talks k JOIN messages m ON m.id = k.message WHERE k.thread = ? AND k.message > ? AND m.copy_of = 0"
		args := []any{thread, f.After}
		if f.In {
			query += " AND m.direction = ?"
			args = append(args, In)
		}
		if f.Before > 0 {
			query += " AND k.message < ?"
			args = append(args, f.Before)
		}
		query += " ORDER BY k.message"
		if f.After == 0 {
			query += " DESC"
		}
		entries, err := scanEntries(o.engine.Reader().QueryContext(ctx, query+" LIMIT ?", append(args, f.Limit)...))
		if err != nil {
			return nil, o.reading(op, err)
		}
		all = append(all, entries...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ID < all[j].ID })
	if f.After == 0 {
		all = all[max(len(all)-f.Limit, 0):]
	}
	return all[:min(len(all), f.Limit)], o.reading(op, nil)
}

// errNoThread refuses to mark what is not there.
var errNoThread = errors.New("there is no such conversation")

// MarkRead notes that a conversation was read up to a message, that one included. What is
// read stays so.
func (o *Outbox) MarkRead(ctx context.Context, thread, upTo int64) error {
	return o.write(ctx, "note what was read", func(ctx context.Context, tx Tx) error {
		result, err := tx.ExecContext(ctx, "UPDATE threads SET read_to = ?, unread = "+unreadIn+" WHERE id = ? AND read_to < ?", upTo, upTo, thread, upTo)
		news, err := changed(result, err, "note what was read")
		if err != nil {
			return err
		}
		if news {
			return touch(ctx, tx)
		}
		ids, err := idsOf(ctx, tx, "SELECT id FROM threads WHERE id = ?", thread)
		if err == nil && len(ids) == 0 {
			err = fmt.Errorf("conversation %d: %w", thread, errors.Join(errNoThread, ErrNotFound))
		}
		return err
	})
}

// Unread counts the messages that came in and were not marked as read, in all
// conversations.
func (o *Outbox) Unread(ctx context.Context) (int, error) {
	var n int
	err := o.engine.Reader().QueryRowContext(ctx, "SELECT coalesce(sum(unread), 0) FROM threads WHERE unread > 0").Scan(&n)
	return n, o.reading("count what is unread", err)
}
