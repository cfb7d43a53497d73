package copying_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/copying"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite"

	"github.com/jackc/pgx/v5"
)

// copied copies, and has nothing go wrong.
func copied(t testing.TB, from, to outbox.Place) copying.Summary {
	t.Helper()
	s, err := copying.Copy(t.Context(), from, to, copying.Options{Now: sample.NewClock().Now})
	if err != nil {
		t.Fatalf("Copy(%s, %s) = %v, want nil", from, to, err)
	}
	return s
}

// refused copies, which is refused with a cause, words and a hint.
func refused(t testing.TB, from, to outbox.Place, cause error, words string) {
	t.Helper()
	_, err := copying.Copy(t.Context(), from, to, copying.Options{Now: sample.NewClock().Now})
	e, ok := errors.AsType[*outbox.Error](err)
	if !ok || e.Op == "" || e.Path == "" || e.Hint == "" || !strings.Contains(err.Error(), words) || cause != nil && !errors.Is(err, cause) {
		t.Errorf("Copy(%s, %s) = %v, want an *Error with a hint, of %v, with %q in it", from, to, err, cause, words)
	}
}

// TestThereAndBack: a file that was copied to a server, from there to another one, and back to
// a file and another file, is what it was, in every table and to the byte.
func TestThereAndBack(t *testing.T) {
	from := newFile(t)
	filled(t, from)
	want := kept(t, raw(t, from))
	places := []outbox.Place{from, newDatabase(t), newDatabase(t), newFile(t), newFile(t)}
	var first copying.Summary
	for i, to := range places[1:] {
		s := copied(t, places[i], to)
		if i == 0 {
			first = s
		}
		if !slices.Equal(s.Tables, first.Tables) || s.Resumed || s.Before {
			t.Errorf("%s → %s: %+v, want %+v", places[i], to, s, first)
		}
	}
	last := places[len(places)-1]
	wantSame(t, kept(t, raw(t, last)), want)

	o := opened(t, last, sample.NewClock().Now)
	found := sample.IDsIn(t, o, outbox.Filter{Search: "ärger delivered"})
	if len(found) != 1 {
		t.Errorf("%d messages are found by their words, want 1", len(found))
	}
	if untold, err := o.Untold(t.Context()); err != nil || !slices.ContainsFunc(untold, func(e outbox.Entry) bool { return e.ID == 3 && e.State == outbox.Unknown }) {
		t.Errorf("Untold() = %+v, %v, want message 3, whose process is gone", untold, err)
	}
	sample.WantWhole(t, raw(t, last))
}

// TestIDsGoOn: what is made after a copy has ids that no row had before, also where that row is
// gone.
func TestIDsGoOn(t *testing.T) {
	from := newFile(t)
	filled(t, from)
	e := raw(t, from)
	before, err := e.LastIDs(t.Context(), e.Reader())
	sample.Must(t, err)
	for _, to := range []outbox.Place{newDatabase(t), newFile(t)} {
		copied(t, from, to)
		from = to
		o := opened(t, to, sample.NewClock().Now)
		if id := sample.Saved(t, o, 0, "{}"); id != before["drafts"]+1 {
			t.Errorf("%s: the next draft is %d, want %d", to, id, before["drafts"]+1)
		}
		if id := sample.Begun(t, o, sample.SMS("next", "+12345670000"))[0]; id != before["messages"]+1 {
			t.Errorf("%s: the next message is %d, want %d", to, id, before["messages"]+1)
		}
		sample.Must(t, o.Close())
		e := raw(t, to)
		after, err := e.LastIDs(t.Context(), e.Reader())
		sample.Must(t, err)
		for table, n := range before {
			if after[table] < n {
				t.Errorf("%s: the last id of %s is %d, want %d at least", to, table, after[table], n)
			}
		}
		before = after
		_ = e.Close(nil)
	}
}

