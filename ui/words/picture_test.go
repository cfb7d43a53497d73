package words

import (
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/broadcast/price"
	"telex/messaging/outbox"
	"telex/messaging/picture"
)

func TestPicture(t *testing.T) {
	big, small := picture.Look{Width: 4032, Height: 3024, Bytes: 3_900_000}, picture.Look{Width: 1280, Height: 960, Bytes: 312_000}
	for want, f := range map[string]picture.File{
		"4032×3024 3.9 MB → 1280×960 312 KB, location removed":                            {Before: big, After: small, Location: true, Private: true},
		"4032×3024 3.9 MB → 1280×960 312 KB, turned upright, what else was in it removed": {Before: big, After: small, Upright: true, Private: true},
		"1280×960 312 KB":                   {Before: small, After: small},
		"1280×960 312 KB, location removed": {Before: small, After: small, Location: true},
		"4032×3024 3.9 MB":                  {Before: big, After: big, Location: true, Kept: true},
		"900 bytes":                         {Before: picture.Look{Bytes: 900}, After: picture.Look{Bytes: 900}, Kept: true},
	} {
		if got := Picture(f); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for want, f := range map[string]picture.File{
		"": {Type: "image/jpeg", After: small},
		"is over 1 MB, which some carriers refuse; moves, so it was not made smaller": {Type: "image/gif", After: big, Moves: true},
		"may not open on every phone; jpeg, png and gif do":                           {Type: "video/mp4", After: small},
		"is over 1 MB, which some carriers refuse; tells where it was taken":          {Type: "image/jpeg", After: picture.Look{Bytes: 2_000_000}, Kept: true, Location: true},
	} {
		f.After.Bytes = min(f.After.Bytes, 3_000_000)
		if got := strings.Join(PictureDoubts(f), "; "); got != want {
			t.Errorf("doubts: %q, want %q", got, want)
		}
	}
}

func TestGoneMedia(t *testing.T) {
	at := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	e := outbox.Entry{ID: 7, Created: at, By: outbox.By{AccountID: "1", BaseURL: "https://api.example/api/v2/"}, Message: messaging.Message{Media: []string{"https://other.example/a", "https://api.example/api/v2/users/1/media/ab/a.jpg"}}}
	if got := GoneMedia(e, at.Add(47*time.Hour)); got != "" {
		t.Errorf("before they are gone: %q", got)
	}
	if got, want := GoneMedia(e, at.Add(49*time.Hour)), "the files of message 7 are no longer at Bandwidth, which keeps them for 48 hours: add them again"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	e.Message.Media = e.Message.Media[:1]
	if got := GoneMedia(e, at.Add(49*time.Hour)); got != "" {
		t.Errorf("of others: %q", got)
	}
}

func TestPrice(t *testing.T) {
	for want, r := range map[string]price.Range{
		"≈ $0.42 by your figures":                                  {Low: 420_000, High: 420_000},
		"≈ $3.10–4.20 by your figures":                             {Low: 3_100_000, High: 4_200_000},
		"≈ $0.42 by your figures, which do not cover 2 recipients": {Low: 420_000, High: 420_000, Unpriced: 2},
		"unknown: your figures do not cover 1 recipient":           {Unpriced: 1},
		"≈ $0.00 by your figures":                                  {},
	} {
		if got := Price(r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
