package ui

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
)

// OwnFiles is what Media knows of files of this machine. Without attach it takes none.
type ownFiles struct {
	attach  func(paths []string, from string) ([]Attached, []error)
	address func(stored string) string
	home    string // ~
	try     int    // tells the results of one reading from those of earlier ones
}

// fileRead is the end of reading files: those that were among the media, and new ones.
type fileRead struct {
	try   int
	files []draft.File
	wrong []error
	left  []string // the new ones that could not be taken, as they were typed
	fresh int      // how many were new
}

// fileCompleted is the end of completing a path.
type fileCompleted struct {
	typed, to string
	choices   []string // where there are several
	whole     bool     // it names a file already
}

func (fileRead) To() page.ID      { return page.Media }
func (fileCompleted) To() page.ID { return page.Media }

// label is what stands before the field.
func (o ownFiles) label() string {
	if o.attach == nil {
		return "Add link"
	}
	return "Add file"
}

// hint is what belongs into the field, in w cells.
func (o ownFiles) hint(w int) string {
	switch {
	case o.attach != nil && w < 60:
		return "optional: a path or a link"
	case o.attach != nil:
		return "optional: a path, which tab completes, or a link; makes it MMS"
	case w < 60:
		return "optional: https://… of a picture"
	}
	return "optional: the link of a picture or file; makes it MMS"
}

// isPath reports whether what was typed names a file of this machine, and not an address.
func (o ownFiles) isPath(item string) bool {
	return o.attach != nil && !strings.Contains(item, "://")
}

// abs is the absolute path of what was typed.
func (o ownFiles) abs(item string) string {
	if rest, ok := strings.CutPrefix(item, "~"); ok && o.home != "" && (rest == "" || os.IsPathSeparator(rest[0])) {
		item = o.home + rest
	}
	if path, err := filepath.Abs(item); err == nil {
		return path
	}
	return item
}

// read reads files anew, in place of what is being read: those among the media of a form,
// and new ones, which stand in more as they were typed.
func (m *media) read(f *draft.Form, more []string) tea.Cmd {
	own, typed := f.OwnFiles(), append(splitPaths(f.Unread), more...)
	paths := pathsOf(own)
	for _, item := range typed {
		paths = append(paths, m.own.abs(item))
	}
	m.own.try++
	f.Reading, f.Unread = max(len(typed), 1), joinPaths(typed)
	o, from, known := m.own, f.From, len(own)
	return func() tea.Msg {
		files, wrong := o.attach(paths, from)
		done := fileRead{try: o.try, wrong: wrong, fresh: len(typed)}
		for _, file := range files {
			file.URL = o.address(file.Stored)
			done.files = append(done.files, file.File)
		}
		for i, path := range paths[known:] {
			if !slices.ContainsFunc(files, func(a Attached) bool { return a.Path == path }) {
				done.left = append(done.left, typed[i])
			}
		}
		return done
	}
}

// onRead takes over what was read, if it is of the form as it is still.
func (m *media) onRead(msg fileRead, f *draft.Form) page.Intent {
	if f.Reading == 0 || msg.try != m.own.try {
		return nil
	}
	f.Reading, f.Unread = 0, ""
	before := len(f.Media)
	for _, file := range msg.files {
		f.Attach(file)
	}
	m.list.Resize(len(f.Media), m.listRows(len(f.Media)))
	m.list.To(len(f.Media) - 1)
	switch {
	case len(msg.wrong) == 0 && msg.fresh == 0:
		return nil
	case len(msg.wrong) == 0:
		return page.Done(draft.Added(len(f.Media)-before, 0, ""))
	case len(msg.left) == 0: // one of those that were there
		return page.Failed(text.Clean(msg.wrong[0].Error()))
	}
	f.NewMedia = strings.TrimSpace(joinPaths(msg.left) + " " + f.NewMedia)
	m.in.Set(f.NewMedia)
	m.bad = text.Clean(msg.wrong[0].Error())
	return page.Here{Intent: page.Failed(draft.Added(len(f.Media)-before, 0, text.Count(len(msg.left), "file")+" could not be taken and stayed in the field"))}
}

