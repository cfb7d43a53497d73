package text

import "strings"

// Locale is the variable of the environment by which the characters of a terminal are
// known, its value, and whether that means UTF-8: the first of LC_ALL, LC_CTYPE and LANG
// that is set. Without any of them name and value are "", and the locale is C, which has
// ASCII only.
func Locale(lookup func(name string) (value string, ok bool)) (name, value string, utf8 bool) {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value, _ := lookup(name); value != "" {
			lower := strings.ToLower(value)
			return name, value, strings.Contains(lower, "utf-8") || strings.Contains(lower, "utf8")
		}
	}
	return "", "", false
}
