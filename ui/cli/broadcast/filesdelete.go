package broadcast

import (
	"context"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// mostOver is how many of the newest runs are looked at for files to delete.
const mostOver = 100

// FilesToDelete are the broadcasts that are over, and whose files are to be deleted at
// Bandwidth as soon as nothing needs them: those that have some there, and by whose profile
// that was to be done.
func FilesToDelete(ctx context.Context, o *outbox.Outbox, now time.Time) (all []outbox.Run, err error) {
	runs, err := o.NewestRuns(ctx, mostOver)
	if err != nil {
		return nil, err
	}
	for _, r := range runs {
		kept, err := settingsOf(r)
		if err != nil || !kept.MediaDelete || len(kept.Files) == 0 || r.Ended.IsZero() || now.Sub(r.Ended) >= messaging.MediaLife {
			continue
		}
		moves, err := o.RunMoves(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(moves, func(m outbox.RunMove) bool { return m.Reason.Kind == outbox.ReasonFiles }) {
			all = append(all, r)
		}
	}
	return all, nil
}

// FilesWanted reports whether anything still needs a file of a broadcast.
func FilesWanted(ctx context.Context, o *outbox.Outbox, r outbox.Run) (bool, error) {
	kept, err := settingsOf(r)
	if err != nil {
		return false, err
	}
	for _, f := range kept.Files {
		if wanted, err := o.WantsFile(ctx, f.Stored); err != nil || wanted {
			return wanted, err
		}
	}
	return false, nil
}

// DeleteFiles deletes the files of a broadcast that is over, if nothing needs them any more,
// and notes that. What is wanted still, or cannot be deleted now, stays: Bandwidth deletes
// all after 48 hours.
func DeleteFiles(ctx context.Context, o *outbox.Outbox, link who.Link, r outbox.Run) (deleted bool, err error) {
	kept, err := settingsOf(r)
	if err != nil {
		return false, err
	}
	if wanted, err := FilesWanted(ctx, o, r); err != nil || wanted {
		return false, err
	}
	for _, f := range kept.Files {
		if err := link.DeleteMedia(ctx, f.Stored); err != nil {
			return false, err
		}
	}
	return true, o.NoteFilesDeleted(ctx, r.ID)
}

// deleteFiles deletes the files of the broadcasts of this account that are over.
func (s *sending) deleteFiles(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.flags.Timeout)
	defer cancel()
	over, err := FilesToDelete(ctx, s.o, s.Now())
	if err != nil {
		s.Output.Say("warning: %s", say.Plain(err))
		return
	}
	for _, r := range over {
		if r.Broadcast.By != s.by {
			continue
		}
		switch deleted, err := DeleteFiles(ctx, s.o, s.link, r); {
		case err != nil:
			s.Output.Say("warning: the files of broadcast %d were not deleted: %s; Bandwidth deletes them after 48 hours", r.ID, say.Plain(err))
		case deleted:
			s.Output.Say("broadcast %d: %s deleted at Bandwidth", r.ID, itsFiles(r, "is", "are"))
		default:
			s.Output.Say("broadcast %d: %s at Bandwidth until every message is through; then telex work deletes what is left, or Bandwidth after 48 hours", r.ID, itsFiles(r, "stays", "stay"))
		}
	}
}

// itsFiles names the files of a broadcast, with what they do: of one, and of several.
func itsFiles(r outbox.Run, one, several string) string {
	kept, _ := settingsOf(r) // it was read before
	if len(kept.Files) == 1 {
		return "its file " + one
	}
	return fmt.Sprintf("its %d files %s", len(kept.Files), several)
}
