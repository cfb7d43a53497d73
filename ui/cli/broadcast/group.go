package broadcast

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"telex/messaging/broadcast/list"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/words"
)

// contactsAtOnce is how many contacts are read at a time.
const contactsAtOnce = 500

// contactsOf are the contacts of a group. Afterwards failed says why they ended too early.
func contactsOf(ctx context.Context, o *outbox.Outbox, group string, failed *error) iter.Seq[outbox.Contact] {
	return func(yield func(outbox.Contact) bool) {
		*failed = nil
		for after := (outbox.Contact{}); ; {
			page, err := o.Contacts(ctx, outbox.ContactFilter{Group: group, After: after, Limit: contactsAtOnce})
			if err != nil {
				*failed = err
				return
			}
			for _, c := range page {
				if !yield(c) {
					return
				}
				after = c
			}
			if len(page) < contactsAtOnce {
				return
			}
		}
	}
}

// openGroup opens a group of contacts.
func openGroup(ctx context.Context, o *outbox.Outbox, group string, in words.Shell) (*source, error) {
	var failed error
	contacts := contactsOf(ctx, o, group, &failed)
	sum, names, people := sha256.New(), map[string]bool{}, 0
	for c := range contacts {
		people++
		for name := range c.Fields {
			names[name] = true
		}
		// What a map holds is in the order of its keys.
		b, err := json.Marshal([]any{c.Number, c.Name, c.Zone, c.Fields})
		if err != nil {
			return nil, fmt.Errorf("read the contact %d: %w", c.ID, err)
		}
		sum.Write(b)
	}
	if failed != nil {
		return nil, failed
	}
	if people == 0 {
		return nil, noSuchGroup(ctx, o, group, in)
	}
	delete(names, "name")
	delete(names, "number")
	own := slices.Sorted(maps.Keys(names))
	return &source{
		name: "@" + group, sum: hex.EncodeToString(sum.Sum(nil)), fields: slices.Concat(own, []string{"name", "number"}),
		rows: func(yield func(list.Row) bool) {
			n := 0
			for c := range contacts {
				n++
				row := list.Row{Line: n, Number: c.Number, Name: c.Name, Zone: c.Zone}
				for _, name := range own {
					row.Values = append(row.Values, c.Fields[name])
				}
				row.Values = append(row.Values, c.Name, c.Number)
				if !yield(row) {
					return
				}
			}
		},
		err: func() error { return failed }, close: func() {},
	}, nil
}

// noSuchGroup refuses a group that nobody is in. Commands are named for a shell.
func noSuchGroup(ctx context.Context, o *outbox.Outbox, group string, in words.Shell) error {
	e := &say.UsageError{What: fmt.Sprintf("nobody is in the group %s; nothing was sent", say.Quoted("@"+group)), Hint: in.Command("contacts", "import", "FILE", "--group", "NAME") + " makes one"}
	groups, err := o.ContactGroups(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, g := range groups {
		names = append(names, "@"+g.Name)
	}
	if len(names) > 0 {
		e.Hint = "there are " + strings.Join(names, ", ")
	}
	return e
}
