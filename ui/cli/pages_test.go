package cli

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/config"
	"telex/ui/keys"
	"telex/ui/widget"
)

// Parts of the pages are made of the code that they tell of. One command makes them anew:
//
//	go test ./ui/cli -run Generated -update
var update = flag.Bool("update", false, "make the generated parts of README.md and docs anew")

// generated are the parts of pages between <!-- NAME --> and <!-- /NAME -->.
var generated = []struct {
	page, name string
	make       func() string
}{
	{"README.md", "keys", func() string { return keyTable("Everywhere") }},
	{"docs/console.md", "keys", func() string { return keyTable("") }},
	{"docs/outcomes.md", "exits", exitTable},
	{"docs/commands.md", "commands", commandsPart},
	{"docs/config.md", "config", configTable},
	{"docs/config.md", "variables", variableTable},
	{"docs/config.md", "roles", func() string { return nameList(widget.Roles()) }},
	{"docs/config.md", "actions", func() string { return nameList(keys.Actions()) }},
	{"docs/json.md", "shapes", shapesPart},
}

func TestGeneratedParts(t *testing.T) {
	for _, g := range generated {
		t.Run(strings.TrimSuffix(filepath.Base(g.page), ".md")+"/"+g.name, func(t *testing.T) {
			samePart(t, g.page, g.name, g.make())
		})
	}
}

func TestGeneratedSchema(t *testing.T) {
	sameFile(t, "docs/config.schema.json", configSchema(t))
}

// samePart fails if a part of a page is not want, or makes it so with -update.
func samePart(t *testing.T, page, name, want string) {
	t.Helper()
	path := filepath.Join("..", "..", filepath.FromSlash(page))
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->\n"
	before, rest, found := strings.Cut(string(text), begin)
	part, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no part between %q and %q", page, begin, end)
	}
	if part == want {
		return
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	stale(t, page+", part "+name, part, want)
}

// sameFile fails if a file is not want, or makes it so with -update.
func sameFile(t *testing.T, page, want string) {
	t.Helper()
	path := filepath.Join("..", "..", filepath.FromSlash(page))
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if string(got) != want {
		stale(t, page, string(got), want)
	}
}

// stale fails with the first line that is not as it should be, and how to mend it.
func stale(t *testing.T, what, got, want string) {
	t.Helper()
	old, now := strings.Split(got, "\n"), strings.Split(want, "\n")
	row := 0
	for row < len(old) && row < len(now) && old[row] == now[row] {
		row++
	}
	at := func(rows []string) string {
		if row < len(rows) {
			return rows[row]
		}
		return "(its end)"
	}
	t.Errorf("%s is not what the code says; go test ./ui/cli -run Generated -update makes it anew. Line %d:\n got %q\nwant %q", what, row+1, at(old), at(now))
}

// commandsPart is every command, with what its help says.
func commandsPart() string {
	var b strings.Builder
	for _, c := range documented(newApp(process{}).rootCommand()) {
		fmt.Fprintf(&b, "## %s\n\n%s.\n\n```text\n%s\n```\n", c.CommandPath(), c.Short, c.UseLine())
		if c.Example != "" {
			fmt.Fprintf(&b, "\n```sh\n%s\n```\n", dedent(c.Example))
		}
		b.WriteString(flagTable(c))
		for paragraph := range strings.SplitSeq(c.Long, "\n\n") {
			switch {
			case paragraph == "":
			case strings.HasPrefix(paragraph, " "):
				fmt.Fprintf(&b, "\n```text\n%s\n```\n", dedent(paragraph))
			default:
				fmt.Fprintf(&b, "\n%s\n", strings.ReplaceAll(paragraph, "<", `\<`))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// dedent takes the indent of the first line from all.
func dedent(text string) string {
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	return strings.TrimPrefix(strings.ReplaceAll(text, "\n"+indent, "\n"), indent)
}

// flagTable is the table of a command's flags, but of --help.
func flagTable(c *cobra.Command) string {
	var b strings.Builder
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if !toldOf(f) {
			return
		}
		label, usage := flagText(f)
		fmt.Fprintf(&b, "| `%s` | %s |\n", cell(label), cell(strings.NewReplacer("<", `\<`, "*", `\*`).Replace(usage)))
	})
	if b.Len() == 0 {
		return ""
	}
	return "\n| flag | what it does |\n|---|---|\n" + b.String()
}

// configTable is the table of the keys of config.toml.
func configTable() string {
	var b strings.Builder
	b.WriteString("| in | key | what it may be | what it is for |\n|---|---|---|---|\n")
	for _, k := range config.FileKeys() {
		table := "the top"
		if k.Table != "" {
			table = "`[" + k.Table + "]`"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", table, k.Name, cell(allowedFor(k)), cell(k.What))
	}
	return b.String()
}

// variableTable is the table of the environment variables that telex reads.
func variableTable() string {
	var b strings.Builder
	b.WriteString("| variable | what it holds |\n|---|---|\n")
	for _, v := range variables() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.ReplaceAll(v[0], ", ", "`, `"), cell(v[1]))
	}
	return b.String()
}

// nameList is names as a line of code each.
func nameList(names []string) string {
	return "```text\n" + strings.Join(names, "\n") + "\n```\n"
}

// configSchema is the JSON Schema of config.toml.
func configSchema(t *testing.T) string {
	t.Helper()
	type object = map[string]any
	table := func() object { return object{"type": "object", "additionalProperties": false, "properties": object{}} }
	top := table()
	top["$schema"], top["title"] = "https://json-schema.org/draft/2020-12/schema", "config.toml of telex"
	// within is the table of a path in which what is in capitals is any name.
	within := func(path string) object {
		in := top
		for part := range strings.SplitSeq(path, ".") {
			switch {
			case part == "":
			case strings.ToUpper(part) == part:
				if in["additionalProperties"] == false {
					in["additionalProperties"] = table()
				}
				in = in["additionalProperties"].(object)
			default:
				properties := in["properties"].(object)
				if properties[part] == nil {
					properties[part] = table()
				}
				in = properties[part].(object)
			}
		}
		return in
	}
	for _, k := range config.FileKeys() {
		in := within(k.Table)
		about := object{"description": k.What, "type": k.Types[0]}
		if len(k.Types) > 1 {
			about["type"] = k.Types
		}
		if slices.Contains(k.Types, "array") {
			about["items"] = object{"type": "string"}
		}
		switch {
		case len(k.Choices) > 0:
			about["enum"] = k.Choices
		case k.Table == "" && k.Name == "theme":
			about["enum"] = widget.Themes()
		}
		properties, names := in["properties"].(object), []string{k.Name}
		if k.Name == "*" {
			names = map[string][]string{"keys": keys.Actions(), "colors": widget.Roles()}[k.Table]
			if names == nil {
				in["additionalProperties"] = about
				continue
			}
		}
		for _, name := range names {
			properties[name] = about
		}
	}
	text, err := json.MarshalIndent(top, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

// What the configuration's page shows as an example is a file that telex reads.
func TestExampleOfConfiguration(t *testing.T) {
	_, rest, _ := strings.Cut(repositoryText(t, "docs", "config.md"), "```toml\n")
	example, _, found := strings.Cut(rest, "```\n")
	if !found {
		t.Fatal("docs/config.md has no example")
	}
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(example), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := config.Load(func(string) (string, bool) { return "", false }, path)
	if err != nil {
		t.Fatal(err)
	}
	if wrong := consoleProblems(file); len(wrong) > 0 {
		t.Error(wrong)
	}
}
