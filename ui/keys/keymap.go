package keys

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
)

// A Map is every key of the console. The user may bind other keys to each
// action; see [Check].
type Map struct {
	Global        Global
	Compose       Compose
	Recipients    Recipients
	Media         Media
	Review        Review
	Response      Response
	History       History
	Setup         Setup
	Conversations Conversations
	Broadcasts    Broadcasts
	People        People
	Figures       Figures
	Drafts        Drafts
	Question      Question
}

// New are the keys as they are without a configuration.
func New() *Map {
	return &Map{
		newGlobalKeys(), newComposeKeys(), newRecipientsKeys(), newMediaKeys(),
		newReviewKeys(), NewResponse(), newHistoryKeys(), newSetupKeys(), newConversationsKeys(), newBroadcastsKeys(), newPeopleKeys(), newFiguresKeys(), newChooserKeys(), newQuestion(),
	}
}

// An action is something that a key does, by the name that the configuration uses.
type action struct {
	name    string // "quit", "compose.editor"
	binding *key.Binding
	usual   usual
}

// A usual says whether the user may have the usual key of an action for another one.
type usual bool

const (
	stays  usual = false // no: that is refused
	yields usual = true  // yes, for telex has it later than the others
)

// where is the part of the name before the full stop: the screen; "" is everywhere.
func (a action) where() string {
	where, _, ok := strings.Cut(a.name, ".")
	if !ok {
		return ""
	}
	return where
}

// actions are those that may be bound otherwise. Moving in lists and answering
// questions stay as they are, and so does ctrl+c, the last way out.
func (k *Map) actions() []action { return slices.Concat(k.everywhere(), k.steps(), k.beside()) }

// everywhere is what works on every screen.
func (k *Map) everywhere() []action {
	return []action{
		{"next-field", &k.Global.NextField, stays},
		{"previous-field", &k.Global.PrevField, stays},
		{"next-step", &k.Global.NextStep, stays},
		{"previous-step", &k.Global.PrevStep, stays},
		{"help", &k.Global.Help, stays},
		{"commands", &k.Global.Commands, yields},
		{"history", &k.Global.History, stays},
		{"drafts", &k.Global.Drafts, stays},
		{"setup", &k.Global.Setup, stays},
		{"conversations", &k.Global.Conversations, yields},
		{"figures", &k.Global.Figures, yields},
		{"people", &k.Global.People, yields},
		{"broadcasts", &k.Global.Broadcasts, yields},
		{"panes", &k.Global.Panes, yields},
		{"redraw", &k.Global.Redraw, stays},
		{"suspend", &k.Global.Suspend, stays},
		{"quit", &k.Global.Quit, stays},
	}
}

// steps is what works on one of the steps.
func (k *Map) steps() []action {
	return []action{
		{"compose.editor", &k.Compose.Editor, stays},
		{"compose.replace", &k.Compose.Replace, stays},
		{"compose.recent", &k.Compose.Recent, stays},
		{"compose.template", &k.Compose.Template, yields},
		{"compose.undo", &k.Compose.Undo, yields},
		{"recipients.suggestion", &k.Recipients.Suggest, stays},
		{"recipients.remove", &k.Recipients.Remove, stays},
		{"recipients.undo", &k.Recipients.Undo, yields},
		{"recipients.find", &k.Recipients.Filter, yields},
		{"recipients.doubtful", &k.Recipients.Doubtful, yields},
		{"recipients.clear", &k.Recipients.Clear, yields},
		{"media.up", &k.Media.Up, stays},
		{"media.down", &k.Media.Down, stays},
		{"media.remove", &k.Media.Remove, stays},
		{"media.undo", &k.Media.Undo, yields},
		{"media.look", &k.Media.Again, stays},
		{"media.view", &k.Media.View, yields},
		{"review.later", &k.Review.Later, yields},
		{"review.json", &k.Review.JSON, stays},
		{"review.curl", &k.Review.Curl, stays},
		{"review.everybody", &k.Review.Everybody, yields},
		{"review.copy", &k.Review.Copy, stays},
		{"response.json", &k.Response.JSON, stays},
		{"response.copy-id", &k.Response.CopyID, stays},
		{"response.copy-json", &k.Response.CopyJSON, stays},
		{"response.ask", &k.Response.Check, stays},
		{"response.edit", &k.Response.Edit, stays},
		{"response.new", &k.Response.Fresh, stays},
	}
}

// beside is what works on one of the pages beside them.
func (k *Map) beside() []action {
	return []action{
		{"history.search", &k.History.Search, stays},
		{"history.ask", &k.History.Ask, stays},
		{"history.again", &k.History.Again, stays},
		{"history.now", &k.History.Now, yields},
		{"history.time", &k.History.Time, yields},
		{"history.cancel", &k.History.Cancel, yields},
		{"history.mark", &k.History.Mark, yields},
		{"history.export", &k.History.Export, yields},
		{"history.copy-id", &k.History.CopyID, stays},
		{"history.copy-json", &k.History.CopyJSON, stays},
		{"setup.edit", &k.Setup.Edit, stays},
		{"setup.check", &k.Setup.Check, stays},
		{"conversations.find", &k.Conversations.Find, stays},
		{"conversations.held", &k.Conversations.Held, yields},
		{"conversations.reply", &k.Conversations.Reply, stays},
		{"conversations.opt-out", &k.Conversations.OptOut, yields},
		{"conversations.keep", &k.Conversations.Keep, yields},
		{"conversations.save", &k.Conversations.Save, stays},
		{"broadcasts.pause", &k.Broadcasts.Pause, stays},
		{"broadcasts.resume", &k.Broadcasts.Resume, stays},
		{"broadcasts.cancel", &k.Broadcasts.Cancel, stays},
		{"figures.by", &k.Figures.By, stays},
		{"figures.again", &k.Figures.Again, stays},
		{"people.find", &k.People.Find, stays},
		{"people.add", &k.People.Add, stays},
		{"people.remove", &k.People.Remove, stays},
		{"people.opt-out", &k.People.OptOut, stays},
	}
}

