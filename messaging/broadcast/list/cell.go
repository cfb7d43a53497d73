package list

import (
	"errors"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"telex/messaging/blank"
	"telex/messaging/number"
)

// Clean is a cell without blanks around it, with LF for every line end, and without what
// no text message should hold: control characters, and those that turn the direction of
// what follows.
func Clean(cell string) string {
	plain := true
	for i := range len(cell) {
		if c := cell[i]; c < ' ' || c >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return strings.Trim(cell, " ")
	}
	if strings.Contains(cell, "\r") {
		cell = strings.ReplaceAll(strings.ReplaceAll(cell, "\r\n", "\n"), "\r", "\n")
	}
	cell = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), turns(r):
			return -1
		}
		return r
	}, cell)
	return strings.TrimFunc(cell, func(r rune) bool { return blank.IsSpace(r) || r == '\ufeff' || r == '\u200b' })
}

// turns reports whether r embeds, overrides or isolates a direction of writing: a name in
// Hebrew needs none of them.
func turns(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// Guard keeps a cell of a list that is written from being a formula to a spreadsheet that
// opens it: a ' goes before what begins as one. Open takes it off again.
func Guard(cell string) string {
	if begun := strings.TrimLeft(cell, " \t\r\n'"); begun != "" && strings.IndexByte("=+-@|%", begun[0]) >= 0 || cell != "" && (cell[0] == '\t' || cell[0] == '\r') {
		return "'" + cell
	}
	return cell
}

// GuardNumber is [Guard] for a cell that may be a phone number, which stays as it is written.
func GuardNumber(cell string) string {
	if digits, plus := strings.CutPrefix(cell, "+"); plus && digits != "" && strings.Trim(digits, "0123456789") == "" {
		return cell
	}
	return Guard(cell)
}

// unguarded takes off what Guard puts before a cell, or a spreadsheet.
func unguarded(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && Guard(rest) != rest {
		return rest
	}
	return cell
}

// oneLine is s with one space for all blanks between words.
func oneLine(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r != ' ' && blank.IsSpace(r) }) < 0 && !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, blank.IsSpace), " ")
}

var (
	shortened = expression(`^[+-]?\d+([.,]\d+)?[eE][+-]?\d+$`)
	decimal   = expression(`^(\+?\d{7,})[.,]0+$`)
	amount    = expression(`^[+-]?\d{1,3}([., ']?\d{3})*[.,]\d{1,2}$`)
	date      = expression(`^(\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4})([T ].*)?$`)
)

// expression is compiled when it is needed first.
func expression(e string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(e) })
}

// withoutArtefacts takes off a number what spreadsheets put around it. The reason is why
// nothing is left of it.
func withoutArtefacts(cell string) (bare, reason string) {
	if rest, ok := strings.CutPrefix(cell, `="`); ok && strings.HasSuffix(rest, `"`) && !strings.Contains(strings.TrimSuffix(rest, `"`), `"`) {
		return strings.TrimSuffix(rest, `"`), ""
	}
	cell = strings.TrimLeft(cell, "'")
	switch {
	case isNoValue(cell):
		return "", noNumber
	case strings.HasPrefix(cell, "="):
		return "", "a formula of a spreadsheet"
	case strings.HasPrefix(cell, "##"):
		return "", "a spreadsheet saved ##### in place of it"
	case strings.HasPrefix(cell, "#") && strings.Trim(cell[1:], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0/!?_") == "":
		return "", "a spreadsheet's error"
	case shortened().MatchString(cell):
		return "", "a spreadsheet shortened it, digits are lost"
	}
	if found := decimal().FindStringSubmatch(cell); found != nil {
		return found[1], "" // a number that a program took for an amount
	}
	return cell, ""
}

// isNoValue reports whether a cell says that there is nothing.
func isNoValue(cell string) bool {
	switch strings.ToLower(strings.Trim(cell, " .-–—?")) {
	case "", "n/a", "na", "none", "null", "nil", "unknown", "no", "no number", "no phone", "nan":
		return true
	}
	return false
}

// looksLikeNumber reports whether a cell is taken for a phone number where nothing says
// what it is.
func looksLikeNumber(cell, region string) bool {
	const fewest, longest = 7, 64
	if len(cell) > longest || digitsIn(cell) < fewest || date().MatchString(cell) {
		return false
	}
	bare, reason := withoutArtefacts(cell)
	if reason != "" {
		return shortened().MatchString(cell)
	}
	if bare == cell && amount().MatchString(cell) {
		return false
	}
	_, err := number.Parse(bare, region)
	e, wrong := errors.AsType[*number.Error](err)
	return !wrong || e.Problem == number.NoCountry
}

// numbersIn counts the cells that look like numbers.
func numbersIn(cells []string, region string) (n int) {
	for _, c := range cells {
		if looksLikeNumber(c, region) {
			n++
		}
	}
	return n
}

func digitsIn(s string) (n int) {
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			n++
			continue
		}
		if s[i] >= utf8.RuneSelf {
			for _, r := range s[i:] {
				if unicode.IsDigit(r) {
					n++
				}
			}
			return n
		}
	}
	return n
}
