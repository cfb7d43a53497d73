package netjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

type inner struct {
	Code int `json:"code"`
}

type sample struct {
	ID     string          `json:"id"`
	N      int             `json:"n"`
	On     bool            `json:"on"`
	Rate   float64         `json:"rate"`
	Tags   []string        `json:"tags"`
	In     inner           `json:"in"`
	All    []inner         `json:"all"`
	Raw    json.RawMessage `json:"raw"`
	Odd    string          `json:"a/b"`
	Secret string          `json:"-"`
}

// slowly reads what fields an object has by encoding/json.
func slowly(raw []byte, ours fields) (map[string]json.RawMessage, error) {
	if trimmed := bytes.TrimLeft(raw, space); trimmed[0] != '{' {
		return nil, errNotObject
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	found := map[string]json.RawMessage{}
	for d.More() {
		token, err := d.Token()
		name, _ := token.(string)
		var value json.RawMessage
		if err == nil {
			err = d.Decode(&value)
		}
		if err != nil {
			return nil, fmt.Errorf("read: %w", err)
		}
		if _, known := ours.place[name]; !known {
			continue
		}
		if before, twice := found[name]; twice && !bytes.Equal(before, value) {
			return nil, errTwice
		}
		found[name] = value
	}
	return found, nil
}

func documents() []string {
	return []string{
		`{}`, ` { } `, `null`, `7`, `"{"`, `[]`, `[ ]`, `[{}]`, `[1,"a",null,{"id":"x"}]`, `[{"id":"a"} , {"id" : "b" , "n":2}]`,
		`{"id":"a","n":3,"on":true,"rate":1.5,"tags":["x","y"],"in":{"code":4},"all":[{"code":1},{"code":2}],"raw":{"x":[1,2]}}`,
		`{"id":"a\"}\\","n":-7,"raw":"}]"}`, `{"\u0069d":"a"}`, `{"id":"\u00e9\ud83d\ude00"}`, "{\"id\":\"\xff\"}", "{\"\xff\":1,\"id\":\"b\"}",
		`{"id":null,"n":null,"raw":null}`, `{"id":5,"n":"5","on":1}`, `{"n":1.0}`, `{"n":1e3}`, `{"n":99999999999999999999}`, `{"n":-0}`,
		`{"id":"a","id":"a"}`, `{"id":"a","id":"b"}`, `{"x":1,"x":2}`, `{"ID":"a","Id":"b"}`, `{"a\/b":"odd"}`, `{"Secret":"s","-":"t"}`,
		"{\n\t\"id\" :\r\n \"a\" ,\n \"n\": 1 }\n", `{"in":[],"all":{},"tags":"x"}`, `{"all":[1,null,{"code":"3"}]}`, `{"deep":[[[{"id":"no"}]]],"id":"yes"}`,
		`{"all":null,"in":null}`, `{"in":{"code":1,"code":2}}`, `[{"in":{"code":1,"code":2}}]`, `{"id":"` + strings.Repeat("a", 300) + `"}`,
	}
}

func agree(t *testing.T, text string) {
	t.Helper()
	raw, ours := []byte(text), fieldsOf(reflect.TypeFor[sample]())
	if !json.Valid(raw) {
		if err := Decode(raw, new(sample)); err == nil {
			t.Errorf("%q: it is no JSON, and was read", text)
		}
		if _, err := DecodeList[sample](raw); err == nil {
			t.Errorf("%q: it is no JSON, and was read as a list", text)
		}
		return
	}
	want, wantErr := slowly(raw, ours)
	got, err := members(raw, ours)
	if errors.Is(err, errTwice) != errors.Is(wantErr, errTwice) || errors.Is(err, errNotObject) != errors.Is(wantErr, errNotObject) || (err == nil) != (wantErr == nil) {
		t.Fatalf("%q: got the error %v, want %v", text, err, wantErr)
	}
	for i, value := range got {
		if want, has := want[ours.names[i]]; has != (value != nil) || !bytes.Equal(want, value) {
			t.Errorf("%q: %s is %q, want %q", text, ours.names[i], value, want)
		}
	}
	var items []json.RawMessage
	list, err := DecodeList[sample](raw)
	if json.Unmarshal(raw, &items) != nil {
		if err == nil {
			t.Errorf("%q: it is no array, and was read as one", text)
		}
		return
	}
	if err == nil && len(list) != len(items) {
		t.Errorf("%q: it has %d elements, want %d", text, len(list), len(items))
	}
	for i := range list {
		var one sample
		if err := decodeObject(items[i], reflect.ValueOf(&one).Elem()); err != nil && !errors.Is(err, errNotObject) {
			t.Errorf("%q: element %d alone is %v", text, i, err)
		}
		if err == nil && !reflect.DeepEqual(one, list[i]) {
			t.Errorf("%q: element %d is %+v, want %+v", text, i, list[i], one)
		}
	}
}

// A document is read as encoding/json reads it, but for the names of its fields.
func TestAsEncodingJSON(t *testing.T) {
	for _, text := range documents() {
		agree(t, text)
	}
}

func FuzzAsEncodingJSON(f *testing.F) {
	for _, text := range documents() {
		f.Add(text)
	}
	f.Fuzz(agree)
}

func TestFields(t *testing.T) {
	var got sample
	err := Decode([]byte(documents()[10]), &got)
	want := sample{
		ID: "a", N: 3, On: true, Rate: 1.5, Tags: []string{"x", "y"}, In: inner{4}, All: []inner{{1}, {2}}, Raw: json.RawMessage(`{"x":[1,2]}`),
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v and %v, want %+v", got, err, want)
	}
}

// What a list of the API costs does not come from what it is read by.
func TestFieldsAllocate(t *testing.T) {
	const n = 100
	record := `{"id":"a message id","n":3,"on":true,"rate":1.5,"x":{"y":[1,2,3]},"in":{"code":4},"other":"text","more":"text"}`
	body := []byte("[" + strings.TrimSuffix(strings.Repeat(record+",", n), ",") + "]")
	got := testing.AllocsPerRun(10, func() {
		if list, err := DecodeList[sample](body); err != nil || len(list) != n {
			t.Errorf("got %d and %v", len(list), err)
		}
	})
	if got > 20*n {
		t.Errorf("%v allocations for %d records, want 20 for one", got, n)
	}
}
