package list

import (
	"slices"
	"strings"
	"testing"
)

// TestQuotes: a quote that is not closed costs its own line and no other.
func TestQuotes(t *testing.T) {
	const opened = "a quote is opened and never closed: "
	for _, c := range []struct {
		what, content string
		every         bool
		want          []string
	}{
		{
			"a cell of several lines", "Phone,Note,City\n919-555-0100,\"a\nb\" ,Rome\n919-555-0101,\"a\r\nb\"\r\n919-555-0102,\"a\nb\"", false,
			[]string{"2 +19195550100 ", "4 +19195550101 ", "6 +19195550102 "},
		},
		{
			"closed by the quote of another row", "Phone,Note\n919-555-0100,\"a\n919-555-0101,\n919-555-0102,\"b\"\n", false,
			[]string{"2 - " + opened + "919-555-0100", "3 +19195550101 ", "4 +19195550102 "},
		},
		{
			"a number of several lines", "Phone,Note\n\"919-555-0100\n919-555-0101\",b\n919-555-0102,\n", false,
			[]string{"2 - several numbers in one: 919-555-0100\n919-555-0101", "4 +19195550102 "},
		},
		{
			"the same, of whose lines none may be lost", "Phone,Note\n\"919-555-0100,a\n919-555-0101,b\n919-555-0102\",\n919-555-0103,\"b\nc\"\n", true,
			[]string{"2 - a quote is opened that does not end in this line: \"919-555-0100", "3 +19195550101 ", "4 - not a phone number: 919-555-0102\"", "5 +19195550103 "},
		},
		{
			"no header, of whose lines none may be lost", "919-555-0100\n919-555-0101,\"a\n919-555-0102\",\n919-555-0103\n", true,
			[]string{"1 +19195550100 ", "2 - a quote is opened that does not end in this line: 919-555-0101", "3 - not a phone number: 919-555-0102\"", "4 +19195550103 "},
		},
		{"a title is none where no line may be lost", "919-555-0100\nPhone,Name\n919-555-0101,Ann\n", true, []string{"1 +19195550100 ", "2 - has letters: Phone", "3 +19195550101 Ann"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, got := told(t, c.content, "list.csv", Options{Region: "US", EveryLine: c.every})
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}
