package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
)

// Every variable of the environment that the code reads is in the table that the manual
// and the page of the configuration are made of, and none that it does not read.
func TestVariablesAreListed(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	var listed []string
	for _, v := range variables() {
		for name := range strings.SplitSeq(v[0], ", ") {
			listed = append(listed, name)
		}
	}
	read := variablesRead(t)
	if len(read) < 30 {
		t.Fatalf("found only %q, want all that the code reads", read)
	}
	for _, name := range read {
		if !slices.Contains(listed, name) && name != "PATH" {
			t.Errorf("the code reads %s, but the table in variables.go does not list it", name)
		}
	}
	for _, name := range listed {
		if !slices.Contains(read, name) && !slices.Contains(byGo, name) {
			t.Errorf("the table in variables.go lists %s, which nothing reads", name)
		}
	}
}

// byGo are variables that Go's own packages read for telex: net/http, crypto/x509, time, os and runtime.
var byGo = []string{"HTTPS_PROXY", "HTTP_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "ZONEINFO", "TMPDIR", "GOMEMLIMIT"}

var variableName = regexp.MustCompile(`^[A-Z][A-Z0-9_]+$`)

// variablesRead are the names that the code looks up: literals handed to something that
// reads the environment, those in lists of a function that does, and constants that are
// named for it. The engine for PostgreSQL is for other programs: telex does not have it.
func variablesRead(t *testing.T) []string {
	t.Helper()
	var names []string
	add := func(e ast.Expr) {
		if literal, ok := e.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if name, err := strconv.Unquote(literal.Value); err == nil && variableName.MatchString(name) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (slices.Contains([]string{"e2e", "testdata", ".git", "postgres"}, d.Name()) || strings.HasSuffix(d.Name(), "test")):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok && (strings.HasPrefix(strings.ToLower(v.Names[0].Name), "env") || v.Names[0].Name == "Variable") {
						for _, value := range v.Values {
							add(value)
						}
					}
				}
			case *ast.FuncDecl:
				reads := false
				ast.Inspect(decl, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok && readsEnvironment(call) {
						reads = true
						for _, arg := range call.Args {
							add(arg)
						}
					}
					return true
				})
				if !reads {
					continue
				}
				ast.Inspect(decl, func(n ast.Node) bool {
					if list, ok := n.(*ast.CompositeLit); ok {
						for _, element := range list.Elts {
							add(element)
						}
					}
					return true
				})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// readsEnvironment reports whether a call looks a variable up, by the names that this
// code has for that.
func readsEnvironment(call *ast.CallExpr) bool {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	return slices.Contains([]string{"Env", "env", "Getenv", "getenv", "LookupEnv", "lookup", "Lookup", "get", "set", "value", "variable", "fallback"}, name)
}