// complete completes the last path that was typed, as a shell does.
func (m *media) complete() tea.Cmd {
	typed, o := m.in.Value(), m.own
	return func() tea.Msg {
		items := splitPaths(typed)
		last := items[len(items)-1]
		before := strings.TrimSuffix(typed, quotePath(last))
		if before == typed && len(items) > 1 {
			return fileCompleted{typed: typed, to: typed} // it is quoted in another way
		}
		if len(items) == 1 {
			before = ""
		}
		to, choices := completePath(last, o.abs)
		info, err := os.Stat(o.abs(to))
		done := fileCompleted{typed: typed, to: before + quotePath(to), choices: choices}
		done.whole = err == nil && !info.IsDir()
		return done
	}
}

// onCompleted shows what a path was completed to; a path that was whole before is done.
func (m *media) onCompleted(msg fileCompleted, f *draft.Form) page.Intent {
	if m.in.Value() != msg.typed {
		return nil
	}
	if msg.to == msg.typed && msg.whole || msg.to == msg.typed && len(msg.choices) == 0 {
		return page.Here{Intent: m.step(true, f)}
	}
	m.in.Set(msg.to)
	f.NewMedia, m.bad = m.in.Value(), ""
	if len(msg.choices) > 1 {
		return page.Here{Intent: page.Done(text.Clean(strings.Join(msg.choices, "  ")))}
	}
	return nil
}

// completePath is the longest beginning that all files have which begin so, and their names.
// Folders end in a slash.
func completePath(typed string, abs func(string) string) (to string, names []string) {
	folder, begin := filepath.Split(typed)
	entries, err := os.ReadDir(abs(cmp.Or(folder, ".")))
	if err != nil {
		return typed, nil
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, begin) || begin == "" && strings.HasPrefix(name, ".") {
			continue
		}
		if info, err := os.Stat(filepath.Join(abs(cmp.Or(folder, ".")), name)); err == nil && info.IsDir() {
			name += "/"
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return typed, nil
	}
	common := names[0]
	for _, name := range names[1:] {
		for !strings.HasPrefix(name, common) {
			common = common[:len(common)-1]
		}
	}
	return folder + strings.ToValidUTF8(common, ""), names
}

// quotePath is a path as [splitPaths] reads it, and shells: a backslash before each space.
func quotePath(path string) string {
	if filepath.Separator == '\\' {
		return path
	}
	return strings.NewReplacer(`\`, `\\`, " ", `\ `, `"`, `\"`, "'", `\'`).Replace(path)
}

// joinPaths are paths as [splitPaths] reads them.
func joinPaths(paths []string) string {
	quoted := make([]string, len(paths))
	for i, path := range paths {
		quoted[i] = quotePath(path)
	}
	return strings.Join(quoted, " ")
}

// split is splitPaths, but for lines that name a file as they stand, spaces and all.
func (o ownFiles) split(typed string) (items []string) {
	for line := range strings.SplitSeq(typed, "\n") {
		some := splitPaths(line)
		if whole := strings.TrimSpace(line); len(some) > 1 && o.isPath(whole) {
			if info, err := os.Stat(o.abs(whole)); err == nil && info.Mode().IsRegular() {
				some = []string{whole}
			}
		}
		items = append(items, some...)
	}
	return items
}

// splitPaths splits what was typed or dropped onto the terminal at its spaces, but for those
// in quotes or behind a backslash, where that is not what separates folders.
func splitPaths(typed string) []string {
	var items []string
	var b strings.Builder
	var quote rune
	escaped, some := false, false
	for _, r := range typed {
		switch {
		case escaped:
			b.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'' && filepath.Separator != '\\':
			escaped, some = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, some = r, true
		case quote == 0 && (r == ' ' || r == '\t' || r == '\n'):
			if some {
				items = append(items, b.String())
			}
			b.Reset()
			some = false
		default:
			b.WriteRune(r)
			some = true
		}
	}
	if some {
		items = append(items, b.String())
	}
	return items
}
