// Package netjson is the only place that reads JSON of the network. encoding/json takes
// "ID" and "Id" for "id", and the last of two fields of one name. An answer decides
// what became of a message, so here a name counts only as the API writes it, and a
// field that comes twice with two values is an answer that says nothing: RFC 8259, 4,
// leaves open which of them another reader would take.
package netjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// errTwice means that a field came twice, with two values.
var errTwice = errors.New("it gives two values for one field")

// ErrWebPage stands for an answer in HTML, as a sign-in page, a captive portal or a
// gateway gives.
var ErrWebPage = errors.New("the answer is a web page, which the API never gives: something in between answered")

// errNotObject means that a value is there, but is no object with fields.
var errNotObject = errors.New("it is not a JSON object")

// Decode reads a JSON object into the struct that into points to, by its json tags.
// A field of another type than ours is left at its zero, and so is one that is null
// or absent; fields that we do not have are skipped. An error means that body is
// not one well-formed JSON object, or that a field of ours came twice.
func Decode(body []byte, into any) error {
	if err := wellFormed(body); err != nil {
		return err
	}
	return decodeObject(body, reflect.ValueOf(into).Elem())
}

// DecodeList is [Decode] for an array of objects. An element that is no object is the
// zero value, for it stands for something all the same.
func DecodeList[T any](body []byte) ([]T, error) {
	if err := wellFormed(body); err != nil {
		return nil, err
	}
	body = bytes.Trim(body, space)
	if string(body) == "null" {
		return []T{}, nil
	}
	if body[0] != '[' {
		return nil, errors.New("it is not a JSON array")
	}
	n := 0
	for range elements(body) {
		n++
	}
	list := make([]T, n)[:0]
	ours := fieldsOf(reflect.TypeFor[T]())
	for item := range elements(body) {
		var one T
		if err := decodeFields(item, reflect.ValueOf(&one).Elem(), ours); err != nil && !errors.Is(err, errNotObject) {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// Time reads a time in RFC 3339, with the offset that came. The format has years of four
// digits, and one that comes to another year in UTC cannot be written in it again, so it
// is none either.
func Time(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("read a time: %w", err)
	}
	if year := t.UTC().Year(); year < 1 || year > 9999 {
		return time.Time{}, errors.New("the time is in a year that is not one of four digits")
	}
	return t, nil
}

// wellFormed says why body is no JSON value.
func wellFormed(body []byte) error {
	if json.Valid(body) {
		return nil
	}
	if isWebPage(body) {
		return ErrWebPage
	}
	var v json.RawMessage
	err := json.Unmarshal(body, &v)
	return fmt.Errorf("it is not JSON: %w", err)
}

// isWebPage reports whether body begins as HTML or XML does.
func isWebPage(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, "\ufeff \t\r\n"), []byte("<"))
}

// decodeObject reads a well-formed value into a struct.
func decodeObject(raw []byte, into reflect.Value) error {
	return decodeFields(raw, into, fieldsOf(into.Type()))
}

// decodeFields is decodeObject for a struct that has these fields.
func decodeFields(raw []byte, into reflect.Value, ours fields) error {
	found, err := members(raw, ours)
	if err != nil {
		return err
	}
	for i, value := range found {
		if value == nil {
			continue
		}
		if err := decodeValue(value, into.FieldByIndex(ours.index[i])); err != nil {
			return err
		}
	}
	return nil
}

// decodeValue reads a well-formed value into one field.
func decodeValue(raw []byte, into reflect.Value) error {
	_, own := into.Addr().Interface().(json.Unmarshaler)
	switch {
	case !own && into.Kind() == reflect.Struct:
		if err := decodeObject(raw, into); !errors.Is(err, errNotObject) {
			return err
		}
	case !own && into.Kind() == reflect.Slice && into.Type().Elem().Kind() == reflect.Struct:
		var items []json.RawMessage
		if json.Unmarshal(raw, &items) != nil {
			return nil //nolint:nilerr // another type than ours: see Decode
		}
		list := reflect.MakeSlice(into.Type(), len(items), len(items))
		for i, item := range items {
			if err := decodeObject(item, list.Index(i)); err != nil && !errors.Is(err, errNotObject) {
				return err
			}
		}
		if items != nil {
			into.Set(list)
		}
	case into.Type() == reflect.TypeFor[json.RawMessage]():
		into.SetBytes(bytes.Clone(raw))
	case !own && decodePlain(raw, into):
	default:
		fresh := reflect.New(into.Type())
		if json.Unmarshal(raw, fresh.Interface()) == nil {
			into.Set(fresh.Elem())
		}
	}
	return nil
}

