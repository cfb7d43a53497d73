package account_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestArrows: the package knows the API and what a number is; neither screens, nor the file
// of profiles and the stores of secrets.
func TestArrows(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("got files %v, %v", files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			path, _ := strconv.Unquote(i.Path.Value) // it was parsed
			if root, _, _ := strings.Cut(path, "/"); (strings.Contains(root, ".") || root == "telex") &&
				!slices.Contains([]string{"telex/messaging", "telex/messaging/number"}, path) {
				t.Errorf("%s imports %s, want nothing but messaging and number", name, path)
			}
		}
	}
}
