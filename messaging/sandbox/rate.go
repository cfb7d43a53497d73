package sandbox

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Rate is so many of something in a span of time. The zero Rate is no rate.
type Rate struct {
	Count int
	Per   time.Duration
}

// NoLimit is a Rate that is never reached, where the zero Rate means a default.
var NoLimit = Rate{Count: -1} //nolint:gochecknoglobals // a constant, but for its type

// maxRate bounds the count of a Rate that was typed.
const maxRate = 1_000_000

// errRate says how a rate is written.
var errRate = errors.New("not a rate such as 1/s, 60/m or 3500/5m, nor none")

// limits reports whether r is ever reached.
func (r Rate) limits() bool { return r.Count > 0 && r.Per > 0 }

// interval is the time that one of r takes, at least a nanosecond.
func (r Rate) interval() time.Duration { return max(r.Per/time.Duration(r.Count), 1) }

// perMinute is how many of r fit into a minute, rounded.
func (r Rate) perMinute() int {
	return int((float64(r.Count)*float64(time.Minute))/float64(r.Per) + 0.5)
}

// String is r as [Rate.UnmarshalText] reads it; "none" for a rate that is never reached.
func (r Rate) String() string {
	if !r.limits() {
		return "none"
	}
	per := r.Per.String()
	for _, zero := range []string{"m0s", "h0m"} { // 5m0s, 1h0m0s
		if strings.HasSuffix(per, zero) {
			per = per[:len(per)-2]
		}
	}
	if number := strings.TrimLeft(per, "1"); len(per) == len(number)+1 && strings.Trim(number, "smh") == "" {
		per = number // 1s
	}
	return strconv.Itoa(r.Count) + "/" + per
}

// MarshalText is [Rate.String].
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a count, a slash and a span of time whose 1 may be left out:
// "1/s", "60/m", "3500/5m", "2/1.5s". "none" is [NoLimit]. The count is at most
// 1,000,000, the span from a millisecond to a day.
func (r *Rate) UnmarshalText(text []byte) error {
	if string(text) == "none" {
		*r = NoLimit
		return nil
	}
	count, per, ok := strings.Cut(string(text), "/")
	n, err := strconv.Atoi(count)
	if !ok || err != nil || n < 1 || n > maxRate {
		return fmt.Errorf("%q: %w", shorten(string(text)), errRate)
	}
	if per != "" && strings.Trim(per[:1], "smhnuµ") == "" {
		per = "1" + per
	}
	span, err := time.ParseDuration(per)
	if err != nil || span < time.Millisecond || span > 24*time.Hour {
		return fmt.Errorf("%q: %w", shorten(string(text)), errRate)
	}
	*r = Rate{n, span}
	return nil
}
