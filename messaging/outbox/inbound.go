package outbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/optout"
)

// copiesWithin is how far apart Bandwidth may have written down what is one message to a
// group with several numbers of ours: each of them has an event and an id of its own.
const copiesWithin = 5 * time.Second

// A note is a message that came in, as it is recorded.
type note struct {
	id       string // the API's
	by       By
	own      string
	from     string
	to       []string
	text     string
	length   int // of the text, which may not be known
	omitted  bool
	media    []string
	app, tag string
	segments int
	said     time.Time
	missed   bool
	unproven bool
	at       time.Time // when it got here
	class    optout.Class
	ifAsked  optout.Class // what it is if it answers a text that asks for YES
	words    string       // for the ledger
}

// receiveMessage records a message that came in.
func (o *Outbox) receiveMessage(ctx context.Context, tx Tx, by By, v callback.Event, h heard) (Taken, error) {
	n := o.noteOf(by, v, h)
	id, missed, err := incoming(ctx, tx, n.id)
	switch {
	case err != nil:
		return Taken{}, err
	case id == 0:
		id, err = o.insertNote(ctx, tx, n)
	case missed && v.Type == callback.MessageReceived:
		err = o.fillNote(ctx, tx, id, n)
	}
	if err != nil {
		return Taken{}, err
	}
	news, err := h.record(ctx, tx, id)
	if err != nil || !news {
		return Taken{Message: id, State: Received}, err
	}
	if h.trust >= callback.Trusted {
		if err := set(ctx, tx, id, "unproven = 0"); err != nil {
			return Taken{}, err
		}
	}
	if n, err = o.answersYes(ctx, tx, n); err != nil {
		return Taken{}, err
	}
	if err := o.heed(ctx, tx, id, n, h.trust); err != nil {
		return Taken{}, err
	}
	if err := o.owe(ctx, tx, id, n, h.trust); err != nil {
		return Taken{}, err
	}
	return Taken{Message: id, State: Received, News: true}, touch(ctx, tx)
}

// incoming is the row of the message that came in under an id of the API, 0 if there is
// none; missed is that of [Inbound].
func incoming(ctx context.Context, q Querier, apiID string) (id int64, missed bool, err error) {
	err = q.QueryRowContext(ctx, "SELECT id, missed FROM messages WHERE message_id = ? AND message_id <> '' AND direction = ? ORDER BY id LIMIT 1", apiID, In).
		Scan(&id, &missed)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("look for the message: %w", err)
	}
	return id, missed, nil
}

// noteOf is what an event tells of a message that came in.
func (o *Outbox) noteOf(by By, v callback.Event, h heard) note {
	m := v.Message
	n := note{
		id: kept(m.ID, mostField), by: by, from: kept(m.From, mostField), to: keptList(m.To, mostField), text: kept(textOf(m), mostHeard),
		media: keptList(m.Media, mostAddress), app: kept(m.ApplicationID, mostField), tag: kept(m.Tag, mostField),
		segments: max(m.SegmentCount, 0), said: m.Time, unproven: v.Trust < callback.Trusted, at: h.recorded,
	}
	if n.said.IsZero() {
		n.said = v.Time
	}
	owner := kept(m.Owner, mostField)
	switch {
	case len(n.to) == 0 && h.recipient != "":
		n.to, n.own = []string{h.recipient}, h.recipient
	case len(n.to) == 0:
		n.own = owner
	case slices.Contains(n.to, h.recipient):
		n.own = h.recipient
	case slices.Contains(n.to, owner):
		n.own = owner
	default:
		n.own = n.to[0]
	}
	n.length, n.words = utf8.RuneCountInString(n.text), n.text
	setting := optout.Setting{Words: o.optOutWords(by)}
	n.class = optout.ClassOf(n.text, setting)
	setting.AskedForYes = true
	n.ifAsked = optout.ClassOf(n.text, setting)
	if o.options.OmitText && n.text != "" {
		n.words = ""
		n.text, n.omitted = "", true
	}
	return n
}

