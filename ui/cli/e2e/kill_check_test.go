//go:build unix

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/sandbox"
)

// check holds the outbox against what was created.
func (c *crash) check() {
	c.settle()
	before := len(c.told)
	c.settle()
	if len(c.told) != before {
		c.t.Error("messages of killed processes are told of again and again")
	}
	created := map[string][]sandbox.Record{}
	for _, r := range c.api.box.Created() {
		if strings.HasPrefix(r.Tag, c.name) {
			created[r.Tag] = append(created[r.Tag], r)
		}
	}
	rows := map[string]outbox.Entry{}
	for _, e := range allEntries(c.t, c.at) {
		if _, twice := rows[e.Message.Tag]; twice {
			c.t.Errorf("%s has two rows", e.Message.Tag)
		}
		rows[e.Message.Tag] = e
	}
	tags := map[string]bool{}
	for tag := range c.killed {
		tags[tag] = true
	}
	for tag := range created {
		tags[tag] = true
	}
	for tag := range rows {
		tags[tag] = true
	}
	for tag := range tags {
		c.judge(tag, rows[tag], created[tag])
	}
}

// judge says what is wrong with one message.
func (c *crash) judge(tag string, e outbox.Entry, created []sandbox.Record) {
	var step, n int
	_, _ = fmt.Sscanf(strings.TrimPrefix(tag, c.name), "%d-%d", &step, &n)
	s := steps[step]
	fail := func(format string, args ...any) {
		c.t.Errorf("%s, killed %v %s: "+format, append([]any{tag, c.killed[tag], s.name}, args...)...)
	}
	was := len(created) > 0
	if len(created) > 1 {
		fail("it was created %d times", len(created))
	}
	if was && e.State == "" {
		fail("it was created and has no row")
	}
	if was && (e.State == outbox.Unsent || e.State == outbox.Rejected) {
		fail("it was created and its row says %s", e.State)
	}
	if e.State == outbox.Accepted && (!was || created[0].ID != e.MessageID) {
		fail("its row says accepted as %s, but the API created %v", e.MessageID, created)
	}
	if e.State == outbox.Sending || e.State == outbox.Queued {
		fail("it is %s and nobody sends it", e.State)
	}
	if c.killed[tag] {
		states := s.states
		if len(states) == 0 {
			states = []outbox.State{""}
		}
		if !slices.Contains(states, e.State) {
			fail("its row says %q, want one of %q", e.State, states)
		}
		if was && !s.created[1] || !was && !s.created[0] {
			fail("created: %v, which cannot be at this step", was)
		}
	}
	if s.name == "while writing" && !was {
		c.cut++
	}
	id := fmt.Sprint(e.ID)
	if dead := e.State == outbox.Unknown && c.killed[tag]; dead != (c.told[id] > 0) || c.clean[id] > 1 {
		fail("it was told of %d times, %d of them by a telex that was not killed itself; its row says %s", c.told[id], c.clean[id], e.State)
	}
}

// allEntries is the whole of an outbox.
func allEntries(t *testing.T, at place) []outbox.Entry {
	t.Helper()
	o, err := outbox.Open(t.Context(), at, outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Close() }()
	var all []outbox.Entry
	for page := (outbox.Filter{Limit: 500}); ; page.Before = all[len(all)-1].ID {
		entries, err := o.List(t.Context(), page)
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, entries...); len(entries) < page.Limit {
			return all
		}
	}
}
