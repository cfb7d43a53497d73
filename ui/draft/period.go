package draft

import (
	"strings"
	"time"
)

// A Period is a stretch of time: not before Since, and before Until. Zero is no bound.
type Period struct {
	Since, Until time.Time
	// Local: it was written without a zone, so it is in the local one.
	Local bool
}

// dayForms are examples of what [ReadPeriod] understands.
const dayForms = "today, yesterday, fri, 2026-01-31, 2026-01 or 7d"

// ReadPeriod reads a time that is over as people write it: "today", "yesterday", a day of
// the week, which is the last such day up to today, a date, a month ("2006-01"), each of
// them as a whole; or what [ReadMoment] reads back from now, such as "90d" or "12h", of
// which both ends are the same.
func ReadPeriod(typed string, now time.Time) (p Period, ok bool) {
	s := strings.ToLower(strings.TrimSpace(typed))
	day := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	whole := func(from time.Time) Period { return Period{Since: from, Until: from.AddDate(0, 0, 1), Local: true} }
	switch s {
	case "today":
		return whole(day), true
	case "yesterday":
		return whole(day.AddDate(0, 0, -1)), true
	}
	for back := range 7 {
		at := day.AddDate(0, 0, -back)
		if name := strings.ToLower(at.Weekday().String()); len(s) >= 3 && strings.HasPrefix(name, s) {
			return whole(at), true
		}
	}
	if at, err := time.ParseInLocation("2006-01", s, now.Location()); err == nil {
		return Period{Since: at, Until: at.AddDate(0, 1, 0), Local: true}, true
	}
	m, ok := ReadMoment(strings.TrimSpace(typed), now, true)
	switch {
	case !ok:
		return Period{}, false
	case m.Day:
		return whole(m.At), true
	}
	return Period{Since: m.At, Until: m.At, Local: m.Local}, true
}

// A Search is what was typed to search for: words, and when.
type Search struct {
	Words string
	Period
	// Wrong says which part of it is not understood; "" if all is. What was typed is in it.
	Wrong string
}

// ReadSearch takes the days out of what was typed: since:7d, until:2006-01-02, on:today.
// A day that ends a period is part of it. A word in double quotes is a word, whatever it
// looks like; a colon with nothing behind it yet says nothing.
func ReadSearch(typed string, now time.Time) (s Search) {
	var words []string
	for w := range strings.FieldsSeq(typed) {
		key, value, cut := strings.Cut(w, ":")
		key = strings.ToLower(key)
		if !cut || key != "since" && key != "until" && key != "on" {
			words = append(words, unquoted(w))
			continue
		}
		if value == "" {
			continue
		}
		p, ok := ReadPeriod(value, now)
		if !ok || key == "on" && !p.Until.After(p.Since) {
			s.Wrong = w + " is not understood: write a day such as " + dayForms
			continue
		}
		if key != "until" {
			s.Since = p.Since
		}
		if key != "since" {
			s.Until = p.Until
		}
	}
	s.Words = strings.Join(words, " ")
	return s
}

// unquoted is a word without the quotes that keep it from being read as a day.
func unquoted(w string) string {
	inner, ok := strings.CutPrefix(w, `"`)
	if !ok {
		return w
	}
	inner, ok = strings.CutSuffix(inner, `"`)
	if key, _, cut := strings.Cut(strings.ToLower(inner), ":"); ok && cut && (key == "since" || key == "until" || key == "on") {
		return inner
	}
	return w
}
