package cli

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// A shapeField is a field of what --json prints.
type shapeField struct {
	path   string // "events[].type"
	kind   string // "text", "whole number", "an array of texts"
	always bool   // it is there even when it is empty
	about  string // what its source says of it
}

// A sourcePackage is the types of a package, as its source has them.
type sourcePackage struct {
	types   map[string]ast.Expr
	imports map[string]string // the last part of the path, to the path
}

// sourceOf reads the source of a package by its folder.
var sourceOf = func() func(folder string) *sourcePackage {
	var mu sync.Mutex
	known := map[string]*sourcePackage{}
	return func(folder string) *sourcePackage {
		mu.Lock()
		defer mu.Unlock()
		if p := known[folder]; p != nil {
			return p
		}
		p := &sourcePackage{map[string]ast.Expr{}, map[string]string{}}
		files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(folder), "*.go"))
		if err != nil {
			panic(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				panic(err)
			}
			for _, i := range file.Imports {
				imported, _ := strconv.Unquote(i.Path.Value) // the parser took it
				name := path.Base(imported)
				if i.Name != nil {
					name = i.Name.Name
				}
				p.imports[name] = imported
			}
			for _, decl := range file.Decls {
				if decl, ok := decl.(*ast.GenDecl); ok {
					for _, spec := range decl.Specs {
						if spec, ok := spec.(*ast.TypeSpec); ok {
							p.types[spec.Name.Name] = spec.Type
						}
					}
				}
			}
		}
		known[folder] = p
		return p
	}
}()

// shapeOf are the fields of a type, named by its package's folder and its name, in their
// order, with those of the types within.
func shapeOf(name string) []shapeField {
	folder, typeName := path.Dir(name)+"/"+strings.Split(path.Base(name), ".")[0], name[strings.LastIndex(name, ".")+1:]
	p := sourceOf(folder)
	s, ok := p.types[typeName].(*ast.StructType)
	if !ok {
		panic(fmt.Sprintf("there is no struct %s in %s", typeName, folder))
	}
	return p.fields(folder, s, "")
}

func (p *sourcePackage) fields(folder string, s *ast.StructType, prefix string) []shapeField {
	var fields []shapeField
	for _, f := range s.Fields.List {
		if len(f.Names) == 0 { // embedded
			in, kind := p.resolve(folder, f.Type)
			inner, ok := in.(*ast.StructType)
			if !ok {
				panic("an embedded field that is no struct: " + kind)
			}
			fields = append(fields, p.fields(folder, inner, prefix)...)
			continue
		}
		if f.Tag == nil || !f.Names[0].IsExported() {
			continue
		}
		tag, _ := strconv.Unquote(f.Tag.Value) // the parser took it
		name, options, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		about := strings.TrimSpace(f.Comment.Text())
		if about == "" {
			about = strings.TrimSpace(f.Doc.Text())
		}
		field := shapeField{path: prefix + name, always: options != "omitempty", about: strings.ReplaceAll(about, "\n", " ")}
		at, inner := p.kindOf(folder, f.Type, &field)
		fields = append(fields, field)
		for _, e := range encoded[at] {
			e.path = field.path + "." + e.path
			fields = append(fields, e)
		}
		if inner != nil {
			fields = append(fields, sourceOf(at).fields(at, inner, field.path+strings.Repeat("[]", depth(f.Type))+".")...)
		}
	}
	return fields
}

// depth is how many arrays are around a type.
func depth(t ast.Expr) int {
	if a, ok := t.(*ast.ArrayType); ok {
		return 1 + depth(a.Elt)
	}
	return 0
}

// encoded are the fields of types that say themselves how they are encoded.
var encoded = map[string][]shapeField{
	"messaging/broadcast/price.Range": {
		{"low", "number", true, "the least that it may cost"},
		{"high", "number", true, "the most"},
		{"currency", "text", true, "ISO 4217"},
		{"unpriced", "whole number", false, "recipients for whom there is no figure; they are not in the sum"},
		{"guessed", "true or false", false, "whether something is billed follows from the digits of its code only"},
	},
}

// kindOf notes what kind of value a field has. If that is an object whose fields are known,
// it is returned, with the folder of its package, or no object and its name in encoded.
func (p *sourcePackage) kindOf(folder string, t ast.Expr, field *shapeField) (string, *ast.StructType) {
	switch t := t.(type) {
	case *ast.ArrayType:
		at, inner := p.kindOf(folder, t.Elt, field)
		field.kind = "an array of " + map[string]string{"text": "texts", "an object": "objects", "whole number": "whole numbers"}[field.kind]
		return at, inner
	case *ast.StarExpr:
		at, inner := p.kindOf(folder, t.X, field)
		if field.always {
			field.kind += " or null"
		}
		return at, inner
	case *ast.MapType:
		var value shapeField
		p.kindOf(folder, t.Value, &value)
		field.kind = "an object of " + value.kind + "s by name"
		return "", nil
	}
	under, kind := p.resolve(folder, t)
	if inner, ok := under.(*ast.StructType); ok {
		field.kind = "an object"
		if selector, ok := t.(*ast.SelectorExpr); ok {
			folder = strings.TrimPrefix(p.imports[selector.X.(*ast.Ident).Name], "telex/")
			if name := folder + "." + selector.Sel.Name; encoded[name] != nil {
				return name, nil
			}
		}
		return folder, inner
	}
	field.kind = kind
	return "", nil
}

// resolve is what a named type is made of, and its kind if that is no object.
func (p *sourcePackage) resolve(folder string, t ast.Expr) (ast.Expr, string) {
	switch t := t.(type) {
	case *ast.Ident:
		if under, ok := p.types[t.Name]; ok {
			return p.resolve(folder, under)
		}
		kind, ok := map[string]string{
			"string": "text", "bool": "true or false", "int": "whole number", "int64": "whole number", "float64": "number", "any": "anything",
		}[t.Name]
		if !ok {
			panic("no kind for " + t.Name)
		}
		return t, kind
	case *ast.SelectorExpr:
		from := p.imports[t.X.(*ast.Ident).Name]
		if inside, ours := strings.CutPrefix(from, "telex/"); ours {
			return sourceOf(inside).resolve(inside, t.Sel)
		}
		if from == "encoding/json" && t.Sel.Name == "RawMessage" {
			return t, "anything"
		}
		panic("no kind for " + from + "." + t.Sel.Name)
	case *ast.StructType:
		return t, "an object"
	}
	panic(fmt.Sprintf("no kind for %T", t))
}
