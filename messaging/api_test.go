package messaging_test

import (
	"bytes"
	"flag"
	"go/ast"
	"go/build"
	"go/doc"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write down what packages export now")

// unpromised are packages below this one that other programs may not rely on: they are for
// the tests of what stands here, and of engines.
var unpromised = []string{"outbox/outboxtest", "outbox/outboxtest/sample", "outbox/postgres/postgrestest", "outbox/sqlite/sqlitetest"}

// TestAPI: what packages export is what testdata/api has of it. docs/library.md promises that
// nothing of it goes or changes within a major version, so a line that is not there any more
// breaks a program of somebody's.
func TestAPI(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	files := map[string]bool{}
	for _, dir := range exported(t) {
		name := filepath.Join("testdata", "api", strings.ReplaceAll(path.Join("messaging", dir), "/", "_")+".txt")
		files[name] = true
		now := exports(t, dir)
		if *update {
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, []byte(now), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Errorf("%v; go test ./messaging -run TestAPI -update writes it", err)
			continue
		}
		gone, added := differ(string(want), now)
		if gone != "" {
			t.Errorf("messaging/%s: gone or changed, which breaks programs that import it:\n%s", dir, gone)
		}
		if gone+added != "" {
			t.Errorf("messaging/%s: new:\n%sgo test ./messaging -run TestAPI -update writes it down", dir, added)
		}
	}
	kept, err := filepath.Glob(filepath.Join("testdata", "api", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range kept {
		if files[name] {
			continue
		}
		if *update {
			_ = os.Remove(name)
			continue
		}
		t.Errorf("%s: its package is gone, which breaks programs that import it", name)
	}
}

// TestAPINotices: a name that is taken away and a parameter that is added are seen, and what
// is not exported is not.
func TestAPINotices(t *testing.T) {
	list := func(source string) string {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "p.go", "package p\n"+source, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		return listing(t, fset, []*ast.File{f})
	}
	was := list("type T struct {\nA, B int\nb int\n}\nvar E = errors.New(`a`)\nfunc (T) M(x int) {}\nfunc (T) m() {}\ntype u int\nfunc F() {}\nconst C = 1\nvar v int")
	for _, line := range []string{"type T struct {", "\tA, B int", "var E error", "func (T) M(x int)", "func F()", "const C = 1"} {
		if !strings.Contains("\n"+was, "\n"+line+"\n") {
			t.Errorf("no line %q in:\n%s", line, was)
		}
	}
	for _, word := range []string{"b int", ") m()", "u int", "v int"} {
		if strings.Contains(was, word) {
			t.Errorf("%q is not exported, and is in:\n%s", word, was)
		}
	}
	if gone, added := differ(was, list("type T struct {\nA, B int\n}\nvar E = errors.New(`b`)\nfunc (T) M(x, y int) {}\nconst C = 1\nfunc G() {}")); gone != "\tfunc F()\n\tfunc (T) M(x int)\n" || added != "\tfunc G()\n\tfunc (T) M(x, y int)\n" {
		t.Errorf("got gone:\n%sand new:\n%s", gone, added)
	}
}

// exported are the folders of packages that others may import, from here.
func exported(t *testing.T) (dirs []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.IsDir():
			return err
		case d.Name() == "testdata" || d.Name() == "internal":
			return filepath.SkipDir
		}
		if p, err := build.ImportDir(name, 0); err == nil && p.Name != "main" && !slices.Contains(unpromised, filepath.ToSlash(name)) {
			dirs = append(dirs, filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil || len(dirs) < 10 {
		t.Fatalf("found %d packages: %v", len(dirs), err)
	}
	return dirs
}

// exports is what a package exports on Linux, in Go.
func exports(t *testing.T, dir string) string {
	t.Helper()
	linux := build.Default
	linux.GOOS, linux.GOARCH, linux.CgoEnabled = "linux", "amd64", false
	p, err := linux.ImportDir(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return listing(t, fset, files)
}

// listing is what files of a package export, without comments and bodies.
func listing(t *testing.T, fset *token.FileSet, files []*ast.File) string {
	t.Helper()
	p, err := doc.NewFromFiles(fset, files, "telex/messaging")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	write := func(d ast.Decl) {
		if d, ok := d.(*ast.GenDecl); ok {
			withoutWords(d)
		}
		var one bytes.Buffer
		if err := format.Node(&one, fset, d); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(one.String() + "\n") {
			if line = strings.TrimRight(line, " \t\n"); line != "" && !strings.HasPrefix(strings.TrimSpace(line), "//") {
				b.WriteString(line + "\n")
			}
		}
	}
	values := func(all []*doc.Value) {
		for _, v := range all {
			write(v.Decl)
		}
	}
	funcs := func(all []*doc.Func) {
		for _, f := range all {
			f.Decl.Doc, f.Decl.Body = nil, nil
			write(f.Decl)
		}
	}
	values(p.Consts)
	values(p.Vars)
	funcs(p.Funcs)
	for _, y := range p.Types {
		write(y.Decl)
		values(y.Consts)
		values(y.Vars)
		funcs(y.Funcs)
		funcs(y.Methods)
	}
	return b.String()
}

// withoutWords takes the texts out of errors that are declared: people read them, and they
// may be said better.
func withoutWords(d *ast.GenDecl) {
	d.Doc = nil
	for _, spec := range d.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok || d.Tok != token.VAR || len(v.Values) != 1 {
			continue
		}
		if call, ok := v.Values[0].(*ast.CallExpr); ok {
			if f, ok := call.Fun.(*ast.SelectorExpr); ok && (f.Sel.Name == "New" || f.Sel.Name == "Errorf") {
				v.Type, v.Values = ast.NewIdent("error"), nil
			}
		}
	}
}

// differ are the lines that only one of two listings has. A line of a field counts by its
// words, for its columns are set by its neighbours.
func differ(was, now string) (gone, added string) {
	only := func(a, b string) string {
		var have []string
		for line := range strings.Lines(b) {
			have = append(have, strings.Join(strings.Fields(line), " "))
		}
		var out strings.Builder
		for line := range strings.Lines(a) {
			i := slices.Index(have, strings.Join(strings.Fields(line), " "))
			if i < 0 {
				out.WriteString("\t" + line)
				continue
			}
			have = slices.Delete(have, i, i+1)
		}
		return out.String()
	}
	return only(was, now), only(now, was)
}
