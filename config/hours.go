package config

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// HoursBy are the rows of the table hours.by: when people of an area code or a state may be
// texted, by its code, as written. Whether they can be is not looked at; [File.Where] with
// "hours", "by" and the code says where a row stands.
func (f *File) HoursBy() map[string][]string {
	all := maps.Clone(f.now.content.hoursBy)
	for key, rows := range all {
		all[key] = slices.Clone(rows)
	}
	return all
}

// hours reads the table of hours, which has one within it.
func (r *reading) hours(values map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		table, ok := values[name].(map[string]any)
		switch {
		case name != "by":
			r.refuse([]string{"hours", name}, "is unknown", "by, and for hours without an area: hours in a profile")
		case !ok:
			r.refuse([]string{"hours", name}, typeError(values[name]).Error(), "a table, [hours.by]")
		default:
			r.hoursByArea(table)
		}
	}
}

// hoursAllowed is what a row of hours may be.
const hoursAllowed = `hours in quotes, such as "08:00-20:00" or ["Mon-Sat 09:00-21:00", "Sun 12:00-21:00"]`

// hoursByArea reads the rows: a window, or a list of them.
func (r *reading) hoursByArea(rows map[string]any) {
	for _, area := range slices.Sorted(maps.Keys(rows)) {
		var windows []string
		err := assignList(&windows, rows[area])
		if err == nil && len(windows) == 0 {
			err = errors.New("is empty")
		}
		for _, w := range windows {
			if err == nil {
				err = checkText(w)
			}
		}
		if err != nil {
			r.refuse([]string{"hours", "by", area}, err.Error(), hoursAllowed)
			continue
		}
		if r.content.hoursBy == nil {
			r.content.hoursBy = map[string][]string{}
		}
		r.content.hoursBy[area] = windows
	}
}

// assignList sets a list to what is one, or is a text alone.
func assignList(to *[]string, value any) error {
	if text, ok := value.(string); ok {
		*to = []string{text}
		return nil
	}
	list, err := textsOf(value)
	*to = list
	return err
}

// countriesField is a list of countries' codes, which are kept in capitals.
func countriesField(name string, to *[]string) field {
	f := listField(name, to, func(s string) error {
		if s == "" {
			return errors.New("holds an empty text")
		}
		return checkRegion(s)
	})
	f.allowed = `two-letter country codes, such as ["US", "CA"]`
	read := f.read
	f.read = func(value any) error {
		err := read(value)
		for i, code := range *to {
			(*to)[i] = strings.ToUpper(code)
		}
		return err
	}
	return f
}
