package words

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/picture"
	"telex/ui/text"
)

// Picture is what became of a file before it goes out: "4032×3024 3.9 MB → 1280×960 312 KB,
// location removed".
func Picture(f picture.File) string {
	said := look(f.Before)
	if f.Changed() && f.After != f.Before {
		said += " → " + look(f.After)
	}
	done := []string{said}
	if f.Upright {
		done = append(done, "turned upright")
	}
	switch {
	case f.Kept:
	case f.Location:
		done = append(done, "location removed")
	case f.Private:
		done = append(done, "what else was in it removed")
	}
	return strings.Join(done, ", ")
}

// GoneMedia is why the files of a message of the past cannot go out once more: they were
// uploaded with it, and Bandwidth keeps them no longer. "" if nothing is known against them.
func GoneMedia(e outbox.Entry, now time.Time) string {
	stored := strings.TrimRight(e.By.BaseURL, "/") + "/users/" + e.By.AccountID + "/media/"
	gone := slices.ContainsFunc(e.Message.Media, func(url string) bool { return strings.HasPrefix(url, stored) })
	if !gone || now.Sub(e.Created) < messaging.MediaLife || e.By.BaseURL == "" {
		return ""
	}
	return fmt.Sprintf("the files of message %d are no longer at Bandwidth, which keeps them for %d hours: add them again", e.ID, int(messaging.MediaLife.Hours()))
}

func look(l picture.Look) string {
	size := text.Size(int64(l.Bytes))
	if l.Width == 0 {
		return size
	}
	return fmt.Sprintf("%d×%d %s", l.Width, l.Height, size)
}

// PictureDoubts are what may keep a file from arriving, or from telling less than it should.
func PictureDoubts(f picture.File) []string {
	doubts := messaging.MediaFacts{Status: 200, Type: f.Type, Size: int64(f.After.Bytes)}.Warnings()
	if f.Moves && f.After.Bytes > messaging.HandsetMediaBytes {
		doubts = append(doubts, "moves, so it was not made smaller")
	}
	if f.Kept && f.Location {
		doubts = append(doubts, "tells where it was taken")
	}
	return doubts
}
