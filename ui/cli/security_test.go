package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each claim of SECURITY.md names tests, and these are there.
func TestSecurityClaims(t *testing.T) {
	t.Parallel()
	there := testNames(t)
	claims := 0
	for line := range strings.SplitSeq(repositoryText(t, "SECURITY.md"), "\n") {
		if !strings.HasPrefix(line, "| ") || strings.Contains(line, "shown by") {
			continue
		}
		claims++
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		named := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`").FindAllStringSubmatch(cells[len(cells)-1], -1)
		if len(cells) != 3 || len(named) == 0 {
			t.Errorf("this claim names no test: %s", line)
		}
		for _, m := range named {
			if !there[m[1]] {
				t.Errorf("SECURITY.md names %s, but there is no such test: %s", m[1], line)
			}
		}
	}
	if claims < 20 {
		t.Errorf("found %d claims, want all of them", claims)
	}
}

// testNames are the tests of the repository.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
			names[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
