package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"telex/messaging/blank"
)

// What is kept of a contact at most: bytes of a name, a zone or the name of a group or a
// field, bytes of what a field holds, and how many groups and fields.
const (
	mostName     = 200
	mostValue    = 2000
	mostOfPerson = 100
)

// PutContacts adds contacts, and what is said of those whose numbers are known to what is
// known of them: a Name and a Zone take the place of another unless they are empty, Groups
// are added, and so are Fields, of which an empty one is taken away. It returns how many
// were added, and how many of the others changed. Only what can be chosen is looked at:
// neither ID, nor times, nor NoTexts; User is who uses the outbox.
func (o *Outbox) PutContacts(ctx context.Context, all []Contact) (added, updated int, err error) {
	for some := range slices.Chunk(all, runAtOnce) {
		a, u := 0, 0
		err := o.write(ctx, "keep the contacts", func(ctx context.Context, tx Tx) error {
			a, u = 0, 0
			known, err := contactsAmong(ctx, tx, some)
			if err != nil {
				return err
			}
			for _, c := range some {
				was, isKnown := known[c.Number]
				if !isKnown {
					was.Number = kept(c.Number, mostField)
				}
				now := was.with(c)
				if isKnown && now.sameAs(was) {
					continue
				}
				if now.ID, err = o.saveContact(ctx, tx, now); err != nil {
					return err
				}
				known[c.Number] = now
				a, u = a+bit(!isKnown), u+bit(isKnown)
			}
			if a+u == 0 {
				return nil
			}
			return touch(ctx, tx)
		})
		if err != nil {
			return added, updated, err
		}
		added, updated = added+a, updated+u
	}
	return added, updated, nil
}

// contactsAmong are those contacts whose numbers are known, by these.
func contactsAmong(ctx context.Context, q Querier, all []Contact) (map[string]Contact, error) {
	numbers := make([]string, len(all))
	for i, c := range all {
		numbers[i] = c.Number
	}
	found, err := contacts(ctx, q, ContactFilter{}, numbers)
	if err != nil {
		return nil, err
	}
	known := make(map[string]Contact, len(found))
	for _, c := range found {
		known[c.Number] = c
	}
	return known, nil
}

// with is c with what is said of it.
func (c Contact) with(said Contact) Contact {
	if name := kept(oneLine(said.Name), mostName); name != "" {
		c.Name = name
	}
	if zone := kept(strings.TrimSpace(said.Zone), mostName); zone != "" {
		c.Zone = zone
	}
	groups := slices.Clone(c.Groups)
	for _, g := range said.Groups {
		g = kept(oneLine(g), mostName)
		if g != "" && len(groups) < mostOfPerson && !slices.ContainsFunc(groups, func(have string) bool { return plain(have) == plain(g) }) {
			groups = append(groups, g)
		}
	}
	c.Groups = groups
	fields := maps.Clone(c.Fields)
	if fields == nil {
		fields = map[string]string{}
	}
	for _, name := range slices.Sorted(maps.Keys(said.Fields)) {
		value := kept(said.Fields[name], mostValue)
		switch name = kept(name, mostName); {
		case value == "":
			delete(fields, name)
		case fields[name] != "" || len(fields) < mostOfPerson:
			fields[name] = value
		}
	}
	c.Fields = fields
	return c
}

// oneLine is s with one space for all blanks between words.
func oneLine(s string) string { return strings.Join(strings.FieldsFunc(s, blank.IsSpace), " ") }

// sameAs reports whether two contacts say the same.
func (c Contact) sameAs(other Contact) bool {
	return c.Name == other.Name && c.Zone == other.Zone && slices.Equal(c.Groups, other.Groups) && maps.Equal(c.Fields, other.Fields)
}

