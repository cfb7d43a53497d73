package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// What is in the repository is what the library's plans give now.
func TestPlansAreGenerated(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it takes all plans apart, and the tests of agreement hold what came of them against the library")
	}
	want, err := generate("../../../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../plans.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("messaging/number/plans.go is not what the plans give: run go generate ./messaging/number")
	}
}

// followed is the match that a pattern finds in digits, and where its groups are.
func followed(t *testing.T, expression, digits string) []int {
	t.Helper()
	p, err := begin(expression, true)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(digits) {
		p = p.follow(i, digits[i])
	}
	m := p.end(len(digits))
	if !m.found {
		return nil
	}
	return m.captures[:2*(1+regexp.MustCompile(expression).NumSubexp())]
}

// A pattern prefers what package regexp prefers, and captures the same: in every string
// of digits that is not too long.
func TestPatternsAgreeWithRegexp(t *testing.T) {
	expressions := []string{
		"", "0", "0|00", "00|0", "(?:0|00)1?", "0?(?:(11|2(?:1|0[12]))15)?", "(1[01])?0", "(0|1)(2)?", "([0-2]\\d{2})$|0",
		"(0[12])$|(?:(?:00)0?)|0", "[12]{1,3}?", "1+", "(1*)2", "(?:1|12)(?:0|20)$",
	}
	for _, e := range expressions {
		re := regexp.MustCompile("^(?:" + e + ")")
		for length := range 7 {
			for n := range pow(3, length) {
				digits := inBase3(n, length)
				got, want := followed(t, e, digits), re.FindStringSubmatchIndex(digits)
				if len(got) != len(want) || !equal(got, want) {
					t.Fatalf("%q in %q: got %v, want %v", e, digits, got, want)
				}
			}
		}
	}
}

func equal(got, want []int) bool {
	for i := range got {
		if got[i] != want[i] {
			return false
		}
	}
	return true
}

func pow(base, n int) int {
	p := 1
	for range n {
		p *= base
	}
	return p
}

// inBase3 writes n in digits of 0 to 2.
func inBase3(n, length int) string {
	b := make([]byte, length)
	for i := range b {
		b[i] = '0' + byte(n%3)
		n /= 3
	}
	return string(b)
}

func TestNewGrouping(t *testing.T) {
	for _, c := range []struct {
		pattern, format string
		want            grouping
	}{
		{`(\d{3})(\d{3})(\d{4})`, "$1-$2-$3", grouping{"334", "334", "--"}},
		{`(\d)(\d{3,12})`, "$1 $2", grouping{"13", "1<", " "}},
		{`(\d{4,5})`, "$1", grouping{"4", "5", ""}},
	} {
		got, err := newGrouping(c.pattern, c.format)
		if err != nil || got != c.want {
			t.Errorf("%q as %q: got %+v, %v, want %+v", c.pattern, c.format, got, err, c.want)
		}
	}
	for _, c := range [][2]string{
		{`(\d{3})(\d{4})`, "$2-$1"},
		{`(\d{3})(\d{4})`, "$1"},
		{`(\d{3})(\d{4})`, "0$1 $2"},
		{`(\d{3})4(\d{4})`, "$1 $2"},
		{`(\d{3})(\d+)`, "$1 $2"},
		{`(\d{3})(\d{4})`, "$1$2"},
		{`(\d{4,3})`, "$1"},
	} {
		if got, err := newGrouping(c[0], c[1]); err == nil {
			t.Errorf("%q as %q: got %+v, want an error", c[0], c[1], got)
		}
	}
}

// What the tables cannot say is an error, and not left out.
func TestTablesRefuse(t *testing.T) {
	one, text := int32(1), func(s string) *string { return &s }
	good := func() *phonenumbers.PhoneMetadata {
		return &phonenumbers.PhoneMetadata{
			Id: text("XX"), CountryCode: &one, InternationalPrefix: text("00"),
			GeneralDesc: &phonenumbers.PhoneNumberDesc{NationalNumberPattern: text(`\d{4}`), PossibleLength: []int32{4}},
		}
	}
	for says, spoil := range map[string]func(*phonenumbers.PhoneMetadata){
		"":                           func(*phonenumbers.PhoneMetadata) {},
		"a length of 40":             func(m *phonenumbers.PhoneMetadata) { m.GeneralDesc.PossibleLength = []int32{40} },
		"no prefix for calls abroad": func(m *phonenumbers.PhoneMetadata) { m.InternationalPrefix = nil },
		"reading the pattern":        func(m *phonenumbers.PhoneMetadata) { m.GeneralDesc.NationalNumberPattern = text("(") },
		"more than 2 groups":         func(m *phonenumbers.PhoneMetadata) { m.NationalPrefixForParsing = text("(0)(1)(2)") },
		`the rule "$1$1" is of an unkno`: func(m *phonenumbers.PhoneMetadata) {
			m.NationalPrefixForParsing, m.NationalPrefixTransformRule = text("0(1)"), text("$1$1")
		},
	} {
		tables := &tables{nodes: newNodes(), rewrites: []rewrite{{}}}
		m := good()
		spoil(m)
		_, err := tables.plan(m)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want an error with %q", err, says)
		}
	}
	if _, err := beginInitial("1$"); err == nil {
		t.Error("initial digits with an end: got no error")
	}
}
