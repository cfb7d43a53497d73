package outbox

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestNoEngineWithin: the rules link no driver and speak no dialect, so that whoever
// brings another engine gets none of SQLite's.
func TestNoEngineWithin(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("Glob = %v, %v, want the files of this package", files, err)
	}
	dialect := regexp.MustCompile(`(?i)\bpragma\b|\bsqlite_|\browid\b|\bINSERT OR\b|\bifnull\(|\bjson_[a-z]+\(|\bMATCH \?|LastInsertId|\?[0-9]`)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if found := dialect.Find(source); found != nil {
			t.Errorf("%s says %q, which not every SQL database understands", name, found)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(path, "sql") && path != "database/sql" || strings.Contains(path, "flock") {
				t.Errorf("%s imports %s, which belongs to an engine", name, path)
			}
		}
	}
}
