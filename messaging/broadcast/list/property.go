package list

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A property is what stands before the colon.
type property struct {
	group, is string
	params    []string // NAME=VALUE, or a bare value as in 2.1; names and bare ones in capitals
}

// cutProperty cuts a line at its colon, which is none within quotes.
func cutProperty(line string) (p property, value string, ok bool) {
	quoted, start := false, 0
	var parts []string
	for i := range len(line) {
		switch line[i] {
		case '"':
			quoted = !quoted
		case ';', ':':
			if quoted {
				continue
			}
			parts = append(parts, line[start:i])
			start = i + 1
			if line[i] == ';' {
				continue
			}
			p.is = strings.ToUpper(strings.TrimSpace(parts[0]))
			if group, is, found := strings.Cut(p.is, "."); found {
				p.group, p.is = group, is
			}
			for _, param := range parts[1:] {
				name, of, _ := strings.Cut(param, "=")
				of = strings.Trim(strings.TrimSpace(of), `"`)
				p.params = append(p.params, strings.ToUpper(strings.TrimSpace(name))+"="+of)
			}
			return p, line[start:], p.is != ""
		}
	}
	return property{}, "", false
}

// has reports whether a parameter has a value, or stands there bare.
func (p property) has(name, value string) bool {
	return slices.ContainsFunc(p.params, func(param string) bool {
		n, of, _ := strings.Cut(param, "=")
		return n == name && strings.EqualFold(of, value) || n == value && of == ""
	})
}

// of are the values of all parameters of a name, and the bare ones.
func (p property) of(name string) (values []string) {
	for _, param := range p.params {
		n, of, _ := strings.Cut(param, "=")
		switch {
		case n == name:
			values = append(values, strings.Split(of, ",")...)
		case of == "":
			values = append(values, n)
		}
	}
	return values
}

// decoded is a value that was quoted-printable, in UTF-8.
func (p property) decoded(value string) string {
	var b []byte
	for i := 0; i < len(value); i++ {
		if value[i] == '=' && i+2 < len(value) {
			if c, err := hex.DecodeString(value[i+1 : i+3]); err == nil {
				b = append(b, c...)
				i += 2
				continue
			}
		}
		b = append(b, value[i])
	}
	if utf8.Valid(b) && !p.has("CHARSET", "ISO-8859-1") && !p.has("CHARSET", "WINDOWS-1252") {
		return string(b)
	}
	return western{}.text(b)
}

// pref is how much a property is liked, from 1 on.
func (p property) pref() int {
	for _, param := range p.params {
		if n, of, _ := strings.Cut(param, "="); n == "PREF" && of != "" {
			if pref, err := strconv.Atoi(of); err == nil && pref >= 1 {
				return pref
			}
		}
	}
	if slices.ContainsFunc(p.of("TYPE"), func(t string) bool { return strings.EqualFold(t, "pref") }) {
		return 1
	}
	return leastPref
}

// phoneRank is what the types of a TEL say: a fax is one whatever else it is.
func (p property) phoneRank() rank {
	best := noPhone
	typed := false
	for _, t := range p.of("TYPE") {
		var r rank
		switch t = strings.ToLower(strings.TrimSpace(t)); t {
		case "fax", "pager", "bbs", "modem", "isdn", "pcs", "textphone":
			return noPhone
		case "cell", "mobile", "iphone", "text":
			r = mobile
		case "home":
			r = homePhone
		case "work":
			r = workPhone
		case "car", "other", "main":
			r = otherPhone
		case "", "voice", "pref", "msg", "video", "internet":
			continue
		default:
			r = rankOfLabel(t)
		}
		typed, best = true, min(best, r)
	}
	if !typed {
		return plainPhone
	}
	return best
}

// unescaped is a value without the backslashes of RFC 6350 §3.4.
func unescaped(value string) string {
	if !strings.Contains(value, `\`) {
		return value
	}
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\:`, ":").Replace(value)
}

// splitUnescaped cuts a value at sep, unless a backslash stands before it.
func splitUnescaped(value string, sep byte) (parts []string) {
	start := 0
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++
		case sep:
			parts = append(parts, value[start:i])
			start = i + 1
		}
	}
	return append(parts, value[start:])
}