// TestOnlyOneSends: after a copy the old outbox can be read, and takes no change, neither of who
// had it open nor of who opens it; the new one goes on, and a broadcast that was half sent
// reaches everybody once.
func TestOnlyOneSends(t *testing.T) {
	for name, place := range map[string]func(testing.TB) (outbox.Place, outbox.Place){
		"file to server": func(t testing.TB) (outbox.Place, outbox.Place) { return newFile(t), newDatabase(t) },
		"server to file": func(t testing.TB) (outbox.Place, outbox.Place) { return newDatabase(t), newFile(t) },
	} {
		t.Run(name, func(t *testing.T) {
			from, to := place(t)
			clock := sample.NewClock()
			old := opened(t, from, clock.Now)
			run := halfSent(t, old, clock, 9, 4)
			later := sample.Later(t, old, sample.SMS("later"), outbox.Scheduled)
			sample.Must(t, old.Close())
			idle := opened(t, from, clock.Now) // it has recorded nothing, and so nobody knows of it
			empty := opened(t, to, clock.Now)
			copied(t, from, to)

			for name, o := range map[string]*outbox.Outbox{"that had it open": idle, "that opens it": openedToRead(t, from)} {
				_, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("from the old one")}, Yes: true})
				if !errors.Is(err, outbox.ErrMoved) || !strings.Contains(err.Error(), to.String()) {
					t.Errorf("Begin of a telex %s = %v, want ErrMoved and where", name, err)
				}
				_, err = o.Drain(t.Context(), nobodysAPI(t), run, draining(clock))
				if !errors.Is(err, outbox.ErrMoved) {
					t.Errorf("Drain of a telex %s = %v, want ErrMoved", name, err)
				}
				_, err = o.SaveDraft(t.Context(), 0, "default", []byte("{}"))
				if !errors.Is(err, outbox.ErrMoved) {
					t.Errorf("SaveDraft of a telex %s = %v, want ErrMoved", name, err)
				}
				_, err = o.SendDue(t.Context(), outbox.DueOptions{})
				if err != nil && !errors.Is(err, outbox.ErrMoved) {
					t.Errorf("SendDue of a telex %s = %v, want ErrMoved or nothing to do", name, err)
				}
				sample.WantState(t, o, later, outbox.Scheduled)
			}
			if _, err := outbox.Open(t.Context(), from, outbox.Options{}); !errors.Is(err, outbox.ErrMoved) {
				t.Errorf("Open of the old one = %v, want ErrMoved", err)
			}
			// A telex that had the new one open when it was empty has another key for its digests.
			if _, err := empty.SaveDraft(t.Context(), 0, "default", []byte("{}")); !errors.Is(err, outbox.ErrFilled) {
				t.Errorf("SaveDraft where another outbox was copied to = %v, want ErrFilled", err)
			}

			o := opened(t, to, clock.Now)
			got := map[string]int{}
			api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
				got[m.To[0]]++
				return sample.Receipt("run-"+m.To[0], m), nil
			}}
			r, err := o.Drain(t.Context(), api, run, draining(clock))
			if err != nil || r.State != outbox.RunDone {
				t.Fatalf("Drain of the new one = %s, %v, want done", r.State, err)
			}
			if len(got) != 5 {
				t.Errorf("the new one sent to %v, want those 5 who had nothing yet", got)
			}
			for number, n := range got {
				if n != 1 || number < "+19195551004" {
					t.Errorf("%s got %d of the new one", number, n)
				}
			}
			if _, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("Hi", "+19195551000")}}); err == nil {
				t.Error("the new one sends again what the old one sent, want a RepeatError")
			}
			sample.WantState(t, o, later, outbox.Scheduled)
		})
	}
}

func openedToRead(t testing.TB, at outbox.Place) *outbox.Outbox {
	t.Helper()
	o, err := outbox.Open(t.Context(), at, outbox.Options{ToRead: true})
	sample.Must(t, err)
	t.Cleanup(func() { _ = o.Close() })
	if o.Report().Unwritable == nil {
		t.Errorf("%s can be written, want not", at)
	}
	return o
}

// nobodysAPI is one that nothing may be sent to.
func nobodysAPI(t testing.TB) sample.API {
	return sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		t.Errorf("a message to %s leaves from the old outbox", m.To)
		return nil, sample.NeverLeft()
	}}
}

// TestAgain: the same copy again does nothing; another one from the old outbox, or to the new
// one, is refused.
func TestAgain(t *testing.T) {
	from, to := newFile(t), newFile(t)
	filled(t, from)
	copied(t, from, to)
	want := kept(t, raw(t, to))
	if s := copied(t, from, to); !s.Before {
		t.Errorf("the same copy again: %+v, want that it was made before", s)
	}
	refused(t, from, newFile(t), outbox.ErrMoved, to.String())
	other := newFile(t)
	filled(t, other)
	refused(t, other, to, outbox.ErrOccupied, "holds an outbox already")
	refused(t, to, to, outbox.ErrOccupied, "holds an outbox already")
	empty := newFile(t)
	sample.Must(t, opened(t, empty, sample.NewClock().Now).Close())
	refused(t, empty, empty, nil, "it is the outbox that is to be filled")
	sample.Must(t, opened(t, empty, sample.NewClock().Now).Close())
	refused(t, to, from, outbox.ErrOccupied, "was, or is being, copied")
	wantSame(t, kept(t, raw(t, to)), want)
	sample.Must(t, opened(t, other, sample.NewClock().Now).Close()) // it is used as before
}

