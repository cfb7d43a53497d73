package template_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"telex/messaging/broadcast/template"
)

// values gives those of a person, by folded names.
func values(pairs ...string) func(string) (string, bool) {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(field string) (string, bool) { v, ok := m[field]; return v, ok }
}

func parse(t *testing.T, text string) *template.Template {
	t.Helper()
	tpl, err := template.Parse(text)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return tpl
}

func TestFill(t *testing.T) {
	ana := values("first name", "Ana", "code", "{{code}} {{secret}}", "empty", "", "space", " \u00a0\u200b", "secret", "!!", "pipe", "a|b")
	for _, test := range []struct{ text, want, bad string }{
		{"", "", ""},
		{"no field", "no field", ""},
		{"Hi {{first name}}!", "Hi Ana!", ""},
		{"Hi {{First_Name}} and {{ FIRST-NAME }}", "Hi Ana and Ana", ""},
		{"{{first name}}{{first name}}", "AnaAna", ""},
		{"{{code}}", "{{code}} {{secret}}", ""}, // a value is not read for fields
		{"{{pipe|x}}", "a|b", ""},
		{"{{empty|there}}", "there", ""},
		{"{{empty | you there }}", "you there", ""},
		{"{{nobody|there}}", "there", ""},
		{"{{empty|}}.", ".", ""},
		{"{{empty|a|b}}", "a|b", ""},
		{"{{space|there}}", "there", ""},
		{"one { or } two", "one { or } two", ""},
		{"{{first name|}}}", "Ana}", ""},
		{"Hi {{empty}}!", "Hi !", "{{empty}} is empty"},
		{"{{space}}", "", "{{space}} is empty"},
		{"{{who}} {{Who}} {{empty}}", "  ", "{{who}} is unknown\n{{empty}} is empty"},
		{"{{who}} {{who|x}}", " x", "{{who}} is unknown"},
	} {
		text, bad := parse(t, test.text).Fill(ana)
		var said []string
		for _, b := range bad {
			said = append(said, b.Error())
		}
		if got := strings.Join(said, "\n"); text != test.want || got != test.bad {
			t.Errorf("Fill(%q) = %q, bad %q; want %q, bad %q", test.text, text, got, test.want, test.bad)
		}
	}
}

func TestBrokenTemplatesNameThePlace(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"Hi {{name", "line 1, character 4: the field that begins here is not closed by }}"},
		{"é\nHi {{name}", "line 2, character 4: the field that begins here is not closed by }}"},
		{"Hi {name}}", "line 1, character 9: }} closes nothing; a field is written {{name}}"},
		{"{{a}}}}", "line 1, character 6: }} closes nothing; a field is written {{name}}"},
		{"{{}}", "line 1, character 1: the field that begins here has no name"},
		{"{{ _- |x}}", "line 1, character 1: the field that begins here has no name"},
		{"{{{a}}}", "line 1, character 1: there are braces within the field that begins here; a field is written {{name}}, with two of them"},
		{"{{a {{b}}", "line 1, character 1: there are braces within the field that begins here; a field is written {{name}}, with two of them"},
		{"{{a|{{b}}}}", "line 1, character 1: there are braces within the field that begins here; a field is written {{name}}, with two of them"},
		{"{{a}b}}", "line 1, character 1: a brace cannot be in the name of a field"},
		{"x {{a\nb}}", "line 1, character 3: the field that begins here goes over the end of the line; is its }} missing?"},
	} {
		_, err := template.Parse(test.text)
		e, ok := errors.AsType[*template.SyntaxError](err)
		if !ok || e.Error() != test.want {
			t.Errorf("Parse(%q): %v, want %s", test.text, err, test.want)
		}
	}
}

func TestFields(t *testing.T) {
	tpl := parse(t, "{{B}} {{a|x}} {{b}} {{First Name}}")
	if got, want := tpl.Fields(), []string{"b", "a", "first name"}; !slices.Equal(got, want) {
		t.Errorf("Fields() = %q, want %q", got, want)
	}
	tpl.Fields()[0] = "changed"
	if tpl.Fields()[0] != "b" {
		t.Error("the caller can change the template")
	}
	if got := tpl.String(); got != "{{B}} {{a|x}} {{b}} {{First Name}}" {
		t.Errorf("String() = %q", got)
	}
}

