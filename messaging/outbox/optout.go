package outbox

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"telex/messaging"
)

// An OptOut is an entry of the ledger: somebody who wants no texts, or, if it is held, who
// may want none. Nothing is sent to either, whoever says yes to that. One that ended stays
// in the ledger and keeps nothing back.
//
// Words and Note may hold anything: clean them before showing them on a terminal.
type OptOut struct {
	ID      int64
	Number  string
	Sender  string // the one number of ours that it is about; "" for all of them
	Account string // whose; "" for every account
	// Held says that a person has to decide: see [Outbox.AddOptOuts] and [Outbox.Release].
	Held    bool
	Since   time.Time // when it was said, as far as that is known
	By      OptOutBy
	Note    string
	Words   string // what the number wrote; "" if nothing, or if texts are not kept
	Code    int    // delivery error code that says so; 0 if none does
	Message int64  // the row that says so, which may have been deleted since; 0 for none
	// Unproven says that only callbacks without credentials say so: anybody who knows the
	// listener's address can have made it up.
	Unproven bool
	Ended    time.Time
	// EndedBy is [OptedByKeyword] for START, [OptedByPerson], or [HeldForGap] if the text came
	// after all; "" while it is open.
	EndedBy OptOutBy
	// User entered it, if a person did, or gave the list that it was in. Without a name nobody
	// knows who that was.
	User User
	// Tells says that it is worth telling who that was: see [Detail.Tells].
	Tells bool
}

// OptOutBy is who or what an entry comes from.
type OptOutBy string

// Where entries come from: the first four opt out, the others hold.
const (
	OptedByKeyword OptOutBy = "keyword" // the number wrote STOP, or such
	OptedByCode    OptOutBy = "code"    // a message to it failed for that reason
	OptedByPerson  OptOutBy = "person"
	OptedByImport  OptOutBy = "import"

	HeldForWords OptOutBy = "words" // it wrote what may be meant so
	// HeldForGap: it wrote while nobody listened, and nobody knows what. That holds back runs
	// alone: a text to it that somebody means to send goes.
	HeldForGap OptOutBy = "gap"
	// HeldForStart: the number opted out, and somebody who cannot be believed says that it
	// wrote START. The entry itself stays.
	HeldForStart OptOutBy = "start"
)

// OptOutError refuses to send to numbers that opted out or are held. Nothing may be sent;
// no yes helps.
type OptOutError struct {
	OptOuts []OptOut // one a number, in the order of the recipients
}

func (e *OptOutError) Error() string {
	var words []string
	for _, out := range e.OptOuts {
		words = append(words, out.Number+" "+out.why())
	}
	return strings.Join(words, "; ")
}

// why says in a few words, without text of others, why nothing is sent to the number.
func (out OptOut) why() string {
	since := " since " + out.Since.UTC().Format(time.DateOnly)
	switch {
	case out.Held:
		return "is held" + since
	case out.Code != 0:
		return fmt.Sprintf("opted out (%d)%s", out.Code, since)
	}
	return "opted out" + since
}

// optOutColumns are those that scanOptOuts reads.
const optOutColumns = "o.id, o.number, o.sender, o.account, o.held, o.since, o.source, o.note, o.words, o.code, o.message, o.unproven, o.ended_at, o.ended_by, o.by_name, o.by_host, o.by_own"

