package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Template is a text that the user keeps to be filled and sent. Whether its fields are
// well written is not looked at; [File.Where] with "templates", the name and "text" says
// where it stands.
type Template struct {
	Name  string
	Text  string
	Media []string // as written
	Tag   string
}

func (t *Template) fields() []field {
	return []field{
		linesField("text", &t.Text),
		listField("media", &t.Media, checkText),
		textField("tag", &t.Tag, checkText),
	}
}

// Templates are those of the file, in its order.
func (f *File) Templates() []Template {
	all := slices.Clone(f.now.content.templates)
	for i := range all {
		all[i].Media = slices.Clone(all[i].Media)
	}
	return all
}

// templates reads the tables of the templates.
func (r *reading) templates(values map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		path := []string{"templates", name}
		table, ok := values[name].(map[string]any)
		if !ok {
			r.refuse(path, typeError(values[name]).Error(), "a table, [templates."+keyText([]string{name})+"]")
			continue
		}
		if err := CheckName(name); err != nil {
			r.refuse(path, "is not a name for a template", allowedName)
			continue
		}
		t := Template{Name: name}
		r.fields(path, table, t.fields())
		if _, said := table["text"]; !said && len(t.Media) == 0 {
			r.refuse(path, "has no text", `text = "…", or media`)
		}
		r.content.templates = append(r.content.templates, t)
	}
	sort.SliceStable(r.content.templates, func(i, j int) bool {
		return r.place("templates", r.content.templates[i].Name) < r.place("templates", r.content.templates[j].Name)
	})
}

// linesField is a text that may have several lines.
func linesField(name string, to *string) field {
	f := textField(name, to, func(s string) error {
		switch {
		case !utf8.ValidString(s):
			return errors.New("is not in UTF-8")
		case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) }):
			return errors.New("holds a control character, other than the end of a line or a tab")
		}
		return nil
	})
	f.allowed = "a text in quotes, of one line or several"
	return f
}

// allowedName is what the name of a table may be, in words.
var allowedName = fmt.Sprintf("up to %d letters from a to z, digits, - and _", maxNameBytes)
