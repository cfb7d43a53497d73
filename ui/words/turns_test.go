package words_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// turns are what telex said once and nobody says: each with what to say instead. A space
// stands for any run of spaces and line ends.
var turns = []struct{ old, better string }{
	{`\bis none\b`, "is not a …, or: there is no …"},
	{`\b(it|that|which|this|[^\s\w]|%[a-z]) is no (proof|file|name|secret|key|command|number|flag|code|state|message)\b`, "is not a …"},
	{`\bis no \w+( \w+)? of\b`, "is not a … of"},
	{`\bof none\b`, "no … has"},
	{`\bof which none\b`, "none of which"},
	{`\bfits in\b`, "matches"},
	{`\banew\b`, "again"},
	{`\bfor once\b`, "for this run"},
	{`\bfor ever\b`, "forever"},
	{`\ball the same\b`, "anyway"},
	{`\b(take|takes|taken|took) (it|this|that|them|these|this draft|that draft)? ?up\b`, "continue"},
	{`\btaken? up as\b`, "restored"},
	{`\bleave them\b`, "close"},
	{`\bdo it\b`, "the verb itself"},
	{`\bhad the time\b`, "should have shown up by now"},
	{`\bspan of time\b`, "a duration such as 30s"},
	{`\bpassed over\b`, "skipped"},
	{`\bsays it all\b`, "says everything"},
	{`\bnobody to ask\b`, "no terminal to ask on"},
	{`\bmay as well be\b`, "could also be"},
	{`\bsee to\b`, "check"},
	{`\bsee that\b`, "check that"},
	{`\bnot to be trusted\b`, "is not trusted"},
	{`\bwhoever\b`, "anyone who, everybody who"},
	{`\bis there twice\b`, "is listed twice"},
	{`\bexclude each other\b`, "cannot be used together"},
	{`\btakes a yes\b`, "telex asks first"},
	{`\bgot the same\b`, "got this text"},
	{`\bthe one is for .{1,20} the other\b`, "… is for …"},
	{`\bsomebody (may be )?in between\b`, "something may be intercepting"},
}

// A place is where text that people read stands.
type place struct {
	at   func(offset int) string // file and line
	text string
}

// Nothing that telex says, or that its pages say, holds a turn of the list.
func TestTurns(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	root := filepath.Join("..", "..")
	places := append(literals(t, root), pages(t, root)...)
	if len(places) < 3000 {
		t.Fatalf("read %d pieces of text, want thousands: is the root of the module %s?", len(places), root)
	}
	for _, turn := range turns {
		old := regexp.MustCompile(`(?i)` + strings.ReplaceAll(turn.old, " ", `\s+`))
		for _, p := range places {
			for _, found := range old.FindAllStringIndex(p.text, -1) {
				t.Errorf("%s: %q; better: %s", p.at(found[0]), p.text[found[0]:found[1]], turn.better)
			}
		}
	}
}

// A turn is found where it stands: over the end of a line too, and not in a comment.
func TestTurnsAreFound(t *testing.T) {
	dir := t.TempDir()
	source := "package p\n\n// For ever and ever.\nvar a = `one\nthat is\nnone`\n\nvar b = \"kept\" // is none\n"
	if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	old := regexp.MustCompile(`\bis\s+none\b`)
	var found []string
	for _, p := range literals(t, dir) {
		for _, at := range old.FindAllStringIndex(p.text, -1) {
			found = append(found, p.at(at[0]))
		}
	}
	if len(found) != 1 || filepath.Base(found[0]) != "p.go:5" {
		t.Errorf("got %q, want one at p.go:5", found)
	}
}

// literals are the strings of the module's programs: not of its tests, nor what is
// imported or written on fields.
func literals(t *testing.T, root string) []place {
	t.Helper()
	var places []place
	files := token.NewFileSet()
	walk(t, root, func(path string) {
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(filepath.Dir(path), "test") ||
			filepath.Base(filepath.Dir(path)) == "generate" { // a tool of the repository, not a part of telex
			return
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.BasicLit:
				if said, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil {
					places = append(places, textAt(path, files.Position(n.Pos()).Line, said))
				}
			}
			return true
		})
	})
	return places
}

// pages are README.md, docs and the screens that tests compare with.
func pages(t *testing.T, root string) []place {
	t.Helper()
	var places []place
	walk(t, root, func(path string) {
		name, _ := filepath.Rel(root, path)
		page := name == "README.md" || filepath.Dir(name) == "docs" && filepath.Ext(name) == ".md"
		screen := strings.Contains(filepath.ToSlash(name), "/testdata/") && strings.HasPrefix(name, "ui") && filepath.Ext(name) == ".txt"
		if !page && !screen {
			return
		}
		said, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if page {
			places = append(places, textAt(path, 1, string(said)))
			return
		}
		for i, row := range strings.Split(string(said), "\n") {
			places = append(places, textAt(path, i+1, row))
		}
	})
	return places
}

// walk calls see with each file below root that is not hidden.
func walk(t *testing.T, root string, see func(path string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != root:
			return filepath.SkipDir
		case entry.Type().IsRegular():
			see(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// textAt is text that begins on a line of a file.
func textAt(path string, line int, text string) place {
	return place{text: text, at: func(offset int) string {
		return fmt.Sprintf("%s:%d", path, line+strings.Count(text[:offset], "\n"))
	}}
}