// scanOptOuts reads all rows and closes them.
func scanOptOuts(rows *sql.Rows, err error) ([]OptOut, error) {
	if err != nil {
		return nil, fmt.Errorf("read the opt-outs: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []OptOut
	for rows.Next() {
		var out OptOut
		var since, ended int64
		err := rows.Scan(&out.ID, &out.Number, &out.Sender, &out.Account, &out.Held, &since, &out.By, &out.Note, &out.Words, &out.Code, &out.Message, &out.Unproven, &ended, &out.EndedBy,
			&out.User.Name, &out.User.Host, &out.User.Own)
		if err != nil {
			return nil, fmt.Errorf("read the opt-outs: %w", err)
		}
		out.Since, out.Ended = timeOf(since), timeOf(ended)
		all = append(all, out)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the opt-outs: %w", err)
	}
	return all, nil
}

// An OptOutFilter selects entries of the ledger. The zero one selects those that opted out.
type OptOutFilter struct {
	Numbers []string // of these; none: of all
	Held    bool     // those that are held in place of those that opted out
	Ended   bool     // those that ended as well
}

// OptOuts are entries of the ledger, in the order in which they were made.
func (o *Outbox) OptOuts(ctx context.Context, f OptOutFilter) ([]OptOut, error) {
	all, err := optOuts(ctx, o.engine.Reader(), f)
	for i := range all {
		all[i].Tells = o.tells(all[i].User)
	}
	return all, o.reading("read the opt-outs", err)
}

func optOuts(ctx context.Context, q Querier, f OptOutFilter) ([]OptOut, error) {
	where, args := "o.held = ?", []any{bit(f.Held)}
	if !f.Ended {
		where += " AND o.ended_at = 0"
	}
	if len(f.Numbers) == 0 {
		return scanOptOuts(q.QueryContext(ctx, "SELECT "+optOutColumns+" FROM optouts o WHERE "+where+" ORDER BY o.id", args...))
	}
	var all []OptOut
	for some := range slices.Chunk(f.Numbers, numbersAtOnce) {
		in, values := among(some)
		found, err := scanOptOuts(q.QueryContext(ctx, "SELECT "+optOutColumns+" FROM optouts o WHERE "+where+" AND o.number IN "+in+" ORDER BY o.id",
			append(slices.Clone(args), values...)...))
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// numbersAtOnce is how many numbers are asked about in one question.
const numbersAtOnce = 500

// among is a list of values for a condition with IN.
func among(values []string) (in string, args []any) {
	for _, v := range values {
		args = append(args, v)
	}
	return "(" + strings.Repeat("?, ", len(values)-1) + "?)", args
}

// OptedOut says which of the recipients of messages opted out or are held, one entry a
// number: nothing would be sent to them, nor to a group with one of them. Those that are
// held for a gap are not among them: see [HeldForGap].
func (o *Outbox) OptedOut(ctx context.Context, by By, messages []messaging.Message) ([]OptOut, error) {
	found, err := optedOut(ctx, o.engine.Reader(), by.AccountID, false, messages)
	return found, o.reading("look for opt-outs", err)
}

// mostHeldFound bounds how many numbers [ThreadFilter.Held] looks for: those that wait longest.
const mostHeldFound = 100

// waiting are the entries about which a person has to decide before anything is sent.
const waiting = "ended_at = 0 AND held = 1 AND source <> 'gap'"

// HeldNumbers counts the numbers to which nothing is sent before a person decides.
func (o *Outbox) HeldNumbers(ctx context.Context) (n int, err error) {
	err = o.engine.Reader().QueryRowContext(ctx, "SELECT count(DISTINCT number) FROM optouts WHERE "+waiting).Scan(&n)
	return n, o.reading("count who is held", err)
}

// heldNumbers are those numbers, as far as they are looked for.
func heldNumbers(ctx context.Context, q Querier) ([]string, error) {
	rows, err := q.QueryContext(ctx, "SELECT number FROM optouts WHERE "+waiting+" GROUP BY number ORDER BY min(id) LIMIT ?", mostHeldFound)
	if err != nil {
		return nil, fmt.Errorf("read the opt-outs: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, fmt.Errorf("read the opt-outs: %w", err)
		}
		all = append(all, n)
	}
	return all, rows.Err() //nolint:wrapcheck // reading does
}

// optedOut is OptedOut by the account alone, for a run or not; with no account, those of
// every account count.
func optedOut(ctx context.Context, q Querier, account string, run bool, messages []messaging.Message) ([]OptOut, error) {
	var numbers []string
	senders := map[string][]string{}
	for _, m := range messages {
		for _, to := range m.To {
			if senders[to] == nil {
				numbers = append(numbers, to)
			}
			if !slices.Contains(senders[to], m.From) {
				senders[to] = append(senders[to], m.From)
			}
		}
	}
	entries := map[string]OptOut{}
	for some := range slices.Chunk(numbers, numbersAtOnce) {
		in, args := among(some)
		var open bool // mostly not, and one row is asked for at less expense
		if err := q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM optouts WHERE ended_at = 0 AND number IN "+in+")", args...).Scan(&open); err != nil {
			return nil, fmt.Errorf("read the opt-outs: %w", err)
		}
		if !open {
			continue
		}
		found, err := scanOptOuts(q.QueryContext(ctx, "SELECT "+optOutColumns+" FROM optouts o WHERE o.ended_at = 0 AND o.number IN "+in+" ORDER BY o.held, o.id", args...))
		if err != nil {
			return nil, err
		}
		for _, out := range found {
			_, known := entries[out.Number]
			if !run && out.By == HeldForGap {
				continue
			}
			if !known && out.of(account) && (out.Sender == "" || slices.Contains(senders[out.Number], out.Sender)) {
				entries[out.Number] = out
			}
		}
	}
	var all []OptOut
	for _, number := range numbers {
		if out, found := entries[number]; found {
			all = append(all, out)
		}
	}
	return all, nil
}

// of reports whether an entry is about an account.
func (out OptOut) of(account string) bool {
	return out.Account == "" || account == "" || out.Account == account
}

// refuseOptedOut is an [*OptOutError] if a message would go to somebody who opted out or is
// held. It is asked in every transaction that records a message as [Sending].
func refuseOptedOut(ctx context.Context, tx Tx, account string, messages ...messaging.Message) error {
	found, err := optedOut(ctx, tx, account, false, messages)
	if err != nil || len(found) == 0 {
		return err
	}
	return &OptOutError{found}
}

// refuseOptedOutRow is refuseOptedOut for a message that is recorded already.
func refuseOptedOutRow(ctx context.Context, tx Tx, id int64) error {
	var m messaging.Message
	var account, to string
	if err := tx.QueryRowContext(ctx, "SELECT account_id, sender, recipients FROM messages WHERE id = ?", id).Scan(&account, &m.From, &to); err != nil {
		return fmt.Errorf("read the message: %w", err)
	}
	m.To = listOf(to)
	return refuseOptedOut(ctx, tx, account, m)
}

// leaveOut records that a queued message is not sent because of who would get it, and
// returns why.
func (o *Outbox) leaveOut(ctx context.Context, id int64, why *OptOutError) error {
	if err := o.abandon(context.WithoutCancel(ctx), []int64{id}, 0, "not sent: "+why.Error()); err != nil {
		return err
	}
	return why
}