// saveContact writes a contact as it is now, and returns its id.
func (o *Outbox) saveContact(ctx context.Context, tx Tx, c Contact) (id int64, err error) {
	at := stamp(o.now())
	by, host, own := o.user()
	err = tx.QueryRowContext(ctx, `INSERT INTO contacts (number, name, sorted, words, zone, fields, created_at, updated_at, by_name, by_host, by_own)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (number) DO UPDATE SET name = excluded.name, sorted = excluded.sorted, words = excluded.words, zone = excluded.zone,
			fields = excluded.fields, updated_at = excluded.updated_at RETURNING id`,
		c.Number, c.Name, plain(c.Name), c.words(), c.Zone, encodeFields(c.Fields), at, at, by, host, own).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("keep the contact: %w", err)
	}
	if c.ID != 0 { // of a new one there are none
		if _, err := tx.ExecContext(ctx, "DELETE FROM contact_groups WHERE contact = ?", id); err != nil {
			return 0, fmt.Errorf("keep the groups: %w", err)
		}
	}
	for _, g := range c.Groups {
		if _, err := tx.ExecContext(ctx, "INSERT INTO contact_groups (sorted, contact, name) VALUES (?, ?, ?)", plain(g), id, g); err != nil {
			return 0, fmt.Errorf("keep the groups: %w", err)
		}
	}
	return id, nil
}

// words are all that a search looks at. A line is no word, so that none goes over two
// parts.
func (c Contact) words() string {
	parts := append([]string{c.Name, c.Number}, c.Groups...)
	for _, name := range slices.Sorted(maps.Keys(c.Fields)) {
		parts = append(parts, c.Fields[name])
	}
	for i, p := range parts {
		parts[i] = plain(p)
	}
	return strings.Join(parts, "\n")
}

// RemoveContacts takes contacts away, and returns those that were there.
func (o *Outbox) RemoveContacts(ctx context.Context, numbers []string) (removed []Contact, err error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	err = o.write(ctx, "remove the contacts", func(ctx context.Context, tx Tx) error {
		removed = nil
		for some := range slices.Chunk(numbers, numbersAtOnce) {
			found, err := contacts(ctx, tx, ContactFilter{}, some)
			if err != nil {
				return err
			}
			removed = append(removed, found...)
		}
		for _, c := range removed {
			for _, statement := range []string{"DELETE FROM contact_groups WHERE contact = ?", "DELETE FROM contacts WHERE id = ?"} {
				if _, err := tx.ExecContext(ctx, statement, c.ID); err != nil {
					return fmt.Errorf("remove the contact: %w", err)
				}
			}
		}
		if len(removed) == 0 {
			return nil
		}
		return touch(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	return removed, nil
}

// LeaveGroup takes contacts out of a group, and returns how many were in it.
func (o *Outbox) LeaveGroup(ctx context.Context, group string, numbers []string) (left int, err error) {
	err = o.write(ctx, "leave the group", func(ctx context.Context, tx Tx) error {
		left = 0
		for some := range slices.Chunk(numbers, numbersAtOnce) {
			found, err := contacts(ctx, tx, ContactFilter{Group: group}, some)
			if err != nil {
				return err
			}
			for _, c := range found {
				c.Groups = slices.DeleteFunc(c.Groups, func(g string) bool { return plain(g) == plain(group) })
				if _, err := o.saveContact(ctx, tx, c); err != nil {
					return err
				}
			}
			left += len(found)
		}
		if left == 0 {
			return nil
		}
		return touch(ctx, tx)
	})
	if err != nil {
		return 0, err
	}
	return left, nil
}

// MarkNoTexts notes of a contact that a delivery error code says that its number takes no
// texts; code 0 ends that. It reports whether anything changed: a number that is no
// contact's is none of its business, and the first code stays.
func (o *Outbox) MarkNoTexts(ctx context.Context, number string, code int) (changed bool, err error) {
	err = o.write(ctx, "note that a number takes no texts", func(ctx context.Context, tx Tx) error {
		changed, err = markNoTexts(ctx, tx, number, code, o.now())
		return err
	})
	return changed, err
}

// markNoTexts is MarkNoTexts within a transaction.
func markNoTexts(ctx context.Context, tx Tx, number string, code int, at time.Time) (bool, error) {
	var was int
	err := tx.QueryRowContext(ctx, "SELECT no_texts FROM contacts WHERE number = ?", number).Scan(&was)
	if errors.Is(err, sql.ErrNoRows) || err == nil && (was == code || was != 0 && code != 0) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the contact: %w", err)
	}
	since := stamp(at)
	if code == 0 {
		since = 0
	}
	if _, err := tx.ExecContext(ctx, "UPDATE contacts SET no_texts = ?, no_texts_since = ? WHERE number = ?", code, since, number); err != nil {
		return false, fmt.Errorf("mark the contact: %w", err)
	}
	return true, touch(ctx, tx)
}
