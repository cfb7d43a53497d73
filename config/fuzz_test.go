package config

import (
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2/unstable"
)

// comments are those of a text that are not within the values of the keys told.
func comments(t *testing.T, text string, except ...[]string) map[string]int {
	t.Helper()
	doc, err := parseDocument([]byte(text))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	inside := func(offset int) bool {
		return slices.ContainsFunc(doc.entries, func(e entry) bool {
			return slices.ContainsFunc(except, func(path []string) bool { return slices.Equal(path, e.path) }) &&
				e.whole.from <= offset && offset < e.whole.to
		})
	}
	found := map[string]int{}
	var visit func(n *unstable.Node)
	visit = func(n *unstable.Node) {
		if n.Kind == unstable.Comment && !inside(int(n.Raw.Offset)) {
			found[string(n.Data)]++
		}
		for it := n.Children(); it.Next(); {
			visit(it.Node())
		}
	}
	p := unstable.Parser{KeepComments: true}
	p.Reset([]byte(text))
	for p.NextExpression() {
		for n := p.Expression(); n.Valid(); n = n.Next() {
			visit(n)
		}
	}
	if err := p.Error(); err != nil {
		t.Fatalf("parse: %v", err)
	}
	return found
}

// keepsComments makes sure that a text has the comments of another one.
func keepsComments(t *testing.T, before, after string, except ...[]string) {
	t.Helper()
	got := comments(t, after)
	for comment, n := range comments(t, before, except...) {
		if got[comment] < n {
			t.Errorf("comment %q was there %d times and is %d times:\n%q\n%q", comment, n, got[comment], before, after)
		}
	}
}

// Every change to every file that can be read is made, and is the only one.
func FuzzEdit(f *testing.F) {
	for _, text := range []string{ // short ones: the fuzzer spends long on making long ones shorter
		"", "profiles={a={account=\"1\"},b={}}", "[profiles]\na = {\n account='1', # c\n}", "profiles.a.region=\"GB\"\n[profiles.b]",
		"[profiles.a]#\nnumbers=[#\n'+1',\n]#", "[keys]\r\nquit='f1'\r\n#x", "#a\n\n#b\n[profiles.a] # c\n#d\n\n#e",
		"profile='a'\n [ profiles . 'a' ]\n\tauth='basic'#\n", "[profiles]\nb.account='''\n#'''", "[outbox]\nkeep=1\ntext=true",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		before, err := read("config.toml", text)
		if err != nil {
			t.Skip("it is no file of profiles")
		}
		fuzzAll(t, before)
	})
}

// The same with files that are all valid, written in every form as the dice fall.
func FuzzEditForms(f *testing.F) {
	for seed := range 200 {
		f.Add(uint64(seed))
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		d := &dice{rand.New(rand.NewPCG(seed, 1))}
		text := d.file()
		before, err := read("config.toml", []byte(text))
		if err != nil {
			t.Fatalf("the file is no good: %v\n%s", err, text)
		}
		names := append(slices.Clone(before.content.names), "fresh")
		fuzzOne(t, before, names[d.roll(len(names))])
	})
}

func fuzzAll(t *testing.T, before *reading) {
	for _, name := range append(slices.Clone(before.content.names), "fresh") {
		fuzzOne(t, before, name)
	}
}

func fuzzOne(t *testing.T, before *reading, name string) {
	fuzzPut(t, before, name)
	if name != "fresh" {
		fuzzRemove(t, before, name)
		fuzzDefault(t, before, name)
	}
}

func fuzzFile(r *reading) *File { return &File{path: "config.toml", now: r} }

// others are the profiles but one.
func others(r *reading, name string) map[string]Profile {
	rest := maps.Clone(r.content.profiles)
	delete(rest, name)
	return rest
}

// same makes sure that a file says what it said, but for one profile and the default.
func same(t *testing.T, before, after *reading, name string) {
	t.Helper()
	if !reflect.DeepEqual(others(before, name), others(after, name)) {
		t.Errorf("other profiles changed:\n%q\n%q", before.doc.text, after.doc.text)
	}
	b, a := before.content, after.content
	if b.theme != a.theme || b.console != a.console || b.outbox != a.outbox || !reflect.DeepEqual(b.keys, a.keys) || !reflect.DeepEqual(b.colors, a.colors) {
		t.Errorf("other tables changed:\n%q\n%q", before.doc.text, after.doc.text)
	}
}

func fuzzPut(t *testing.T, before *reading, name string) {
	f := fuzzFile(before)
	want := prod
	want.Name = name
	removes := len(before.doc.text)%2 == 1 // some of its keys
	if removes {
		want.Numbers, want.Region, want.Production = nil, "", false
	}
	if err := f.Put(want); err != nil {
		t.Fatalf("Put: %v\n%q", err, before.doc.text)
	}
	if got, err := f.Profile(name); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Put %+v: got %+v, %v\n%q\n%q", want, got, err, before.doc.text, f.now.doc.text)
	}
	same(t, before, f.now, name)
	if before.content.standard != f.now.content.standard {
		t.Errorf("the default changed")
	}
	var except [][]string
	for _, field := range (&Profile{}).fields() {
		except = append(except, []string{"profiles", name, field.name})
	}
	if !removes { // with whose lines their comments go
		keepsComments(t, string(before.doc.text), string(f.now.doc.text), except...)
	}
}

func fuzzDefault(t *testing.T, before *reading, name string) {
	f := fuzzFile(before)
	if err := f.SetDefault(name); err != nil {
		t.Fatalf("SetDefault: %v\n%q", err, before.doc.text)
	}
	if f.Default() != name {
		t.Errorf("the default is %q, want %q", f.Default(), name)
	}
	same(t, before, f.now, "")
	keepsComments(t, string(before.doc.text), string(f.now.doc.text))
}

func fuzzRemove(t *testing.T, before *reading, name string) {
	f := fuzzFile(before)
	if err := f.Remove(name); err != nil {
		t.Fatalf("Remove: %v\n%q", err, before.doc.text)
	}
	if _, err := f.Profile(name); err == nil {
		t.Errorf("it is still there: %q", f.now.doc.text)
	}
	same(t, before, f.now, name)
	// The comments beside what is left are left.
	for _, e := range before.doc.entries {
		if e.within >= 0 || len(e.path) > 1 && e.path[0] == "profiles" || e.path[0] == "profile" || e.path[0] == "profiles" {
			continue
		}
		line := string(before.doc.text[e.whole.from:before.doc.lineEnd(e.whole.to)])
		if !strings.Contains(string(f.now.doc.text), line) {
			t.Errorf("%q went:\n%q\n%q", line, before.doc.text, f.now.doc.text)
		}
	}
}

// Whatever is in the file, reading it ends with an answer.
func FuzzLoad(f *testing.F) {
	f.Add([]byte("profile='a'\n[[profiles]]\n[keys.a.b]\nc=[[1]]\n"))
	f.Add([]byte("[profiles.a]\nnumbers=['+1']\nregion='gb'\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := read("config.toml", text)
		if err == nil && r.doc.where("profiles") > strings.Count(string(text), "\n")+1 {
			t.Errorf("a line behind the end: %d", r.doc.where("profiles"))
		}
	})
}
