package postgres

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNumbered(t *testing.T) {
	for query, want := range map[string]string{
		"SELECT 1":                               "SELECT 1",
		"SELECT ? + ?":                           "SELECT $1 + $2",
		"SELECT '?' || ?, 'it''s ?' WHERE x = ?": "SELECT '?' || $1, 'it''s ?' WHERE x = $2",
		strings.Repeat("?,", 11):                 "$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,",
	} {
		if got := numbered(query); got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
}

// FuzzEscape checks that every text comes back as it was, and that PostgreSQL can keep it.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "plain", "a\x00b", "\xff\xfe", "🎈 \U0010F800\U0010F8FF\U0010F900", "\xf4\x8f\xa0", "\U0010F7FF\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		kept := escape(s)
		if !utf8.ValidString(kept) || strings.Contains(kept, "\x00") {
			t.Errorf("%q is kept as %q, which no text of PostgreSQL can be", s, kept)
		}
		if got := unescape(kept); got != s {
			t.Errorf("%q came back as %q", s, got)
		}
	})
}
