package draft

import (
	"os"
	"strings"
	"time"

	"telex/messaging/broadcast/hours"
)

// NamedZone is the zone of now under the name that it has everywhere, such as
// America/New_York; as it is, if nobody here knows that. What is scheduled by its clocks
// follows a change of its rules only with a name.
func NamedZone(now time.Time) *time.Location { return namedZone(now, os.Readlink, os.ReadFile) }

func namedZone(now time.Time, link func(string) (string, error), read func(string) ([]byte, error)) *time.Location {
	here := now.Location()
	if here.String() != "Local" {
		return here
	}
	var names []string
	if to, err := link("/etc/localtime"); err == nil {
		if _, name, found := strings.Cut(to, "zoneinfo/"); found {
			names = append(names, strings.TrimPrefix(strings.TrimPrefix(name, "posix/"), "right/"))
		}
	}
	if written, err := read("/etc/timezone"); err == nil { // where it is a copy and no link
		names = append(names, strings.TrimSpace(string(written)))
	}
	for _, name := range names {
		if name == "Etc/UTC" {
			name = time.UTC.String() // which is how it is written everywhere else
		}
		if zone := hours.Location(name); zone != nil && agree(now, here, zone) {
			return zone
		}
	}
	return here
}

// agree reports whether clocks in two zones show the same from a time on for a year.
func agree(now time.Time, one, other *time.Location) bool {
	for month := range 13 {
		at := now.AddDate(0, month, 0)
		if offset(at, one) != offset(at, other) {
			return false
		}
	}
	return true
}
