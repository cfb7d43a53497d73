package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"

	"github.com/pelletier/go-toml/v2"
)

// An edit is something that was done to the file, to be done again to a newer text.
type edit struct {
	profile string // that it is about; "" for none
	existed bool   // that was there when the edit was made
	changes []change
}

// A change gives a key another value.
type change struct {
	path  []string
	value string // as TOML; "" removes the key, or the table with all that is in it
}

// byteOrderMark is what some editors put before the text. It is no part of it.
const byteOrderMark = "\ufeff"

// opening is what a new file begins with.
const opening = "# Profiles of telex. No secret belongs in here: telex login keeps it elsewhere.\n"

// ErrChanged means that what is to be saved does not fit the file any more: somebody
// else removed the profile meanwhile, or added one of the same name.
var ErrChanged = errors.New("the file was changed meanwhile")

// Put adds a profile, or changes the one of its name to be like it. Only keys whose
// values differ are written.
func (f *File) Put(p Profile) error {
	if err := p.Check(); err != nil {
		return err
	}
	old, existed := f.now.content.profiles[p.Name]
	e := edit{profile: p.Name, existed: existed}
	before, after := old.fields(), p.fields()
	for i, field := range after {
		value := field.write()
		if existed && value == before[i].write() || !existed && value == "" {
			continue
		}
		e.changes = append(e.changes, change{[]string{"profiles", p.Name, field.name}, value})
	}
	if _, said := f.now.doc.find("profiles", p.Name, "auth"); existed && !said && len(e.changes) > 0 {
		// It followed from what else there was, which may be otherwise now.
		e.changes = append(e.changes, change{[]string{"profiles", p.Name, "auth"}, quote(p.Auth.String())})
	}
	return f.apply(e)
}

// Remove takes a profile out, with the comment above it. If it was the default there
// is none any more. Its secret stays where it is; see [Store]. A name without a
// profile is a *ProfileError.
func (f *File) Remove(name string) error {
	if _, err := f.Profile(name); err != nil {
		return err
	}
	e := edit{profile: name, existed: true, changes: []change{{[]string{"profiles", name}, ""}}}
	if f.Default() == name {
		e.changes = append(e.changes, change{[]string{"profile"}, ""})
	}
	return f.apply(e)
}

// SetDefault makes a profile the one to use if none is asked for. A name without a
// profile is a *ProfileError.
func (f *File) SetDefault(name string) error {
	if _, err := f.Profile(name); err != nil {
		return err
	}
	if f.Default() == name {
		return nil
	}
	return f.apply(edit{profile: name, existed: true, changes: []change{{[]string{"profile"}, quote(name)}}})
}

// apply makes an edit to what is in memory, and notes it for Save.
func (f *File) apply(e edit) error {
	if len(e.changes) == 0 {
		return nil
	}
	now, err := f.now.edited(e)
	if err != nil {
		return err
	}
	f.now, f.edits = now, append(f.edits, e)
	return nil
}

// Save writes what was changed since the file was read or saved. Without changes it
// does nothing. If the file was changed by somebody else the changes are made to it
// as it is now; if they do not fit, that is ErrChanged, and if it cannot be read,
// FileErrors. After an error nothing was written, and Save may be tried again.
func (f *File) Save(ctx context.Context) error {
	if len(f.edits) == 0 {
		return nil
	}
	target, err := follow(f.path)
	if err != nil {
		return &FileError{Path: f.path, What: err.Error()}
	}
	err = locked(ctx, target, func() error { return f.write(target) })
	if err == nil || ctx.Err() != nil {
		return err
	}
	if _, ok := errors.AsType[*FileError](err); ok {
		return err
	}
	return fmt.Errorf("save %s: %w", f.path, err)
}

