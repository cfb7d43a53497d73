package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"telex/ui/cli/say"
	"telex/ui/keys"
)

// mostReadmeWords is how many words README.md may have: it is read at a sitting, and links to the rest.
const mostReadmeWords = 1500

func TestReadmeIsShort(t *testing.T) {
	if words := len(strings.Fields(repositoryText(t, "README.md"))); words > mostReadmeWords {
		t.Errorf("README.md has %d words, want %d at most: move what is long to docs", words, mostReadmeWords)
	}
}

// Every page of the repository is Markdown of which nothing is left over: fences are
// closed, a comment is one of those that mark a table, in pairs, and stands alone, and no
// heading is a piece of something else or there twice.
func TestPages(t *testing.T) {
	var pages []string
	for _, pattern := range []string{"*.md", filepath.Join("docs", "*.md")} {
		found, err := filepath.Glob(filepath.Join("..", "..", pattern))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	if len(pages) < 4 {
		t.Fatalf("got the pages %q, want README, CONTRIBUTING, CHANGELOG and docs", pages)
	}
	for _, path := range pages {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range leftOver(string(text)) {
			t.Errorf("%s:%s", filepath.Base(path), fault)
		}
	}
}

// TestLeftOver: what TestPages would find.
func TestLeftOver(t *testing.T) {
	for text, want := range map[string]string{
		"# A\n\n## B\n":                       "",
		"<!-- a -->\n|x|\n<!-- /a -->\n":      "",
		"## Your account\". -->\n":            "1: -->",
		"<!-- see\n\"Your account\". -->\n":   "1: <!--",
		"text <!-- a --> text\n":              "1: <!--",
		"<!-- a -->\n|x|\n":                   "3: a is not closed",
		"<!-- /a -->\n":                       "1: /a",
		"<!-- a -->\n<!-- b -->\n":            "2: b within a",
		"## A\n## A\n":                        "2: the heading A is there twice",
		"## A \"b\n":                          "1: the heading A \"b",
		"```sh\n# a comment, no heading\n":    "3: a block is not closed",
		"```sh\n<!-- \n```\n":                 "",
		"text\n## An account of `<!--`\n":     "",
		"<!-- a -->\n<!-- /a -->\n<!-- a -->": "3: a is there twice",
	} {
		got := strings.Join(leftOver(text), "; ")
		if want == "" && got != "" || !strings.HasPrefix(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

var (
	tableMark  = regexp.MustCompile(`^<!-- (/?)([a-z]+) -->$`)
	inlineCode = regexp.MustCompile("`[^`]*`")
)

// leftOver says what is broken of a page, each with its line.
func leftOver(text string) []string {
	var faults []string
	seen, within, fenced, n := map[string]bool{}, "", false, 0
	say := func(format string, args ...any) {
		faults = append(faults, fmt.Sprintf("%d: ", n)+fmt.Sprintf(format, args...))
	}
	for line := range strings.SplitSeq(text, "\n") {
		n++
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
			continue
		}
		if fenced {
			continue
		}
		if m := tableMark.FindStringSubmatch(line); m != nil {
			closes, name := m[1] != "", m[2]
			switch {
			case closes && within != name:
				say("/%s closes nothing", name)
			case closes:
				within = ""
			case within != "":
				say("%s within %s", name, within)
			case seen["<!--"+name]:
				say("%s is there twice", name)
			default:
				within, seen["<!--"+name] = name, true
			}
			continue
		}
		line = inlineCode.ReplaceAllString(line, "")
		for _, piece := range []string{"<!--", "-->"} {
			if strings.Contains(line, piece) {
				say("%s is no whole mark of a table", piece)
			}
		}
		if heading := strings.TrimLeft(line, "#"); heading != line && strings.HasPrefix(heading, " ") {
			heading = strings.TrimSpace(heading)
			if strings.Count(heading, `"`)%2 != 0 || heading == "" {
				say("the heading %s is a piece of something", heading)
			}
			if seen[heading] && !strings.HasPrefix(line, "###") { // those below are told apart by what is above
				say("the heading %s is there twice", heading)
			}
			seen[heading] = true
		}
	}
	if fenced {
		say("a block is not closed")
	}
	if within != "" {
		say("%s is not closed", within)
	}
	return faults
}

// cell is s inside a Markdown table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// keyTable is a table of the console's keys: those of the groups with that title, or all.
func keyTable(title string) string {
	var b strings.Builder
	b.WriteString("| where | key | what it does |\n|---|---|---|\n")
	for _, group := range keys.Groups() {
		if title != "" && group.Title != title {
			continue
		}
		for i, k := range group.Groups {
			where := ""
			if i == 0 {
				where = "**" + cell(group.Title) + "**"
			}
			fmt.Fprintf(&b, "| %s | `%s` | %s |\n", where, cell(k[0]), cell(k[1]))
		}
	}
	return b.String()
}

// exitTable is the table of exit codes.
func exitTable() string {
	var b strings.Builder
	b.WriteString("| exit | meaning |\n|---|---|\n")
	for _, e := range say.Exits() {
		fmt.Fprintf(&b, "| %d | %s |\n", e.Code, cell(e.Meaning))
	}
	return b.String()
}
