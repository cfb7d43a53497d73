package config

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Each key that the file may have is said what it is for, and nothing else is.
func TestFileKeysHaveMeanings(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range FileKeys() {
		seen[k.meaning()] = true
		if k.What == "" || strings.HasSuffix(k.What, ".") {
			t.Errorf("%s: got %q, want a phrase in meanings that says what it is for", k.path(), k.What)
		}
		if len(k.Types) == 0 || k.Allowed == "" {
			t.Errorf("%s takes %q, %q; want what may stand there", k.path(), k.Types, k.Allowed)
		}
	}
	for path := range meanings() {
		if !seen[path] {
			t.Errorf("%s has a meaning, but there is no such key", path)
		}
	}
}

// The types of FileKeys are those that the reader takes: in a file, a value of one of them is
// not refused for its type, and each other is.
func TestFileKeysAsRead(t *testing.T) {
	t.Parallel()
	for _, k := range FileKeys() {
		if k.Name == "*" {
			continue
		}
		for name, sample := range map[string]struct {
			written string
			value   any
		}{
			"string": {`"x"`, "x"}, "boolean": {"true", true}, "integer": {"1", int64(1)}, "number": {"0.5", 0.5}, "array": {`["x"]`, []any{}}, "object": {"{}", map[string]any{}},
		} {
			e := faultOf(k.Table, k.Name, sample.written)
			taken := e == nil || e.What != typeError(sample.value).Error()
			if want := slices.Contains(k.Types, name); taken != want {
				t.Errorf("%s = %s: got %v, but FileKeys says that it takes %q", k.path(), sample.written, e, k.Types)
			}
		}
	}
}

// faultOf is what the reader says of a key with that value; nil if it takes it.
func faultOf(table, name, value string) *FileError {
	_, err := read("config.toml", []byte(headerOf(table)+name+" = "+value+"\n"))
	all := []error{err}
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		all = several.Unwrap()
	}
	for _, err := range all {
		if e, ok := errors.AsType[*FileError](err); ok && (e.Key == name || strings.HasSuffix(e.Key, "."+name)) {
			return e
		}
	}
	return nil
}

// FileKeys leaves no key and no table out: the reader, asked for one that there is none of,
// names those that there are.
func TestFileKeysAreAll(t *testing.T) {
	t.Parallel()
	tables := map[string][]string{} // the keys, and the tables within
	for _, k := range FileKeys() {
		tables[k.Table] = append(tables[k.Table], k.Name)
		for within, rest := "", k.Table; rest != ""; {
			next, after, _ := strings.Cut(rest, ".")
			tables[within] = append(tables[within], next)
			within, rest = strings.TrimPrefix(within+"."+next, "."), after
		}
	}
	key := regexp.MustCompile(`^[a-z_]+$`)
	for table, names := range tables {
		if slices.ContainsFunc(names, func(name string) bool { return name == "*" || strings.ToUpper(name) == name }) {
			continue // it takes any
		}
		e := faultOf(table, "nothing-of-that-name", "1")
		if e == nil {
			t.Fatalf("%q: an unknown key was taken", table)
		}
		for name := range strings.SplitSeq(e.Allowed, ", ") {
			if key.MatchString(name) && !slices.Contains(names, name) {
				t.Errorf("%q may have %s, but FileKeys does not list it", table, name)
			}
		}
	}
}

// headerOf begins a table, with a name for each that may be any.
func headerOf(table string) string {
	if table == "" {
		return ""
	}
	return "[" + strings.NewReplacer("NAME", "main", "COUNTRY", "GB", "CARRIER", "x").Replace(table) + "]\n"
}
