package outbox

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// OwnFile is a name at the API for a file whose name is the hash of its content in 32
// hexadecimal digits, a slash, and what phones show: one that nothing else has, by which a
// run can delete the file when it is through. Messages that differ in that alone say the
// same.
func OwnFile(name string) string {
	hash, shown, found := strings.Cut(name, "/")
	if !found {
		return name
	}
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce) // never fails
	return hash + "-" + hex.EncodeToString(nonce) + "/" + shown
}

var ownFile = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b([0-9a-f]{32})-[0-9a-f]{32}/`) })

// CommonFile is the name that [OwnFile] was given, or an address that has it, from what came
// of that; any other is as it was.
func CommonFile(name string) string { return ownFile().ReplaceAllString(name, "$1/") }

// wantingQuery asks whether a message that may not have left Bandwidth yet has a file.
const wantingQuery = `SELECT EXISTS (SELECT 1 FROM messages WHERE state IN ('scheduled', 'missed', 'queued', 'sending', 'accepted', 'sent', 'unknown')
	AND media LIKE ?)`

// WantsFile reports whether a file is still needed, by its name at the API, as [OwnFile]
// made it: by a message that may not be through, by a draft, or by a run that is not over.
func (o *Outbox) WantsFile(ctx context.Context, name string) (bool, error) {
	const op = "look who needs the file"
	own, _, _ := strings.Cut(name, "/") // hexadecimal, and nothing that LIKE or JSON changes
	has := func(media string) bool { return strings.Contains(media, own) }
	runs, err := o.Runs(ctx)
	if err != nil {
		return false, err
	}
	for _, r := range runs {
		if r.State != RunDone && r.State != RunCancelled && slices.ContainsFunc(r.Broadcast.Media, has) {
			return true, nil
		}
	}
	wanted, err := o.draftHas(ctx, own)
	if err != nil || wanted {
		return wanted, o.reading(op, err)
	}
	if err := o.engine.Reader().QueryRowContext(ctx, wantingQuery, "%"+own+"%").Scan(&wanted); err != nil {
		return false, o.reading(op, fmt.Errorf("look for messages: %w", err))
	}
	return wanted, nil
}

// draftHas reports whether part of the body of any draft is some text, whoever writes it.
func (o *Outbox) draftHas(ctx context.Context, part string) (bool, error) {
	rows, err := o.engine.Reader().QueryContext(ctx, "SELECT body FROM drafts")
	if err != nil {
		return false, fmt.Errorf("read the drafts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	has := false
	for rows.Next() && !has {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return false, fmt.Errorf("read the drafts: %w", err)
		}
		has = bytes.Contains(body, []byte(part))
	}
	return has, rowsEnded(rows)
}

// NoteFilesDeleted notes of a run that is over that its files are at the API no more.
func (o *Outbox) NoteFilesDeleted(ctx context.Context, id int64) error {
	return o.write(ctx, "note that the files are deleted", func(ctx context.Context, tx Tx) error {
		r, err := run(ctx, tx, id)
		if err != nil {
			return err
		}
		return o.noteRun(ctx, tx, runMove{run: id, state: r.State, reason: Reason{Kind: ReasonFiles}})
	})
}
