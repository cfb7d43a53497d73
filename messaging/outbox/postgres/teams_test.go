package postgres

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"

	"github.com/jackc/pgx/v5"
)

// A block is statements of docs/teams.md, with who runs them and where: the comment above
// them says so.
type block struct {
	role, database string
	statements     []string
}

func written(t testing.TB) (all []block) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "teams.md"))
	sample.Must(t, err)
	for _, part := range strings.Split(string(page), "\n```sql\n")[1:] {
		text, _, _ := strings.Cut(part, "\n```")
		comment, text, _ := strings.Cut(text, "\n")
		b := block{role: "telex", database: "postgres", statements: strings.SplitAfter(text, ";\n")}
		switch {
		case strings.Contains(comment, "telex_owner"):
			b.role = "telex_owner"
		case strings.Contains(comment, "anybody"):
			b.role = "wall"
		case !strings.Contains(comment, "superuser"):
			t.Fatalf("nobody knows who runs what is below %q", comment)
		}
		if strings.Contains(comment, "in telex") {
			b.database = "telex"
		}
		all = append(all, b)
	}
	return all
}

// as is a place as a role reaches it.
func as(at place, role string) place {
	at.config = at.config.Copy()
	at.config.User = role
	return at
}

// teams has one test at a time make roles, which belong to the server.
var teams sync.Mutex

// team is the database that the statements of docs/teams.md made, all of them, until the test
// ends.
func team(t testing.TB) place {
	t.Helper()
	needed(t)
	teams.Lock()
	t.Cleanup(teams.Unlock)
	ctx := context.WithoutCancel(t.Context())
	t.Cleanup(func() {
		for _, s := range []string{"DROP DATABASE IF EXISTS telex WITH (FORCE)", "DROP ROLE IF EXISTS ana, bea, wall, telex_sender, telex_reader, telex_owner"} {
			sample.Must(t, admin(ctx, s))
		}
	})
	telex, made := placeOf(t, "telex"), false
	for _, b := range written(t) {
		if b.role == "telex_owner" && !made { // whom the page has make the tables
			_, err := outbox.Open(t.Context(), as(telex, "ana"), outbox.Options{ToRead: true})
			sample.WantFailure(t, err, as(telex, "ana").String(), outbox.ErrReadOnly)
			o, err := outbox.Open(t.Context(), as(telex, b.role), outbox.Options{})
			sample.Must(t, err)
			sample.Must(t, o.Close())
			made = true
		}
		conn, err := pgx.ConnectConfig(ctx, as(placeOf(t, b.database), b.role).config)
		sample.Must(t, err)
		for _, s := range b.statements {
			if _, err := conn.Exec(ctx, s); err != nil {
				t.Errorf("%s in %s: %s: %v", b.role, b.database, s, err)
			}
		}
		sample.Must(t, conn.Close(ctx))
	}
	return telex
}

