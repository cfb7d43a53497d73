package config

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"telex/config/slip"
)

// Outbox is what the user chose for the record of messages.
type Outbox struct {
	Keep     int  // days that messages are kept; 0 is for ever
	OmitText bool // texts are not kept
}

// Ways to be told of what happened while one looked elsewhere; see [Console].
const (
	NotifyOff    = "off"
	NotifyAuto   = "auto" // by whichever of the others the terminal is known to have
	NotifyBell   = "bell"
	NotifyOSC9   = "osc9"   // a message of the desktop, from terminals that know OSC 9
	NotifyOSC777 = "osc777" // the same, from those that know OSC 777
)

// Console is how the user wants the console to behave.
type Console struct {
	OnePane bool   // no second pane beside the first
	Mouse   bool   // it takes clicks and the wheel
	Notify  string // one of those above; "" is NotifyOff
}

// content is what a file says.
type content struct {
	standard string // the name of the default profile
	theme    string
	console  Console
	colors   map[string]string
	keys     map[string][]string
	outbox   Outbox
	names    []string // of the profiles, in order
	profiles map[string]Profile
	replies  map[string]Replies // by the name of the profile; "" for all others

	campaigns []Campaign
	templates []Template
	hoursBy   map[string][]string
}

// A FileError is something in the file that cannot be. Several may be joined in one
// error, in the order in which they stand in the file.
type FileError struct {
	Path    string
	Line    int    // from 1; 0 if it is about the whole file
	Key     string // "profiles.prod.auth"; "" if it is about the form of the text
	What    string // "cannot be \"oath\""
	Allowed string // what can be, in words; "" if that is no help
	Near    string // what was most likely meant, in words; "" for nothing
	Do      string // what to do; "" if that is plain
	Err     error  // the cause, such as an [*Exposure]; may be nil
}

// Error names file, line and key, and says what is allowed there. Key and path are as
// they were found: clean them before showing them on a terminal.
func (e *FileError) Error() string {
	text := e.Path
	if e.Line > 0 {
		text += ":" + strconv.Itoa(e.Line)
	}
	text += ": "
	if e.Key != "" {
		text += e.Key + " "
	}
	text += e.What
	switch {
	case e.Near != "":
		text += "; did you mean " + e.Near + "? (allowed: " + e.Allowed + ")"
	case e.Allowed != "":
		text += "; allowed: " + e.Allowed
	}
	if e.Do != "" {
		text += "; " + e.Do
	}
	return text
}

func (e *FileError) Unwrap() error { return e.Err }

// reading is one reading of a file.
type reading struct {
	path     string
	doc      *document
	tree     map[string]any // all of it, as the decoder sees it
	content  content
	problems []*FileError
}

// read reads the text of the file at path. What is wrong with it are FileErrors.
func read(path string, text []byte) (*reading, error) {
	r := &reading{path: path, tree: map[string]any{}, content: content{colors: map[string]string{}, keys: map[string][]string{}, profiles: map[string]Profile{}, replies: map[string]Replies{}}}
	if err := toml.Unmarshal(text, &r.tree); err != nil {
		problem := &FileError{Path: path, What: "is not valid TOML: " + strings.TrimPrefix(err.Error(), "toml: ")}
		if e, ok := errors.AsType[*toml.DecodeError](err); ok {
			problem.Line, _ = e.Position()
		}
		return nil, problem
	}
	doc, err := parseDocument(text)
	if err != nil {
		return nil, &FileError{Path: path, What: "is not valid TOML: " + err.Error()}
	}
	r.doc = doc
	r.top()
	if len(r.problems) == 0 {
		return r, nil
	}
	slices.SortStableFunc(r.problems, func(a, b *FileError) int { return a.Line - b.Line })
	var all []error
	for _, p := range r.problems {
		all = append(all, p)
	}
	return nil, errors.Join(all...)
}

// refuse notes that something cannot be.
func (r *reading) refuse(path []string, what, allowed string) {
	r.problems = append(r.problems, &FileError{
		Path: r.path, Line: r.doc.where(path...), Key: keyText(path), What: what, Allowed: allowed,
	})
}

// top reads the top of the file.
func (r *reading) top() {
	c := &r.content
	rest := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(r.tree)) {
		value := r.tree[name]
		inner, isTable := value.(map[string]any)
		switch name {
		case "campaigns", "colors", "hours", "keys", "outbox", "profiles", "templates":
			if !isTable {
				r.refuse([]string{name}, typeError(value).Error(), "a table, ["+name+"]")
				continue
			}
		}
		switch name {
		case "campaigns":
			r.campaigns(inner)
		case "colors":
			r.colors(inner)
		case "hours":
			r.hours(inner)
		case "keys":
			r.keys(inner, nil)
		case "outbox":
			r.fields([]string{name}, inner, c.outbox.fields())
		case "profiles":
			r.profiles(inner)
		case repliesKey:
			r.replies([]string{name}, "", value)
		case "templates":
			r.templates(inner)
		default:
			rest[name] = value
		}
	}
	r.fields(nil, rest, c.fields(), "campaigns", "colors", "hours", "keys", "outbox", "profiles", repliesKey, "templates")
}

