package config

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// dice choose how a file is written.
type dice struct{ *rand.Rand }

func (d *dice) roll(sides int) int { return d.IntN(sides) }

func (d *dice) of(choices ...string) string { return choices[d.roll(len(choices))] }

func (d *dice) blank() string { return d.of("", " ", "  ", "\t") }
func (d *dice) comment() string {
	return d.of("", "", "# c", " #", "\t# [profiles.x]", " # 'a' = \"b\", {")
}
func (d *dice) end() string { return d.blank() + d.comment() + "\n" }

// between is what may stand between two lines.
func (d *dice) between() string {
	var b strings.Builder
	for range d.roll(4) {
		b.WriteString(d.blank() + d.of("", "# between", "#", "# account = \"no\"") + "\n")
	}
	return b.String()
}

// word is a key that needs no quotes, in one of the ways to write it.
func (d *dice) word(s string) string { return d.of(s, s, `"`+s+`"`, "'"+s+"'") }

// key is a key of several words.
func (d *dice) key(path ...string) string {
	var words []string
	for _, p := range path {
		words = append(words, d.word(p))
	}
	return strings.Join(words, d.of(".", ".", " . "))
}

func (d *dice) equals() string { return d.of(" = ", "=", "\t=  ") }

func (d *dice) text() string {
	return d.of(`"1"`, `'2'`, `"#"`, `"a\"b"`, `'''3'''`, `"""4"""`, `"""\`+"\n  5\"\"\"", `"ä, }"`, `""`)
}

func (d *dice) list() string {
	return d.of(`[]`, `["+1"]`, `[ '+1','+2', ]`, "[\n  \"+1\", # in\n # in\n\n  '+2'\n]", "[ # in\n]")
}

// pairs are some keys of a profile with their values.
func (d *dice) pairs() [][2]string {
	all := [][2]string{
		{"account", d.text()},
		{"application", d.text()},
		{"numbers", d.list()},
		{"auth", d.of(`"oauth"`, `'basic'`)},
		{"client_id", d.text()},
		{"region", d.of(`"gb"`, `'US'`)},
		{"store", d.of(`"file"`, `"keyring"`)},
		{"production", d.of("true", "false")},
		{"approve", d.of("true", "false")},
		{"mms_receipts", d.of("true", "false")},
		{"optout_words", d.of(`["unfollow"]`, "[]")},
	}
	return slices.DeleteFunc(all, func([2]string) bool { return d.roll(2) == 0 })
}

// inline is an inline table, or several lines of one.
func (d *dice) inline(pairs [][2]string) string {
	space := d.of("", " ", " \n ", " # in, {\n ")
	var b strings.Builder
	b.WriteString("{" + space)
	for i, p := range pairs {
		if i > 0 {
			b.WriteString("," + space)
		}
		b.WriteString(d.word(p[0]) + d.equals() + p[1] + d.of("", " "))
	}
	if len(pairs) > 0 {
		b.WriteString(d.of("", "", ","))
	}
	return b.String() + space + "}"
}

// table is a table with a header.
func (d *dice) table(path []string, pairs [][2]string) string {
	text := d.between() + d.blank() + "[" + d.blank() + d.key(path...) + d.blank() + "]" + d.end()
	for _, p := range pairs {
		text += d.between() + d.blank() + d.word(p[0]) + d.equals() + p[1] + d.end()
	}
	return text
}

// file is a file of up to four profiles.
func (d *dice) file() string {
	top := d.between()
	if d.roll(2) == 1 {
		top += d.blank() + d.word("theme") + d.equals() + `"dark"` + d.end()
	}
	if d.roll(2) == 1 {
		top += d.word("profile") + d.equals() + d.of(`"p0"`, `'p1'`) + d.end() + d.between()
	}
	var tables, within string
	whole := d.roll(6) == 0 // all profiles in one inline table
	var entries [][2]string
	for i := range d.roll(5) {
		name, pairs := fmt.Sprintf("p%d", i), d.pairs()
		switch form := d.roll(4); {
		case whole:
			entries = append(entries, [2]string{name, d.inline(pairs)})
		case form == 0 || len(pairs) == 0 && form > 1:
			tables += d.table([]string{"profiles", name}, pairs)
		case form == 1:
			within += d.between() + d.word(name) + d.equals() + d.inline(pairs) + d.end()
		default:
			for _, p := range pairs {
				within += d.between() + d.blank() + d.key(name, p[0]) + d.equals() + p[1] + d.end()
			}
		}
	}
	if whole {
		top += d.word("profiles") + d.equals() + d.inline(entries) + d.end()
	} else if within != "" {
		tables = "[" + d.word("profiles") + "]" + d.end() + within + tables
	}
	if d.roll(2) == 1 {
		keys := d.table([]string{"keys"}, [][2]string{{"quit", `"f1"`}, {"help", `["f2", 'f3']`}})
		if d.roll(2) == 1 {
			tables = keys + tables
		} else {
			tables += keys
		}
	}
	text := top + tables + d.between()
	if d.roll(3) == 1 {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if d.roll(3) == 1 {
		text = strings.TrimRight(text, "\r\n")
	}
	return text
}