// Actions names what keys can be bound to, for manuals and completions.
func Actions() []string {
	var names []string
	for _, a := range New().actions() {
		names = append(names, a.name)
	}
	return names
}

// Check judges keys as the configuration has them: by action, the keys that
// do it in place of the usual ones. An empty list leaves the action without a key.
// A key is one that every terminal can send: "f5", "ctrl+g", "alt+x", or, for what
// happens outside of text fields, a single character. The error names the action.
func Check(keys map[string][]string) error {
	_, err := Bound(keys)
	return err
}

// Bound is the keymap with the user's keys in it.
func Bound(keys map[string][]string) (*Map, error) {
	k := New()
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		i := slices.IndexFunc(k.actions(), func(a action) bool { return a.name == name })
		if i < 0 {
			return nil, fmt.Errorf("keys: there is no action %q; there are %s", name, strings.Join(Actions(), ", "))
		}
		if err := k.bind(k.actions()[i], keys[name]); err != nil {
			return nil, err
		}
	}
	k.yield(keys)
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if err := k.clash(name); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// bind gives an action other keys.
func (k *Map) bind(a action, keys []string) error {
	if len(keys) == 0 {
		if a.name == "quit" {
			return errors.New("keys: quit needs a key")
		}
		a.binding.SetEnabled(false)
		a.binding.SetKeys()
		return nil
	}
	typing := a.where() == "" || a.where() == "compose" || a.name == "recipients.suggestion"
	for _, name := range keys {
		if err := checkKey(name, typing); err != nil {
			return fmt.Errorf("keys: %s: %w", a.name, err)
		}
	}
	a.binding.SetKeys(keys...)
	a.binding.SetHelp(keys[0], a.binding.Help().Desc)
	return nil
}

// checkKey judges one key. Typing says that it must work while a text field has
// the cursor.
func checkKey(name string, typing bool) error {
	reserved := []string{"ctrl+c", "ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h", "ctrl+[", "enter", "esc", "space", "up", "down", "left", "right"}
	last := name
	if i := strings.LastIndexByte(strings.TrimSuffix(name, "+"), '+'); i >= 0 {
		last = name[i+1:]
	}
	mod, letter := strings.TrimSuffix(name, last), utf8.RuneCountInString(last) == 1
	n, err := strconv.Atoi(strings.TrimPrefix(last, "f"))
	function := err == nil && last == "f"+strconv.Itoa(n) && n >= 1 && n <= 12
	switch {
	case slices.Contains(reserved, name):
		return fmt.Errorf("%q has a meaning of its own, or is the same as another key on most terminals", name)
	case mod == "" && (function || last == "tab" || last == "pgup" || last == "pgdown" || last == "home" || last == "end" || last == "delete"):
	case mod == "shift+" && last == "tab":
	case mod == "ctrl+" && letter && last >= "a" && last <= "z":
	case mod == "alt+" && letter && last > " " && last <= "~":
	case mod == "" && letter && !typing && last > " ":
	case mod == "" && letter && typing:
		return fmt.Errorf("%q would be missed while typing; take one with ctrl, alt or a function key", name)
	default:
		return fmt.Errorf("%q is no key that every terminal can send; write ctrl+g, alt+x, f5 or, where nothing is typed, a single character", name)
	}
	return nil
}

// yield takes the usual key of what gives it away, if the user wants it for something else:
// keys that were good stay good when telex learns more.
func (k *Map) yield(keys map[string][]string) {
	for _, a := range k.actions() {
		if _, own := keys[a.name]; own || a.usual != yields {
			continue
		}
		for other, theirs := range keys {
			if where, _, one := strings.Cut(other, "."); one && a.where() != "" && where != a.where() {
				continue // it is for another page
			}
			if slices.ContainsFunc(theirs, func(pressed string) bool { return slices.Contains(a.binding.Keys(), pressed) }) {
				a.binding.SetEnabled(false)
				a.binding.SetKeys()
			}
		}
	}
}

// clash finds another action that has a key of this one where both work.
func (k *Map) clash(name string) error {
	all := k.actions()
	mine := all[slices.IndexFunc(all, func(a action) bool { return a.name == name })]
	for _, other := range all {
		if other.name == name || other.where() != "" && mine.where() != "" && other.where() != mine.where() {
			continue
		}
		for _, pressed := range mine.binding.Keys() {
			if slices.Contains(other.binding.Keys(), pressed) {
				return fmt.Errorf("keys: %s and %s are both on %s", name, other.name, pressed)
			}
		}
	}
	return nil
}
