package ui

import (
	"context"
	"fmt"
	"os"

	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/text"
)

// takeLeftEdits makes drafts of texts that were in an editor when their telex was ended:
// of what that telex was composing if it had stored that, else of a new message. A file
// is removed when its words are in a draft. Said are words for what could not be taken
// up and stays where it is.
func takeLeftEdits(ctx context.Context, store *outbox.Outbox, who Sender) (said []string, err error) {
	left, err := store.LeftEdits(ctx)
	for _, e := range left {
		why := ""
		if store.OmitsText() {
			why = "texts are not kept here"
		} else if kept := keepEdit(ctx, store, e, who); kept != nil {
			why = text.Clean(kept.Error())
		}
		if why != "" {
			said = append(said, fmt.Sprintf("a text that was in your editor when an earlier telex ended is in %s (%s): take it from there, then delete the file", text.Clean(e.Path), why))
		}
	}
	return said, err
}

// keepEdit keeps the text of a file as a draft, and removes the file.
func keepEdit(ctx context.Context, store *outbox.Outbox, e outbox.LeftEdit, who Sender) error {
	body, err := readEdit(e.Path)
	if err != nil {
		return err
	}
	body, _ = text.PlainText(body)
	f, id, profile := draft.New(who.Numbers, who.ApplicationID), int64(0), who.Profile
	if e.Draft != nil {
		if was, err := draft.Decode(e.Draft.Body); err == nil {
			f, id, profile = was, e.Draft.ID, e.Draft.Profile
		}
	}
	if body != f.Text && body != "" { // emptied, or cut off while it was being saved: then the older words are the better ones
		f.Text = body
		body, err := f.Encode()
		if err != nil {
			return err
		}
		if id, err = store.SaveDraft(ctx, id, profile, body); err != nil {
			return err
		}
		if err := store.LeaveDraft(ctx, id); err != nil {
			return err
		}
	}
	return os.Remove(e.Path) //nolint:wrapcheck // *fs.PathError says all
}
