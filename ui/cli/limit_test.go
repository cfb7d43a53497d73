package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"telex/messaging/callback"
	"telex/ui/cli/messages"
	"telex/ui/cli/say"
	"telex/ui/cli/threads"
	"telex/ui/cli/who"
)

// TestLimitFlags: whatever command has --limit, 0 is all of them.
func TestLimitFlags(t *testing.T) {
	t.Parallel()
	var with []string
	for _, c := range documented(newApp(process{}).rootCommand()) {
		f := c.Flags().Lookup("limit")
		if f == nil {
			continue
		}
		with = append(with, c.CommandPath())
		if f.Value.Type() != "limit" || !strings.Contains(f.Usage, "0: all") {
			t.Errorf("%s --limit is a %s, %q, want what RegisterLimit makes", c.CommandPath(), f.Value.Type(), f.Usage)
		}
	}
	if want := []string{"telex history", "telex thread", "telex threads"}; !slices.Equal(with, want) {
		t.Errorf("%q have --limit, want %q", with, want)
	}
}

// TestLimitOfThreads: 0 is all, also where these are more than are read at once.
func TestLimitOfThreads(t *testing.T) {
	t.Parallel()
	c := newClock()
	env, o := conversed(t, c) // a conversation of one message
	const all = 2*who.RowsAtOnce + 1
	var events []callback.Event
	for i := 1; i < all; i++ {
		at := time.Date(2026, 3, 1, 12, 0, i, 0, time.UTC)
		events = append(events, came(fmt.Sprint("in-", i), friend, "text", at), came(fmt.Sprint("other-", i), fmt.Sprint("+1919555", 1000+i), "text", at))
	}
	hears(t, o, events...)
	for limit, want := range map[int]int{0: all, 1: 1, who.RowsAtOnce: who.RowsAtOnce, who.RowsAtOnce + 1: who.RowsAtOnce + 1, all + 1: all} {
		var said []messages.Row
		got := c.run(t, env, "thread", friend, "--json", "--limit", strconv.Itoa(limit))
		got.want(t, say.ExitOK)
		got.decode(t, &said)
		if len(said) != want || !slices.IsSortedFunc(said, func(a, b messages.Row) int { return cmp.Compare(a.ID, b.ID) }) || said[want-1].ID != int64(2*all-2) {
			t.Errorf("thread --limit %d: %d messages, want the newest %d, oldest first", limit, len(said), want)
		}
		var rows []threads.ThreadRow
		got = c.run(t, env, "threads", "--json", "--limit", strconv.Itoa(limit))
		got.want(t, say.ExitOK)
		got.decode(t, &rows)
		if len(rows) != want || !slices.IsSortedFunc(rows, func(a, b threads.ThreadRow) int { return cmp.Compare(b.LastID, a.LastID) }) {
			t.Errorf("threads --limit %d: %d conversations, want the newest %d", limit, len(rows), want)
		}
	}
	got := c.run(t, env, "thread", friend, "--limit", "0", "--before", "1")
	if got.want(t, say.ExitOK); got.out != "" || strings.Contains(got.err, "older") {
		t.Errorf("got %q and %q, want nothing older than the first", got.out, got.err)
	}
}
