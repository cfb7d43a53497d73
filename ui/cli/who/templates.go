package who

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"telex/config"
	"telex/messaging/broadcast/template"
	"telex/ui/cli/say"
)

// A Template is one of the file's, and what could be read of its text.
type Template struct {
	config.Template
	Parsed *template.Template // nil if it cannot be used
	Err    error              // why not, with file and line
}

// Templates are those of the file, in its order.
func (h Home) Templates() ([]Template, error) {
	file, err := h.Configuration()
	if err != nil {
		return nil, err
	}
	return h.TemplatesOf(file), nil
}

// TemplatesOf are those of a file. A ~ that begins a path among their media is the user's
// home: no shell is there to say so.
func (h Home) TemplatesOf(file *config.File) []Template {
	kept := file.Templates()
	all := make([]Template, len(kept))
	for i, t := range kept {
		all[i].Template = t
		for j, m := range t.Media {
			rest, ok := strings.CutPrefix(m, "~/")
			if home, _ := h.Env("HOME"); ok && home != "" {
				all[i].Media[j] = filepath.Join(home, rest)
			}
		}
		parsed, err := template.Parse(t.Text)
		if err != nil {
			all[i].Err = file.At(fmt.Errorf("templates.%s.text: %w", t.Name, err), "templates", t.Name, "text")
			continue
		}
		all[i].Parsed = parsed
	}
	return all
}

// TemplateProblems are why templates of a file cannot be used, each with file and line.
func (h Home) TemplateProblems(file *config.File) []error {
	var wrong []error
	for _, t := range h.TemplatesOf(file) {
		if t.Err != nil {
			wrong = append(wrong, t.Err)
		}
	}
	return wrong
}

// Template is the one of that name, which can be used. The error is a [say.UsageError].
func (h Home) Template(name string) (Template, error) {
	all, err := h.Templates()
	if err != nil {
		return Template{}, err
	}
	var names []string
	for _, t := range all {
		switch {
		case t.Name == name && t.Err != nil:
			return Template{}, &say.UsageError{What: "the template cannot be used: " + t.Err.Error()}
		case t.Name == name:
			return t, nil
		}
		names = append(names, t.Name)
	}
	e := &say.UsageError{What: "there is no template " + say.Quoted(name), Hint: "there are " + strings.Join(names, ", ")}
	if near := template.Near(strings.ToLower(name), names); near != "" {
		e.Hint = "did you mean " + near + "? " + e.Hint
	}
	if len(names) == 0 {
		e.Hint = `none is kept; to keep one, put [templates.NAME] with text = "…" into config.toml`
	}
	return Template{}, e
}

// CompleteTemplate tells shells which templates there are, for the flag --template.
func (h Home) CompleteTemplate(cmd *cobra.Command) {
	// It fails only for a flag that is not there.
	_ = cmd.RegisterFlagCompletionFunc("template", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		all, _ := h.Templates() // of what cannot be read there are none
		var names []string
		for _, t := range all {
			if t.Err == nil {
				names = append(names, t.Name)
			}
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	})
}

// SetFields are what --set says of the fields of a template.
type SetFields struct {
	Typed []string // FIELD=VALUE
}

// Values reads them. Wrong is what is wrong with them, each a line: what is no pair, what is
// there twice, and what is none of the fields.
func (s SetFields) Values(of *template.Template) (values map[string]string, wrong []error) {
	values, fields := map[string]string{}, of.Fields()
	for _, typed := range s.Typed {
		name, value, ok := strings.Cut(typed, "=")
		field := template.Fold(name)
		_, twice := values[field]
		switch {
		case !ok || field == "":
			wrong = append(wrong, fmt.Errorf("--set %s: write it as FIELD=VALUE", say.Quoted(typed)))
		case twice:
			wrong = append(wrong, fmt.Errorf("--set: %s is given twice", template.Mark(field)))
		case !slices.Contains(fields, field):
			wrong = append(wrong, fmt.Errorf("--set: %w", unknownField(field, fields)))
		default:
			values[field] = value
		}
	}
	return values, wrong
}

// unknownField is why a template has no use for a value.
func unknownField(field string, fields []string) error {
	near := template.Near(field, fields)
	switch {
	case near != "":
		return fmt.Errorf("the template has no field %s; did you mean %s?", template.Mark(field), template.Mark(near))
	case len(fields) == 0:
		return fmt.Errorf("the template has no field %s, nor any other", template.Mark(field))
	}
	return fmt.Errorf("the template has no field %s; it has %s", template.Mark(field), strings.Join(fields, ", "))
}

// Argument is a field as it is written behind --set, where no shell has to be told of
// spaces: first_name.
func Argument(field string) string { return strings.ReplaceAll(field, " ", "_") }

// Complete tells shells which fields are open still.
func (s SetFields) Complete(of *template.Template) []string {
	given := map[string]bool{}
	for _, typed := range s.Typed {
		name, _, _ := strings.Cut(typed, "=")
		given[template.Fold(name)] = true
	}
	var open []string
	for _, field := range of.Fields() {
		if !given[field] {
			open = append(open, Argument(field)+"=")
		}
	}
	return open
}
