package ui

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging"
	"telex/messaging/broadcast/template"
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text/texttest"
	"telex/ui/widget"
)

// hostileBroadcasts makes a broadcast in every state, each of whose words is hostile.
func hostileBroadcasts(t *testing.T, store *outbox.Outbox) {
	t.Helper()
	ctx := t.Context()
	for _, end := range []func(id int64) error{
		func(int64) error { return nil },
		func(id int64) error {
			return store.PauseRun(ctx, id, outbox.Reason{Kind: outbox.ReasonSender, Sender: hostile, Code: 4720})
		},
		func(id int64) error {
			return store.PauseRun(ctx, id, outbox.Reason{Kind: hostile, Sender: hostile})
		},
		func(id int64) error { return store.CancelRun(ctx, id, outbox.Reason{Kind: hostile}) },
	} {
		r, err := store.NewBroadcast(ctx, outbox.Broadcast{
			Name: hostile, By: outbox.By{Profile: hostile, AccountID: hostile}, ApplicationID: hostile, Senders: []string{hostile, "+19195550100"},
			Text: hostile, Media: []string{hostile, hostile}, Tag: hostile, List: outbox.List{Name: hostile, Sum: hostile},
		})
		if err != nil {
			t.Fatal(err)
		}
		people := func(yield func(outbox.Person) bool) {
			_ = yield(outbox.Person{Number: "+19195551000", Name: hostile}) &&
				yield(outbox.Person{Number: "+19195551001", Name: hostile, Skip: outbox.SkipOptedOut, Note: hostile}) &&
				yield(outbox.Person{Number: "+19195551002", Name: hostile, Skip: hostile, Note: hostile})
		}
		if _, err := store.AddPeople(ctx, r.ID, 0, people); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(store.StartRun(ctx, r.ID), end(r.ID)); err != nil {
			t.Fatal(err)
		}
	}
}