// fields are the keys at the top of the file.
func (c *content) fields() []field {
	return []field{
		textField("profile", &c.standard, checkText),
		textField("theme", &c.theme, checkText),
		unlessField("panes", &c.console.OnePane),
		flagField("mouse", &c.console.Mouse),
		choiceField("notify", &c.console.Notify, []string{NotifyAuto, NotifyBell, NotifyOSC9, NotifyOSC777, NotifyOff}),
	}
}

// fields reads the keys of a table. The names besides are of tables within it.
func (r *reading) fields(table []string, values map[string]any, fields []field, besides ...string) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		path := append(slices.Clone(table), name)
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
		if i < 0 {
			var names []string
			for _, f := range fields {
				names = append(names, f.name)
			}
			names = append(names, besides...)
			r.refuse(path, "is unknown", strings.Join(names, ", "))
			r.problems[len(r.problems)-1].Near = strings.Join(slip.Near(name, names), " or ")
			continue
		}
		err := fields[i].read(values[name])
		if err == nil {
			err = fields[i].check()
		}
		if err != nil {
			r.refuse(path, err.Error(), fields[i].allowed)
		}
	}
}

// What the tables of colours and of keys may hold.
const (
	styleAllowed = `letters and a colour in quotes, such as "bold green"`
	keyAllowed   = `a key or a list of keys in quotes, such as "f5" or ["f5", "ctrl+g"]`
)

// colors reads the table of colours, whose names and values are not looked at here.
func (r *reading) colors(values map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		style := ""
		err := assign(&style, values[name])
		if err == nil {
			err = checkText(style)
		}
		if err != nil {
			r.refuse([]string{"colors", name}, err.Error(), styleAllowed)
		}
		r.content.colors[name] = style
	}
}

// keys reads the table of keys. The name of an action may have full stops in it,
// which make tables of tables unless they are quoted.
func (r *reading) keys(values map[string]any, within []string) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		parts := append(slices.Clone(within), name)
		path, action := append([]string{"keys"}, parts...), strings.Join(parts, ".")
		keys, isText := []string{}, false
		switch value := values[name].(type) {
		case map[string]any:
			r.keys(value, parts)
			continue
		case string:
			keys, isText = []string{value}, true
		default:
			list, err := textsOf(value)
			if err != nil {
				r.refuse(path, err.Error(), keyAllowed)
				continue
			}
			keys = append(keys, list...)
		}
		if _, twice := r.content.keys[action]; twice {
			r.refuse(path, "is listed twice, by different names", "")
		}
		if isText && keys[0] == "" {
			keys = []string{} // as an empty list: the action has no key
		}
		r.content.keys[action] = keys
	}
}

// profiles reads the tables of the profiles.
func (r *reading) profiles(values map[string]any) {
	for name, value := range values {
		path := []string{"profiles", name}
		table, ok := value.(map[string]any)
		if !ok {
			r.refuse(path, typeError(value).Error(), "a table, [profiles."+keyText([]string{name})+"]")
			continue
		}
		if err := CheckName(name); err != nil {
			r.refuse(path, "is not a name for a profile", allowedName)
			continue
		}
		p := Profile{Name: name}
		rest := maps.Clone(table)
		if own, has := table[repliesKey]; has {
			r.replies(append(slices.Clone(path), repliesKey), name, own)
			delete(rest, repliesKey)
		}
		if figures, has := table["price"]; has {
			p.Price = r.price(append(slices.Clone(path), "price"), figures)
			delete(rest, "price")
		}
		if limits, has := table["budget"]; has {
			p.Budget = r.budget(append(slices.Clone(path), "budget"), limits)
			delete(rest, "budget")
		}
		if place, has := table[outboxKey]; has {
			p.Outbox = r.database(append(slices.Clone(path), outboxKey), place)
			delete(rest, outboxKey)
		}
		r.fields(path, rest, p.fields(), "price", "budget", outboxKey, repliesKey)
		if _, said := table["auth"]; !said && p.ClientID == "" && p.Username != "" {
			p.Auth = Basic
		}
		r.content.profiles[name] = p
		r.content.names = append(r.content.names, name)
	}
	slices.SortFunc(r.content.names, func(a, b string) int { return r.place("profiles", a) - r.place("profiles", b) })
}

// place tells the tables within a table apart by where they begin in the file.
func (r *reading) place(path ...string) int {
	first := len(r.doc.text)
	for _, s := range r.doc.sections[1:] {
		if len(s.path) >= len(path) && slices.Equal(s.path[:len(path)], path) {
			first = min(first, s.header.from)
		}
	}
	for _, e := range r.doc.entries {
		if len(e.path) >= len(path) && slices.Equal(e.path[:len(path)], path) {
			first = min(first, e.whole.from)
		}
	}
	return first
}
