package list

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// told is what a list says, a line each row: "line number name", "line - reason: value",
// with = behind a duplicate.
func told(t *testing.T, content, name string, o Options) (*List, []string) {
	t.Helper()
	l, err := Open(strings.NewReader(content), name, o)
	if err != nil {
		return nil, []string{"refused: " + err.Error()}
	}
	var all []string
	for row := range l.All() {
		line := fmt.Sprintf("%d %s %s", row.Line, row.Number, row.Name)
		if row.Reject != "" {
			line = fmt.Sprintf("%d - %s: %s", row.Line, row.Reject, row.Value)
		}
		if row.Duplicate {
			line += " ="
		}
		all = append(all, line)
	}
	if err := l.Err(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	return l, all
}

func lined(s ...string) string { return strings.Join(s, "\n") }

// utf16Of encodes s, with its mark if it has one.
func utf16Of(s string, little bool) string {
	var b bytes.Buffer
	for _, u := range utf16.Encode([]rune(s)) {
		hi, lo := byte(u>>8), byte(u)
		if little {
			hi, lo = lo, hi
		}
		b.Write([]byte{hi, lo})
	}
	return b.String()
}

// TestLists: lists as people make them. Numbers are those of fiction.
func TestLists(t *testing.T) {
	const (
		ann = "+19195550100 Ann Example"
		ben = "+19195550101 Ben Sample"
	)
	for _, c := range []struct {
		what, content string
		options       Options
		want          []string
	}{
		{"comma", lined("Name,Phone", "Ann Example,919-555-0100", "Ben Sample,(919) 555-0101", ""), Options{Region: "US"}, []string{"2 " + ann, "3 " + ben}},
		{"a mark and CRLF", "\ufeffName,Mobile\r\nAnn Example,9195550100\r\n", Options{Region: "US"}, []string{"2 " + ann}},
		{"CR alone", "NAME|CELL|CITY\rAnn Example|919 555 0100|CARY, NC\rBen Sample|none|\r", Options{Region: "US"}, []string{"2 " + ann, "3 - no number: none"}},
		{"UTF-16 little, marked", utf16Of("\ufeffName\tPhone\r\nAda עדה\t919-555-0100\r\n", true), Options{Region: "US"}, []string{"2 +19195550100 Ada עדה"}},
		{"UTF-16 big, marked", utf16Of("\ufeffName\tPhone\n🎉 Ann\t919-555-0100\n", false), Options{Region: "US"}, []string{"2 +19195550100 🎉 Ann"}},
		{"UTF-16 little, bare", utf16Of("Name;Phone\nZoë;919-555-0100\n", true), Options{Region: "US"}, []string{"2 +19195550100 Zoë"}},
		{"UTF-16 big, bare", utf16Of("Name;Phone\nZoë;919-555-0100\n", false), Options{Region: "US"}, []string{"2 +19195550100 Zoë"}},
		{"Windows-1252", "Pr\xe9nom;Nom;T\xe9l\xe9phone;Remarque\r\nRen\xe9e;Mod\xe8le;+1 919 555 0100;3,50 \x80\r\n", Options{}, []string{"2 +19195550100 Renée Modèle"}},
		{
			"UTF-8 with a byte lost", "Name,Phone\nRenée Modèle,919-555-0100\nJürgen\xc3 é,919-555-0101\n",
			Options{Region: "US"},
			[]string{"2 +19195550100 Renée Modèle", "3 +19195550101 Jürgen\uFFFD é"},
		},
		{
			"quotes", "Name,Address,Phone\n\"Example, Ann\",\"1 Road\r\nRaleigh\",919-555-0100\n\"Ben \"\"Buzz\"\" S\",\"\",  \"919-555-0101\"\nCy,\"a\n\nb\",office\n",
			Options{Region: "US"},
			[]string{"2 +19195550100 Example, Ann", "4 +19195550101 Ben \"Buzz\" S", "5 - has letters: office"},
		},
		{
			"quotes that are none", "Name\tPhone\tSize\nAnn \"Bee\" E\t919-555-0100\t6\" pipe\n\"Ben\" S\t919-555-0101\t\n",
			Options{Region: "US"},
			[]string{"2 +19195550100 Ann \"Bee\" E", "3 +19195550101 Ben S"},
		},
		{
			"a quote that is never closed", "Name,Phone\n\"Ann,919-555-0100\nBen Sample,919-555-0101\n",
			Options{Region: "US"},
			[]string{"2 - a quote is opened and never closed: 919-555-0100", "3 " + ben},
		},
		{
			"no header", lined("Ann Example,919-555-0100,Raleigh,27601", "Cy Model,n/a,Cary,27511", "Ben Sample,919-555-0101,,"),
			Options{Region: "US"},
			[]string{"1 " + ann, "2 - no number: n/a", "3 " + ben},
		},
		{"no header, and the first row without a number", lined("Cy Model,n/a", "Ann Example,919-555-0100"), Options{Region: "US"}, []string{"1 - no number: n/a", "2 " + ann}},
		{"numbers alone", lined("919-555-0100", "+1 919 555 0101", "", "555"), Options{Region: "US"}, []string{"1 +19195550100 ", "2 +19195550101 ", "4 - short code: 555"}},
		{
			"titles", lined("Phone list of the choir,,", "Exported 2026-11-01,,", "Full name,Phone number,Voice", "Ann Example,919-555-0100,alto"),
			Options{Region: "US"},
			[]string{"4 " + ann},
		},
		{"a title with a number", lined("Office,919-555-0199", "", "Name,Phone,Voice", "Ann Example,919-555-0100,alto"), Options{Region: "US"}, []string{"4 " + ann}},
		{"Vorname and Name", lined("Vorname;Name;Handy", "Ann;Example;919-555-0100"), Options{Region: "US"}, []string{"2 " + ann}},
		{"nombre and apellidos", lined("Nombre,Apellidos,Móvil", "Ann,Example,919-555-0100"), Options{Region: "US"}, []string{"2 " + ann}},
		{"a name and a part of it", lined("name,first name,phone", "Ann Example,Ann,919-555-0100", ",Ben,919-555-0101"), Options{Region: "US"}, []string{"2 " + ann, "3 +19195550101 Ben"}},
		{"a header in other words", lined("Wer,Erreichbar unter", "Ann Example,919-555-0100"), Options{Region: "US"}, []string{"2 +19195550100 "}},
		{"sep=", lined("sep=;", "Name;Phone", "Ann Example;919-555-0100"), Options{Region: "US"}, []string{"3 " + ann}},
		{
			"several kinds", lined("First,Last,Home Phone,Mobile #,Fax,Emergency phone", "Ann,Example,919-555-0170,919-555-0100,919-555-0172,919-555-0199", "Ben,Sample,919-555-0101,,,", "Cy,M,,,919-555-0177,919-555-0199"),
			Options{Region: "US"},
			[]string{"2 " + ann, "3 " + ben, "4 - no number: "},
		},
		{
			"Google's pairs", lined("First Name,Last Name,Labels,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value",
				"Ann,Example,* myContacts ::: Choir,Home,919-555-0199,* Mobile,919-555-0100 ::: 919-555-0102", "Ben,Sample,,,919-555-0101,Work,919-555-0102", "Cy,Model,,Home Fax,919-555-0103,,"),
			Options{Region: "US"},
			[]string{"2 " + ann, "3 " + ben, "4 - only a fax or a pager: "},
		},
		{"a column that somebody named", lined("Name,Phone,Nurse", "Ann Example,919-555-0199,919-555-0100"), Options{Region: "US", Columns: map[string]string{"number": "NURSE"}}, []string{"2 " + ann}},
		{"a column by its place", lined("Ann Example,919-555-0199,919-555-0100"), Options{Region: "US", Columns: map[string]string{"number": "3", "name": "1"}}, []string{"1 " + ann}},
		{
			"spreadsheets", lined("Name,Mobile", "A,1.91956E+10", `B,"1,91956E+10"`, "C,'+19195550102", `D,"=""19195550103"""`, "E,#######", "F,#N/A", "G,19195550107.0", "H,=19195550100+1", "Z,919-555-0104"),
			Options{Region: "US"},
			[]string{
				"2 - a spreadsheet shortened it, digits are lost: 1.91956E+10", "3 - a spreadsheet shortened it, digits are lost: 1,91956E+10", "4 +19195550102 C", "5 +19195550103 D",
				"6 - a spreadsheet saved ##### in place of it: #######", "7 - a spreadsheet's error: #N/A", "8 +19195550107 G", "9 - a formula of a spreadsheet: =19195550100+1", "10 +19195550104 Z",
			},
		},
		{
			"ragged", lined("Name,Phone,Paid,,", "Ann Example,919-555-0100,12.50,,", "", ",,,,", "Cy", "Ben Sample,919-555-0101,7.00,,,,,extra", "   ", "Total,4,22.50,,"),
			Options{Region: "US"},
			[]string{"2 " + ann, "5 - no number: ", "6 " + ben, "8 - too short: 4"},
		},
		{
			"hostile", "Name,Phone\n\"=HYPERLINK(\"\"http://x.invalid\"\")\",919-555-0100\nRed \x1b[31mAlert\a,919-555-0101\nBack\u202e.gnirts,919-555-0102\nNul\x00,919-555-0103\n",
			Options{Region: "US"},
			[]string{`2 +19195550100 =HYPERLINK("http://x.invalid")`, "3 +19195550101 Red [31mAlert", "4 +19195550102 Back.gnirts", "5 - holds a NUL byte: the file is damaged there: 919-555-0103"},
		},
		{"twins", lined("Name,Phone", "Ann Example,919-555-0100", "A.,+1 (919) 555.0100"), Options{Region: "US"}, []string{"2 " + ann, "3 +19195550100 A. ="}},
		{"no region", lined("Name,Phone", "Ann Example,+1 919 555 0100", "Ben,9195550101"), Options{}, []string{"2 " + ann, "3 - no country code: 9195550101"}},
		{"a number column without numbers", lined("Name,Phone", "Ann,", "Ben,soon"), Options{Region: "US"}, []string{"2 - no number: ", "3 - has letters: soon"}},
		{"dates, zips and amounts are none", lined("Name,Zip,Joined,Paid", "Ann,27601,2026-01-05,\"1.000.000,50\"", "Ben,27701,11/02/2026,12.50"), Options{Region: "DE"}, []string{"refused: no column of phone numbers was found in it; its columns are Name, Zip, Joined, Paid"}},
		{"only a fax", lined("Name,Fax", "Ann,919-555-0100"), Options{Region: "US"}, []string{"refused: no column of phone numbers was found in it; its columns are Name, Fax"}},
		{"headers alone", "Name,Phone\n", Options{Region: "US"}, []string{"refused: there is nobody in it: it ends behind its headers"}},
		{"nothing", "", Options{}, []string{"refused: the file is empty"}},
		{"blanks", "\n \n\t\n", Options{}, []string{"refused: there is nobody in it"}},
		{"a workbook", "PK\x03\x04....", Options{}, []string{"refused: it is a workbook or an archive (.xlsx, .ods, .zip), not a text file: open it and save it as CSV"}},
		{"bytes", strings.Repeat("\x00\x00\x01\x00", 100), Options{}, []string{"refused: it is not a text file"}},
		{"no such column", lined("Name,Phone", "Ann,919-555-0100"), Options{Columns: map[string]string{"number": "Cell"}}, []string{`refused: it has no column "Cell" for number; its columns are Name, Phone`}},
		{"no such thing", "Name,Phone\n", Options{Columns: map[string]string{"age": "Age"}}, []string{`refused: no column can be named for "age", only for number, name, zone, group`}},
	} {
		t.Run(c.what, func(t *testing.T) {
			if _, got := told(t, c.content, "list.csv", c.options); !slices.Equal(got, c.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

// TestFields: what templates may ask for.
func TestFields(t *testing.T) {
	l, err := Open(strings.NewReader("First_Name;NOTES;;notes;Notes 2;Phone;Time-Zone;Groups\nAnn;a;b;c;d;919-555-0100"), "", Options{Region: "US"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"first name", "notes", "column 3", "notes 2", "notes 2 2", "phone", "time zone", "groups"}
	if !slices.Equal(l.Fields(), want) {
		t.Errorf("the fields are %q, want %q", l.Fields(), want)
	}
	if l.Columns() != "number: phone; name: first name; zone: time zone; group: groups" {
		t.Errorf("the columns are %s", l.Columns())
	}
}

// TestRow: what is known of one person.
func TestRow(t *testing.T) {
	content := "Name,Note,Phone,tz,Groups\n Ann  Example ,\"two\r\nlines\",919-555-0100,America/Chicago,\"Choir; staff,Choir\"\n"
	l, err := Open(strings.NewReader(content), "", Options{Region: "US"})
	if err != nil {
		t.Fatal(err)
	}
	rows := slices.Collect(l.All())
	if len(rows) != 1 {
		t.Fatalf("the rows are %+v", rows)
	}
	r := rows[0]
	if r.Name != "Ann Example" || r.Zone != "America/Chicago" || !slices.Equal(r.Groups, []string{"Choir", "staff"}) ||
		!slices.Equal(r.Values, []string{"Ann  Example", "two\nlines", "919-555-0100", "America/Chicago", "Choir; staff,Choir"}) ||
		r.Raw != strings.TrimSuffix(content[len("Name,Note,Phone,tz,Groups\n"):], "\n") {
		t.Errorf("the row is %+v", r)
	}
	sum := sha256.Sum256([]byte(content))
	if l.Sum() != hex.EncodeToString(sum[:]) {
		t.Errorf("the sum is %s", l.Sum())
	}
	if again := slices.Collect(l.All()); len(again) != 1 || again[0].Duplicate || l.Err() != nil {
		t.Errorf("a second time the rows are %+v, %v", again, l.Err())
	}
}

// TestGuard: no spreadsheet takes for a formula what was written into a list, and a list
// read again has what it had.
func TestGuard(t *testing.T) {
	for _, c := range []struct{ cell, want string }{
		{"Ann", "Ann"},
		{"", ""},
		{"a=b", "a=b"},
		{"O'Hara", "O'Hara"},
		{"'t Hooft", "'t Hooft"},
		{"=1+1", "'=1+1"},
		{"+1", "'+1"},
		{"-2", "'-2"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{" =1", "' =1"},
		{"'=1", "''=1"},
		{"\t=1", "'\t=1"},
		{"\rAnn", "'\rAnn"},
		{"|calc", "'|calc"},
	} {
		got := Guard(c.cell)
		if got != c.want || unguarded(got) != c.cell {
			t.Errorf("Guard(%q) = %q, want %q, and %q again", c.cell, got, c.want, unguarded(got))
		}
	}
	for cell, want := range map[string]string{"+19195550100": "+19195550100", "+1-2": "'+1-2", "+": "'+", "=1": "'=1", "": "", "911": "911"} {
		if got := GuardNumber(cell); got != want {
			t.Errorf("GuardNumber(%q) = %q, want %q", cell, got, want)
		}
	}
	_, rows := told(t, "Name,Phone\n'=1+1,'+19195550100\n'' =2,+19195550101\n", "", Options{})
	if want := []string{"2 +19195550100 =1+1", "3 +19195550101 ' =2"}; !slices.Equal(rows, want) {
		t.Errorf("the rows are %q, want %q", rows, want)
	}
}

// TestMore: what else a list tells of a person.
func TestMore(t *testing.T) {
	l, _ := told(t, "First Name,Last Name,Labels,Birthday,Phone 1 - Label,Phone 1 - Value,tz\nAnn,E,x,1,Mobile,919-555-0100,UTC\n", "", Options{Region: "US"})
	var more []string
	for _, i := range l.More() {
		more = append(more, l.Fields()[i])
	}
	if want := []string{"first name", "last name", "birthday"}; !slices.Equal(more, want) {
		t.Errorf("there is %q more, want %q", more, want)
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{"First_Name": "first name", " FIRST -  name\u00a0": "first name", "Größe": "größe", "\ufeffName": "name", "": ""} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestRank: which columns hold the number to be texted, which another, and which none.
func TestRank(t *testing.T) {
	for _, c := range []struct {
		want    rank
		headers string
	}{
		{mobile, "Mobile; Mobile #; mobile_phone; MobilePhone; Cell; Cell phone; cellphone; SMS number; Handy-Nr.; Téléphone portable; Móvil; Celular; Work mobile; Mobilnummer; MSISDN; WhatsApp; Mobile number (with country code)"},
		{plainPhone, "Phone; phone_number; PhoneNumber; Phone No.; Tel.; Telephone; Téléphone; Teléfono; Telefon; Telefonnummer; number; To; Recipient; Contact phone; Primary Phone; Phone 1; Phone 2 - Value"},
		{homePhone, "Home Phone; Tel. privat; Phone (home)"},
		{workPhone, "Business Phone; Work phone 2; Office tel"},
		{otherPhone, "Other Phone; Car Phone; Phone 2"},
		{lastResort, "Emergency phone; Emergency contact mobile; Company Main Phone; Assistant's Phone; TTY/TDD Phone; Callback phone"},
		{noPhone, "Fax; Business Fax; Telefax; Phone 1 - Label; Phone type; Mobile carrier; SMS opt-in; Order number; House number; Email; Name; Zip; Notes; ; Phone ext; Text; Member"},
	} {
		for h := range strings.SplitSeq(c.headers, ";") {
			if got := rankOf(strings.TrimSpace(h)); got != c.want && h != " Text" {
				t.Errorf("%q is of rank %d, want %d", h, got, c.want)
			}
		}
	}
}
