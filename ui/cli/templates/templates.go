// Package templates is telex templates.
package templates

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/words"
)

// Options are what telex templates may touch.
type Options struct {
	who.Home
	Out io.Writer // the printer's: if it is a terminal, its width is the table's
}

// Command is telex templates.
func Command(o Options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "templates",
		Short: "List the templates that are kept to be filled and sent",
		Long: `Templates lists the templates of config.toml: the name, the fields that are to be
filled, and the first line of the text. To keep one, write into that file:

  [templates.reminder]
  text = "Hi {{first name|there}}, see you at {{time}}."

{{field}} is filled in, by --set of telex send or by the column of a list with
that name; capitals, spaces, _ and - make no difference. {{field|default}} has
the default where there is no value. A template may have media, a list of paths
and addresses, and a tag, too.

On a terminal these are columns. Otherwise each template is a line of three
fields with tabs between them: name, fields with commas between them, text.
With --json it is an array of objects with name, text, fields, media, tag and
error; what is empty is absent.`,
		Example: "  telex templates\n  telex send -t +12345678902 --template reminder --set time=15:30",
		Args:    say.NoArguments,
		RunE:    func(*cobra.Command, []string) error { return list(o, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON value on standard output")
	return cmd
}

// A Row is what --json prints of a template. What is empty is absent.
type Row struct {
	Name   string   `json:"name"`
	Text   string   `json:"text,omitempty"`
	Fields []string `json:"fields,omitempty"` // that are to be filled, folded
	Media  []string `json:"media,omitempty"`
	Tag    string   `json:"tag,omitempty"`
	Error  string   `json:"error,omitempty"` // why it cannot be used
}

// list is telex templates.
func list(with Options, asJSON bool) error {
	file, err := with.Configuration()
	if err != nil {
		return err
	}
	all := with.TemplatesOf(file)
	rows, cells := []Row{}, [][]string{}
	for _, t := range all {
		r := Row{Name: t.Name, Text: t.Text, Media: t.Media, Tag: t.Tag}
		if t.Err != nil {
			r.Error = say.Plain(t.Err)
			with.Output.Say("warning: %s", r.Error)
		} else {
			r.Fields = t.Parsed.Fields()
		}
		rows = append(rows, r)
		cells = append(cells, []string{t.Name, strings.Join(r.Fields, ","), words.FirstLine(t.Text)})
	}
	if asJSON {
		return with.Output.Value(rows)
	}
	if len(rows) == 0 {
		with.Output.Say("there are no templates in %s; telex templates --help shows how to write one", file.Path())
		return nil
	}
	return with.Output.Text(say.Table(with.Out, []string{"name", "fields", "text"}, cells))
}
