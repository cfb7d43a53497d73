package outbox

import (
	"context"
	"fmt"
	"sync"

	"telex/messaging"
)

// names are the ids that the API gave to messages of this process and that may not be in
// the outbox yet.
type names struct {
	mu   sync.Mutex
	rows map[string]int64 // whose each is
	last []string         // the oldest first
}

// mostNames is for how many messages a name is remembered: more than are on their way.
const mostNames = 1024

// take notes that the API gave an id to a message, and returns whose it is: another one's if
// that had it before. The first one of all is still to be looked for in the outbox.
func (n *names) take(apiID string, id int64) (whose int64, first bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if of, taken := n.rows[apiID]; taken {
		return of, false
	}
	if first = n.rows == nil; first {
		n.rows = map[string]int64{}
	}
	if len(n.last) == mostNames {
		delete(n.rows, n.last[0])
		n.last = n.last[1:]
	}
	n.rows[apiID], n.last = id, append(n.last, apiID)
	return id, first
}

// belongs notes that an id is that of an older message after all.
func (n *names) belongs(apiID string, to int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.rows[apiID] = to
}

// ownReceipt is the receipt for message id, or an error if the API gave its id to another
// message before: the API names each anew, so something in between answered with what came
// back for that one, and whether this one left nobody knows. What answers so does it from the
// first message on, so that the outbox is asked about that one alone.
func (o *Outbox) ownReceipt(ctx context.Context, id int64, r *messaging.Receipt) (*messaging.Receipt, error) {
	if r.ID == "" { // the client takes none without: it is another one
		return r, nil
	}
	of, first := o.names.take(r.ID, id)
	if first {
		taken, err := idsOf(context.WithoutCancel(ctx), o.engine.Brief(),
			"SELECT id FROM messages WHERE message_id = ? AND message_id <> '' AND direction = 'out' AND id <> ? ORDER BY id LIMIT 1", r.ID, id)
		if err != nil || len(taken) == 0 {
			return r, nil //nolint:nilerr // nothing speaks against it
		}
		of = taken[0]
		o.names.belongs(r.ID, of)
	}
	if of == id {
		return r, nil
	}
	e := &messaging.Error{
		Op: "send message", Outcome: messaging.Unknown, Answer: r.Answer, Attempts: r.Attempts,
		Err: fmt.Errorf("it has the id of message %d", of),
	}
	if r.Answer != nil {
		e.Status = r.Answer.Status
	}
	return nil, e
}
