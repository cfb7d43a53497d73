package config

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

const withTemplates = `# Before.
[templates.reminder] # for the clinic
text = """
Hi {{first name|there}},
see you at {{time}}.""" # no full stop

[profiles.a]
account = "1"

[templates.flyer]
media = ["https://example.org/a.png"]
tag = "spring"
`

func TestTemplates(t *testing.T) {
	f := loaded(t, configFile(t, withTemplates))
	want := []Template{
		{Name: "reminder", Text: "Hi {{first name|there}},\nsee you at {{time}}."},
		{Name: "flyer", Media: []string{"https://example.org/a.png"}, Tag: "spring"},
	}
	got := f.Templates()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	got[1].Media[0] = "changed"
	if !reflect.DeepEqual(f.Templates(), want) {
		t.Error("the caller can change the file's templates")
	}
	if where := f.Where("templates", "reminder", "text"); !strings.HasSuffix(where, ":3") {
		t.Errorf("the text is at %s, want line 3", where)
	}
}

func TestTemplatesRefusedWithTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"templates = 1":                       `:1: templates is a whole number without quotes; allowed: a table, [templates]`,
		"[templates]\na = \"Hi\"":             `:2: templates.a is a text; allowed: a table, [templates.a]`,
		"[templates.a]\ntxt = \"Hi\"":         ":1: templates.a has no text; allowed: text = \"…\", or media\n:2: templates.a.txt is unknown; did you mean text? (allowed: text, media, tag)",
		"[templates.a]\ntext = 1":             `:2: templates.a.text is a whole number without quotes; allowed: a text in quotes, of one line or several`,
		"[templates.a]\ntext = \"a\\u001bb\"": `:2: templates.a.text holds a control character, other than the end of a line or a tab; allowed: a text in quotes, of one line or several`,
		"[templates.\"a b\"]\ntext = \"Hi\"":  `:1: templates."a b" is not a name for a template; allowed: up to 64 letters from a to z, digits, - and _`,
		"[templates.a]\ntag = \"x\"":          `:1: templates.a has no text; allowed: text = "…", or media`,
	} {
		path := configFile(t, text+"\n")
		_, err := Load(os.LookupEnv, path)
		if err == nil || strings.ReplaceAll(err.Error(), path, "") != want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestEditsLeaveTheTemplates(t *testing.T) {
	path := configFile(t, withTemplates)
	f := loaded(t, path)
	before := f.Templates()
	if err := f.Put(Profile{Name: "b", AccountID: "2"}); err != nil {
		t.Fatal(err)
	}
	if err := f.SetDefault("b"); err != nil {
		t.Fatal(err)
	}
	if err := f.Remove("a"); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	keepsComments(t, withTemplates, contentOf(t, path))
	if got := loaded(t, path).Templates(); !reflect.DeepEqual(got, before) {
		t.Errorf("got %+v, want %+v", got, before)
	}
}
