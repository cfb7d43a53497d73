package config

import (
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
	for path := range meanings {
		if !seen[path] {
			t.Errorf("%s has a meaning, but there is no such key", path)
		}
	}
}

// The types of FileKeys are those that the reader takes: a file with each of them is read, and
// one with another type is not.
func TestFileKeysAsRead(t *testing.T) {
	t.Parallel()
	values := map[string]string{"string": `"x"`, "boolean": "true", "integer": "1", "number": "0.5", "array": `["x"]`, "object": "{}"}
	for _, k := range FileKeys() {
		if k.Name == "*" {
			continue
		}
		header := headerOf(k.Table)
		for name, value := range values {
			if len(k.Choices) > 0 && name == "string" {
				value = quote(k.Choices[0])
			}
			if k.Name == "region" {
				value = strings.ReplaceAll(value, "x", "GB")
			}
			_, err := read("config.toml", []byte(header+k.Name+" = "+value+"\n"))
			if takes := slices.Contains(k.Types, name); takes != (err == nil) {
				t.Errorf("%s = %s: got %v, but FileKeys says that it takes %q", k.path(), value, err, k.Types)
			}
		}
	}
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
	for table, names := range tables {
		if slices.ContainsFunc(names, func(name string) bool { return name == "*" || strings.ToUpper(name) == name }) {
			continue // it takes any
		}
		_, err := read("config.toml", []byte(headerOf(table)+"nothing-of-that-name = 1\n"))
		if err == nil {
			t.Fatalf("%q: an unknown key was taken", table)
		}
		_, allowed, _ := strings.Cut(err.Error(), "allowed: ")
		for name := range strings.SplitSeq(allowed, ", ") {
			if !slices.Contains(names, name) {
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
	return "[" + strings.ReplaceAll(table, "NAME", "main") + "]\n"
}
