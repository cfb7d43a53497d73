package number

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Split cuts a typed or pasted list into its items, each of which [Parse] may
// read. Commas, semicolons, bars, tabs, line ends and slashes between spaces
// separate them; a space does so only between a number and a +, for spaces also
// stand inside numbers. Items are trimmed and empty ones left out; order and
// repetitions are kept. nil if there is nothing.
//
// A parameter of RFC 3966 (";ext=5") stays with its number, and so does a name in
// double quotes before it, as a CSV file has it: "Lovelace, Ada",+1919…. Without the
// quotes a comma separates even within a name: of Lovelace, Ada <+1…> the surname
// becomes an item, and an error.
func Split(typed string) []string {
	var items []string
	add := func(item string) {
		if item = strings.TrimFunc(item, isBlank); item != "" {
			items = append(items, item)
		}
	}
	start, digits, named := 0, 0, 0
	for i, r := range typed {
		if i < named {
			continue // within a name in quotes
		}
		if size := quotedName(typed[i:]); size > 0 && strings.TrimFunc(typed[start:i], isBlank) == "" {
			named = i + size
			continue
		}
		size, cut := separator(typed, i, r)
		if isPlus := r == '+' || r == '＋'; isPlus && digits >= minDigits && endsBlank(typed[:i]) {
			size, cut = 0, true
		}
		if cut {
			add(typed[start:i])
			start, digits = i+size, 0
		}
		if unicode.IsDigit(r) {
			digits++
		}
	}
	add(typed[start:])
	return items
}

// quotedName is how many bytes a name in double quotes takes at the beginning of s, with
// what separates it from the number behind it; 0 if s does not begin with one. Quotes
// around a number are none, and neither are those with nothing more of their item behind
// them, as around the last column of a row.
func quotedName(s string) int {
	name, rest, ok := cutQuoted(s)
	if !ok || countDigits(name) >= minDigits {
		return 0
	}
	end := len(s) - len(rest)
	for i, r := range rest {
		if strings.ContainsRune(",;\t", r) {
			continue
		}
		if _, cut := separator(s, end+i, r); cut {
			return 0
		}
		if !isBlank(r) {
			return end + i
		}
	}
	return 0
}

// maxQuotedName is more bytes than a name in quotes has, which keeps the work linear.
const maxQuotedName = 200

// cutQuoted cuts what stands in double quotes off the beginning of s, which goes over no
// end of a line.
func cutQuoted(s string) (quoted, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		return "", s, false
	}
	end := strings.IndexAny(s[1:min(len(s), maxQuotedName)], "\"\r\n")
	if end < 0 || s[1+end] != '"' {
		return "", s, false
	}
	return s[1 : 1+end], s[2+end:], true
}

// separator reports whether r, at byte i of s, separates two items, and its size
// in bytes.
func separator(s string, i int, r rune) (size int, ok bool) {
	switch r {
	case ',', '\n', '\r', '\t', '\v', '\f', '|':
		return 1, true
	case ';':
		return 1, !isParameter(s[i+1:])
	case '/':
		return 1, i > 0 && s[i-1] == ' ' && strings.HasPrefix(s[i+1:], " ")
	case '\u0085', '\u2028', '\u2029', '，', '、', '；', '،': // line ends, commas of other scripts
		return len(string(r)), true
	}
	return 0, false
}

// isParameter reports whether s goes on like a parameter of RFC 3966: a name of
// letters and dashes, then =.
func isParameter(s string) bool {
	name, _, found := strings.Cut(s[:min(len(s), maxParameterName+1)], "=")
	return found && name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") == ""
}

// maxParameterName is longer than any parameter that is registered for RFC 3966.
const maxParameterName = 20

// endsBlank reports whether the last character of s is blank.
func endsBlank(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return isBlank(r)
}

// isBlank reports whether r is a space, or nothing to be seen.
func isBlank(r rune) bool { return strings.TrimSpace(clean(string(r))) == "" }