// decodePlain reads what most fields hold, and reports whether it did: a text without
// escapes, or a whole number.
func decodePlain(raw []byte, into reflect.Value) bool {
	switch into.Kind() {
	case reflect.String:
		if raw[0] != '"' || bytes.IndexByte(raw, '\\') >= 0 || !utf8.Valid(raw) {
			return false
		}
		into.SetString(string(raw[1 : len(raw)-1]))
		return true
	case reflect.Int:
		n, err := strconv.ParseInt(string(raw), 10, strconv.IntSize)
		if err != nil {
			return false
		}
		into.SetInt(n)
		return true
	default:
		return false
	}
}

// members are the values of those fields of an object that are ours, in their order; nil
// for those that it lacks.
func members(raw []byte, ours fields) ([][]byte, error) {
	if raw = bytes.Trim(raw, space); len(raw) == 0 || raw[0] != '{' {
		return nil, errNotObject
	}
	found := make([][]byte, len(ours.index))
	for rest := after(raw, '{'); rest[0] != '}'; {
		n := valueLen(rest)
		at, known := ours.at(rest[:n])
		rest = after(rest[n:], ':')
		n = valueLen(rest)
		value := rest[:n]
		if rest = bytes.TrimLeft(rest[n:], space); rest[0] == ',' {
			rest = after(rest, ',')
		}
		if !known {
			continue
		}
		if before := found[at]; before != nil && !bytes.Equal(before, value) {
			return nil, fmt.Errorf("%w: %s", errTwice, ours.names[at])
		}
		found[at] = value
	}
	return found, nil
}

// elements are the values of an array.
func elements(raw []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for rest := after(raw, '['); rest[0] != ']'; {
			n := valueLen(rest)
			if !yield(rest[:n]) {
				return
			}
			if rest = bytes.TrimLeft(rest[n:], space); rest[0] == ',' {
				rest = after(rest, ',')
			}
		}
	}
}

// What follows reads JSON that is known to be well-formed.

// space is what may stand between two tokens.
const space = " \t\r\n"

// after is what follows a token of one character, which text begins with, or white space
// and then it.
func after(text []byte, token byte) []byte {
	return bytes.TrimLeft(text[bytes.IndexByte(text, token)+1:], space)
}

// valueLen is how long the value is that text begins with.
func valueLen(text []byte) int {
	switch text[0] {
	case '"':
		return stringLen(text)
	case '{', '[':
	default: // a number or a word
		if end := bytes.IndexAny(text, ",]}"+space); end >= 0 {
			return end
		}
		return len(text)
	}
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i += stringLen(text[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// stringLen is how long the string is that text begins with, with its quotes.
func stringLen(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return len(text)
}

// fields are those of a struct that have a name in their json tags.
type fields struct {
	place map[string]int // of each name in the others
	names []string
	index [][]int
}

// at is the place of a name in JSON.
func (f fields) at(quoted []byte) (int, bool) {
	if bytes.IndexByte(quoted, '\\') < 0 {
		i, known := f.place[string(quoted[1:len(quoted)-1])]
		return i, known
	}
	var name string
	if json.Unmarshal(quoted, &name) != nil {
		return 0, false
	}
	i, known := f.place[name]
	return i, known
}

// known are the fields of the structs that were read so far, of which there are few.
var known sync.Map //nolint:gochecknoglobals // what is kept is only a type's

func fieldsOf(of reflect.Type) fields {
	if all, ok := known.Load(of); ok {
		return all.(fields) //nolint:forcetypeassert // nothing else is stored
	}
	all := findFields(of)
	known.Store(of, all)
	return all
}

func findFields(of reflect.Type) fields {
	all := fields{place: map[string]int{}}
	for _, f := range reflect.VisibleFields(of) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || tag == "" || tag == "-" {
			continue
		}
		if i, seen := all.place[tag]; seen {
			all.index[i] = f.Index
			continue
		}
		all.place[tag] = len(all.names)
		all.names, all.index = append(all.names, tag), append(all.index, f.Index)
	}
	return all
}