func TestDefault(t *testing.T) {
	tpl := parse(t, "{{a}} {{A|one}} {{a|two}} {{b}} {{c|}}")
	for field, want := range map[string]string{"a": "one true", "b": " false", "c": " true", "d": " false"} {
		if fallback, ok := tpl.Default(field); fmt.Sprint(fallback, " ", ok) != want {
			t.Errorf("Default(%q) = %q, %v, want %s", field, fallback, ok, want)
		}
	}
}

func TestCheckNamesWhatIsUnknownAndWhatWasMeant(t *testing.T) {
	known := []string{"First Name", "Phone_Number", "code"}
	for _, test := range []struct{ text, want string }{
		{"{{first name}} {{phone-number}}", ""},
		{"{{frist name}}", "{{frist name}} is unknown; did you mean {{first name}}?"},
		{"{{firstname}}", "{{firstname}} is unknown; did you mean {{first name}}?"},
		{"{{city}}", "{{city}} is unknown"},
		{"{{cdoe|none}}", "{{cdoe}} is unknown, so everybody gets its default; did you mean {{code}}?"},
		{"{{cdoe|none}} {{cdoe}}", "{{cdoe}} is unknown; did you mean {{code}}?"},
	} {
		var said []string
		for _, b := range parse(t, test.text).Check(known) {
			said = append(said, b.Error())
		}
		if got := strings.Join(said, "\n"); got != test.want {
			t.Errorf("Check of %q: %q, want %q", test.text, got, test.want)
		}
	}
}

func TestFold(t *testing.T) {
	for name, want := range map[string]string{
		"":                    "",
		" _-\u200b":           "",
		"First Name":          "first name",
		"first_name":          "first name",
		"FIRST -- NAME ":      "first name",
		"FirstName":           "firstname",
		"\ufeffNumber":        "number",
		"Pre\u0301nom":        "prénom",
		"PRÉNOM":              "prénom",
		"a\u00a0b":            "a b",
		"tel.\tmobile\n":      "tel. mobile",
		"Straße":              "straße",
		"ΑΒΓ":                 "αβγ",
		"e\u200b\u0301":       "é",
		"zip\x1bcode":         "zipcode",
		"\u202eright to left": "right to left",
	} {
		if got := template.Fold(name); got != want {
			t.Errorf("Fold(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestNear(t *testing.T) {
	names := []string{"first name", "last name", "code", "zip"}
	for field, want := range map[string]string{
		"fist name": "first name", "lastname": "last name", "cod": "code", "zpi": "zip", "z": "", "entirely": "", "": "",
		strings.Repeat("a", 1000): "",
	} {
		if got := template.Near(field, names); got != want {
			t.Errorf("Near(%q) = %q, want %q", field, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"Hi {{name|there}}!", "{{a}}{{b|{}}", "{{{a}}}", "{{a\nb}}", "}}", "{{", "{{é_É|ü}} \xff"} {
		f.Add(seed, "{{name}}")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		tpl, err := template.Parse(text)
		if err != nil {
			e, ok := errors.AsType[*template.SyntaxError](err)
			if !ok || e.Line < 1 || e.Line > 1+strings.Count(text, "\n") || e.Character < 1 {
				t.Fatalf("the place of %v is not in %q", err, text)
			}
			return
		}
		for _, field := range tpl.Fields() {
			if field == "" || template.Fold(field) != field {
				t.Fatalf("%q is not folded", field)
			}
		}
		filled, bad := tpl.Fill(func(string) (string, bool) { return "x" + value, true })
		if len(bad) > 0 {
			t.Fatalf("%q: %v, although there are values", text, bad)
		}
		if len(tpl.Fields()) == 0 && filled != text {
			t.Fatalf("%q without a field became %q", text, filled)
		}
		if len(tpl.Fields()) > 0 && !strings.Contains(filled, "x"+value) {
			t.Fatalf("%q lacks the value %q as it is: %q", text, value, filled)
		}
		if _, bad := tpl.Fill(func(string) (string, bool) { return "", false }); len(bad) > len(tpl.Fields()) {
			t.Fatalf("%q: %v are more than its fields", text, bad)
		}
	})
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{"First_Name", " ", "İ", "e\u200b\u0301", "\xff-\xfe", "ΑΣ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		once := template.Fold(name)
		if twice := template.Fold(once); twice != once {
			t.Fatalf("Fold(%q) = %q, and of that %q", name, once, twice)
		}
	})
}