// hostileOutbox fills an outbox with nothing else.
func hostileOutbox(t *testing.T, store *outbox.Outbox) {
	t.Helper()
	ctx := t.Context()
	hostileBroadcasts(t, store)
	_, _, err := store.PutContacts(ctx, []outbox.Contact{
		{Name: "Ana " + hostile, Number: five[0], Groups: []string{hostile, "a" + hostile}},
		{Name: hostile, Number: five[1]},
	})
	if err != nil {
		t.Fatal(err)
	}
	tells(t, store, stopped(five[1], "Stop "+hostile), stopped(five[2], "please take me off your list "+hostile))
	if _, err := store.AddOptOuts(ctx, []outbox.OptOut{{Number: five[3], By: outbox.OptedByPerson, Note: hostile}}); err != nil {
		t.Fatal(err)
	}
	in := callback.Event{Type: callback.MessageReceived, Trust: callback.Trusted, Time: testNow(), Message: callback.Message{ID: "in" + hostile, From: hostile, To: []string{"+19195550100", hostile}, Text: hostile, Media: []string{hostile}}}
	tells(t, store, in)
	by := outbox.By{Profile: hostile, AccountID: "9900000"}
	m := messaging.Message{From: "+19195550100", To: []string{five[4]}, Text: hostile, Tag: hostile, Media: []string{hostile}, ApplicationID: hostile}
	plan(t, store, by, &fakeSender{send: accept}, m)
	f := draft.New([]string{"+19195550100"}, hostile)
	f.Text, f.To, f.NewTo, f.Refused = hostile, []string{hostile}, hostile, []string{hostile}
	body, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		id, err := store.SaveDraft(ctx, 0, hostile, body)
		if err = errors.Join(err, store.LeaveDraft(ctx, id)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestHostileTextOnEveryPage goes through every page, list and question over an outbox of
// which every word is hostile.
func TestHostileTextOnEveryPage(t *testing.T) {
	sample.Whole(t)
	parsed, err := template.Parse("Hi {{name}} " + hostile)
	if err != nil {
		t.Fatal(err)
	}
	walks := map[string][]string{
		"History":       {"f2", "enter", "down", "esc", "down", "enter", "esc", "s", "esc", "space", "E", "enter", "esc", "esc"},
		"Conversations": {"f5", "enter", "up", "esc", "down", "enter", "d", "esc", "esc", "x", "esc"},
		"Broadcasts":    {"f6", "down", "enter", "down", "end", "esc", "down", "r", "x", "esc", "end", "p", "x", "enter", "enter", "esc"},
		"People":        {"f7", "enter", "down", "enter", "x", "esc", "o", "esc", "o", "enter", "x", "enter", "right", "down", "x", "esc", "end", "x", "enter", "right", "x", "esc", "x", "enter", "right"},
		"Figures":       {"f8", "b", "b", "b", "b", "b"},
		"templates":     {"ctrl+g", "down", "enter", "esc", "up", "enter", "enter", "esc"},
		"recent texts":  {"ctrl+y", "down", "enter", "ctrl+y", "enter"},
		"drafts":        {"f3", "down", "x", "esc", "x", "enter", "enter", "f1", "esc", "ctrl+n", "tab", "tab", "ctrl+n", "ctrl+n", "ctrl+p", "ctrl+p", "ctrl+p"},
		"palette":       {"ctrl+x", "down", "esc"},
		"Recipients":    {"ctrl+n", "A", "n", "a", "tab", "enter", "tab", "x", "@", "enter"},
	}
	for name, keys := range walks {
		for _, size := range unlessQuick([2]int{200, 50}, [2]int{40, 12}) {
			t.Run(name, func(t *testing.T) {
				t.Chdir(t.TempDir()) // where History exports to
				synctest.Test(t, func(t *testing.T) {
					deps := testDeps(&fakeSender{send: accept})
					deps.Templates = func() ([]Template, error) {
						return []Template{{Name: "a" + hostile, Parsed: parsed, Tag: hostile}, {Name: hostile, Err: errors.New(hostile)}}, nil
					}
					deps, _ = historyDeps(t, deps, 0, func(o *outbox.Outbox) { hostileOutbox(t, o) })
					d := start(t, deps)
					d.size(size[0], size[1])
					d.advance(time.Second)
					look := func(key string) {
						t.Helper()
						d.advance(time.Second)
						checkTerminal(t, key, d.a.View().Content, texttest.Dangerous)
						checkFits(t, d, size[0], size[1])
						if t.Failed() {
							t.Fatalf("%s at %q", name, key)
						}
					}
					look("the first screen")
					for len(d.a.notices) > 0 {
						d.press("esc")
						look("the next notice")
					}
					for _, k := range keys {
						d.press(k)
						look(k)
					}
				})
			})
		}
	}
}

// TestWhatIsSaidIsClean: what is told, and what is asked, reaches the terminal clean also where
// whoever tells or asks did not see to it.
func TestWhatIsSaidIsClean(t *testing.T) {
	sample.Whole(t)
	for what, bring := range map[string]func(a *app){
		"a success": func(a *app) { a.act(page.Done(hostile)) },
		"a warning": func(a *app) { a.act(page.Warn(hostile)) },
		"a failure": func(a *app) { a.act(page.Failed(hostile)) },
		"a notice":  func(a *app) { a.notify(hostile) },
		"short":     func(a *app) { a.add(notice{text: "x", short: hostile}) },
		"a question": func(a *app) {
			a.act(page.Ask{Dialog: page.Dialog{Title: hostile, Body: []string{hostile, hostile}, Yes: hostile}})
		},
		"the sender": func(a *app) { a.deps.Sandbox, a.deps.Profile, a.deps.Production = false, hostile, true },
	} {
		for _, size := range [][2]int{{80, 24}, {40, 12}} {
			drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
				d.size(size[0], size[1])
				d.a.theme = widget.Theme{}
				bring(d.a)
				t.Log(what)
				checkForeign(t, d.a.View(), size[0], size[1])
				d.press("f1")
				checkForeign(t, d.a.View(), size[0], size[1])
			})
		}
	}
}