// TestTeam: the roles that docs/teams.md makes may do what it says, and no more: who sends
// does everything, who reads only looks, and a draft is its writer's alone.
func TestTeam(t *testing.T) {
	at := team(t)
	open := func(role, name string, options outbox.Options) *outbox.Outbox {
		t.Helper()
		options.User = outbox.User{Name: name, Host: "here", Own: true}
		o, err := outbox.Open(t.Context(), as(at, role), options)
		sample.Must(t, err)
		t.Cleanup(func() { sample.Must(t, o.Close()) })
		return o
	}
	ana, bea := open("ana", "ana", outbox.Options{}), open("bea", "bea", outbox.Options{})
	ctx := t.Context()

	// Who sends: messages now and later, a broadcast by two, what came in, people, opt-outs.
	hello := sample.SMS("Hello, team")
	id := sample.Begun(t, ana, hello)[0]
	sample.Must(t, ana.Settle(ctx, id, sample.Receipt("api-1", hello), nil))
	sample.WantState(t, bea, id, outbox.Accepted)
	if d := sample.RowOf(t, bea, id); d.User.Name != "ana" || !d.Tells {
		t.Errorf("the message is by %+v", d.User)
	}
	sample.Later(t, bea, sample.SMS("later"), outbox.Missed)
	sample.Heard(t, bea, sample.Came("api-in", sample.Alice, "Hi"))
	run, err := ana.NewBroadcast(ctx, outbox.Broadcast{Name: "all", Senders: []string{sample.Sender}, Text: "Hello", StartedBy: "ana", OwnName: true, Approve: true})
	sample.Must(t, err)
	_, err = ana.AddPeople(ctx, run.ID, 0, func(yield func(outbox.Person) bool) {
		_ = yield(outbox.Person{Number: "+19195550101"}) && yield(outbox.Person{Number: "+19195550102"})
	})
	sample.Must(t, err)
	sample.Must(t, bea.ApproveRun(ctx, run.ID, outbox.User{Name: "bea", Own: true}))
	sample.Must(t, bea.StartRun(ctx, run.ID))
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		return sample.Receipt("api-"+m.To[0], m), nil
	}}
	ended, err := bea.Drain(ctx, api, run.ID, outbox.DrainOptions{Pace: outbox.Pace{Account: outbox.NoLimit()}, Prepare: sameForAll})
	if err != nil || ended.State != outbox.RunDone {
		t.Errorf("the broadcast is %s, %v", ended.State, err)
	}
	_, err = ana.AddOptOuts(ctx, []outbox.OptOut{{Number: sample.Alice}})
	sample.Must(t, err)
	_, _, err = ana.PutContacts(ctx, []outbox.Contact{{Number: sample.Alice, Name: "Alice"}})
	sample.Must(t, err)
	if ids := sample.IDsIn(t, bea, outbox.Filter{Search: "team"}); len(ids) != 1 {
		t.Errorf("the search found %v, want one", ids)
	}
	_, err = bea.Prune(ctx, sample.NewClock().Now().AddDate(-1000, 0, 0))
	sample.Must(t, err)

	// Drafts: even by SQL nobody sees those of others, and nobody writes under another name.
	draft := sample.Saved(t, ana, 0, "of Ana")
	sample.Must(t, ana.LeaveDraft(ctx, draft))
	if drafts := sample.DraftsOf(t, ana); len(drafts) != 1 {
		t.Errorf("Ana has the drafts %+v", drafts)
	}
	for role, want := range map[string]int{"ana": 1, "bea": 0, "wall": 0, "telex_owner": 1} {
		if got := countAs(t, at, role, "SELECT count(*) FROM drafts"); got != want {
			t.Errorf("%s sees %d drafts, want %d", role, got, want)
		}
	}
	if _, err := open("bea", "ana", outbox.Options{}).SaveDraft(ctx, 0, "", []byte("of nobody")); !errors.Is(err, outbox.ErrReadOnly) {
		t.Errorf("a draft under another name: %v, want ErrReadOnly", err)
	}

	// Who only looks: everything but to change something.
	if _, err := outbox.Open(ctx, as(at, "wall"), outbox.Options{}); !errors.Is(err, outbox.ErrReadOnly) {
		t.Errorf("Open = %v, want ErrReadOnly", err)
	}
	wall := open("wall", "wall", outbox.Options{ToRead: true})
	why := wall.Report().Unwritable
	if why == nil || !strings.Contains(why.Hint, "grant this role") {
		t.Errorf("it can be read only, for %+v", why)
	}
	sample.WantState(t, wall, id, outbox.Accepted)
	if ids := sample.IDsIn(t, wall, outbox.Filter{}); len(ids) != 5 {
		t.Errorf("it lists %v, want all", ids)
	}
	if _, err := wall.Begin(ctx, outbox.Plan{Messages: []messaging.Message{hello}, Yes: true}); !errors.Is(err, outbox.ErrReadOnly) {
		t.Errorf("Begin = %v, want ErrReadOnly", err)
	}
	for _, s := range []string{"DELETE FROM messages", "UPDATE runs SET state = 'running'", "INSERT INTO optouts DEFAULT VALUES", "CREATE TABLE mine (id int)"} {
		if err := execAs(t, at, "wall", s); pgCode(err) != noRight {
			t.Errorf("%s = %v, want that it may not", s, err)
		}
	}
	for _, s := range []string{"DROP TABLE messages", "ALTER TABLE drafts DISABLE ROW LEVEL SECURITY", "CREATE TABLE mine (id int)"} {
		if err := execAs(t, at, "bea", s); pgCode(err) != noRight {
			t.Errorf("%s = %v, want that it may not", s, err)
		}
	}
}

func countAs(t testing.TB, at place, role, query string) (n int) {
	t.Helper()
	conn, err := pgx.ConnectConfig(t.Context(), as(at, role).config)
	sample.Must(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	sample.Must(t, conn.QueryRow(t.Context(), query).Scan(&n))
	return n
}

func execAs(t testing.TB, at place, role, statement string) error {
	t.Helper()
	conn, err := pgx.ConnectConfig(t.Context(), as(at, role).config)
	sample.Must(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	_, err = conn.Exec(t.Context(), statement)
	return err
}
