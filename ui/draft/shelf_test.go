package draft

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
)

var errDisk = errors.New("the disk is full")

// Owners of rows in shelf.
const (
	us    = "us"
	other = "another telex"
	none  = ""
)

// shelf is a Store in memory, with the rules of the outbox.
type shelf struct {
	rows   map[int64]row
	last   int64
	broken bool // every write fails
	gone   bool // the outbox was taken away: Present says so
	omits  bool
}

type row struct {
	owner string
	body  string
}

func newShelf() *shelf { return &shelf{rows: map[int64]row{}} }

func (s *shelf) SaveDraft(_ context.Context, id int64, _ string, body []byte) (int64, error) {
	if s.broken {
		return id, errDisk
	}
	if id == 0 || s.rows[id].owner == other {
		s.last++
		id = s.last
	}
	s.rows[id], s.gone = row{us, string(body)}, false
	return id, nil
}

func (s *shelf) DeleteDraft(_ context.Context, id int64) error {
	if s.broken {
		return errDisk
	}
	delete(s.rows, id)
	return nil
}

func (s *shelf) LeaveDraft(_ context.Context, id int64) error {
	if s.broken {
		return errDisk
	}
	if r := s.rows[id]; r.owner == us {
		s.rows[id] = row{none, r.body}
	}
	return nil
}

func (s *shelf) TakeDraft(_ context.Context, id int64) error {
	r, ok := s.rows[id]
	switch {
	case s.broken:
		return errDisk
	case !ok || r.owner == other:
		return outbox.ErrNotFound
	}
	s.rows[id] = row{us, r.body}
	return nil
}

func (s *shelf) Draft(ctx context.Context, id int64) (outbox.Draft, error) {
	drafts, err := s.Drafts(ctx)
	if i := slices.IndexFunc(drafts, func(d outbox.Draft) bool { return d.ID == id }); i >= 0 {
		return drafts[i], err
	}
	return outbox.Draft{}, outbox.ErrNotFound
}

func (s *shelf) Drafts(context.Context) ([]outbox.Draft, error) {
	var drafts []outbox.Draft
	for _, id := range slices.Sorted(maps.Keys(s.rows)) {
		if r := s.rows[id]; r.owner == none {
			drafts = append(drafts, outbox.Draft{ID: id, Body: []byte(r.body)})
		}
	}
	return drafts, nil
}

func (s *shelf) Present(context.Context) error {
	if s.gone {
		return outbox.ErrGone
	}
	return nil
}
func (s *shelf) OmitsText() bool { return s.omits }
func (s *shelf) Path() string    { return "shelf" }

// texts are the texts of all rows, sorted.
func (s *shelf) texts(t *testing.T) []string {
	t.Helper()
	var texts []string
	for _, r := range s.rows {
		f, err := Decode([]byte(r.body))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, f.Text)
	}
	slices.Sort(texts)
	return texts
}

func (s *shelf) wants(t *testing.T, texts ...string) {
	t.Helper()
	if got := s.texts(t); !slices.Equal(got, texts) {
		t.Errorf("got drafts %q, want %q", got, texts)
	}
}

func formOf(words string) *Form { return &Form{Draft: messaging.Draft{Text: words}} }