// TestRefused: what cannot be copied is refused, and nothing is made or written.
func TestRefused(t *testing.T) {
	there := newFile(t)
	filled(t, there)
	missing, to := newFile(t), newFile(t)
	refused(t, missing, to, outbox.ErrNoOutbox, "no outbox")
	for _, p := range []outbox.Place{missing, to} {
		if _, err := os.Stat(p.String()); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s was made", p)
		}
	}
	damaged := filepath.Join(t.TempDir(), "outbox.db")
	sample.Must(t, os.WriteFile(damaged, []byte(strings.Repeat("no database\n", 1000)), 0o600))
	refused(t, sqlite.At(damaged), to, outbox.ErrDamaged, "damaged")
	refused(t, there, sqlite.At(damaged), outbox.ErrDamaged, "damaged")
	if files, err := filepath.Glob(filepath.Join(filepath.Dir(damaged), "*.damaged-*")); err != nil || len(files) != 0 {
		t.Errorf("the damaged file was set aside: %v, %v", files, err)
	}

	used := opened(t, there, sample.NewClock().Now)
	sample.Begun(t, used, sample.SMS("on its way", "+12345670001"))
	refused(t, there, to, nil, "1 messages are being sent")
	sample.Must(t, used.Close())
	copied(t, there, to)
}

// TestUnfit: what the new outbox cannot hold is named before anything is written, and the old
// one goes on.
func TestUnfit(t *testing.T) {
	all := map[string]struct {
		change, words string
		to            func(testing.TB) outbox.Place
	}{
		"text for a number":     {"UPDATE messages SET created_at = 'soon' WHERE id = 2", "messages, id 2: its created_at is not a whole number", newFile},
		"a fraction":            {"UPDATE moves SET at = 1.5 WHERE id = 3", "moves, id 3: its at is not a whole number", newFile},
		"bytes for a text":      {"UPDATE messages SET tag = x'ff00' WHERE id = 4", "messages, id 4: its tag is not text", newFile},
		"too long for an index": {"UPDATE messages SET message_id = hex(randomblob(1301)) WHERE id = 5", "messages, id 5: its message_id has 2602 bytes", newDatabase},
	}
	for name, broken := range sample.Some(2, all) {
		t.Run(name, func(t *testing.T) {
			from, to := newFile(t), broken.to(t)
			filled(t, from)
			e := raw(t, from)
			sample.Change(t, e, broken.change)
			_ = e.Close(nil)
			refused(t, from, to, nil, broken.words)
			if n := sample.Value[int](t, raw(t, to), "SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM moves) + (SELECT count(*) FROM contacts)"); n != 0 {
				t.Errorf("%d rows were written, want 0", n)
			}
			o := opened(t, from, sample.NewClock().Now)
			sample.Saved(t, o, 0, "{}")
		})
	}
}

// TestDifference: a row of the new outbox that is not what it was is named, and the old one goes
// on.
func TestDifference(t *testing.T) {
	from, to := newFile(t), newFile(t)
	filled(t, from)
	done := false
	_, err := copying.Copy(t.Context(), from, to, copying.Options{Progress: func(p copying.Progress) {
		if p.Step == copying.StepCompare && !done {
			done = true
			e := raw(t, to)
			sample.Change(t, e, "UPDATE messages SET text = text || ' ' WHERE id = 2")
			sample.Change(t, e, "DELETE FROM moves WHERE id = 3")
			sample.Change(t, e, "INSERT INTO paces (name, at, free) VALUES ('more', 1, 1)")
			_ = e.Close(nil)
		}
	}})
	for _, words := range []string{"table messages, id 2", "table moves, id 3 is missing", "table paces should not be there"} {
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("Copy = %v, want %q in it", err, words)
		}
	}
	sample.Saved(t, opened(t, from, sample.NewClock().Now), 0, "{}")
	if _, err := outbox.Open(t.Context(), to, outbox.Options{ToRead: true}); !errors.Is(err, outbox.ErrCopying) {
		t.Errorf("Open of the new one = %v, want ErrCopying", err)
	}
}

// TestHiddenRows: a role that a policy of the server hides rows from copies nothing, for it would
// leave them behind; the owner of the tables copies them all.
func TestHiddenRows(t *testing.T) {
	address := newAddress(t)
	from, to := atAddress(t, address), newFile(t)
	o := opened(t, from, sample.NewClock().Now)
	sample.Saved(t, o, 0, "{}")
	sample.Must(t, o.Close())
	conn, err := pgx.Connect(t.Context(), address)
	sample.Must(t, err)
	_, err = conn.Exec(t.Context(), `DO $$ BEGIN
		CREATE ROLE bea LOGIN;
		EXECUTE 'GRANT USAGE ON SCHEMA ' || current_schema() || ' TO bea';
		EXECUTE 'GRANT ALL ON ALL TABLES IN SCHEMA ' || current_schema() || ' TO bea';
		EXECUTE 'GRANT ALL ON ALL SEQUENCES IN SCHEMA ' || current_schema() || ' TO bea';
		ALTER TABLE drafts ENABLE ROW LEVEL SECURITY;
		CREATE POLICY own_drafts ON drafts TO bea USING (by_name = current_user);
	END $$`)
	sample.Must(t, errors.Join(err, conn.Close(t.Context())))
	refused(t, atAddress(t, strings.Replace(address, "telex@", "bea@", 1)), to, nil, "a policy of the database hides rows")
	if s := copied(t, from, newFile(t)); s.Rows("drafts") != 1 {
		t.Errorf("the owner copied %d drafts, want 1", s.Rows("drafts"))
	}
}
