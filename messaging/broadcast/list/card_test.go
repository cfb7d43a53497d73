package list

import (
	"slices"
	"strings"
	"testing"
)

// TestCards: vCards of all versions, as phones and address books write them.
func TestCards(t *testing.T) {
	card := func(lines ...string) string {
		return "BEGIN:VCARD\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n"
	}
	for _, c := range []struct{ what, content, want string }{
		{"2.1, quoted-printable", card("VERSION:2.1", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=89x;Zo=C3=AB", "FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Ren=E9e Mod=", "=E8le", "TEL;HOME:919-555-0199", "TEL;CELL:919-555-0100"), "1 +19195550100 Renée Modèle"},
		{"2.1, a soft end before what looks like a TEL", card("FN:Ben", "TEL;CELL;PREF:+19195550100", "NOTE;ENCODING=QUOTED-PRINTABLE:his old one=", "TEL;CELL;PREF:919-555-0199"), "1 +19195550100 Ben"},
		{"no FN", card("N:Muster;Eli;Q;Dr.;Jr.", "TEL:919-555-0100"), "1 +19195550100 Dr. Eli Q Muster Jr."},
		{"folded", card("FN:Bartholomew Sam", " ple the El", "\tder", "TEL;type=CELL:+1 919 5", "  55 0100"), "1 +19195550100 Bartholomew Sample the Elder"},
		{"escaped", card(`FN:Cy O\, Test\; a\\b`, "TEL:+19195550100", `NOTE:first\nTEL;type=CELL:+19195550199`), `1 +19195550100 Cy O, Test; a\b`},
		{"items with labels", card("FN:Cy", "item2.TEL:+19195550199", "item2.X-ABLabel:_$!<Work>!$_", "item1.TEL:\u202a+1 919-555-0100\u202c", "item1.X-ABLabel:_$!<Mobile>!$_"), "1 +19195550100 Cy"},
		{"kinds", card("FN:Ann", "TEL;type=HOME;type=VOICE;type=pref:919-555-0198", "TEL;TYPE=WORK,FAX:919-555-0197", "TEL;type=CELL;type=VOICE:919-555-0100"), "1 +19195550100 Ann"},
		{"4.0", card("VERSION:4.0", "FN:Ann", `TEL;VALUE=uri;TYPE="voice,home":tel:+1-919-555-0198`, `TEL;VALUE=uri;PREF=2;TYPE="voice,cell":tel:+1-919-555-0199`, `TEL;VALUE=uri;PREF=1;TYPE="voice,cell":tel:+1-919-555-0100`), "1 +19195550100 Ann"},
		{"small letters", "begin:vcard\nfn:Ann\ntel;type=cell:+19195550100\nend:vcard\n", "1 +19195550100 Ann"},
		{"a colon in quotes", card(`TEL;X-NOTE="a:b;c";TYPE=cell:+44 20 7946 0100`, "FN:Fay"), "1 +442079460100 Fay"},
		{"an extension", card("FN:Dee", "TEL;VALUE=uri:tel:+1-919-555-0100;ext=102"), "1 - has an extension: tel:+1-919-555-0100;ext=102"},
		{"only a fax", card("FN:Dee", "TEL;TYPE=fax:+19195550100"), "1 - only a fax or a pager: "},
		{"no number", card("FN:Dee", "EMAIL:d@example.com"), "1 - no number: "},
		{"a group", card("KIND:group", "FN:Choir", "TEL:+19195550199") + card("FN:Ann", "TEL:+19195550100"), "6 +19195550100 Ann"},
		{"an agent within", card("FN:Ann", "AGENT:", "BEGIN:VCARD", "FN:Bob", "TEL:+19195550199", "END:VCARD", "TEL:+19195550100"), "1 +19195550100 Ann"},
		{"cut off", "BEGIN:VCARD\nFN:Ann\nTEL:+19195550100\n", "1 - the card has no end: the file is cut off: +19195550100"},
		{"no end between", "BEGIN:VCARD\nFN:Ann\nTEL:+19195550100\n" + card("FN:Bob", "TEL:+19195550101"), "1 - the card has no end: the file is cut off: +19195550100\n4 +19195550101 Bob"},
		{"a picture", card("FN:Ann", "PHOTO;ENCODING=b:"+strings.Repeat("QUJD", 30), strings.Repeat(" "+strings.Repeat("QUJD", 19)+"\r\n", 2000)+" x", "TEL:+19195550100"), "1 +19195550100 Ann"},
		{"twins", card("FN:Ann", "TEL:+19195550100") + card("FN:A.", "TEL:919-555-0100"), "1 +19195550100 Ann\n5 +19195550100 A. ="},
	} {
		t.Run(c.what, func(t *testing.T) {
			if _, got := told(t, c.content, "a.vcf", Options{Region: "US"}); strings.Join(got, "\n") != c.want {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), c.want)
			}
		})
	}
}

// TestCardRow: fields, groups and zone of a card.
func TestCardRow(t *testing.T) {
	content := "BEGIN:VCARD\nVERSION:4.0\nN:Example;Ann;;;\nFN:Ann Example\nORG:School;Music\nEMAIL:b@example.com\nEMAIL;PREF=1:a@example.com\nTZ:America/Chicago\nCATEGORIES:Choir,Staff\nTEL:+19195550100\nEND:VCARD"
	l, err := Open(strings.NewReader(content), "", Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows := slices.Collect(l.All())
	if len(rows) != 1 || rows[0].Zone != "America/Chicago" || !slices.Equal(rows[0].Groups, []string{"Choir", "Staff"}) || rows[0].Raw != content ||
		!slices.Equal(rows[0].Values, []string{"Ann Example", "Ann", "Example", "", "School, Music", "", "a@example.com", "", ""}) || len(l.Fields()) != len(rows[0].Values) {
		t.Errorf("the rows are %+v beside %q", rows, l.Fields())
	}
	if _, got := told(t, "Name,Phone\n", "people.vcf", Options{}); got[0] != "refused: there is nobody in it: no vCard begins in it" {
		t.Errorf("a file without cards gives %q", got)
	}
}
