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
	"reflect"
	"strings"
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
	var items []json.RawMessage
	if err := json.Unmarshal(body, &items); err != nil {
		return nil, errors.New("it is not a JSON array")
	}
	list := make([]T, len(items))
	ours := fieldsOf(reflect.TypeFor[T]())
	for i, item := range items {
		if err := decodeFields(item, reflect.ValueOf(&list[i]).Elem(), ours); err != nil && !errors.Is(err, errNotObject) {
			return nil, err
		}
	}
	return list, nil
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
func decodeFields(raw []byte, into reflect.Value, ours map[string][]int) error {
	found, err := members(raw, ours)
	if err != nil {
		return err
	}
	for name, value := range found {
		if err := decodeValue(value, into.FieldByIndex(ours[name])); err != nil {
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
	default:
		fresh := reflect.New(into.Type())
		if json.Unmarshal(raw, fresh.Interface()) == nil {
			into.Set(fresh.Elem())
		}
	}
	return nil
}

// members are the fields of an object that are ours.
func members(raw []byte, ours map[string][]int) (map[string]json.RawMessage, error) {
	if trimmed := bytes.TrimLeft(raw, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return nil, errNotObject
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("it is not JSON: %w", err)
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
			return nil, fmt.Errorf("it is not JSON: %w", err)
		}
		if _, known := ours[name]; !known {
			continue
		}
		if before, twice := found[name]; twice && !bytes.Equal(before, value) {
			return nil, fmt.Errorf("%w: %s", errTwice, name)
		}
		found[name] = value
	}
	return found, nil
}

// fieldsOf are the fields of a struct by the names in their json tags.
func fieldsOf(of reflect.Type) map[string][]int {
	fields := map[string][]int{}
	for _, f := range reflect.VisibleFields(of) {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); f.IsExported() && tag != "" && tag != "-" {
			fields[tag] = f.Index
		}
	}
	return fields
}
