package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"telex/ui"
)

// readme is the part of README.md between <!-- name --> and <!-- /name -->.
func readme(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->\n"
	_, rest, found := strings.Cut(string(text), begin)
	part, _, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("README.md has no part between %q and %q", begin, end)
	}
	return part
}

// cell is s inside a Markdown table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// keyTable is the README's table of the console's keys.
func keyTable() string {
	var b strings.Builder
	b.WriteString("| where | key | what it does |\n|---|---|---|\n")
	for _, group := range ui.Keys() {
		for i, k := range group.Keys {
			where := ""
			if i == 0 {
				where = "**" + cell(group.Title) + "**"
			}
			fmt.Fprintf(&b, "| %s | `%s` | %s |\n", where, cell(k[0]), cell(k[1]))
		}
	}
	return b.String()
}

// exitTable is the README's table of exit codes.
func exitTable() string {
	var b strings.Builder
	b.WriteString("| exit | meaning |\n|---|---|\n")
	for _, e := range exits() {
		fmt.Fprintf(&b, "| %d | %s |\n", e.code, cell(e.meaning))
	}
	return b.String()
}

func TestReadmeKeys(t *testing.T) { sameTable(t, "keys", keyTable()) }

func TestReadmeExits(t *testing.T) { sameTable(t, "exits", exitTable()) }

// sameTable fails with the table to paste if the README's is another.
func sameTable(t *testing.T, name, want string) {
	t.Helper()
	got := readme(t, name)
	if got == want {
		return
	}
	old, now := strings.SplitAfter(got, "\n"), strings.SplitAfter(want, "\n")
	row := 0
	for row < len(old) && row < len(now) && old[row] == now[row] {
		row++
	}
	at := func(rows []string) string {
		if row < len(rows) {
			return strings.TrimSuffix(rows[row], "\n")
		}
		return ""
	}
	t.Errorf("README.md, table %q, line %d:\n got %q\nwant %q\nPut this between <!-- %s --> and <!-- /%s -->:\n\n%s",
		name, row+1, at(old), at(now), name, name, want)
}
