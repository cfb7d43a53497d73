package wallclock

import (
	"testing"
	"time"
)

func TestShows(t *testing.T) {
	const form = "2006-01-02 15:04:05"
	for _, c := range []struct {
		zone, wall  string
		first, last string // RFC 3339
		skipped     bool
	}{
		{zone: "America/New_York", wall: "2026-11-26 09:00:00", first: "2026-11-26T09:00:00-05:00"},
		{zone: "America/New_York", wall: "2026-07-01 09:00:00", first: "2026-07-01T09:00:00-04:00"},
		{zone: "UTC", wall: "2026-07-01 09:00:00", first: "2026-07-01T09:00:00Z"},
		// Set forward, and back.
		{zone: "America/New_York", wall: "2026-03-08 01:59:59", first: "2026-03-08T01:59:59-05:00"},
		{zone: "America/New_York", wall: "2026-03-08 02:00:00", first: "2026-03-08T03:00:00-04:00", skipped: true},
		{zone: "America/New_York", wall: "2026-03-08 02:30:00", first: "2026-03-08T03:00:00-04:00", skipped: true},
		{zone: "America/New_York", wall: "2026-03-08 03:00:00", first: "2026-03-08T03:00:00-04:00"},
		{zone: "America/New_York", wall: "2026-11-01 00:59:59", first: "2026-11-01T00:59:59-04:00"},
		{zone: "America/New_York", wall: "2026-11-01 01:00:00", first: "2026-11-01T01:00:00-04:00", last: "2026-11-01T01:00:00-05:00"},
		{zone: "America/New_York", wall: "2026-11-01 01:30:00", first: "2026-11-01T01:30:00-04:00", last: "2026-11-01T01:30:00-05:00"},
		{zone: "America/New_York", wall: "2026-11-01 02:00:00", first: "2026-11-01T02:00:00-05:00"},
		// In the south it is the other way round.
		{zone: "Australia/Sydney", wall: "2026-10-04 02:30:00", first: "2026-10-04T03:00:00+11:00", skipped: true},
		{zone: "Australia/Sydney", wall: "2026-04-05 02:30:00", first: "2026-04-05T02:30:00+11:00", last: "2026-04-05T02:30:00+10:00"},
		// By half an hour, and by a whole day.
		{zone: "Australia/Lord_Howe", wall: "2026-10-04 02:15:00", first: "2026-10-04T02:30:00+11:00", skipped: true},
		{zone: "Australia/Lord_Howe", wall: "2026-10-04 02:45:00", first: "2026-10-04T02:45:00+11:00"},
		{zone: "Australia/Lord_Howe", wall: "2026-04-05 01:45:00", first: "2026-04-05T01:45:00+11:00", last: "2026-04-05T01:45:00+10:30"},
		{zone: "Pacific/Apia", wall: "2011-12-30 09:00:00", first: "2011-12-31T00:00:00+14:00", skipped: true},
		// Where winter is what is not standard.
		{zone: "Europe/Dublin", wall: "2026-03-29 01:30:00", first: "2026-03-29T02:00:00+01:00", skipped: true},
		{zone: "Europe/Dublin", wall: "2026-10-25 01:30:00", first: "2026-10-25T01:30:00+01:00", last: "2026-10-25T01:30:00Z"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Skipf("no data of zones: %v", err)
		}
		wall, err := time.Parse(form, c.wall)
		if err != nil {
			t.Fatal(err)
		}
		if c.last == "" {
			c.last = c.first
		}
		got := Shows(wall, zone)
		if first, last := got.First.Format(time.RFC3339), got.Last.Format(time.RFC3339); first != c.first || last != c.last || got.Skipped != c.skipped {
			t.Errorf("%s in %s: %s, %s, skipped %t; want %s, %s, %t", c.wall, c.zone, first, last, got.Skipped, c.first, c.last, c.skipped)
		}
		if back := Wall(got.First); !c.skipped && !back.Equal(wall) {
			t.Errorf("Wall(%v) = %v, want %v", got.First, back, wall)
		}
	}
}
