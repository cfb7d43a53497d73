package config

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A File is the user's file of profiles, read once. Changes are made to the copy in
// memory, and [File.Save] makes them to the file: to it as it is then, so that what
// another program or its user changed meanwhile stays. Comments, order and form stay
// as they were. It is for one goroutine at a time.
type File struct {
	env    Lookup
	path   string
	onDisk []byte // as it was read or written last; nil if there was no file
	now    *reading
	edits  []edit
}

// A ProfileError means that there is no profile to use.
type ProfileError struct {
	Name  string   // that was asked for; "" if none was and none is the default
	By    string   // what asked for it: "TELEX_PROFILE", "config.toml:3"; "" is the caller
	Path  string   // of the file
	Names []string // those that there are
}

func (e *ProfileError) Error() string {
	there := "there are none in " + e.Path
	if len(e.Names) > 0 {
		there = "there are " + strings.Join(e.Names, ", ")
	}
	if e.Name == "" {
		return "no profile was named, and there is no default; " + there
	}
	by := ""
	if e.By != "" {
		by = e.By + ": "
	}
	return fmt.Sprintf("%sthere is no profile %q; %s", by, e.Name, there)
}

// Load reads the file at path, whose user env belongs to. No file is an empty one. What
// is wrong with it are *FileErrors, joined if there are several. A file that somebody
// else may change is not read; its error is an [*Exposure].
func Load(env Lookup, path string) (*File, error) {
	f := &File{env: env, path: path}
	text, info, err := readFileInfo(path)
	if err != nil {
		return nil, &FileError{Path: path, What: err.Error()}
	}
	if info != nil {
		if e := untrusted(env, path, info); e != nil {
			return nil, e.fault(path)
		}
	}
	f.onDisk = text
	f.now, err = read(path, bytes.TrimPrefix(text, []byte(byteOrderMark)))
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Path is where the file is, as it was given.
func (f *File) Path() string { return f.path }

// Names are those of the profiles, in the order of the file.
func (f *File) Names() []string { return slices.Clone(f.now.content.names) }

// Default is the name of the profile to use if none is asked for; "" if the file
// names none. There may be no profile of that name.
func (f *File) Default() string { return f.now.content.standard }

// Theme is the name of the one that the user chose; "" for none. Whether there is such a
// theme is not looked at.
func (f *File) Theme() string { return f.now.content.theme }

// Console is how the user wants the console to behave.
func (f *File) Console() Console { return f.now.content.console }

// Colors are, by role, the styles that the user wants for it. Whether there is such a role
// or style is not looked at.
func (f *File) Colors() map[string]string { return maps.Clone(f.now.content.colors) }

// Keys are, by action, the keys that the user wants for it. Whether there is such an
// action is not looked at; [File.Where] with "keys" and the action says where it is.
func (f *File) Keys() map[string][]string { return maps.Clone(f.now.content.keys) }

// Outbox is what the user chose for the record of messages.
func (f *File) Outbox() Outbox { return f.now.content.outbox }

// At is err with the place of the key that it is about, as [File.Where] says it.
func (f *File) At(err error, path ...string) error {
	return fmt.Errorf("%s: %w", f.Where(path...), err)
}

// Where says where a key stands, as FILE:LINE, for whoever finds something wrong with
// its value: Where("profiles", "prod", "base_url"). It is the file alone if the key is
// not there.
func (f *File) Where(path ...string) string {
	if line := f.now.doc.where(path...); line > 0 {
		return f.path + ":" + strconv.Itoa(line)
	}
	return f.path
}

// Profile is the profile of that name, or a *ProfileError.
func (f *File) Profile(name string) (Profile, error) {
	p, ok := f.now.content.profiles[name]
	if !ok {
		return Profile{}, &ProfileError{Name: name, Path: f.path, Names: f.Names()}
	}
	p.Numbers, p.Command = slices.Clone(p.Numbers), slices.Clone(p.Command)
	return p, nil
}

// Choose is the profile to use: the one asked for, such as by a flag, or else the one
// that the environment names, the default, or the only one. Without any it is one with
// no name and nothing set. A name without a profile is a *ProfileError, and so is no
// name where there are several to choose from.
func (f *File) Choose(asked string, env Lookup) (Profile, error) {
	name, by := asked, ""
	if name == "" {
		name, by = env.get(EnvProfile), EnvProfile
	}
	if name == "" {
		name, by = f.Default(), f.Where("profile")
	}
	names := f.Names()
	switch {
	case name == "" && len(names) == 0:
		return Profile{}, nil
	case name == "" && len(names) == 1:
		name = names[0]
	case name == "":
		return Profile{}, &ProfileError{Path: f.path, Names: names}
	}
	p, err := f.Profile(name)
	if e, ok := errors.AsType[*ProfileError](err); ok {
		e.By = by
	}
	return p, err
}
