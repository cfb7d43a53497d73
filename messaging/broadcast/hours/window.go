package hours

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Window is the part of a week in which people may be texted, by the clock where they
// are: on each of some days from one time to another of the same day. The zero Window is
// none at all.
type Window struct {
	always     bool
	days       [7]bool // by time.Weekday
	start, end int     // minutes since midnight by the clock; start < end ≤ 1440
}

// Off is the window that lets a text go at any time, written "off".
var Off = Window{always: true}

// Federal is the window of the rules of the US: 47 CFR 64.1200(c)(1), between 8 am and
// 9 pm at the called party's location.
var Federal = Window{days: everyDay, start: 8 * minutesAnHour, end: 21 * minutesAnHour}

var everyDay = [7]bool{true, true, true, true, true, true, true}

const (
	minutesAnHour = 60
	minutesADay   = 24 * minutesAnHour
)

// dayNames are the days as a window names them, by [time.Weekday].
var dayNames = [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

// Parse reads a window: "off"; "08:00-21:00", which is every day; or "Mon-Sat 09:00-21:00",
// "Sun 12:00-21:00", "Mon,Wed,Fri 9:00-17:00". A day may end at 24:00, and no window goes
// past midnight. The error says what is wrong with what was typed, and what is right.
func Parse(s string) (Window, error) {
	typed := strings.TrimSpace(s)
	if strings.EqualFold(typed, "off") {
		return Off, nil
	}
	w := Window{days: everyDay}
	times := typed
	if days, rest, found := strings.Cut(typed, " "); found && days != "" && !isDigit(days[0]) {
		var ok bool
		if w.days, ok = parseDays(days); !ok {
			return Window{}, badWindow(s, "its days are like Mon-Sat, Sun or Mon,Wed,Fri")
		}
		times = rest
	}
	from, to, found := strings.Cut(strings.ReplaceAll(times, "–", "-"), "-")
	start, okStart := parseTime(from)
	end, okEnd := parseTime(to)
	switch {
	case !found || !okStart || !okEnd:
		return Window{}, badWindow(s, "write it like 08:00-21:00, Mon-Sat 09:00-21:00, or off")
	case end < start:
		return Window{}, badWindow(s, "it goes past midnight, when people sleep; end it by 24:00")
	case end == start:
		return Window{}, badWindow(s, "it ends when it begins")
	}
	w.start, w.end = start, end
	return w, nil
}

func badWindow(s, why string) error {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return fmt.Errorf("hours %s: %s", strconv.Quote(s), why)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// parseDays reads days of the week and runs of them, with commas between.
func parseDays(s string) (days [7]bool, ok bool) {
	for item := range strings.SplitSeq(s, ",") {
		first, last, run := strings.Cut(item, "-")
		from, okFrom := parseDay(first)
		to := from
		okTo := true
		if run {
			to, okTo = parseDay(last)
		}
		if !okFrom || !okTo {
			return days, false
		}
		for d := from; ; d = (d + 1) % len(days) {
			days[d] = true
			if d == to {
				break
			}
		}
	}
	return days, true
}

// parseDay reads the name of a day, of which three letters are enough.
func parseDay(s string) (day int, ok bool) {
	s = strings.ToLower(s)
	for d := time.Sunday; d <= time.Saturday; d++ {
		if whole := strings.ToLower(d.String()); len(s) >= 3 && strings.HasPrefix(whole, s) {
			return int(d), true
		}
	}
	return 0, false
}

// parseTime reads a time of day, 8:00 or 24:00, as minutes.
func parseTime(s string) (minutes int, ok bool) {
	hour, minute, found := strings.Cut(strings.TrimSpace(s), ":")
	h, errH := strconv.ParseUint(hour, 10, 8)
	m, errM := strconv.ParseUint(minute, 10, 8)
	if !found || len(hour) > 2 || len(minute) != 2 || errH != nil || errM != nil || m >= minutesAnHour {
		return 0, false
	}
	minutes = int(h)*minutesAnHour + int(m)
	return minutes, minutes <= minutesADay
}

// IsOff reports whether the window is [Off].
func (w Window) IsOff() bool { return w.always }

// String is the window as [Parse] reads it.
func (w Window) String() string {
	if w.always {
		return "off"
	}
	times := clock(w.start) + "-" + clock(w.end)
	if w.days == everyDay {
		return times
	}
	return w.dayWords() + " " + times
}

func clock(minutes int) string {
	return fmt.Sprintf("%02d:%02d", minutes/minutesAnHour, minutes%minutesAnHour)
}

// dayWords are the days in runs, from Monday on.
func (w Window) dayWords() string {
	var words []string
	for i := 0; i < len(w.days); i++ {
		d := (i + 1) % len(w.days)
		if !w.days[d] {
			continue
		}
		last := i
		for last+1 < len(w.days) && w.days[(last+2)%len(w.days)] {
			last++
		}
		word := dayNames[d]
		switch {
		case last == i+1:
			word += "," + dayNames[(last+1)%len(w.days)]
		case last > i:
			word += "-" + dayNames[(last+1)%len(w.days)]
		}
		words = append(words, word)
		i = last
	}
	return strings.Join(words, ",")
}
