package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// What a person writes in an editor of their own is in a file for as long as that takes,
// which may be long, and telex may be killed meanwhile. So the file lies beside the
// database, which nobody else can read, under the name of its process: when that is
// gone, the next one takes the words up.

// A LeftEdit is a text that was in an editor when its telex ended.
type LeftEdit struct {
	Path  string // of the file, which is this process's own now
	Draft *Draft // what that telex was composing; nil if it had stored nothing
}

// editSuffix is for editors that go by it.
const editSuffix = ".txt"

// editPrefix begins the names of the files for editors, with their folder; the owner
// follows, a hyphen and what tells them apart.
func (o *Outbox) editPrefix() string { return o.engine.Beside() + "-edit-" }

// EditFile makes a file for a text that is given to an editor, which only this user may
// read. The caller closes and removes it; if it does not, a later process finds it by
// [Outbox.LeftEdits].
func (o *Outbox) EditFile(ctx context.Context) (*os.File, error) {
	const op = "make a file for the editor"
	if err := o.claim(ctx, op); err != nil { // without it we would be taken for dead
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(o.editPrefix()), filepath.Base(o.editPrefix())+o.engine.Owner()+"-*"+editSuffix) // 0600
	return f, o.failure(op, err)
}

// LeftEdits are the files of EditFile that ended processes left. They belong to this
// process then, and no other is given them while it lives. The caller removes each when
// its words are kept elsewhere; what it leaves a later process finds.
func (o *Outbox) LeftEdits(ctx context.Context) ([]LeftEdit, error) {
	const op = "look for texts that were in an editor"
	left, err := o.leftEdits(ctx, op)
	return left, o.failure(op, err)
}

func (o *Outbox) leftEdits(ctx context.Context, op string) ([]LeftEdit, error) {
	folder, prefix := filepath.Split(o.editPrefix())
	files, err := os.ReadDir(folder)
	if err != nil {
		return nil, err //nolint:wrapcheck // *fs.PathError says all
	}
	var left []LeftEdit
	for _, f := range files {
		rest, ours := strings.CutPrefix(f.Name(), prefix)
		owner, end, whole := strings.Cut(rest, "-")
		if !ours || !whole || !strings.HasSuffix(end, editSuffix) || !f.Type().IsRegular() || owner == o.engine.Owner() {
			continue
		}
		if alive, err := o.engine.Alive(ctx, o.engine.Reader(), owner); alive || err != nil {
			if err != nil {
				return left, fmt.Errorf("look for the process: %w", err)
			}
			continue
		}
		if err := o.claim(ctx, op); err != nil {
			return left, err
		}
		draft, err := o.draftOf(ctx, owner)
		if err != nil {
			return left, err
		}
		mine := filepath.Join(folder, prefix+o.engine.Owner()+"-"+end)
		if err := os.Rename(filepath.Join(folder, f.Name()), mine); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				continue // another process was first
			}
			return left, err //nolint:wrapcheck // *os.LinkError says all
		}
		left = append(left, LeftEdit{Path: mine, Draft: draft})
	}
	return left, nil
}

// draftOf is the latest draft of a process; nil if it has none.
func (o *Outbox) draftOf(ctx context.Context, owner string) (*Draft, error) {
	var d Draft
	var created, updated int64
	err := o.engine.Reader().QueryRowContext(ctx, "SELECT id, created_at, updated_at, profile, body FROM drafts WHERE owner = ? ORDER BY updated_at DESC LIMIT 1", owner).
		Scan(&d.ID, &created, &updated, &d.Profile, &d.Body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the draft: %w", err)
	}
	d.Created, d.Updated = timeOf(created), timeOf(updated)
	return &d, nil
}
