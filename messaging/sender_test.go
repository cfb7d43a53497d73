package messaging

import (
	"regexp"
	"strings"
	"testing"
)

// The forms of senders and numbers, as expressions say them, for texts of every length
// that matters, right but for one character.
func TestForms(t *testing.T) {
	forms := []struct {
		name string
		is   func(string) bool
		form *regexp.Regexp
	}{
		{"IsE164", IsE164, regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)},
		{"IsShortCode", IsShortCode, regexp.MustCompile(`^[1-9][0-9]{4,5}$`)},
		{"IsSenderID", IsSenderID, regexp.MustCompile(`^([0-9 \-+_&]*[A-Za-z][A-Za-z0-9 \-+_&]*)$`)},
		{"isTollFree", isTollFree, regexp.MustCompile(`^\+1(800|833|844|855|866|877|888)[0-9]{7}$`)},
		{"isDialledShort", isDialledShort, regexp.MustCompile(`^[0-9]{3,6}$`)},
	}
	var texts []string
	for _, whole := range []string{"+1234567890123456", "+18005551212", "+18905551212", "+10000000000", "12345678", "0123456", "ABCDEFGHIJKLMNOP", "a -+_&z", " -+_&", "1x", "é"} {
		for length := range len(whole) + 1 {
			text := whole[:length]
			texts = append(texts, text, "1"+text, text+"\n")
			for i := range text {
				for _, other := range []string{"0", "1", "9", "+", "-", " ", "A", "z", "@", "\n", "\x00", "٣", "é", ":", "/"} {
					texts = append(texts, text[:i]+other+text[i+1:])
				}
			}
		}
	}
	for _, f := range forms {
		yes := 0
		for _, text := range texts {
			want := f.form.MatchString(text) && (f.name != "IsSenderID" || len(text) <= 11)
			if got := f.is(text); got != want {
				t.Errorf("%s(%q): got %v, want %v", f.name, text, got, want)
			}
			if want {
				yes++
			}
		}
		if yes == 0 || yes == len(texts) {
			t.Errorf("%s: %d of %d texts are one: nothing is tested", f.name, yes, len(texts))
		}
	}
	if strings.Join(tollFreeCodes, "|") != "800|833|844|855|866|877|888" {
		t.Errorf("tollFreeCodes: got %q", tollFreeCodes)
	}
}
