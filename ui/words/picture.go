package words

import (
	"fmt"
	"strings"

	"telex/messaging"
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
