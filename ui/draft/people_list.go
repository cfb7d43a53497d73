package draft

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"telex/messaging/broadcast/list"
	"telex/messaging/number"
	"telex/ui/text"
)

// ListPath is the path of a file of people, if that is what was typed, pasted, or dropped
// on the terminal: in quotes, with backslashes, or as an address.
func ListPath(typed string) (path string, ok bool) {
	path = strings.TrimSpace(typed)
	if strings.ContainsAny(path, "\n\r") {
		return "", false
	}
	for _, quote := range []string{"'", `"`} {
		if inner, ok := strings.CutPrefix(path, quote); ok && strings.HasSuffix(inner, quote) {
			path = strings.TrimSuffix(inner, quote)
		}
	}
	if address, err := url.Parse(path); err == nil && address.Scheme == "file" {
		path = address.Path
	} else if filepath.Separator == '/' {
		path = strings.NewReplacer(`\ `, " ", `\(`, "(", `\)`, ")", `\'`, "'", `\&`, "&", `\,`, ",").Replace(path)
	}
	return path, slices.Contains([]string{".csv", ".tsv", ".txt", ".vcf", ".vcard"}, strings.ToLower(filepath.Ext(path))) || isRooted(path)
}

// isRooted reports whether something begins as only a path does, and no number or name.
func isRooted(path string) bool {
	for _, begin := range []string{"/", "~/", "./", "../"} {
		if strings.HasPrefix(path, begin) {
			return true
		}
	}
	return false
}

// A PeopleList is what a file of people has for the recipients of a message.
type PeopleList struct {
	Reading
	Names map[string]string // of Numbers, by their E.164; those that have one
	More  bool              // the file goes on behind the last one that was read
}

// mostFromList is how many people are taken from a file; a broadcast takes longer ones.
const mostFromList = 10_000

// mostRefused is how many of its lines are kept that are nobody.
const mostRefused = 500

// ReadList reads the people of a file. In Left are the lines that are nobody, with what
// stands there, and in Why the reasons, each with its line. An error is about the whole
// file, in clean words.
func ReadList(path, region string) (PeopleList, error) {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			path = filepath.Join(home, rest)
		}
	}
	shown := text.Clean(filepath.Base(path))
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return PeopleList{}, errors.New(shown + " is a folder: name a file in it, such as people.csv")
	case err == nil && !info.Mode().IsRegular():
		return PeopleList{}, errors.New(shown + " is no file")
	}
	file, err := os.Open(path)
	if err != nil {
		if e, ok := errors.AsType[*os.PathError](err); ok {
			err = e.Err
		}
		return PeopleList{}, fmt.Errorf("%s: %w", shown, err)
	}
	defer func() { _ = file.Close() }()
	l, err := list.Open(file, path, list.Options{Region: region})
	if err != nil {
		return PeopleList{}, errors.New(shown + ": " + text.Clean(err.Error()))
	}
	p := PeopleList{Names: map[string]string{}}
	for row := range l.All() {
		if len(p.Numbers) == mostFromList || len(p.Left) == mostRefused {
			p.More = true
			return p, nil
		}
		p.take(row, region)
	}
	if err := l.Err(); err != nil {
		return PeopleList{}, errors.New(shown + ": " + text.Clean(err.Error()))
	}
	return p, nil
}

// take takes one row.
func (p *PeopleList) take(row list.Row, region string) {
	p.Items++
	switch {
	case row.Reject != "":
		typed := row.Value
		for _, other := range []string{row.Name, fmt.Sprintf("line %d", row.Line)} {
			if strings.TrimSpace(typed) == "" {
				typed = other
			}
		}
		p.Left, p.Why = append(p.Left, typed), append(p.Why, fmt.Sprintf("line %d: %s", row.Line, row.Reject))
	case row.Duplicate:
		p.Twice++
	default:
		n, err := number.Parse(row.Number, region)
		if err != nil {
			n = number.Number{E164: row.Number}
		}
		p.Numbers = append(p.Numbers, n)
		if row.Name != "" {
			p.Names[row.Number] = row.Name
		}
	}
}
