package cli

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite"
	"telex/ui/cli/say"
	"telex/ui/draft"
)

// leaveDrafts are drafts that their console left, as the outbox in folder has them.
func leaveDrafts(t *testing.T, folder string, options outbox.Options, bodies ...[]byte) {
	t.Helper()
	o, err := outbox.Open(t.Context(), sqlite.At(filepath.Join(folder, "telex", "outbox.db")), options)
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range bodies {
		id, err := o.SaveDraft(t.Context(), 0, "main", body)
		if err == nil {
			err = o.LeaveDraft(t.Context(), id)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
}

// fullDraft has something in every field.
func fullDraft(t *testing.T, said string) []byte {
	t.Helper()
	f := draft.New([]string{"+12345678901"}, "app")
	f.Text, f.Tag, f.Priority, f.Expires = said, "order 7", messaging.PriorityHigh, "2h"
	f.To, f.Addressing, f.Media = []string{"+19195551212", "+19195551213"}, messaging.Individual, []string{"https://example.org/a.png"}
	f.NewTo, f.Refused = "12", []string{"call me"}
	body, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// Drafts are listed, shown and deleted; nothing but their console changes them otherwise.
func TestDrafts(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	env := stateIn(folder, nil)
	leaveDrafts(t, folder, outbox.Options{}, fullDraft(t, "first\nand more"), []byte("{"), fullDraft(t, hostile+"\t2"))

	list := runTelex(t, env, "", "drafts")
	list.want(t, say.ExitOK)
	lines := strings.Split(list.out, "\n")
	if len(lines) != 4 {
		t.Fatalf("got %q, want three lines", list.out)
	}
	for _, l := range lines[:3] {
		if strings.Count(l, "\t") != 3 {
			t.Errorf("got %q, want four fields with tabs between them", l)
		}
	}
	if all := list.out; !strings.Contains(all, "\t+19195551212 +1\tfirst …\n") || !strings.Contains(all, "cannot be read") {
		t.Errorf("got %q, want recipients, the first line of the text, and of what cannot be read that", all)
	}

	var rows []map[string]any
	runTelex(t, env, "", "drafts", "--json").decode(t, &rows)
	want := []string{"addressing", "created_at", "expires", "from", "id", "media", "not_added", "priority", "profile", "tag", "text", "to", "updated_at"}
	i := slices.IndexFunc(rows, func(r map[string]any) bool { return r["id"] == float64(1) })
	if got := slices.Sorted(maps.Keys(rows[i])); !slices.Equal(got, want) || rows[i]["text"] != "first\nand more" || rows[i]["addressing"] != "individual" {
		t.Errorf("got keys %q and %v, want %q and the whole text", got, rows[i], want)
	}
	broken := slices.IndexFunc(rows, func(r map[string]any) bool { return r["id"] == float64(2) })
	if _, said := rows[broken]["error"]; !said {
		t.Errorf("got %v, want why it cannot be read", rows[broken])
	}

	show := runTelex(t, env, "", "drafts", "show", "1")
	show.want(t, say.ExitOK)
	for _, said := range []string{"+19195551213", "and more", "order 7", "call me", "individual", "high"} {
		if !strings.Contains(show.out, said) {
			t.Errorf("got %q, want %q of the draft", show.out, said)
		}
	}
	var one map[string]any
	runTelex(t, env, "", "drafts", "show", "1", "--json").decode(t, &one)
	if one["text"] != "first\nand more" {
		t.Errorf("got %v, want the draft", one)
	}

	runTelex(t, env, "", "drafts", "remove", "1").want(t, say.ExitUsage, "there is no terminal to ask on", "add --yes")
	runTelex(t, env, "", "drafts", "remove", "1", "9", "--yes").want(t, say.ExitUsage, `there is no draft "9"`)
	if got := runTelex(t, env, "", "drafts"); strings.Count(got.out, "\n") != 3 {
		t.Errorf("got %q, want all of them still there", got.out)
	}
	if got := runTelex(t, env, "", "drafts", "remove", "1", "#1", "2", "--yes"); got.out != "deleted 2 drafts\n" {
		t.Errorf("got %q and %q, want two deleted", got.out, got.err)
	}
	if got := runTelex(t, env, "", "drafts"); strings.Count(got.out, "\n") != 1 || !strings.HasPrefix(got.out, "3\t") {
		t.Errorf("got %q, want the third alone", got.out)
	}
}

// Without drafts that is said, and why if texts are not kept. One that a telex writes now
// is nobody else's.
func TestNoDrafts(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	env := stateIn(folder, nil)
	if got := runTelex(t, env, "", "drafts", "--json"); got.out != "[]\n" {
		t.Errorf("got %q, want []", got.out)
	}
	runTelex(t, env, "", "drafts").want(t, say.ExitOK, "no drafts in ")
	o := outboxIn(t, folder)
	if _, err := o.SaveDraft(t.Context(), 0, "main", fullDraft(t, "being written")); err != nil {
		t.Fatal(err)
	}
	if got := runTelex(t, env, "", "drafts"); got.out != "" {
		t.Errorf("got %q, want none: a telex writes it", got.out)
	}
	runTelex(t, env, "", "drafts", "remove", "1", "--yes").want(t, say.ExitUsage, `there is no draft "1"`, "a running telex is writing")
	w := newWorld(t).configure("[outbox]\ntext = false\n")
	w.run("", "drafts").want(t, say.ExitOK, "no texts are kept here")
}

// Shells are told of the drafts there are by id, with what each is. Asking makes no outbox.
func TestCompleteDrafts(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	env := stateIn(folder, nil)
	if got := runTelex(t, env, "", "__complete", "drafts", "show", ""); !strings.HasPrefix(got.out, ":") {
		t.Errorf("got %q, want nothing offered", got.out)
	}
	if found, err := filepath.Glob(filepath.Join(folder, "*")); err != nil || len(found) > 0 {
		t.Errorf("got %q (%v), want no outbox made", found, err)
	}
	leaveDrafts(t, folder, outbox.Options{}, fullDraft(t, "first"))
	for _, command := range []string{"show", "remove"} {
		got := runTelex(t, env, "", "__complete", "drafts", command, "")
		if !strings.HasPrefix(got.out, "1\tto +19195551212, +19195551213, “first”\n") {
			t.Errorf("%s: got %q, want the draft", command, got.out)
		}
	}
	if got := runTelex(t, env, "", "__complete", "drafts", "show", "1", ""); !strings.HasPrefix(got.out, ":") {
		t.Errorf("got %q, want nothing after the one id", got.out)
	}
	if got := runTelex(t, env, "", "__complete", "drafts", "remove", "1", ""); !strings.HasPrefix(got.out, ":") {
		t.Errorf("got %q, want nothing that is there already", got.out)
	}
}