// textOf is what somebody wrote, or chose, or where they are, for what comes by RBM.
func textOf(m callback.Message) string {
	var content struct{ Text string }
	switch {
	case m.Text != "":
	case m.Suggestion != nil:
		return m.Suggestion.Text
	case m.Location != nil:
		return fmt.Sprintf("%.6f, %.6f", m.Location.Latitude, m.Location.Longitude)
	case json.Unmarshal(m.Content, &content) == nil:
		return content.Text
	}
	return m.Text
}

// keptList is a foreign list as the database keeps it.
func keptList(list []string, most int) []string {
	var all []string
	for _, s := range list[:min(len(list), mostListed)] {
		if s = kept(s, most); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// entry is the row that a note makes.
func (n note) entry() Entry {
	return Entry{
		Direction: In, Message: messaging.Message{From: n.from, To: n.to, Text: n.text, Media: n.media, Tag: n.tag},
		In: Inbound{Own: n.own, Said: n.said},
	}
}

// insertNote adds the row of a message that came in, and puts it into its conversation.
func (o *Outbox) insertNote(ctx context.Context, tx Tx, n note) (id int64, err error) {
	content := o.digestHeard(n)
	original, err := originalOf(ctx, tx, n, content)
	if err != nil {
		return 0, err
	}
	now := stamp(n.at)
	name, host, own := o.user()
	err = tx.QueryRowContext(ctx, `INSERT INTO messages (state, direction, created_at, updated_at, owner, profile, account_id, base_url,
		application_id, sender, recipients, text, text_length, text_omitted, media, tag, content, segment_count, message_id,
		own, said_at, missed, unproven, copy_of, by_name, by_host, by_own)
		VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		string(Received), In, now, now, n.by.Profile, n.by.AccountID, n.by.BaseURL,
		n.app, n.from, encodeList(n.to), n.text, n.length, bit(n.omitted), encodeList(n.media), n.tag, content, n.segments, n.id,
		n.own, stamp(n.said), bit(n.missed), bit(n.unproven), original, name, host, own).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("add the message: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO exchanges (id, request) VALUES (?, ?)", id, []byte{}); err != nil {
		return 0, fmt.Errorf("add the message: %w", err)
	}
	e := n.entry()
	if err := o.engine.Index(ctx, tx, id, strings.Join(e.searched(), "\n")); err != nil {
		return 0, fmt.Errorf("add the message: %w", err)
	}
	e.ID, e.In.CopyOf = id, original
	if err := joinThread(ctx, tx, e); err != nil {
		return 0, err
	}
	return id, noteMove(ctx, tx, id, now, Received, "")
}

// fillNote gives a message that was missed what its callback tells after all.
func (o *Outbox) fillNote(ctx context.Context, tx Tx, id int64, n note) error {
	if err := leaveThread(ctx, tx, id); err != nil {
		return err
	}
	content := o.digestHeard(n)
	original, err := originalOf(ctx, tx, n, content)
	if err != nil {
		return err
	}
	err = set(ctx, tx, id, `sender = ?, recipients = ?, text = ?, text_length = ?, text_omitted = ?, media = ?, tag = ?, application_id = ?,
		content = ?, segment_count = ?, own = ?, said_at = ?, missed = 0, copy_of = ?`,
		n.from, encodeList(n.to), n.text, n.length, bit(n.omitted), encodeList(n.media), n.tag, n.app,
		content, n.segments, n.own, stamp(n.said), original)
	if err != nil {
		return err
	}
	e := n.entry()
	if err := o.engine.Unindex(ctx, tx, []int64{id}); err != nil {
		return fmt.Errorf("change the message: %w", err)
	}
	if err := o.engine.Index(ctx, tx, id, strings.Join(e.searched(), "\n")); err != nil {
		return fmt.Errorf("change the message: %w", err)
	}
	e.ID, e.In.CopyOf = id, original
	if err := joinThread(ctx, tx, e); err != nil || original != 0 {
		return err
	}
	return unreadFrom(ctx, tx, id)
}

// digestHeard is a keyed digest of what came in, by whom and where. It is never that of a
// message that was sent.
func (o *Outbox) digestHeard(n note) []byte {
	name, _ := threadOf(n.entry())
	parts := []any{In, name, n.from, n.text, n.media}
	if n.missed || n.omitted {
		parts = []any{In, name, n.from, n.length, n.segments}
	}
	content, err := json.Marshal(parts)
	if err != nil {
		content = []byte(n.id) // strings always encode
	}
	h := hmac.New(sha256.New, o.digest)
	h.Write(content)
	return h.Sum(nil)[:16]
}

// originalOf is the row that has the same as n for another number of ours; 0 if there is
// none.
func originalOf(ctx context.Context, q Querier, n note, content []byte) (int64, error) {
	if len(n.to) < 2 || n.said.IsZero() {
		return 0, nil
	}
	ids, err := idsOf(ctx, q, `SELECT id FROM messages WHERE content = ? AND direction = ? AND copy_of = 0 AND sender = ? AND own <> ?
		AND message_id <> ? AND said_at > ? AND said_at < ? ORDER BY id LIMIT 1`,
		content, In, n.from, n.own, n.id, stamp(n.said.Add(-copiesWithin)), stamp(n.said.Add(copiesWithin)))
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return ids[0], nil
}

// Missed records messages that came in while nobody listened, by what the API lists of
// them: who wrote to which number, and when. It keeps no texts; a callback that comes
// later still brings that of its message. Records of what is known already, and of
// messages that we sent, are left out. One of them may have said STOP, so the numbers are
// held: see [OptOut]. It returns the rows that were added.
func (o *Outbox) Missed(ctx context.Context, by By, records []messaging.Record) ([]Entry, error) {
	notes := notesOf(by, records)
	if len(notes) == 0 {
		return nil, nil
	}
	var added []Entry
	err := o.write(ctx, "record what came in", func(ctx context.Context, tx Tx) error {
		added = added[:0]
		at := o.now()
		for _, n := range notes {
			known, _, err := incoming(ctx, tx, n.id)
			if err != nil || known != 0 {
				if err != nil {
					return err
				}
				continue
			}
			n.at = at
			id, err := o.insertNote(ctx, tx, n)
			if err != nil {
				return err
			}
			h := heard{source: ByQuestion, kind: string(messaging.StatusReceived), recipient: n.own, at: n.said, recorded: at, trust: callback.Trusted}
			if _, err := h.record(ctx, tx, id); err != nil {
				return err
			}
			if err := hold(ctx, tx, id, n); err != nil {
				return err
			}
			e, err := o.entry(ctx, tx, id)
			if err != nil {
				return err
			}
			added = append(added, e)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return added, nil
}

// notesOf are the messages that came in that records tell of, each once, in their order.
func notesOf(by By, records []messaging.Record) []note {
	var notes []note
	at := map[string]int{}
	for _, r := range records {
		if !strings.EqualFold(r.Direction, "INBOUND") || r.MessageID == "" || r.Source == "" {
			continue
		}
		id, to := kept(r.MessageID, mostField), kept(r.Destination, mostField)
		i, seen := at[id]
		if !seen {
			i, at[id] = len(notes), len(notes)
			notes = append(notes, note{
				id: id, by: by, own: to, from: kept(r.Source, mostField), length: max(r.MessageLength, 0),
				segments: max(r.SegmentCount, 0), said: r.Received(), missed: true,
			})
		}
		if to != "" && !slices.Contains(notes[i].to, to) && len(notes[i].to) < mostListed {
			notes[i].to = append(notes[i].to, to)
		}
	}
	return notes
}