// write is Save with the lock held.
func (f *File) write(target string) error {
	text, info, err := readFileInfo(target)
	if err != nil {
		return &FileError{Path: f.path, What: err.Error()}
	}
	if e := untrusted(f.env, f.path, info); e != nil {
		return e.fault(f.path)
	}
	now, mark := f.now, ""
	if bytes.HasPrefix(text, []byte(byteOrderMark)) {
		mark = byteOrderMark
	}
	if !bytes.Equal(text, f.onDisk) {
		if now, err = read(f.path, bytes.TrimPrefix(text, []byte(mark))); err != nil {
			return err
		}
		for _, e := range f.edits {
			if now, err = now.edited(e); err != nil {
				return err
			}
		}
	}
	fresh := append([]byte(mark), now.doc.text...)
	if text == nil {
		fresh = append([]byte(opening), fresh...)
	}
	if now, err = read(f.path, bytes.TrimPrefix(fresh, []byte(mark))); err != nil {
		return err
	}
	if err := replace(target, fresh); err != nil {
		return err
	}
	f.onDisk, f.now, f.edits = fresh, now, nil
	return nil
}

// edited is the reading of the text with an edit made to it. It makes sure that the
// new text says what it should, and otherwise what the old one said.
func (r *reading) edited(e edit) (*reading, error) {
	if _, exists := r.content.profiles[e.profile]; e.profile != "" && exists != e.existed {
		done := "removed"
		if exists {
			done = "added"
		}
		return nil, fmt.Errorf("profile %s was %s by somebody else: %w; look at it and try again", e.profile, done, ErrChanged)
	}
	want := cloneTree(r.tree)
	doc := r.doc
	for _, c := range e.changes {
		if err := putInTree(want, c); err != nil {
			return nil, err
		}
		text, err := doc.changed(c)
		if err != nil {
			return nil, fmt.Errorf("%s: telex cannot change %s in it safely; change it by hand", filepath.Base(r.path), keyText(c.path))
		}
		doc = text
	}
	next, err := read(r.path, doc.text)
	if err != nil {
		return nil, err
	}
	if !reflect.DeepEqual(pruned(next.tree), pruned(want)) {
		return nil, fmt.Errorf("%s: telex cannot change it safely; change it by hand", r.path)
	}
	return next, nil
}

// changed is the document with one change made to it.
func (d *document) changed(c change) (*document, error) {
	if c.value != "" {
		return parseDocument(d.set(c.path, c.value))
	}
	for d.has(c.path) {
		next, err := parseDocument(d.remove(c.path))
		if err != nil {
			return nil, err
		}
		if len(next.text) >= len(d.text) {
			return nil, errors.New("it cannot be removed")
		}
		d = next
	}
	return d, nil
}

// putInTree makes a change to what the decoder sees.
func putInTree(tree map[string]any, c change) error {
	last := len(c.path) - 1
	for _, part := range c.path[:last] {
		inner, ok := tree[part].(map[string]any)
		if !ok {
			inner = map[string]any{}
			tree[part] = inner
		}
		tree = inner
	}
	if c.value == "" {
		delete(tree, c.path[last])
		return nil
	}
	var value map[string]any
	if err := toml.Unmarshal([]byte("value = "+c.value), &value); err != nil {
		return fmt.Errorf("%s cannot be written: %w", keyText(c.path), err)
	}
	tree[c.path[last]] = value["value"]
	return nil
}

// cloneTree copies the tables of a tree. Their values are shared.
func cloneTree(tree map[string]any) map[string]any {
	clone := make(map[string]any, len(tree))
	for k, v := range tree {
		if inner, ok := v.(map[string]any); ok {
			v = cloneTree(inner)
		}
		clone[k] = v
	}
	return clone
}

// pruned is a copy of a tree without tables that have nothing in them.
func pruned(tree map[string]any) map[string]any {
	clone := map[string]any{}
	for k, v := range tree {
		if inner, ok := v.(map[string]any); ok {
			if inner = pruned(inner); len(inner) == 0 {
				continue
			}
			v = inner
		}
		clone[k] = v
	}
	return clone
}
